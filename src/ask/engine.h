// Engine: one request from words to an answer: understand, check against this machine, rate what it would do. The line
// every `heddle ask` follows. Not thread-safe; one per thread.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "ask/book.h"
#include "ask/learned.h"
#include "ask/look_gate.h"
#include "ask/touch.h"
#include "ask/understand.h"
#include "facts/git_index.h"
#include "facts/machine.h"
#include "shell/analyze.h"
#include "trace/trace.h"

namespace heddle::ask {

struct Part {
  std::string text, meaning;  // a word of the command and what it is for
};

struct Answer {
  std::string query, command;
  std::string source;  // "parser", "learned", "model", or empty when abstained
  double confidence = 0;
  bool abstained = false;
  std::vector<std::string> reasons;  // why it abstained
  std::string question;              // what would help
  std::vector<std::string> choices;
  std::vector<std::string> placeholders;  // still to be filled in; such a command never runs
  shell::Analysis analysis;
  std::vector<Part> explanation;
  std::vector<Candidate> alternatives;
  std::vector<std::string> unverified;  // what this machine lacks or could not confirm
  std::vector<Touched> touched;
  std::string safer;  // a variant that does less harm, or empty
  int64_t timing_us = 0;
};

struct EngineOptions {
  shell::Dialect dialect = shell::Dialect::kBash;
  std::string system;          // "" GNU, "bsd", "busybox"
  bool other_machine = false;  // --target given: this machine's facts say nothing
  std::string cwd, home;
  std::string learned_path;  // SQLite of learned examples; empty or absent: none
  std::string facts_path;    // SQLite cache of machine facts; empty: none
  const shell::RuleSet* user_rules = nullptr;
  int candidates = 1;
  trace::Sink* trace = nullptr;  // gets a span for each step of an answer
  bool probe_help = false;       // may run COMMAND --help in the sandbox to learn flags
};

// Seam for a model: proposes commands for what the parser and the examples decline. Its proposals are parsed, checked
// and rated like any other text; nothing it says lowers a risk.
class Proposer {
 public:
  virtual ~Proposer() = default;
  virtual Result<std::vector<Candidate>> Propose(const Request& request) = 0;
};

class Engine {
 public:
  explicit Engine(EngineOptions options, Proposer* proposer = nullptr);
  void set_proposer(Proposer* proposer) { proposer_ = proposer; }

  // Errors: the request itself is unusable (empty, too long, not text).
  Result<Answer> Ask(const std::string& query);
  Result<shell::Analysis> Check(const std::string& command) const;
  std::vector<Part> Explain(const std::string& command);
  std::vector<Touched> Touches(const shell::Analysis& analysis) const;
  facts::Machine& machine() { return machine_; }
  const shell::World& world() const { return world_; }

 private:
  // Takes out what `gate` does not admit; returns the best of it that would have been an answer, or empty.
  std::string KeepAdmitted(const LookGate& gate, std::vector<Candidate>& candidates) const;
  void DoubtChanges(std::vector<Candidate>& candidates) const;
  // Why what a model proposed is not even shown; empty: nothing speaks against it.
  std::string Doubt(const LookGate& gate, const Candidate& proposed);
  void Verify(Answer& answer);
  void Abstain(Answer& answer, const std::vector<Candidate>& candidates) const;

  EngineOptions options_;
  Proposer* proposer_;
  shell::World world_;
  std::optional<facts::WorkTree> tree_;  // of the first file that a command would lose
  std::string looked_in_;                // the folder last looked in for a work tree
  facts::Machine machine_;
};

// The meaning of common commands and flags, from data/explain.txt. Pure lookup; empty when unknown.
std::string_view KnownMeaning(std::string_view command, std::string_view flag);
// All commands that it knows, with what they are for.
std::vector<std::pair<std::string, std::string>> KnownCommands();

// A less harmful spelling of a command with such an effect ("rm -i", "git clean -n"), or empty.
std::string SaferVariant(const std::string& command, const shell::Analysis& analysis);

}  // namespace heddle::ask
