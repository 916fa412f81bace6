// CommandParser: the state of the descent. Each member reads one construct of the grammar from at_ on and leaves at_
// behind it; after a text that is no shell, ok() is false and what was returned means nothing.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "shell/ast.h"

namespace heddle::shell {

class CommandParser {
 public:
  // `depth` counts the statements and substitutions that `text` already stands in.
  CommandParser(std::string_view text, size_t at, int depth) : text_(text), at_(at), depth_(depth) {}

  // Statements up to a closing word, a ), ;; or the end of the text.
  Statement List();
  // Gives every here-document of `statement` its body; after List.
  void FillHeredocs(Statement& statement) const;

  bool ok() const { return ok_; }
  size_t at() const { return at_; }
  bool waits() const { return !pending_.empty(); }  // for the body of a here-document
  bool AtEnd() const { return at_ >= text_.size(); }

 private:
  char Peek(size_t ahead = 0) const { return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0'; }
  bool Is(std::string_view what) const { return text_.substr(at_, what.size()) == what; }
  Statement Fail();

  // -- blanks and words --
  void SkipBlanks();  // and continued lines and a comment
  void SkipLines();
  void TakeLineEnd();  // after which the bodies of the line's here-documents stand
  void TakeBody(const Redirect& redirect);
  std::string_view NextWord() const;  // up to an operator, not taken: reserved words are looked for with it
  bool Take(std::string_view word);
  void Expect(std::string_view word);  // a closing word, which may stand on a later line
  std::string_view TakeWord();

  // -- compound.cc --
  Statement AndOr();
  bool TakePrefix();
  Statement Pipeline();
  Statement Command();
  Statement Compound();
  bool AtCompound() const;
  Statement Subshell();
  Statement Group();
  Statement If();
  Statement Loop();
  Statement For();
  Statement CountingFor();
  void Body(Statement& out);
  Statement Case();
  Statement Arm();
  Statement TestOf(std::string_view name, size_t end);
  Statement DoubleBracket();
  size_t FunctionName() const;
  Statement Function(size_t name_end);
  Statement NamedFunction();
  Statement FunctionBody(std::string_view name);
  Statement Coprocess();

  // -- simple.cc --
  Statement Simple();
  bool TakeAssignment(Statement& out);
  size_t SkipList(size_t at) const;
  bool AtRedirect() const;
  void TakeRedirect(Statement& out);
  Statement WithRedirects(Statement out);

  std::string_view text_;
  size_t at_;
  int depth_;
  bool ok_ = true;
  std::vector<Redirect> pending_;                     // here-documents whose bodies are still to come
  std::map<const char*, std::string_view> heredocs_;  // bodies by where their delimiter stands
};

}  // namespace heddle::shell
