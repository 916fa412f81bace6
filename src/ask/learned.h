// Learned examples: pairs of description and command from the user's own tldr pages and shell history, in SQLite FTS5.
// They answer, at lower confidence, what the parser declines.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "ask/understand.h"
#include "store/database.h"

namespace heddle::ask {

struct LearnReport {
  int pages = 0, examples = 0, skipped = 0;
};

class Learned {
 public:
  static Result<Learned> Open(const std::string& path);
  // Every *.md below `directory`; examples learned from tldr before are replaced. `progress` gets the pages read so
  // far.
  Result<LearnReport> LearnTldr(const std::string& directory, const std::function<void(int done, int total)>& progress);
  // A bash or zsh history file; the command is its own description. Lines that hold a secret-looking word are skipped.
  Result<LearnReport> LearnHistory(const std::string& file);
  Result<int64_t> Count();
  // Examples for a request, best first; placeholders are filled from it where the kinds fit, the rest stay <visible>.
  Result<std::vector<Candidate>> Answer(const Book& book, const Request& request, int limit);

 private:
  explicit Learned(store::Database database) : database_(std::move(database)) {}
  store::Database database_;
};

struct TldrExample {
  std::string description, command;
};
// The examples of one tldr page (markdown). Pure.
std::vector<TldrExample> ParseTldrPage(std::string_view text);

}  // namespace heddle::ask
