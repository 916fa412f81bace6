#include "ask/engine.h"

#include <algorithm>

#include "base/text.h"
#include "shell/ast.h"
#include "shell/expand.h"
#include "shell/nature.h"
#include "sys/environment.h"
#include "sys/files.h"

namespace heddle::ask {
namespace {

// Variables whose values matter for where a path lies; nothing else of the environment is looked at.
constexpr const char* kVariables[] = {"HOME",   "USER",       "LOGNAME",         "TMPDIR",        "SHELL",
                                      "EDITOR", "PAGER",      "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME",
                                      "GOPATH", "CARGO_HOME", "VIRTUAL_ENV"};

void CollectCommands(const shell::Statement& statement, std::vector<const shell::Statement*>& out) {
  if (statement.kind == shell::Statement::Kind::kCommand && !statement.words.empty()) out.push_back(&statement);
  for (const auto& child : statement.children) CollectCommands(child, out);
}

constexpr double kShowAlternativeFrom = 0.75;
constexpr double kChangesMoreThanSaid = 0.25;

// What stands in for a missing command, where something that is nearly always there does.
struct Substitute {
  std::string_view missing, instead;
};
constexpr Substitute kSubstitutes[] = {{"rg", "grep -r"},
                                       {"fd", "find"},
                                       {"bat", "cat"},
                                       {"exa", "ls"},
                                       {"eza", "ls"},
                                       {"htop", "top"},
                                       {"ncdu", "du -h"},
                                       {"tree", "find ."},
                                       {"jq", "python3 -m json.tool"},
                                       {"xxd", "od -A x -t x1z"},
                                       {"ifconfig", "ip address"},
                                       {"netstat", "ss"},
                                       {"dig", "getent hosts"},
                                       {"wget", "curl -LO"},
                                       {"curl", "wget"},
                                       {"zip", "tar -czf"},
                                       {"unzip", "python3 -m zipfile -e"},
                                       {"lsof", "ss -tlnp"},
                                       {"convert", "magick"}};

// What is shown, printed by -q and run must be one and the same text.
bool IsOneVisibleLine(std::string_view command) { return ForTerminal(command) == command; }

}  // namespace

Engine::Engine(EngineOptions options, Proposer* proposer)
    : options_(std::move(options)),
      proposer_(proposer),
      machine_({.cache_path = options_.facts_path, .run_help = options_.probe_help}) {
  world_.cwd = options_.cwd;
  world_.home = options_.home;
  for (const char* name : kVariables) {
    if (auto value = sys::Env(name); !value.empty()) world_.environment[name] = value;
  }
  world_.resolve = [](const std::string& path) { return sys::SystemFiles().Resolve(path); };
  world_.read = [](const std::string& path) -> std::optional<std::string> {
    constexpr size_t kLargest = 64 << 10;  // larger ones are hardly scripts
    const auto info = sys::SystemFiles().LookThrough(path);
    if (info.kind != sys::FileKind::kFile || info.size > kLargest) return std::nullopt;
    auto text = sys::SystemFiles().Read(path, kLargest);
    return text ? std::optional<std::string>(*std::move(text)) : std::nullopt;
  };
  world_.tracked = [this](const std::string& path) {
    const std::string folder = sys::DirName(path);
    // One tree is kept: most commands stay in one. A file elsewhere is looked up anew.
    const bool inside = tree_ && path.starts_with(tree_->top + "/");
    if (!inside && looked_in_ != folder) tree_ = facts::FindWorkTree(sys::SystemFiles(), folder), looked_in_ = folder;
    return tree_ && path.starts_with(tree_->top + "/") && tree_->index.Tracks(path.substr(tree_->top.size() + 1));
  };
}

Result<shell::Analysis> Engine::Check(const std::string& command) const {
  return shell::Analyze(command, world_, {.user_rules = options_.user_rules});
}

Result<Answer> Engine::Ask(const std::string& query) {
  const int64_t start = sys::SystemClock().MonotonicUs();
  Answer answer;
  answer.query = query;
  Request request{.text = query, .dialect = options_.dialect, .system = options_.system};
  request.exists = [this](const std::string& path) {
    const std::string full = path.starts_with("~/") ? Cat({options_.home, path.substr(1)})
                             : path[0] == '/'       ? path
                                                    : Cat({options_.cwd, "/", path});
    const auto kind = sys::SystemFiles().Look(full).kind;
    return kind == sys::FileKind::kNone        ? Existing::kNothing
           : kind == sys::FileKind::kDirectory ? Existing::kDirectory
                                               : Existing::kFile;
  };
  if (!options_.other_machine)
    request.installed = [this](std::string_view command) { return machine_.Has(std::string(command)); };
  Understanding understanding;
  {
    trace::Span span(options_.trace, "ask.understand");
    TRY_ASSIGN(Understanding read, Understand(Book::BuiltIn(), request));
    understanding = std::move(read);
    span.Field("candidates", std::to_string(understanding.candidates.size()));
  }
  auto& candidates = understanding.candidates;
  const LookGate gate(query, [this](const std::string& command) { return Check(command); });
  std::string refused;  // what would have changed something where the request asks to look
  {
    trace::Span span(options_.trace, "ask.doubt");
    refused = KeepAdmitted(gate, candidates);
    DoubtChanges(candidates);
  }
  answer.source = "parser";
  if ((candidates.empty() || candidates[0].confidence < kAbstainBelow) && !options_.learned_path.empty() &&
      sys::SystemFiles().Look(options_.learned_path).kind == sys::FileKind::kFile) {
    trace::Span span(options_.trace, "ask.learned");
    if (auto learned = Learned::Open(options_.learned_path)) {
      auto found = learned->Answer(Book::BuiltIn(), request, 5);
      if (found) KeepAdmitted(gate, *found);
      if (found && !found->empty() && (*found)[0].confidence >= kAbstainBelow)
        candidates = *std::move(found), answer.source = "learned";
    }
  }
  std::string declined;  // why the model has no answer
  if ((candidates.empty() || candidates[0].confidence < kAbstainBelow) && proposer_ != nullptr) {
    trace::Span span(options_.trace, "ask.model");
    auto proposed = proposer_->Propose(request);
    if (!proposed)
      declined = proposed.error().message;
    else if (std::erase_if(*proposed, [&](const Candidate& c) { return !(declined = Doubt(gate, c)).empty(); });
             !proposed->empty())
      candidates = *std::move(proposed), answer.source = "model", declined.clear();
  }
  const auto hides = [](const Candidate& candidate) { return !IsOneVisibleLine(candidate.command); };
  const bool hidden = std::erase_if(candidates, hides) > 0;
  if (candidates.empty() || candidates[0].confidence < kAbstainBelow) {
    Abstain(answer, candidates);
    if (hidden) answer.reasons.push_back("the command would hold characters that cannot be seen");
    if (!refused.empty())
      answer.reasons.push_back(Cat({"it asks to look, and ", ForTerminal(refused), " would change something"}));
    if (!declined.empty()) answer.reasons.push_back(Cat({"the model: ", declined}));
    answer.timing_us = sys::SystemClock().MonotonicUs() - start;
    return answer;
  }
  const Candidate& best = candidates[0];
  answer.command = best.command;
  answer.confidence = best.confidence;
  answer.placeholders = best.missing;
  answer.question = best.missing.empty() ? "" : best.question;
  for (const std::string& assumed : best.assumptions)
    answer.unverified.push_back(Cat({"the model assumed: ", assumed}));
  {
    trace::Span span(options_.trace, "ask.rate");
    TRY_ASSIGN(shell::Analysis analysis, Check(answer.command));
    answer.analysis = std::move(analysis);
    span.Field("risk", shell::Name(answer.analysis.risk));
  }
  answer.safer = SaferVariant(answer.command, answer.analysis);
  const size_t more = static_cast<size_t>(std::max(1, options_.candidates));
  for (size_t i = 1; i < candidates.size() && answer.alternatives.size() + 1 < std::max<size_t>(more, 4); ++i) {
    if (candidates[i].confidence >= kShowAlternativeFrom || more > 1) answer.alternatives.push_back(candidates[i]);
  }
  if (!options_.other_machine) Verify(answer);
  answer.timing_us = sys::SystemClock().MonotonicUs() - start;
  return answer;
}

std::string Engine::KeepAdmitted(const LookGate& gate, std::vector<Candidate>& candidates) const {
  std::string refused;
  std::erase_if(candidates, [&](const Candidate& candidate) {
    if (gate.Admits(candidate.command)) return false;
    if (refused.empty() && candidate.confidence >= kAbstainBelow) refused = candidate.command;
    return true;
  });
  return refused;
}

// "delete old log files" is not "delete log files": what narrows a change is never left out.
void Engine::DoubtChanges(std::vector<Candidate>& candidates) const {
  constexpr size_t kLook = 3;  // those that may become the answer
  for (size_t i = 0; i < std::min(kLook, candidates.size()); ++i) {
    Candidate& candidate = candidates[i];
    if (candidate.unexplained.empty() || candidate.confidence < kAbstainBelow) continue;
    const auto analysis = Check(candidate.command);
    if (!analysis) continue;
    const bool changes = std::any_of(analysis->effects.begin(), analysis->effects.end(),
                                     [](const auto& effect) { return shell::ChangesSomething(effect.kind); });
    if (changes) candidate.confidence -= kChangesMoreThanSaid;
  }
  std::stable_sort(candidates.begin(), candidates.end(),
                   [](const Candidate& a, const Candidate& b) { return a.confidence > b.confidence; });
}

std::string Engine::Doubt(const LookGate& gate, const Candidate& proposed) {
  if (!gate.Admits(proposed.command))
    return Cat({"it proposed ", ForTerminal(proposed.command), ", which changes something; the request asks to look"});
  const auto analysis = Check(proposed.command);
  if (!analysis) return Cat({"what it proposed cannot be read: ", analysis.error().message});
  if (!analysis->complete || analysis->commands.empty())
    return Cat({"what it proposed is no whole command: ", ForTerminal(proposed.command)});
  for (const auto& used : analysis->commands) {
    if (options_.other_machine || used.name.empty() || shell::HasUnknown(used.name) || machine_.Has(used.name))
      continue;
    return Cat({"it proposed ", ForTerminal(used.name), ", which is not installed here"});
  }
  return {};
}

void Engine::Abstain(Answer& answer, const std::vector<Candidate>& candidates) const {
  answer.abstained = true;
  answer.source.clear();
  if (candidates.empty()) {
    answer.reasons.push_back("no reading of the request is a command that heddle knows");
    return;
  }
  const Candidate& nearest = candidates[0];
  answer.confidence = nearest.confidence;
  for (const auto& word : nearest.unexplained)
    answer.reasons.push_back(Cat({"\"", word, "\" has no place in the nearest reading"}));
  for (const auto& name : nearest.missing) answer.reasons.push_back(Cat({"the ", name, " is not said"}));
  if (answer.reasons.empty()) answer.reasons.push_back("the nearest reading is too uncertain");
  answer.question = !nearest.question.empty() ? nearest.question : "did you mean one of these?";
  for (const auto& candidate : candidates) {
    if (answer.choices.size() < 3 && candidate.confidence > 0.3) answer.choices.push_back(candidate.command);
  }
  if (answer.choices.empty()) answer.question.clear();
}

void Engine::Verify(Answer& answer) {
  trace::Span span(options_.trace, "ask.verify");
  for (const auto& used : answer.analysis.commands) {
    if (used.name.empty() || shell::HasUnknown(used.name) || facts::Machine::IsBuiltin(used.name)) continue;
    if (!machine_.Has(used.name)) {
      std::string note = Cat({used.name, " is not installed here"});
      for (const auto& [missing, instead] : kSubstitutes) {
        if (missing == used.name) note += Cat({"; ", instead, " may serve instead"});
      }
      if (std::find(answer.unverified.begin(), answer.unverified.end(), note) == answer.unverified.end())
        answer.unverified.push_back(std::move(note));
      continue;
    }
    if (used.name == "chmod") continue;  // "-x" is a mode there
    // git(1) lists no flag of git commit: those are on the page git-commit(1), where there is one.
    const std::string page = used.subcommand.empty() ? used.name : Cat({used.name, "-", used.subcommand});
    for (const auto& flag : used.flags) {
      // A cluster may hold values ("-n5"), so only whole words and single letters say something by their absence.
      const bool whole = flag.starts_with("--") || (flag.size() == 2 && flag[1] >= 'A');
      if (whole && machine_.Flag(page, flag) == facts::FlagFact::kNotListed) {
        answer.unverified.push_back(Cat({"no documentation of ", page, " here lists ", flag}));
      }
    }
  }
}

std::vector<Touched> Engine::Touches(const shell::Analysis& analysis) const {
  trace::Span span(options_.trace, "ask.touch");
  return LookAtTargets(analysis.effects, sys::SystemFiles(), options_.cwd);
}

std::vector<Part> Engine::Explain(const std::string& command) {
  trace::Span span(options_.trace, "ask.explain");
  std::vector<Part> out;
  auto script = shell::Parse(command);
  if (!script) return out;
  std::vector<const shell::Statement*> commands;
  CollectCommands(script->root, commands);
  for (const auto* statement : commands) {
    const std::string name(statement->words[0].raw);
    std::string summary(KnownMeaning(name, ""));
    if (summary.empty()) summary = machine_.Summary(name);
    out.push_back({name, summary.empty() ? "a command" : summary});
    for (size_t i = 1; i < statement->words.size(); ++i) {
      const std::string word(statement->words[i].raw);
      if (word.size() < 2 || word[0] != '-') continue;
      const std::string flag = word.substr(0, word.find('='));
      std::string meaning(KnownMeaning(name, flag));
      if (meaning.empty()) meaning = machine_.Describe(name, flag);
      if (meaning.empty() && flag[1] != '-' && flag.size() > 2) {  // a cluster: letter by letter
        for (size_t k = 1; k < flag.size(); ++k) {
          const std::string letter{'-', flag[k]};
          std::string one(KnownMeaning(name, letter));
          if (one.empty()) one = machine_.Describe(name, letter);
          if (!one.empty()) meaning += Cat({meaning.empty() ? "" : "; ", letter, " ", one});
        }
      }
      if (!meaning.empty()) out.push_back({word, meaning});
    }
    for (const auto& redirect : statement->redirects) {
      const std::string op(redirect.op);
      const std::string target(redirect.target.raw);
      out.push_back(
          {Cat({op, op.starts_with("<<") ? "" : " ", target}), op == ">" ? "writes the output to a file, replacing it"
                                                               : op == ">>" ? "appends the output to a file"
                                                               : op == "<"  ? "reads input from a file"
                                                                            : "redirects"});
    }
    if (out.size() > 40) break;
  }
  return out;
}

std::string SaferVariant(const std::string& command, const shell::Analysis& analysis) {
  if (analysis.risk < shell::Risk::kModerate) return "";
  struct Row {
    std::string_view begins, instead;
  };
  static constexpr Row kRows[] = {{"rm -rf ", "rm -rI "},
                                  {"rm -r ", "rm -rI "},
                                  {"rm ", "rm -i "},
                                  {"mv ", "mv -n "},
                                  {"git clean -f", "git clean -n"},
                                  {"git reset --hard", "git stash"},
                                  {"git push --force ", "git push --force-with-lease "},
                                  {"git branch -D ", "git branch -d "},
                                  {"rsync -av --delete", "rsync -avn --delete"},
                                  {"sudo apt remove", "apt -s remove"},
                                  {"kill -9 ", "kill "},
                                  {"pkill -9 ", "pkill "}};
  for (const auto& [begins, instead] : kRows) {
    if (command.starts_with(begins)) return Cat({instead, std::string_view(command).substr(begins.size())});
  }
  if (command.starts_with("find ") && command.ends_with(" -delete")) return command.substr(0, command.size() - 8);
  return "";
}

}  // namespace heddle::ask
