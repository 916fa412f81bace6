#include "cli/hooks/hook_verdict.h"

#include <algorithm>
#include <iterator>

#include "base/text.h"
#include "cli/confirmation.h"
#include "cli/ratings.h"
#include "shell/nature.h"
#include "shell/quote.h"
#include "sys/files.h"

namespace heddle::cli {
namespace {

using shell::Place;

// What the policy makes of a rating. What no row names is denied. A critical command is to be typed by a person, which
// no agent's question makes sure of.
struct PolicyRow {
  std::string_view policy, rating;
  Verdict verdict;
};
constexpr PolicyRow kPolicyRows[] = {
    {"permissive", "safe", Verdict::kAllow},    {"permissive", "unknown", Verdict::kPass},
    {"permissive", "moderate", Verdict::kPass}, {"permissive", "high", Verdict::kAsk},
    {"moderate", "safe", Verdict::kAllow},      {"moderate", "unknown", Verdict::kAsk},
    {"moderate", "moderate", Verdict::kAsk},    {"moderate", "high", Verdict::kAsk},
    {"strict", "safe", Verdict::kAllow},
};

// Places where a file that is written takes effect later, or that are not this user's to write.
constexpr Place kGuardedPlaces[] = {Place::kRoot,         Place::kSystem,    Place::kDevice,   Place::kKernel,
                                    Place::kCredential,   Place::kStartup,   Place::kSchedule, Place::kLog,
                                    Place::kShellHistory, Place::kRepository};

// What switches the guard itself off: the agents' settings and heddle's own.
constexpr std::string_view kGuardFiles[] = {"/.claude/settings.json", "/.claude/settings.local.json",
                                            "/.codex/hooks.json",     "/.codex/config.toml",
                                            "/.gemini/settings.json", "/.cursor/hooks.json"};
constexpr std::string_view kGuardFolders[] = {"/opencode/plugin", "/.opencode/plugin", "/heddle/config.toml",
                                              "/heddle/rules.toml"};

Verdict VerdictOf(std::string_view policy, std::string_view rating) {
  for (const PolicyRow& row : kPolicyRows)
    if (row.policy == policy && row.rating == rating) return row.verdict;
  return Verdict::kDeny;
}

bool IsGuard(std::string_view target) {
  const std::string path = Cat({"/", target});
  const auto ends = [&](std::string_view name) { return path.ends_with(name); };
  const auto holds = [&](std::string_view name) { return Contains(path, name); };
  return std::any_of(std::begin(kGuardFiles), std::end(kGuardFiles), ends) ||
         std::any_of(std::begin(kGuardFolders), std::end(kGuardFolders), holds);
}

// Whether it would change what guards the agent.
bool ChangesGuard(const shell::Analysis& analysis) {
  const bool writes = std::any_of(analysis.effects.begin(), analysis.effects.end(), [](const shell::Effect& effect) {
    return shell::ChangesSomething(effect.kind) && IsGuard(effect.target);
  });
  const bool asks_heddle = std::any_of(analysis.commands.begin(), analysis.commands.end(), [](const auto& used) {
    const std::string first = used.operands.empty() ? used.subcommand : used.operands[0];
    return used.name == "heddle" && (first == "config" || first == "init");
  });
  return writes || asks_heddle;
}

// What is said of a tool, however much foreign text it holds.
std::string Line(std::string_view text) { return std::string(Clipped(ForTerminal(text), 500)); }

std::string Why(const shell::Analysis& analysis, std::string_view rating) {
  std::string out = Cat({"heddle: ", rating});
  if (!analysis.findings.empty() && analysis.findings[0].risk != shell::Risk::kSafe)
    out += Cat({": ", analysis.findings[0].reason, " [", analysis.findings[0].rule, "]"});
  return Line(out);
}

HookVerdict Denied(std::string_view reason) {
  return {.verdict = Verdict::kDeny, .rating = "critical", .reason = Line(Cat({"heddle: ", reason}))};
}

HookVerdict Weigh(const shell::Analysis& analysis, const HookPolicy& policy) {
  if (analysis.denied) return Denied("your rules deny this");
  std::string rating(RatingOf(analysis));
  std::string reason = Why(analysis, rating);
  if (ChangesGuard(analysis) && rating != "critical") {
    rating = "high";
    reason = "heddle: high: changes what guards this agent";
  }
  Verdict verdict = VerdictOf(policy.policy, rating);
  // Rated safe, and still something that heddle would not run unasked: the agent's own rules decide.
  const ToConfirm how{.policy = policy.policy, .cwd = policy.cwd};
  if (verdict == Verdict::kAllow && !WhyConfirm(analysis, how).empty()) verdict = Verdict::kPass;
  return {.verdict = verdict, .rating = rating, .reason = reason};
}

// The path itself and, where links lead elsewhere, what it is then.
std::vector<std::string> Spellings(const std::string& path, const HookPolicy& policy) {
  const std::string full = path.starts_with('/') ? path : Cat({policy.cwd, "/", path});
  std::vector<std::string> out = {path.starts_with("~/") ? path : sys::CleanPath(full)};
  std::string rest = sys::BaseName(full);
  for (std::string folder = sys::DirName(full); !folder.empty(); folder = sys::DirName(folder)) {
    const std::string whole = sys::SystemFiles().Resolve(Cat({folder, "/", rest}));
    const std::string real = whole.empty() ? sys::SystemFiles().Resolve(folder) : "";
    if (!whole.empty() || !real.empty()) {
      out.push_back(whole.empty() ? Cat({real, "/", rest}) : whole);
      break;
    }
    if (folder == "/") break;
    rest = Cat({sys::BaseName(folder), "/", rest});
  }
  return out;
}

HookVerdict JudgeWrite(ask::Engine& engine, const std::string& path, const HookPolicy& policy) {
  // Appending is what all ways to write have in common; a leading ~ is a home directory to some agents.
  const std::string word = path.starts_with("~/") ? Cat({"~/", shell::Quote(path.substr(2), shell::Dialect::kBash)})
                                                  : shell::Quote(path, shell::Dialect::kBash);
  const auto analysis = engine.Check(Cat({": >> ", word}));
  if (!analysis) return Denied(analysis.error().message);
  const bool guarded = std::any_of(analysis->effects.begin(), analysis->effects.end(), [](const shell::Effect& effect) {
    return std::find(std::begin(kGuardedPlaces), std::end(kGuardedPlaces), effect.place) != std::end(kGuardedPlaces);
  });
  HookVerdict out = Weigh(*analysis, policy);
  if (out.rating == "high" || out.rating == "critical") return out;
  if (!guarded) return {.verdict = Verdict::kPass, .rating = out.rating, .reason = out.reason};
  return {
      .verdict = VerdictOf(policy.policy, "high"),
      .rating = "high",
      .reason = Line(Cat({"heddle: high: writes to ", path, ", which takes effect later or is not this project's"}))};
}

}  // namespace

HookVerdict JudgeCommand(ask::Engine& engine, const std::string& command, const HookPolicy& policy) {
  const auto analysis = engine.Check(command);
  if (!analysis) return Denied(analysis.error().message);
  return Weigh(*analysis, policy);
}

HookVerdict JudgeWrites(ask::Engine& engine, const std::vector<std::string>& paths, const HookPolicy& policy) {
  HookVerdict worst{.verdict = Verdict::kPass, .rating = "safe", .reason = "heddle: no file of note"};
  for (const std::string& path : paths) {
    for (const std::string& spelling : Spellings(path, policy)) {
      HookVerdict each = JudgeWrite(engine, spelling, policy);
      if (each.verdict > worst.verdict) worst = std::move(each);
    }
  }
  return worst;
}

}  // namespace heddle::cli
