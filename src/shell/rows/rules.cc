#include "shell/rules.h"

#include <algorithm>

#include "base/text.h"

namespace heddle::shell {
namespace {

std::string_view FirstWord(std::string_view text) { return text.substr(0, text.find(' ')); }

bool ClusterHas(std::string_view cluster, char letter) {
  if (cluster.size() < 2 || cluster[0] != '-' || cluster[1] == '-') return false;
  return cluster.find(letter, 1) != cluster.npos;
}

bool IsFlag(const std::string& text) { return text.size() > 1 && text[0] == '-'; }

std::string BaseName(const std::string& path) { return path.substr(path.rfind('/') + 1); }

std::string WithoutVersionSuffix(const std::string& name) {
  const size_t dot = name.find('.');
  const bool versioned = dot != name.npos && dot > 0 && name[dot - 1] >= '0' && name[dot - 1] <= '9';
  return versioned ? name.substr(0, dot) : name;
}

// How many operands the subcommand words of `command` use up, or -1 when they do not match.
int MatchSub(std::string_view command, const Invocation& invocation) {
  int used = 0;
  for (auto word : SplitWords(command.substr(std::min(FirstWord(command).size(), command.size())))) {
    if (static_cast<size_t>(used) >= invocation.operands.size()) return -1;
    if (!GlobMatch(word, invocation.operands[static_cast<size_t>(used)].text)) return -1;
    ++used;
  }
  return used;
}

bool AnyOperand(const Invocation& invocation, size_t from, Words globs) {
  for (size_t i = from; i < invocation.operands.size(); ++i) {
    for (auto glob : globs) {
      if (GlobMatch(glob, invocation.operands[i].text)) return true;
    }
  }
  return false;
}

bool Matches(const Rule& rule, const Invocation& invocation, size_t sub) {
  const auto has = [&](std::string_view flag) { return HasFlag(invocation, flag); };
  if (!rule.flags.empty() && std::none_of(rule.flags.begin(), rule.flags.end(), has)) return false;
  if (!std::all_of(rule.all_flags.begin(), rule.all_flags.end(), has)) return false;
  if (std::any_of(rule.not_flags.begin(), rule.not_flags.end(), has)) return false;
  if (invocation.operands.size() < sub + static_cast<size_t>(rule.min_operands)) return false;
  if (!rule.args.empty() && !AnyOperand(invocation, sub, rule.args)) return false;
  return rule.not_args.empty() || !AnyOperand(invocation, sub, rule.not_args);
}

bool Holds(Words list, std::string_view name) { return std::find(list.begin(), list.end(), name) != list.end(); }

}  // namespace

namespace {

// Whether `flag` is the option `name`, in a cluster or shortened too.
bool IsNamed(const Flag& flag, std::string_view name, bool clusters) {
  if (flag.name == name) return true;
  if (name.starts_with("--")) return flag.name.size() > 2 && name.starts_with(flag.name);  // --rec
  return clusters && name.size() == 2 && name[0] == '-' && ClusterHas(flag.name, name[1]);
}

}  // namespace

bool HasFlag(const Invocation& invocation, std::string_view spec) {
  const size_t equals = spec.find('=');
  const std::string_view name = spec.substr(0, equals);
  return std::any_of(invocation.flags.begin(), invocation.flags.end(), [&](const Flag& flag) {
    if (!IsNamed(flag, name, invocation.clusters)) return false;
    return equals == spec.npos || GlobMatch(spec.substr(equals + 1), flag.value);
  });
}

// Tells one command's options from its operands; learns which options take a value as subcommands go by.
class RuleSet::OptionReader {
 public:
  OptionReader(const RuleSet& rules, const std::string& name) : rules_(rules), command_(name) {
    const auto row = rules.rows_.find(name);
    clusters_ = row == rules.rows_.end() || !row->second->long_single;
    Extend();
  }

  bool clusters() const { return clusters_; }

  void Operand(const std::string& text) {
    if (++operands_ > 2) return;
    command_ += " " + text;
    Extend();
  }

  // The option at `at`, with its value; `at` moves to the last word that it takes up.
  Flag Read(const std::vector<Field>& argv, size_t& at) const {
    const std::string& text = argv[at].text;
    const auto next = [&] { return at + 1 < argv.size() ? argv[++at].text : std::string(); };
    if (const size_t equals = text.find('='); equals != text.npos && (text[1] == '-' || !clusters_))
      return {text.substr(0, equals), text.substr(equals + 1)};
    if (TakesValue(text)) return {text, next()};
    if (text[1] == '-' || !clusters_) return {text, ""};
    for (size_t k = 1; k < text.size(); ++k) {
      if (!TakesValue(Cat({"-", text.substr(k, 1)}))) continue;
      return {text.substr(0, k + 1), k + 1 < text.size() ? text.substr(k + 1) : next()};
    }
    return {text, ""};
  }

 private:
  void Extend() {
    const auto found = rules_.values_.find(command_);
    if (found != rules_.values_.end()) lists_.push_back(&found->second);
  }

  // A long option may be shortened ("--targ").
  bool TakesValue(std::string_view flag) const {
    const bool shortened = flag.size() > 3 && flag.starts_with("--");
    return std::any_of(lists_.begin(), lists_.end(), [&](const auto* list) {
      return std::any_of(list->begin(), list->end(), [&](std::string_view value) {
        return value == flag || (shortened && value.starts_with(flag));
      });
    });
  }

  const RuleSet& rules_;
  std::string command_;
  std::vector<const std::vector<std::string_view>*> lists_;
  int operands_ = 0;
  bool clusters_ = true;
};

std::vector<std::string> ValuesOf(const Invocation& invocation, std::string_view spec) {
  const size_t equals = spec.find('=');
  const std::string_view name = spec.substr(0, equals);
  const std::string_view glob = equals == spec.npos ? "*" : spec.substr(equals + 1);
  const std::string_view prefix = glob.substr(0, glob.rfind('*'));
  std::vector<std::string> out;
  for (const Flag& flag : invocation.flags) {
    // In a cluster the value is the last letter's.
    const bool owner = name.size() != 2 || flag.name.size() <= 2 || flag.name.back() == name[1];
    if (!IsNamed(flag, name, invocation.clusters) || !owner || flag.value.empty()) continue;
    for (size_t n = 0; n <= flag.value.size(); ++n) {
      if (!GlobMatch(prefix, std::string_view(flag.value).substr(0, n))) continue;
      out.push_back(flag.value.substr(n));
      break;
    }
  }
  return out;
}

RuleSet::RuleSet(const Tables& tables) : tables_(tables) { Index(); }

void RuleSet::Index() {
  for (const CommandRow& row : tables_.commands) {
    for (auto name : row.names) {
      rows_.emplace(name, &row);
      auto& values = values_[std::string(name)];
      values.insert(values.end(), row.values.begin(), row.values.end());
    }
  }
  for (const WrapperRow& row : tables_.wrappers) {
    for (auto command : row.commands) wrappers_.emplace(FirstWord(command), &row);
  }
  for (const OptionRow& row : tables_.options) {
    for (auto command : row.commands) {
      options_.emplace(FirstWord(command), &row);
      auto& values = values_[std::string(command)];
      for (auto option : row.options) values.push_back(option.substr(0, option.find('=')));
    }
  }
  by_name_.reserve(tables_.rules.size() * 2);
  for (const Rule& rule : tables_.rules) {
    std::vector<std::string_view> seen;
    for (auto command : rule.commands) {
      const auto name = FirstWord(command);
      if (name.find_first_of("*?[") != name.npos) {
        (name == "*" ? any_ : wild_).push_back({&rule, command});
        continue;
      }
      if (std::find(seen.begin(), seen.end(), name) != seen.end()) continue;
      seen.push_back(name);
      by_name_.emplace(name, &rule);
    }
  }
}

Invocation RuleSet::Read(const std::vector<Field>& argv) const {
  Invocation out;
  if (argv.empty()) return out;
  out.name = BaseName(argv[0].text);
  if (!Knows(out.name)) out.name = WithoutVersionSuffix(out.name);
  OptionReader reader(*this, out.name);
  out.clusters = reader.clusters();
  for (size_t i = 1; i < argv.size(); ++i) {
    if (argv[i].text == "--") {
      out.operands.insert(out.operands.end(), argv.begin() + static_cast<std::ptrdiff_t>(i) + 1, argv.end());
      break;
    }
    if (IsFlag(argv[i].text)) {
      out.flags.push_back(reader.Read(argv, i));
    } else {
      out.operands.push_back(argv[i]);
      reader.Operand(argv[i].text);
    }
  }
  return out;
}

// Where the command of a wrapper begins in `argv`, when `command` (its name and subcommands) is what stands there; 0
// when it is not.
size_t RuleSet::CommandBegin(const WrapperRow& wrapper, std::string_view command,
                             const std::vector<Field>& argv) const {
  const auto words = SplitWords(command);
  OptionReader reader(*this, std::string(words[0]));
  size_t matched = 1;
  int skip = wrapper.skip;
  for (size_t i = 1; i < argv.size(); ++i) {
    const std::string& text = argv[i].text;
    const bool whole = matched == words.size();
    if (text == "--") {
      if (whole && skip == 0) return i + 1;
    } else if (IsFlag(text) || text == "-") {
      if (text != "-") (void)reader.Read(argv, i);
    } else if (!whole) {
      if (!GlobMatch(words[matched], text)) return 0;
      reader.Operand(text);
      ++matched;
    } else if (wrapper.assignments && text.find('=') != text.npos && text[0] != '/' && text[0] != '.') {
      continue;
    } else if (skip > 0) {
      --skip;
    } else {
      return i;
    }
  }
  return 0;
}

const WrapperRow* RuleSet::Wrapper(const std::vector<Field>& argv, size_t& command_at) const {
  const std::string name = BaseName(argv[0].text);
  const WrapperRow* best = nullptr;
  size_t longest = 0;
  const auto [from, to] = wrappers_.equal_range(name);
  for (auto it = from; it != to; ++it) {
    for (auto command : it->second->commands) {
      if (FirstWord(command) != name || command.size() <= longest) continue;
      const size_t at = CommandBegin(*it->second, command, argv);
      if (at == 0 || at >= argv.size()) continue;
      best = it->second;
      longest = command.size();
      command_at = at;
    }
  }
  return best;
}

std::vector<const OptionRow*> RuleSet::Options(const Invocation& invocation) const {
  std::vector<const OptionRow*> out;
  const auto [from, to] = options_.equal_range(invocation.name);
  for (auto it = from; it != to; ++it) {
    const bool matches = std::any_of(it->second->commands.begin(), it->second->commands.end(), [&](auto command) {
      return FirstWord(command) == invocation.name && MatchSub(command, invocation) >= 0;
    });
    if (matches && std::find(out.begin(), out.end(), it->second) == out.end()) out.push_back(it->second);
  }
  return out;
}

const VariableRow* RuleSet::Variable(std::string_view name) const {
  for (const VariableRow& row : tables_.variables) {
    for (auto glob : row.names) {
      if (GlobMatch(glob, name)) return &row;
    }
  }
  return nullptr;
}

std::vector<RuleSet::Match> RuleSet::Find(const Invocation& invocation) const {
  std::vector<Match> out;
  const auto add = [&](const Rule& rule, int sub) {
    if (sub >= 0 && Matches(rule, invocation, static_cast<size_t>(sub)))
      out.push_back({&rule, static_cast<size_t>(sub)});
  };
  const auto [from, to] = by_name_.equal_range(invocation.name);
  for (auto it = from; it != to; ++it) {
    int best = -1;
    for (auto command : it->second->commands) {
      if (FirstWord(command) == invocation.name) best = std::max(best, MatchSub(command, invocation));
    }
    add(*it->second, best);
  }
  for (const WildCommand& wild : wild_) {
    if (GlobMatch(FirstWord(wild.command), invocation.name)) add(*wild.rule, MatchSub(wild.command, invocation));
  }
  if (any_.empty() || Knows(invocation.name)) return out;
  for (const WildCommand& any : any_) add(*any.rule, MatchSub(any.command, invocation));
  return out;
}

const PlaceRule* RuleSet::Place(const Effect& effect) const {
  for (const PlaceRule& rule : tables_.places) {
    if (!Holds(rule.effects, Name(effect.kind)) || !Holds(rule.places, Name(effect.place))) continue;
    if (rule.recursive >= 0 && (rule.recursive == 1) != effect.recursive) continue;
    if (rule.filtered >= 0 && (rule.filtered == 1) != effect.filtered) continue;
    return &rule;
  }
  return nullptr;
}

bool RuleSet::Knows(std::string_view name) const {
  if (by_name_.contains(name) || rows_.contains(name) || wrappers_.contains(name)) return true;
  return std::any_of(wild_.begin(), wild_.end(),
                     [&](const WildCommand& wild) { return GlobMatch(FirstWord(wild.command), name); });
}

bool RuleSet::IsDangerous(std::string_view name) const {
  if (wrappers_.contains(name) || options_.contains(name)) return true;
  const auto [from, to] = by_name_.equal_range(name);
  return std::any_of(from, to, [](const auto& entry) {
    const Rule& rule = *entry.second;
    const bool harmless = rule.effect.empty() || rule.effect == "read" || rule.effect == "download";
    return !harmless || (rule.rated && rule.risk >= Risk::kHigh);
  });
}

std::vector<std::string_view> RuleSet::NamesMatching(std::string_view glob) const {
  std::vector<std::string_view> out;
  for (std::string_view shell : {"sh", "bash", "dash", "zsh"}) {
    if (GlobMatch(glob, shell)) out.push_back(shell);
  }
  for (const auto& [name, row] : rows_) {
    if (GlobMatch(glob, name)) out.push_back(name);
  }
  for (const Rule& rule : tables_.rules) {
    for (auto command : rule.commands) {
      const auto name = FirstWord(command);
      if (GlobMatch(glob, name) && std::find(out.begin(), out.end(), name) == out.end()) out.push_back(name);
    }
  }
  return out;
}

}  // namespace heddle::shell
