#include "cli/undoable_run.h"

#include <algorithm>
#include <optional>

#include "base/text.h"
#include "cli/progress.h"
#include "cli/question.h"
#include "cli/undo/expiry.h"
#include "cli/undo/listed_files.h"
#include "cli/undo/named_files.h"
#include "cli/undo/record.h"
#include "shell/expand.h"
#include "sys/environment.h"
#include "sys/interrupts.h"

namespace heddle::cli {
namespace {

using Kind = shell::FileChange::Kind;

constexpr int64_t kQuickUs = 200'000;  // work that ends sooner is not worth a thread that waits for Ctrl-C
constexpr int64_t kSilentUs = 1'000'000;

// Watches the keeping: shows how far it is, and stops it on Ctrl-C.
class Watch {
 public:
  explicit Watch(const App& app) : progress_(app, "keeping what this changes", "files") {}

  bool Step(uint64_t files, uint64_t bytes) {
    files_ += files;
    bytes_ += bytes;
    const int64_t elapsed = sys::SystemClock().MonotonicUs() - start_;
    if (elapsed < kQuickUs) return true;
    if (!interrupts_) interrupts_.emplace();
    progress_.Note(HumanBytes(bytes_));
    if (elapsed > kSilentUs) progress_.Show(files_, 0, 0);
    return !interrupts_->token().stop_requested();
  }

 private:
  Progress progress_;
  std::optional<sys::Interrupts> interrupts_;
  int64_t start_ = sys::SystemClock().MonotonicUs();
  uint64_t files_ = 0, bytes_ = 0;
};

Result<Record> KeepFirst(const App& app, const Undoing& undoing, const ToRun& what) {
  Watch watch(app);
  return Record::Begin(undoing.plan,
                       {.command = what.command,
                        .cwd = what.cwd,
                        .limits = undoing.settings.limits,
                        .step = [&](uint64_t files, uint64_t bytes) { return watch.Step(files, bytes); }});
}

void SaySettled(const App& app, Record& record) {
  const auto changed = record.Settle();
  if (!changed) {
    app.Err(Cat({"heddle: what this changed could not be noted: ", ForTerminal(changed.error().message), "\n"}));
  } else if (*changed > 0) {
    app.Err(Cat({"heddle: ", std::to_string(*changed), *changed == 1 ? " item" : " items", " changed; `heddle undo ",
                 std::to_string(record.id()), "` takes this back\n"}));
  }
}

// What is too old or too much goes, now that something new is kept.
void MakeRoom(const App& app, const ExpiryLimits& limits) {
  const auto expired = Expire(limits, sys::SystemClock().UnixMs());
  if (expired && expired->over > 0)
    app.Err(Cat({"heddle: what is kept for undo takes ", HumanBytes(expired->over),
                 " more than the setting trash_size_mb, all younger than a day; see heddle undo --purge\n"}));
}

// What changes by names that are there now, and by what programs list.
shell::Analysis FollowExactly(const std::string& command, const shell::World& world, const shell::Analysis& analysis) {
  shell::World exact = world;
  exact.names = NamesIn;
  std::vector<Words> listed;
  const auto note = [&](const std::vector<shell::Field>& argv) {
    Words words;
    for (const auto& word : argv) words.push_back(word.text);
    if (CanBeListed(words)) listed.push_back(std::move(words));
  };
  auto followed = shell::Analyze(command, exact, {.on_command = note});
  if (!followed) return analysis;
  auto& changes = followed->changes;
  const std::string open = listed.size() == 1 ? Cat({"it is not known which files ", listed[0][0], " changes"}) : "";
  const bool others = std::any_of(changes.begin(), changes.end(), [&](const shell::FileChange& change) {
    return change.kind == Kind::kEnter || (change.kind == Kind::kUnknown && change.why != open);
  });
  // Its settings in the environment are not followed.
  if (open.empty() || others || Contains(command, "GIT_")) return *std::move(followed);
  const auto more = ListChanges(listed[0], world.cwd);
  if (!more) return *std::move(followed);
  std::erase_if(changes, [&](const shell::FileChange& change) { return change.why == open; });
  changes.insert(changes.end(), more->begin(), more->end());
  return *std::move(followed);
}

}  // namespace

Result<Undoing> PlanRun(const App& app, const std::string& command, const shell::World& world,
                        const shell::Analysis& analysis) {
  Undoing out{.on = app.config().On("trash")};
  if (!out.on) return out;
  TRY_ASSIGN(out.settings, ReadUndoSettings(app.config()));
  out.plan = PlanUndo(analysis, out.settings.limits);
  if (out.plan.unknown.empty() || !out.plan.lost.empty()) return out;
  const UndoPlan plan = PlanUndo(FollowExactly(command, world, analysis), out.settings.limits);
  if (plan.whole()) out.plan = plan;
  return out;
}

std::string CannotUndo(const Undoing& undoing) {
  const UndoPlan& plan = undoing.plan;
  if (!undoing.on || plan.whole()) return "";
  const bool some = plan.lost.empty() && !plan.wishes.empty();
  return Cat({"`heddle undo` cannot take ", some ? "all of this" : "this",
              " back: ", ForTerminal(plan.lost.empty() ? plan.unknown : plan.lost)});
}

int RunKept(const App& app, const Undoing& undoing, const ToRun& what) {
  const UndoPlan& plan = undoing.plan;
  const bool nothing = plan.wishes.empty() && plan.later.empty();
  if (!undoing.on || nothing || !plan.lost.empty()) return what.run();
  auto record = KeepFirst(app, undoing, what);
  if (!record) {
    if (record.error().code == Code::kCancelled) return kCancelled;
    app.Err(Cat({"heddle: `heddle undo` cannot take this back: ", ForTerminal(record.error().message), "\n"}));
    if (!app.interactive()) return kNeedsConfirmation;
    return Confirmed(app, "  run it all the same?") ? what.run() : kCancelled;
  }
  const int code = what.run();
  SaySettled(app, *record);
  MakeRoom(app, undoing.settings.expiry);
  return code;
}

}  // namespace heddle::cli
