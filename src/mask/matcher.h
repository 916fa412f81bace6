// Matcher: one grammar walked along one growing sequence. Cheap to copy (Fork): it holds a state per token, no grammar.
// Not thread-safe; one per sequence. Programs are immutable for the user and may be shared between threads.
#pragma once

#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "mask/program.h"
#include "vocab/tokenizer.h"

namespace heddle::mask {

class Matcher {
 public:
  explicit Matcher(std::shared_ptr<const Program> program) : program_(std::move(program)), states_{program_->start} {}

  // Once one of the program's matchers passed a limit, what it cut short cannot be told from what the grammar forbids:
  // then no token is allowed by Check and Fill for any of them, and Accept and failure() name the limit.

  // True if `token` may come next. Never computes a mask. A token that ends the text may when CanStop().
  bool Check(Token token) const;

  // Writes the bit of every token that may come next: bit (t % 32) of words[t / 32]. `words` has engine->words() words.
  void Fill(std::span<uint32_t> words) const;

  // Advances by one token. kInvalid if Check(token) would be false, kTooLarge once a limit was passed; the
  // state is then unchanged.
  Result<> Accept(Token token);
  // Advances by text that is no token; counts as one step for Rollback.
  Result<> AcceptBytes(std::string_view bytes);

  // From here on, a terminal that the grammar only declares (Lark's %declare) is any of `names`; until then nothing.
  // What was begun before stays as it was; a rollback brings back the names of then. kInvalid for an empty list or
  // name.
  Result<> SetNames(std::string_view terminal, std::span<const std::string> names);

  // Undoes the last `steps` accepts. kInvalid if there were fewer.
  Result<> Rollback(size_t steps);
  size_t steps() const { return states_.size() - 1; }

  // The bytes that must come next, whatever is chosen; empty when there is a choice, or the text may end.
  std::string Forced(size_t limit = 4096) const;
  // The tokens of those bytes, as a text of its own, as far as they are the same whatever may come after: they can be
  // accepted without asking a model.
  std::vector<Token> ForcedTokens(const vocab::Tokenizer& tokenizer, size_t limit = 4096) const;

  bool CanStop() const;     // the text so far is complete
  bool IsComplete() const;  // ... and nothing may follow
  bool ended() const { return ended_ != 0; }

  // How many of `tokens` may follow one after another: the check of a draft, without changing the state.
  size_t CheckDraft(std::span<const Token> tokens) const;

  // Not empty once a limit was passed: names it.
  std::string failure() const;

  // What is expected next, for people.
  std::string Explain() const;

  Expr state() const { return states_.back(); }

 private:
  Expr After(Expr state, std::string_view bytes) const;  // under the space's lock

  std::shared_ptr<const Program> program_;
  std::vector<Expr> states_;
  std::map<std::string, std::vector<Expr>, std::less<>> names_;  // what has stood for each declared terminal
  size_t ended_ = 0;                                             // the step at which an end token was taken; 0: none
};

}  // namespace heddle::mask
