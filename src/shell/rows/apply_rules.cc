// From a resolved command and the rules that match it to effects and findings.
#include <algorithm>
#include <utility>

#include "base/text.h"
#include "shell/arguments.h"
#include "shell/interpreter.h"
#include "shell/nature.h"
#include "shell/programs/programs.h"
#include "shell/rules.h"

namespace heddle::shell {
namespace {

// Commands whose flags are those of their subcommand.
constexpr std::string_view kWithSubcommands =
    "git docker podman kubectl helm apt apt-get systemctl journalctl npm yarn pip pip3 cargo go brew dnf yum snap "
    "flatpak "
    "ip nmcli gh aws gcloud az terraform openssl tmux";

// "docker system prune --help": the words of a subcommand and a flag that only asks about it.
bool OnlyAsks(const std::vector<Field>& argv) {
  if (argv.size() < 2 || !InList("--help --version", argv.back().text)) return false;
  return std::all_of(argv.begin() + 1, argv.end() - 1, [](const Field& field) {
    return !field.text.empty() && !field.glob && std::all_of(field.text.begin(), field.text.end(), [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == ':';
    }) && field.text[0] != '-';
  });
}

// Whether a key or the like is among what a command is given.
bool HoldsSecret(const Invocation& invocation) {
  const auto secret = [](const std::string& text) { return text.find(kSecret) != std::string::npos; };
  return std::any_of(invocation.operands.begin(), invocation.operands.end(),
                     [&](const Field& operand) { return secret(operand.text); }) ||
         std::any_of(invocation.flags.begin(), invocation.flags.end(),
                     [&](const Flag& flag) { return secret(flag.value) || secret(flag.name); });
}

bool IsNetwork(EffectKind kind) {
  return kind == EffectKind::kUpload || kind == EffectKind::kDownload || kind == EffectKind::kNetwork ||
         kind == EffectKind::kRemote;
}

}  // namespace

void Interpreter::ApplyRule(const Rule& rule, size_t sub, const Invocation& invocation, const Stream& input) {
  std::vector<Field> targets;
  const auto& all = invocation.operands;
  const std::string_view which = rule.operands;
  const auto from = [&](size_t at) { return all.begin() + static_cast<std::ptrdiff_t>(std::min(at, all.size())); };
  if (which.starts_with("value:")) {
    for (const Flag& flag : invocation.flags) {
      for (auto name : Split(which.substr(6), ',')) {
        if (flag.name == name || (name.starts_with("--") && flag.name.size() > 3 && name.starts_with(flag.name)))
          targets.push_back({flag.value});
      }
    }
  } else if (which.starts_with("prefix:")) {
    for (const Field& operand : all) {
      if (operand.text.starts_with(which.substr(7)))
        targets.push_back({operand.text.substr(which.size() - 7), operand.glob});
    }
  } else if (which == "first") {
    if (all.size() > sub) targets.push_back(all[sub]);
  } else if (which == "last") {
    if (all.size() > sub) targets.push_back(all.back());
  } else if (which == "butlast") {
    if (all.size() > sub) targets.assign(from(sub), all.end() - 1);
  } else if (which == "rest") {
    targets.assign(from(sub + 1), all.end());
  } else if (which != "none") {
    targets.assign(from(sub), all.end());
  }
  if (!rule.places.empty() && std::none_of(targets.begin(), targets.end(), [&](const Field& target) {
        const auto name = Name(Locate(target.text, target.glob, frame.cwd, world_).place);
        return std::find(rule.places.begin(), rule.places.end(), name) != rule.places.end();
      })) {
    return;
  }
  if (rule.action == Action::kDeny) result_.denied = true;
  if (rule.rated && !allowed_) Report(rule.id, rule.risk, std::string(rule.reason));
  const auto kind = ParseEffectKind(rule.effect);
  if (!kind) return;
  bool recursive = false;
  for (auto flag : rule.recursive) recursive |= flag == "always" || HasFlag(invocation, flag);
  if (targets.empty() && which == "none") Touch(*kind, {""}, recursive);
  for (const Field& target : targets) Touch(*kind, target, recursive);
  if (*kind == EffectKind::kDownload) {
    for (const Field& target : targets) files.Download(PathOf(target.text));
  }
  const bool fed = input.secret && IsNetwork(*kind) && *kind != EffectKind::kDownload;
  if (fed || (IsNetwork(*kind) && HoldsSecret(invocation))) {
    Report("network.exfiltration", Risk::kCritical, "sends the contents of a credential file to another machine");
  }
}

// Whether some row matched, or one of the user's allows the command.
Interpreter::Matched Interpreter::ApplyMatching(Invocation& invocation, const Stream& input) {
  bool matched = false;
  allowed_ = false;
  if (options_.user_rules != nullptr) {
    for (const auto& match : options_.user_rules->Matching(invocation)) {
      matched = true;
      if (match.rule->action == Action::kAllow)
        allowed_ = true;
      else
        ApplyRule(*match.rule, match.sub, invocation, input);
    }
  }
  for (const auto& match : rules_.Matching(invocation)) {
    matched = true;
    if (!match.rule->prints.empty()) invocation.prints = match.rule->prints;
    if (allowed_ && match.rule->risk == Risk::kCritical) allowed_ = false;
    ApplyRule(*match.rule, match.sub, invocation, input);
  }
  const bool allowed = std::exchange(allowed_, false);
  return {matched, allowed};
}

// Says so when nothing calls the command harmless, or an option of it; its words are then taken at their word.
void Interpreter::NoteUnknown(Invocation& invocation, const std::vector<Field>& argv, const UsedCommand& used,
                              const Stream& input) {
  const auto undeclared = [&](const RuleSet* rules) {
    return rules != nullptr ? rules->Undeclared(invocation, argv) : nullptr;
  };
  const Flag* option = undeclared(&rules_);
  const RuleSet* user = options_.user_rules;
  if (option != nullptr && user != nullptr && user->Knows(invocation.name)) option = undeclared(user);
  const bool described = invocation.described || NatureOf(used) != Nature::kUnknown;
  invocation.described = described && option == nullptr;
  if (invocation.described) return;
  const std::string what =
      !described ? (rules_.Knows(invocation.name) ? Cat({"what ", invocation.name, " does here is not known"})
                                                  : Cat({"nothing is known of ", invocation.name}))
                 : Cat({"what ", option->name, " makes ", invocation.name, " do is not known"});
  Report(described ? "option.unknown" : "program.unknown", Risk::kUnknown, what);
  size_t command = 0;
  if (rules_.Wrapper(argv, command) != nullptr) return;  // the words are those of another command
  for (const auto& match : rules_.MatchingAny(invocation)) {
    // The words of a program that is known are what they are; an option may say more.
    if (described && match.rule->flags.empty()) continue;
    ApplyRule(*match.rule, match.sub, invocation, input);
  }
}

// The command as whoever asks what is used sees it.
UsedCommand Interpreter::Used(const Invocation& invocation) const {
  UsedCommand used{.name = invocation.name};
  if (InList(kWithSubcommands, invocation.name) && !invocation.operands.empty())
    used.subcommand = invocation.operands[0].text;
  for (const Field& operand : invocation.operands) used.operands.push_back(operand.text);
  for (const Flag& flag : invocation.flags) {
    if (InList("-exec -execdir -ok -okdir", flag.name)) break;  // what follows is another command's
    used.flags.push_back(flag.name);
  }
  return used;
}

Invocation Interpreter::ApplyRules(const std::vector<Field>& argv, const Stream& input) {
  Invocation invocation = rules_.Read(argv, options_.user_rules);
  if (OnlyAsks(argv) || rules_.OnlyTells(invocation)) return invocation;
  // A script that can be read is looked into instead.
  const bool made = RunsAsScript(*this, argv[0].text);
  const auto [matched, allowed] = ApplyMatching(invocation, input);
  const RuleSet* user = options_.user_rules;
  invocation.described =
      made || matched || rules_.CallsKnown(invocation) || (user != nullptr && user->Knows(invocation.name));
  UsedCommand used = Used(invocation);
  if (!made && !allowed) NoteUnknown(invocation, argv, used, input);
  if (result_.commands.size() < kMaxEffects) result_.commands.push_back(std::move(used));
  return invocation;
}

}  // namespace heddle::shell
