// Understand: a sentence to ranked commands. Every word of the sentence must be explained by a reading; what is left
// over lowers its confidence until it is no answer. Pure but for the `exists` callback; thread-safe.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "ask/book.h"
#include "ask/token.h"
#include "base/result.h"
#include "shell/quote.h"

namespace heddle::ask {

// Below this a reading is not an answer.
constexpr double kAbstainBelow = 0.5;

struct Request {
  std::string text;
  shell::Dialect dialect = shell::Dialect::kBash;
  std::string system;                                  // "" GNU, "bsd", "busybox"
  std::function<Existing(const std::string&)> exists;  // paths relative to where the user is; may be empty
  std::function<bool(std::string_view)> installed;     // commands; may be empty: all are
};

struct Candidate {
  std::string command;
  std::string intent;
  double confidence = 0;                 // 0 .. 1
  std::vector<std::string> missing;      // placeholders left in the command
  std::vector<std::string> unexplained;  // words the reading has no place for
  std::string question;                  // what to ask when something is missing
  std::vector<std::string> assumptions;  // of a model, in its words
};

struct Understanding {
  std::vector<Candidate> candidates;  // best first; commands differ
  bool refused = false;               // the request is not one for a shell
};

// Errors: those of Tokenize.
Result<Understanding> Understand(const Book& book, const Request& request);

}  // namespace heddle::ask
