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

bool IsValueFlag(const CommandRow* row, std::string_view flag) {
  return row != nullptr && std::find(row->values.begin(), row->values.end(), flag) != row->values.end();
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

bool HasFlag(const Invocation& invocation, std::string_view spec) {
  const size_t equals = spec.find('=');
  const std::string_view name = spec.substr(0, equals);
  for (const Flag& flag : invocation.flags) {
    bool same = flag.name == name;
    if (!same && name.starts_with("--")) same = flag.name.size() > 2 && name.starts_with(flag.name);  // --rec
    if (!same && name.size() == 2 && name[0] == '-' && invocation.clusters) same = ClusterHas(flag.name, name[1]);
    if (same && (equals == spec.npos || GlobMatch(spec.substr(equals + 1), flag.value))) return true;
  }
  return false;
}

RuleSet::RuleSet(std::span<const CommandRow> commands, std::span<const Rule> rules, std::span<const PlaceRule> places,
                 std::span<const CodeRule> code)
    : commands_(commands), rules_(rules), places_(places), code_(code) {
  Index();
}

void RuleSet::Index() {
  for (const CommandRow& row : commands_) {
    for (auto name : row.names) rows_.emplace(name, &row);
  }
  by_name_.reserve(rules_.size() * 2);
  for (const Rule& rule : rules_) {
    std::vector<std::string_view> seen;
    for (auto command : rule.commands) {
      const auto name = FirstWord(command);
      if (std::find(seen.begin(), seen.end(), name) != seen.end()) continue;
      seen.push_back(name);
      if (name.find_first_of("*?[") != name.npos)
        wild_.push_back(&rule);
      else
        by_name_.emplace(name, &rule);
    }
  }
}

Invocation RuleSet::Read(const std::vector<Field>& argv) const {
  Invocation out;
  if (argv.empty()) return out;
  const std::string& path = argv[0].text;
  out.name = path.substr(path.rfind('/') == path.npos ? 0 : path.rfind('/') + 1);
  const auto found = rows_.find(out.name);
  const CommandRow* row = found != rows_.end() ? found->second : nullptr;
  out.clusters = row == nullptr || !row->long_single;
  for (size_t i = 1; i < argv.size(); ++i) {
    const std::string& text = argv[i].text;
    if (text == "--") {
      out.operands.insert(out.operands.end(), argv.begin() + static_cast<std::ptrdiff_t>(i) + 1, argv.end());
      break;
    }
    if (text.size() < 2 || text[0] != '-') {
      out.operands.push_back(argv[i]);
      continue;
    }
    Flag flag{text, ""};
    const auto next = [&] { return i + 1 < argv.size() ? argv[++i].text : std::string(); };
    if (const size_t equals = text.find('='); equals != text.npos && (text[1] == '-' || !out.clusters)) {
      flag = {text.substr(0, equals), text.substr(equals + 1)};
    } else if (IsValueFlag(row, text)) {
      flag.value = next();
    } else if (text[1] != '-' && out.clusters) {
      for (size_t k = 1; k < text.size(); ++k) {
        if (!IsValueFlag(row, Cat({"-", text.substr(k, 1)}))) continue;
        flag = {text.substr(0, k + 1), k + 1 < text.size() ? text.substr(k + 1) : next()};
        break;
      }
    }
    out.flags.push_back(std::move(flag));
  }
  return out;
}

std::vector<RuleSet::Match> RuleSet::Find(const Invocation& invocation) const {
  std::vector<Match> out;
  const auto consider = [&](const Rule& rule, bool wild) {
    int best = -1;
    for (auto command : rule.commands) {
      const auto name = FirstWord(command);
      if (wild ? GlobMatch(name, invocation.name) : name == invocation.name)
        best = std::max(best, MatchSub(command, invocation));
    }
    if (best >= 0 && Matches(rule, invocation, static_cast<size_t>(best)))
      out.push_back({&rule, static_cast<size_t>(best)});
  };
  const auto [from, to] = by_name_.equal_range(invocation.name);
  for (auto it = from; it != to; ++it) consider(*it->second, false);
  for (const Rule* rule : wild_) consider(*rule, true);
  return out;
}

const PlaceRule* RuleSet::Place(const Effect& effect) const {
  for (const PlaceRule& rule : places_) {
    if (!Holds(rule.effects, Name(effect.kind)) || !Holds(rule.places, Name(effect.place))) continue;
    if (rule.recursive >= 0 && (rule.recursive == 1) != effect.recursive) continue;
    if (rule.filtered >= 0 && (rule.filtered == 1) != effect.filtered) continue;
    return &rule;
  }
  return nullptr;
}

bool RuleSet::Knows(std::string_view name) const {
  if (by_name_.contains(name) || rows_.contains(name)) return true;
  return std::any_of(wild_.begin(), wild_.end(), [&](const Rule* rule) {
    return std::any_of(rule->commands.begin(), rule->commands.end(),
                       [&](auto c) { return GlobMatch(FirstWord(c), name); });
  });
}

std::vector<std::string_view> RuleSet::NamesMatching(std::string_view glob) const {
  std::vector<std::string_view> out;
  for (const Rule& rule : rules_) {
    for (auto command : rule.commands) {
      const auto name = FirstWord(command);
      if (GlobMatch(glob, name) && std::find(out.begin(), out.end(), name) == out.end()) out.push_back(name);
    }
  }
  return out;
}

}  // namespace heddle::shell
