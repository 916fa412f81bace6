#include "syntax/tree.h"

#include <tree_sitter/api.h>

#include <cstring>

extern "C" {
const TSLanguage* tree_sitter_bash();
const TSLanguage* tree_sitter_python();
const TSLanguage* tree_sitter_javascript();
}

namespace heddle::syntax {
namespace {

constexpr size_t kMaxBytes = 4 << 20;

// Node mirrors TSNode so that headers need no tree-sitter.
TSNode Raw(const Node& node) {
  static_assert(sizeof(TSNode) == sizeof(Node));
  TSNode raw;
  std::memcpy(static_cast<void*>(&raw), &node, sizeof raw);
  return raw;
}

Node Wrap(TSNode raw) {
  Node node;
  std::memcpy(static_cast<void*>(&node), &raw, sizeof node);
  return node;
}

}  // namespace

std::string_view Node::type() const { return ts_node_type(Raw(*this)); }
bool Node::named() const { return ts_node_is_named(Raw(*this)); }
bool Node::is_null() const { return id_ == nullptr; }
bool Node::has_error() const { return ts_node_has_error(Raw(*this)); }
uint32_t Node::start() const { return ts_node_start_byte(Raw(*this)); }
uint32_t Node::end() const { return ts_node_end_byte(Raw(*this)); }
std::vector<Node> Node::children() const {
  std::vector<Node> out;
  if (is_null()) return out;
  TSTreeCursor cursor = ts_tree_cursor_new(Raw(*this));  // by index, each would cost as much as all before it
  for (bool more = ts_tree_cursor_goto_first_child(&cursor); more; more = ts_tree_cursor_goto_next_sibling(&cursor))
    out.push_back(Wrap(ts_tree_cursor_current_node(&cursor)));
  ts_tree_cursor_delete(&cursor);
  return out;
}
Node Node::field(std::string_view name) const {
  return Wrap(ts_node_child_by_field_name(Raw(*this), name.data(), static_cast<uint32_t>(name.size())));
}

Node Tree::root() const { return Wrap(ts_tree_root_node(tree_.get())); }
void Tree::Free::operator()(TSTree* tree) const { ts_tree_delete(tree); }
void Parser::Free::operator()(TSParser* parser) const { ts_parser_delete(parser); }

Parser::Parser(Language language) : parser_(ts_parser_new()) {
  switch (language) {
    case Language::kBash: ts_parser_set_language(parser_.get(), tree_sitter_bash()); break;
    case Language::kPython: ts_parser_set_language(parser_.get(), tree_sitter_python()); break;
    case Language::kJavaScript: ts_parser_set_language(parser_.get(), tree_sitter_javascript()); break;
  }
}

Result<Tree> Parser::Parse(std::string_view text, uint64_t limit_us) {
  if (text.size() > kMaxBytes) return Error{Code::kTooLarge, "the text is larger than 4 MB"};
  ts_parser_set_timeout_micros(parser_.get(), limit_us);
  TSTree* tree = ts_parser_parse_string(parser_.get(), nullptr, text.data(), static_cast<uint32_t>(text.size()));
  if (tree == nullptr) {
    ts_parser_reset(parser_.get());
    return Error{Code::kTimeout, "the text takes too long to parse"};
  }
  return Tree(tree);
}

}  // namespace heddle::syntax
