// ShellText: a parsed statement written out as shell again, for the fuzzer: what is written must parse to what was
// written. Things that the tree does not tell apart (`|&`, until, the name of a coprocess) get one spelling.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "shell/ast.h"

namespace heddle::shell {

class ShellText {
 public:
  // `text` is what the views of the statement lie in.
  static std::string Of(const Statement& root, std::string_view text) {
    ShellText out(text);
    out.List(root);
    return std::move(out.out_);
  }

 private:
  using Kind = Statement::Kind;
  using Token = std::pair<const char*, std::string>;

  explicit ShellText(std::string_view text) : text_(text) {}

  // The bodies of here-documents stand behind the line that names them.
  void LineEnd() {
    out_ += "\n";
    for (const Redirect& redirect : std::exchange(pending_, {})) {
      const size_t end = static_cast<size_t>(redirect.heredoc.data() - text_.data()) + redirect.heredoc.size();
      const size_t line_end = std::min(text_.find('\n', end), text_.size());
      out_ += std::string(redirect.heredoc) + std::string(text_.substr(end, line_end - end)) + "\n";
    }
  }

  void Line(std::string_view words) {
    out_ += words;
    LineEnd();
  }

  void List(const Statement& list) {
    for (const Statement& child : list.children) Item(child);
  }

  void Item(const Statement& statement) {
    Operand(statement, true);
    if (statement.background && !statement.coprocess) out_ += " &";
    LineEnd();
  }

  void Operand(const Statement& statement, bool left) {
    const bool chain = statement.kind == Kind::kAnd || statement.kind == Kind::kOr;
    if (chain && left) {
      Operand(statement.children[0], true);
      out_ += statement.kind == Kind::kAnd ? " && " : " || ";
      Operand(statement.children[1], false);
      return;
    }
    if (statement.coprocess) out_ += "coproc ";
    Compound(statement);
    if (statement.kind != Kind::kCommand && statement.kind != Kind::kTest) Tokens(RedirectTokens(statement));
  }

  void Compound(const Statement& statement) {
    switch (statement.kind) {
      case Kind::kCommand: return Tokens(CommandTokens(statement));
      case Kind::kTest: return Test(statement);
      case Kind::kPipeline: return Pipeline(statement);
      case Kind::kSubshell: return Enclosed("(", statement, ")");
      case Kind::kBranches: return Branches(statement);
      case Kind::kCase: return Case(statement);
      case Kind::kFor: return For(statement);
      case Kind::kLoop: return Loop(statement);
      case Kind::kFunction:
        Line("function " + std::string(statement.name));
        return Operand(statement.children[0], false);
      default: break;
    }
    if (statement.children.empty())
      out_ += "!";
    else
      Enclosed("{", statement, "}");
  }

  void Enclosed(std::string_view open, const Statement& list, std::string_view close) {
    Line(open);
    List(list);
    out_ += close;
  }

  void Pipeline(const Statement& statement) {
    for (size_t i = 0; i < statement.children.size(); ++i) {
      if (i > 0) out_ += " | ";
      Operand(statement.children[i], false);
    }
  }

  void Branches(const Statement& statement) {
    const auto& parts = statement.children;
    for (size_t i = 0; i + 1 < parts.size(); i += 2) {
      Enclosed(i == 0 ? "if" : "elif", parts[i], "");
      Enclosed("then", parts[i + 1], "");
    }
    if (parts.size() % 2 == 1) Enclosed("else", parts.back(), "");
    out_ += "fi";
  }

  void Case(const Statement& statement) {
    Line("case " + std::string(statement.words[0].raw) + " in");
    for (const Statement& arm : statement.children) {
      out_ += "(";
      for (size_t i = 0; i < arm.words.size(); ++i) out_ += (i > 0 ? " | " : "") + std::string(arm.words[i].raw);
      Line(" )");
      List(arm);
      Line(arm.name.empty() ? ";;" : arm.name);
    }
    out_ += "esac";
  }

  void For(const Statement& statement) {
    out_ += (statement.chooses ? "select " : "for ") + std::string(statement.name);
    if (!statement.words.empty()) out_ += " in";
    for (const Word& word : statement.words) out_ += " " + std::string(word.raw);
    LineEnd();
    Enclosed("do", statement.children[0], "done");
  }

  void Loop(const Statement& statement) {
    if (statement.words.size() == 3) {
      out_ += "for ((";
      for (size_t i = 0; i < 3; ++i) out_ += (i > 0 ? ";" : "") + std::string(statement.words[i].raw);
      Line("))");
    } else {
      Line("while");
      for (size_t i = 0; i + 1 < statement.children.size(); ++i) Item(statement.children[i]);
    }
    Enclosed("do", statement.children.back(), "done");
  }

  void Test(const Statement& statement) {
    const std::string_view inside = statement.words[0].raw;
    const std::string_view close = statement.name == "((" ? "))" : statement.name == "[[" ? "]]" : "]";
    std::vector<Token> tokens = RedirectTokens(statement);
    const char* const end = inside.data() + inside.size();
    std::erase_if(tokens, [&](const Token& token) { return token.first >= inside.data() && token.first < end; });
    tokens.emplace_back(inside.data(), std::string(statement.name) + std::string(inside) + std::string(close));
    for (const Redirect& redirect : statement.redirects)
      if (redirect.target.raw.data() >= inside.data() && redirect.target.raw.data() < end) Await(redirect);
    Tokens(std::move(tokens));
  }

  void Await(const Redirect& redirect) {
    if (redirect.op == "<<" || redirect.op == "<<-") pending_.push_back(redirect);
  }

  std::vector<Token> RedirectTokens(const Statement& statement) {
    std::vector<Token> out;
    for (const Redirect& redirect : statement.redirects) {
      std::string token;
      if (!redirect.variable.empty()) token = "{" + std::string(redirect.variable) + "}";
      if (redirect.fd >= 0) token = std::to_string(redirect.fd);
      token += std::string(redirect.op) + " " + std::string(redirect.target.raw);
      out.emplace_back(redirect.target.raw.data(), token);
    }
    return out;
  }

  static std::string Text(const Assignment& assignment) {
    std::string out(assignment.name);
    if (!assignment.subscript.empty()) out += "[" + std::string(assignment.subscript) + "]";
    return out + (assignment.append ? "+=" : "=") + std::string(assignment.value.raw);
  }

  std::vector<Token> CommandTokens(const Statement& statement) {
    std::vector<Token> out = RedirectTokens(statement);
    for (const Assignment& each : statement.assignments) out.emplace_back(each.name.data(), Text(each));
    for (const Word& word : statement.words) {
      const bool assigned = std::any_of(statement.assignments.begin(), statement.assignments.end(),
                                        [&](const Assignment& each) { return each.name.data() == word.raw.data(); });
      if (!assigned) out.emplace_back(word.raw.data(), std::string(word.raw));
    }
    for (const Redirect& redirect : statement.redirects) Await(redirect);
    return out;
  }

  void Tokens(std::vector<Token> tokens) {
    std::sort(tokens.begin(), tokens.end());
    for (const Token& token : tokens) {
      if (!out_.empty() && out_.back() != '\n' && out_.back() != ' ') out_ += " ";
      out_ += token.second;
    }
  }

  std::string_view text_;
  std::string out_;
  std::vector<Redirect> pending_;
};

}  // namespace heddle::shell
