#include "bench/outline.h"

#include <algorithm>
#include <span>

#include "base/text.h"
#include "syntax/tree.h"

namespace heddle::bench {
namespace {

using syntax::Node;

struct NodeKind {
  std::string_view type;
  Statement::Kind kind;
};
constexpr NodeKind kPython[] = {
    {"import_statement", Statement::Kind::kImport},        {"import_from_statement", Statement::Kind::kImport},
    {"future_import_statement", Statement::Kind::kImport}, {"function_definition", Statement::Kind::kDefinition},
    {"class_definition", Statement::Kind::kDefinition},    {"decorated_definition", Statement::Kind::kDefinition}};
constexpr NodeKind kJavaScript[] = {{"import_statement", Statement::Kind::kImport},
                                    {"function_declaration", Statement::Kind::kDefinition},
                                    {"generator_function_declaration", Statement::Kind::kDefinition},
                                    {"class_declaration", Statement::Kind::kDefinition},
                                    {"lexical_declaration", Statement::Kind::kAssignment},
                                    {"variable_declaration", Statement::Kind::kAssignment}};

std::string TextOf(Node node, std::string_view text) {
  return node.is_null() ? std::string() : std::string(text.substr(node.start(), node.end() - node.start()));
}

// What an assignment or declaration gives a name to, if it is one.
std::string Target(Node node, std::string_view text) {
  for (const Node child : node.children()) {
    if (child.type() == "assignment") return TextOf(child.field("left"), text);
    if (child.type() == "variable_declarator") return TextOf(child.field("name"), text);
  }
  return {};
}

// What stands inside a decoration or an export.
Node Inner(Node node) {
  const Node definition = node.field("definition");
  if (!definition.is_null()) return definition;
  const Node declaration = node.type() == "export_statement" ? node.field("declaration") : Node();
  return declaration.is_null() ? node : declaration;
}

std::vector<std::string> MethodsOf(Node node, std::string_view text) {
  std::vector<std::string> out;
  if (!node.type().starts_with("class_")) return out;
  const Node body = node.field("body");
  for (const Node child : body.children()) {
    const Node method = Inner(child);
    const bool named = method.type() == "function_definition" || method.type() == "method_definition";
    if (named) out.push_back(TextOf(method.field("name"), text));
  }
  return out;
}

Statement Read(Node node, std::string_view text, std::span<const NodeKind> kinds) {
  Statement out{.start = node.start(), .end = node.end(), .good = !node.has_error()};
  out.asserts = node.type() == "assert_statement";
  const Node inner = Inner(node);
  for (const NodeKind& row : kinds) {
    if (row.type == inner.type()) out.kind = row.kind;
  }
  if (out.kind == Statement::Kind::kDefinition) {
    out.name = TextOf(inner.field("name"), text);
    out.methods = MethodsOf(inner, text);
  } else if (out.kind != Statement::Kind::kImport) {
    out.name = Target(inner, text);
    if (!out.name.empty()) out.kind = Statement::Kind::kAssignment;
  }
  return out;
}

// Imports that stand in the body of a function itself, not in functions inside it.
void InnerImports(Node function, std::string_view text, std::vector<std::string>& out) {
  const Node body = function.field("body");
  for (const Node child : body.children()) {
    if (child.type().starts_with("import_") && !child.has_error()) out.push_back(TextOf(child, text));
  }
}

}  // namespace

bool Outline::Defines(std::string_view name) const {
  return std::any_of(statements.begin(), statements.end(),
                     [&](const Statement& each) { return !name.empty() && each.name == name; });
}

std::string Outline::ClassOf(std::string_view method) const {
  for (const Statement& each : statements)
    if (std::find(each.methods.begin(), each.methods.end(), method) != each.methods.end()) return each.name;
  return {};
}

Outline OutlineOf(std::string_view language, std::string_view text) {
  const bool python = language == "python";
  if ((!python && language != "javascript")) return {};
  syntax::Parser parser(python ? syntax::Language::kPython : syntax::Language::kJavaScript);
  const auto tree = parser.Parse(text, 10'000'000);
  if (!tree) return {};
  const Node root = tree->root();
  Outline out;
  out.parsed = !root.has_error();
  for (const Node child : root.children()) {
    if (!child.named() || child.type() == "comment") continue;
    out.statements.push_back(Read(child, text, python ? std::span<const NodeKind>(kPython) : kJavaScript));
    if (child.type() == "function_definition") InnerImports(child, text, out.inner_imports);
  }
  return out;
}

}  // namespace heddle::bench
