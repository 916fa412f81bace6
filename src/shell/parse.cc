// Text to AST. What a shell would take is read by the grammar (parsing/); anything else by tree-sitter, which goes on
// after an error. Only structure is taken from its tree; words stay source text.
#include "base/text.h"
#include "shell/arguments.h"
#include "shell/assignment_words.h"
#include "shell/ast.h"
#include "shell/expand.h"
#include "shell/parsing/parser.h"
#include "shell/parsing/scan.h"
#include "shell/words/rewrite.h"
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
    too_deep |= depth > kMaxDepth;
    if (depth > kMaxDepth || type == "ERROR") return Unparsed(node, depth);
    if (type == "command") return Command(node);
    if (type == "declaration_command") return Declaration(node);
    if (type == "unset_command") return Plain(node);
    if (type == "test_command") return Test(node);
    if (type == "variable_assignment" || type == "variable_assignments") return Assign(node);
    if (type == "redirected_statement") return Redirected(node, depth);
    if (type == "pipeline") return Children(node, Kind::kPipeline, depth);
    if (type == "subshell") return Children(node, Kind::kSubshell, depth);
    if (type == "list") return List(node, depth);
    if (type == "if_statement") return If(node, depth);
    if (type == "case_statement") return Case(node, depth);
    if (type == "for_statement") return For(node, depth);
    if (type == "while_statement") return Children(node, Kind::kLoop, depth);
    if (type == "c_style_for_statement") return CountingFor(node, depth);
    if (type == "function_definition") return Function(node, depth);
    return Children(node, Kind::kSequence, depth);
  }

  bool too_deep = false;
  bool complete = true;

 private:
  std::string_view Text(Node node) const { return text_.substr(node.start(), node.end() - node.start()); }

  static bool IsStatement(std::string_view type) {
    return InList(
        "command pipeline list redirected_statement subshell compound_statement if_statement for_statement "
        "while_statement case_statement function_definition negated_command declaration_command unset_command "
        "test_command variable_assignment variable_assignments do_group else_clause elif_clause case_item "
        "c_style_for_statement ERROR program",
        type);
  }

  Statement Unparsed(Node node, int depth) {
    complete = false;
    Statement out;
    Statement raw{.kind = Kind::kUnparsed};
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
    if (raw.empty()) return;  // a word that the grammar misses
    const char* last_end = out.words.empty() ? nullptr : out.words.back().raw.data() + out.words.back().raw.size();
    if (last_end == raw.data()) {  // one word in several nodes
      std::string_view& word = out.words.back().raw;
      word = std::string_view(word.data(), word.size() + raw.size());
    } else {
      out.words.push_back({raw});
    }
  }

  Assignment AssignmentOf(Node node) const {
    const auto children = node.children();
    const std::string_view all = Text(node);
    return ReadAssignment(all, children.empty() ? all.find('=') : children[0].end() - node.start());
  }

  Statement Command(Node node) {
    Statement out{.kind = Kind::kCommand};
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
    if (AssignsApart(out)) {
      complete &= out.redirects.empty();  // which of the two they belong to is lost
      return Apart(std::move(out));
    }
    // A lone `(( x ))` is a command to the grammar.
    if (out.words.size() == 1 && out.words[0].raw.starts_with("((") && out.words[0].raw.ends_with("))")) {
      out.kind = Kind::kTest;
      out.name = "((";
      out.words[0].raw = out.words[0].raw.substr(2, out.words[0].raw.size() - 4);
      return out;
    }
    // The grammar does not know `coproc NAME { ...`, and takes what follows for words.
    if (!out.words.empty() && out.words[0].raw == "coproc") {
      const bool named = out.words.size() > 2 && out.words[2].raw == "{";
      out.words.erase(out.words.begin(), out.words.begin() + (named ? 3 : 1));
      out.background = true;
      out.coprocess = true;
    }
    return out;
  }

  Statement Plain(Node node) {
    Statement out{.kind = Kind::kCommand};
    for (const Node child : node.children()) AddWord(out, child);
    return out;
  }

  Statement Declaration(Node node) {
    Statement out{.kind = Kind::kCommand};
    out.declares = true;
    for (const Node child : node.children()) {
      if (child.type() != "variable_assignment") {
        AddWord(out, child);
        continue;
      }
      out.assignments.push_back(AssignmentOf(child));
      out.words.push_back({out.assignments.back().name});
    }
    return out;
  }

  // What stands between the brackets stays one text: its operators do not matter, what it expands does.
  Statement Test(Node node) {
    Statement out{.kind = Kind::kTest};
    const std::string_view all = Text(node);
    const size_t width = all.starts_with("[[") || all.starts_with("((") ? 2 : 1;
    out.name = all.substr(0, width);
    const size_t end = std::max(width, all.size() - std::min(width, all.size()));
    out.words.push_back({all.substr(width, end - width)});
    return out;
  }

  Statement Assign(Node node) {
    Statement out{.kind = Kind::kCommand};
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
      } else if (child.type() == "ERROR" && Text(child) == "<<") {
        redirect.op = "<<<";  // of `3<<< text`, which the grammar does not know
      } else if (child.type() == "ERROR" && Text(child) == ">" && redirect.op == "<") {
        redirect.op = "<>";
      } else if (!child.named() && redirect.op.empty()) {
        redirect.op = Text(child);
      } else if (!child.named()) {
        continue;
      } else if (redirect.target.raw.empty()) {
        redirect.target = {Text(child)};
      } else if (redirect.op != "<<<") {
        AddWord(out, child);  // `> file rm x`: the grammar hangs the rest onto the redirect
      }
    }
    out.redirects.push_back(redirect);
  }

  // The grammar leaves out the blanks at the beginning of a body.
  std::string_view HeredocBody(Node node) const {
    const size_t before = text_.find_last_not_of(" \t\n", node.start() - std::min<size_t>(node.start(), 1));
    const size_t line = before == text_.npos ? text_.npos : text_.find('\n', before);
    const size_t begin = line == text_.npos || line >= node.start() ? node.start() : line + 1;
    return text_.substr(begin, node.end() - begin);
  }

  // A here-document node also holds what stands after `<<EOF` on its line: a pipeline, further redirects, a list.
  void AddHeredoc(Statement& out, Node node, int depth, std::vector<Statement>& piped, std::vector<Statement>& after) {
    Redirect redirect{.op = "<<"};
    bool in_pipe = false;
    for (const Node child : node.children()) {
      const std::string_view type = child.type();
      if (type == "heredoc_body") {
        redirect.heredoc = HeredocBody(child);
      } else if (type == "<<-") {
        redirect.op = "<<-";
      } else if (type == "heredoc_start") {
        redirect.quoted = Text(child).find_first_of("'\"\\") != std::string_view::npos;
      } else if (type == "file_descriptor") {
        redirect.fd = static_cast<int>(ParseInt(Text(child)).value_or(-1));
      } else if (type == "file_redirect" || type == "herestring_redirect") {
        AddRedirect(out, child);
      } else if (type == "pipeline") {
        piped.push_back(Convert(child, depth + 1));
      } else if (IsStatement(type)) {
        (in_pipe ? piped : after).push_back(Convert(child, depth + 1));
      } else if (type == "|" || type == "|&") {
        in_pipe = true;
      } else if (child.named() && type != "heredoc_end") {
        AddWord(out, child);
      }
    }
    out.redirects.push_back(redirect);
  }

  Statement Redirected(Node node, int depth) {
    Statement body{.kind = Kind::kCommand};
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
      Statement pipeline{.kind = Kind::kPipeline};
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

  Statement List(Node node, int depth) {
    Statement out = Children(node, Kind::kSequence, depth);
    for (const Node child : node.children()) {
      if (out.children.size() != 2) continue;
      if (child.type() == "||") out.kind = Kind::kOr;
      if (child.type() == "&&") out.kind = Kind::kAnd;
    }
    return out;
  }

  Statement If(Node node, int depth) {
    Statement out{.kind = Kind::kBranches};
    AddBranch(node, out, depth);
    return out;
  }

  // Appends the condition and the body of an if or elif, and what follows it.
  void AddBranch(Node node, Statement& out, int depth) {
    Statement condition, body;
    bool then = false;
    std::vector<Node> clauses;
    for (const Node child : node.children()) {
      const std::string_view type = child.type();
      if (type == "then") {
        then = true;
      } else if (type == "elif_clause" || type == "else_clause") {
        clauses.push_back(child);
      } else if (IsStatement(type)) {
        (then ? body : condition).children.push_back(Convert(child, depth + 1));
      } else if (type == "&" && !(then ? body : condition).children.empty()) {
        (then ? body : condition).children.back().background = true;
      }
    }
    out.children.push_back(std::move(condition));
    out.children.push_back(std::move(body));
    for (const Node clause : clauses) {
      if (clause.type() == "elif_clause")
        AddBranch(clause, out, depth);
      else
        out.children.push_back(Children(clause, Kind::kSequence, depth));
    }
  }

  Statement Case(Node node, int depth) {
    Statement out{.kind = Kind::kCase};
    for (const Node child : node.children()) {
      if (child.type() == "case_item") {
        Statement arm = Children(child, Kind::kSequence, depth);
        for (const Node part : child.children()) {
          if (part.type() == ";&" || part.type() == ";;&") arm.name = part.type();
          if (part.named() && !IsStatement(part.type())) AddWord(arm, part);
        }
        out.children.push_back(std::move(arm));
      } else if (child.named() && child.type() != "comment") {
        AddWord(out, child);
      }
    }
    return out;
  }

  // for ((first; condition; step)): the text up to the closing brackets, cut at its semicolons.
  Statement CountingFor(Node node, int depth) {
    Statement out = Children(node, Kind::kLoop, depth);
    const std::string_view all = Text(node);
    const size_t open = all.find("((");
    const size_t close = open == all.npos ? all.npos : MatchingClose(all, open, '(', ')');
    if (close == all.npos || close < open + 4) return out;
    for (auto part : SplitCounting(all.substr(open + 2, close - open - 4))) out.words.push_back({part});
    std::erase_if(out.children, [](const Statement& child) { return child.kind == Kind::kCommand; });
    return out;
  }

  Statement For(Node node, int depth) {
    Statement out{.kind = Kind::kFor};
    for (const Node child : node.children()) {
      if (child.type() == "variable_name" && out.name.empty()) {
        out.name = Text(child);
      } else if (IsStatement(child.type())) {
        out.children.push_back(Convert(child, depth + 1));
      } else if (child.named()) {
        AddWord(out, child);
      }
      out.chooses |= child.type() == "select";
      out.listed |= child.type() == "in";
    }
    return out;
  }

  Statement Function(Node node, int depth) {
    Statement out{.kind = Kind::kFunction};
    const Node name = node.field("name");
    if (!name.is_null()) out.name = Text(name);
    AddStatements(node, out, depth);
    return out;
  }

  std::string_view text_;
};

}  // namespace

Result<Script> Parse(std::string_view text, uint64_t limit_us) {
  if (Contains(text, std::string_view("\0", 1))) return Error{Code::kInvalid, "the command holds a NUL byte"};
  Script script;
  if (auto root = ParseCommands(text)) {
    script.root = *std::move(root);
    return script;
  }
  if (NeedsRewrite(text)) {
    script.text = std::make_unique<const std::string>(Rewrite(text));
    text = *script.text;
  }
  thread_local syntax::Parser parser(syntax::Language::kBash);
  TRY_ASSIGN(const syntax::Tree tree, parser.Parse(text, limit_us));
  Converter converter(text);
  script.root = converter.Convert(tree.root(), 0);
  script.too_deep = converter.too_deep;
  script.complete = converter.complete && !tree.root().has_error();
  return script;
}

}  // namespace heddle::shell
