// From tree-sitter's tree to the AST. Only structure is taken from the tree; words stay source text.
#include "base/text.h"
#include "shell/ast.h"
#include "shell/expand.h"
#include "syntax/tree.h"

namespace heddle::shell {
namespace {

constexpr int kMaxDepth = 200;

using Kind = Statement::Kind;
using syntax::Node;

class Converter {
 public:
  explicit Converter(std::string_view text) : text_(text) {}

  Statement Convert(Node node, int depth) {
    const std::string_view type = node.type();
    if (depth > kMaxDepth || type == "ERROR") return Unparsed(node, depth);
    if (type == "command") return Command(node);
    if (type == "declaration_command" || type == "unset_command" || type == "test_command") return Plain(node);
    if (type == "variable_assignment" || type == "variable_assignments") return Assign(node);
    if (type == "redirected_statement") return Redirected(node, depth);
    if (type == "pipeline") return Children(node, Kind::kPipeline, depth);
    if (type == "for_statement") return For(node, depth);
    if (type == "while_statement" || type == "c_style_for_statement") return Children(node, Kind::kLoop, depth);
    if (type == "function_definition") return Function(node, depth);
    return Children(node, Kind::kSequence, depth);
  }

  bool complete = true;

 private:
  std::string_view Text(Node node) const { return text_.substr(node.start(), node.end() - node.start()); }

  static bool IsStatement(std::string_view type) {
    static constexpr std::string_view kTypes[] = {"command",
                                                  "pipeline",
                                                  "list",
                                                  "redirected_statement",
                                                  "subshell",
                                                  "compound_statement",
                                                  "if_statement",
                                                  "for_statement",
                                                  "while_statement",
                                                  "case_statement",
                                                  "function_definition",
                                                  "negated_command",
                                                  "declaration_command",
                                                  "unset_command",
                                                  "test_command",
                                                  "variable_assignment",
                                                  "variable_assignments",
                                                  "do_group",
                                                  "else_clause",
                                                  "elif_clause",
                                                  "case_item",
                                                  "c_style_for_statement",
                                                  "ERROR",
                                                  "program"};
    for (auto known : kTypes) {
      if (type == known) return true;
    }
    return false;
  }

  Statement Unparsed(Node node, int depth) {
    complete = false;
    Statement out;
    Statement raw;
    raw.kind = Kind::kUnparsed;
    raw.words.push_back({Text(node)});
    out.children.push_back(std::move(raw));
    if (depth <= kMaxDepth) AddStatements(node, out, depth);
    return out;
  }

  void AddStatements(Node node, Statement& out, int depth) {
    for (const Node child : node.children()) {
      if (!child.named()) {
        if (child.type() == "&" && !out.children.empty()) out.children.back().background = true;
        continue;
      }
      if (IsStatement(child.type())) out.children.push_back(Convert(child, depth + 1));
    }
  }

  Statement Children(Node node, Kind kind, int depth) {
    Statement out;
    out.kind = kind;
    AddStatements(node, out, depth);
    return out;
  }

  void AddWord(Statement& out, Node node) {
    const std::string_view raw = Text(node);
    // The grammar skips "\\ " between nodes as if it were a blank; in a shell it joins them.
    const char* last_end = out.words.empty() ? nullptr : out.words.back().raw.data() + out.words.back().raw.size();
    const bool joined =
        last_end != nullptr && last_end <= raw.data() &&
        (last_end == raw.data() || (*last_end == '\\' && last_end + 1 < raw.data() && last_end[1] != '\n'));
    if (joined) {
      std::string_view& word = out.words.back().raw;
      const size_t more = static_cast<size_t>(raw.data() - (word.data() + word.size())) + raw.size();
      word = std::string_view(word.data(), word.size() + more);
    } else {
      out.words.push_back({raw});
    }
  }

  Assignment AssignmentOf(Node node) const {
    const std::string_view all = Text(node);
    const size_t equals = all.find('=');
    if (equals == all.npos) return {all, {""}};
    const size_t name_end = equals > 0 && all[equals - 1] == '+' ? equals - 1 : equals;
    return {all.substr(0, name_end), {all.substr(equals + 1)}};
  }

  Statement Command(Node node) {
    Statement out;
    out.kind = Kind::kCommand;
    for (const Node child : node.children()) {
      const std::string_view type = child.type();
      if (type == "variable_assignment" && out.words.empty()) {
        out.assignments.push_back(AssignmentOf(child));
      } else if (type == "file_redirect" || type == "herestring_redirect") {
        AddRedirect(out, child);
      } else if (type != "comment") {
        AddWord(out, child);
      }
    }
    return out;
  }

  Statement Plain(Node node) {
    Statement out;
    out.kind = Kind::kCommand;
    if (node.type() == "test_command") {
      out.words.push_back({Text(node)});
      out.words.front().raw = out.words.front().raw.substr(0, out.words.front().raw.starts_with("[[") ? 2 : 1);
      return out;
    }
    for (const Node child : node.children()) AddWord(out, child);
    return out;
  }

  Statement Assign(Node node) {
    Statement out;
    out.kind = Kind::kCommand;
    if (node.type() == "variable_assignment") {
      out.assignments.push_back(AssignmentOf(node));
      return out;
    }
    for (const Node child : node.children()) {
      if (child.type() == "variable_assignment") out.assignments.push_back(AssignmentOf(child));
    }
    return out;
  }

  void AddRedirect(Statement& out, Node node) {
    Redirect redirect;
    for (const Node child : node.children()) {
      if (child.type() == "file_descriptor") {
        redirect.fd = static_cast<int>(ParseInt(Text(child)).value_or(-1));
      } else if (!child.named() && redirect.op.empty()) {
        redirect.op = Text(child);
      } else if (redirect.target.raw.empty()) {
        redirect.target = {Text(child)};
      } else if (redirect.op != "<<<") {
        AddWord(out, child);  // `> file rm x`: the grammar hangs the rest onto the redirect
      }
    }
    out.redirects.push_back(redirect);
  }

  // A here-document node also holds what stands after `<<EOF` on its line: a pipeline, further redirects, a list.
  void AddHeredoc(Statement& out, Node node, int depth, std::vector<Statement>& piped, std::vector<Statement>& after) {
    Redirect redirect{.op = "<<"};
    bool in_pipe = false;
    for (const Node child : node.children()) {
      const std::string_view type = child.type();
      if (type == "heredoc_body") {
        redirect.heredoc = Text(child);
      } else if (type == "file_redirect" || type == "herestring_redirect") {
        AddRedirect(out, child);
      } else if (type == "pipeline") {
        piped.push_back(Convert(child, depth + 1));
      } else if (IsStatement(type)) {
        (in_pipe ? piped : after).push_back(Convert(child, depth + 1));
      } else if (type == "|" || type == "|&") {
        in_pipe = true;
      } else if (child.named() && type != "heredoc_start" && type != "heredoc_end" && type != "file_descriptor") {
        AddWord(out, child);
      }
    }
    out.redirects.push_back(redirect);
  }

  Statement Redirected(Node node, int depth) {
    Statement body;
    body.kind = Kind::kCommand;
    const Node inner = node.field("body");
    if (!inner.is_null()) body = Convert(inner, depth + 1);
    std::vector<Statement> piped, after;
    Statement* holder = &body;
    if (body.kind == Kind::kPipeline && !body.children.empty()) holder = &body.children.back();
    for (const Node child : node.children()) {
      const std::string_view type = child.type();
      if (type == "file_redirect" || type == "herestring_redirect") AddRedirect(*holder, child);
      if (type == "heredoc_redirect") AddHeredoc(*holder, child, depth, piped, after);
    }
    if (!piped.empty()) {
      Statement pipeline;
      pipeline.kind = Kind::kPipeline;
      pipeline.children.push_back(std::move(body));
      for (auto& next : piped) {
        if (next.kind == Kind::kPipeline) {
          for (auto& part : next.children) pipeline.children.push_back(std::move(part));
        } else {
          pipeline.children.push_back(std::move(next));
        }
      }
      body = std::move(pipeline);
    }
    if (after.empty()) return body;
    Statement sequence;
    sequence.children.push_back(std::move(body));
    for (auto& next : after) sequence.children.push_back(std::move(next));
    return sequence;
  }

  Statement For(Node node, int depth) {
    Statement out;
    out.kind = Kind::kLoop;
    for (const Node child : node.children()) {
      if (child.type() == "variable_name" && out.name.empty()) {
        out.name = Text(child);
      } else if (IsStatement(child.type())) {
        out.children.push_back(Convert(child, depth + 1));
      } else if (child.named()) {
        AddWord(out, child);
      }
    }
    return out;
  }

  Statement Function(Node node, int depth) {
    Statement out;
    out.kind = Kind::kFunction;
    const Node name = node.field("name");
    if (!name.is_null()) out.name = Text(name);
    AddStatements(node, out, depth);
    return out;
  }

  std::string_view text_;
};

// $'..' as '..': the grammar takes \\' for an escaped quote and would hide what follows. Quotes and comments are
// honoured.
std::string WithoutAnsiQuotes(std::string_view text) {
  std::string out;
  bool in_double = false;
  for (size_t i = 0; i < text.size();) {
    const char c = text[i];
    if (c == '\\') {
      out += text.substr(i, 2);
      i += 2;
    } else if (c == '"') {
      in_double = !in_double;
      out += text[i++];
    } else if (c == '\'' && !in_double) {
      const size_t end = std::min(text.find('\'', i + 1), text.size() - 1);
      out += text.substr(i, end - i + 1);
      i = end + 1;
    } else if (c == '#' && !in_double && (i == 0 || text[i - 1] == ' ' || text[i - 1] == '\n' || text[i - 1] == ';')) {
      const size_t end = std::min(text.find('\n', i), text.size());
      out += text.substr(i, end - i);
      i = end;
    } else if (c == '$' && !in_double && i + 1 < text.size() && text[i + 1] == '\'') {
      size_t end = i + 2;
      while (end < text.size() && text[end] != '\'') end += text[end] == '\\' ? 2 : 1;
      end = std::min(end, text.size());
      const std::string decoded = DecodeEscapes(text.substr(i + 2, end - i - 2));
      out += Cat({"'", ReplaceAll(decoded.substr(0, decoded.find('\0')), "'", "'\\''"), end < text.size() ? "'" : ""});
      i = std::min(end + 1, text.size());
    } else {
      out += text[i++];
    }
  }
  return out;
}

}  // namespace

Result<Script> Parse(std::string_view text) {
  if (Contains(text, std::string_view("\0", 1))) return Error{Code::kInvalid, "the command holds a NUL byte"};
  Script script;
  if (Contains(text, "$'")) {
    script.text = std::make_unique<const std::string>(WithoutAnsiQuotes(text));
    text = *script.text;
  }
  thread_local syntax::Parser parser(syntax::Language::kBash);
  TRY_ASSIGN(const syntax::Tree tree, parser.Parse(text));
  Converter converter(text);
  script.root = converter.Convert(tree.root(), 0);
  script.complete = converter.complete && !tree.root().has_error();
  return script;
}

}  // namespace heddle::shell
