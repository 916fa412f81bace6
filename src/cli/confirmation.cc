#include "cli/confirmation.h"

#include <algorithm>

#include "base/text.h"
#include "shell/expand.h"
#include "shell/nature.h"
#include "sys/files.h"

namespace heddle::cli {
namespace {

using shell::EffectKind;

struct Verb {
  EffectKind kind;
  std::string_view says;
};
constexpr Verb kVerbs[] = {{EffectKind::kWrite, "writes over what is there"},
                           {EffectKind::kAppend, "appends to what is there"},
                           {EffectKind::kOverwrite, "overwrites files"},
                           {EffectKind::kDelete, "deletes files"},
                           {EffectKind::kMove, "moves files"},
                           {EffectKind::kProcess, "ends processes"},
                           {EffectKind::kPackages, "changes what is installed"},
                           {EffectKind::kUpload, "sends data to another machine"},
                           {EffectKind::kPrivilege, "runs with more rights"},
                           {EffectKind::kExecute, "runs code that is not known"},
                           {EffectKind::kRemote, "runs on another machine"}};

std::string_view Says(EffectKind kind) {
  const auto* found = std::find_if(std::begin(kVerbs), std::end(kVerbs), [&](const Verb& v) { return v.kind == kind; });
  return found != std::end(kVerbs) ? found->says : "changes the system";
}

// Whether nothing lies at `path`, as far as that can be told before the command runs.
bool IsFree(const std::string& path, const std::string& cwd) {
  if (path.empty() || path[0] == '~' || shell::HasUnknown(path)) return false;
  const std::string full = path[0] == '/' ? path : Cat({cwd, "/", path});
  return sys::SystemFiles().Look(full).kind == sys::FileKind::kNone;
}

class Review {
 public:
  Review(const shell::Analysis& analysis, const ToConfirm& how) : analysis_(analysis), how_(how) {
    // After `cd` a relative path is not what it is here.
    moves_about_ = std::any_of(analysis.commands.begin(), analysis.commands.end(), [](const shell::UsedCommand& used) {
      return used.name == "cd" || used.name == "pushd" || used.name == "popd";
    });
  }

  std::string Why() const {
    if (auto why = OfEffects(); !why.empty()) return why;
    if (auto why = OfCommands(); !why.empty()) return why;
    return OfRisk();
  }

 private:
  bool strict() const { return how_.policy == "strict"; }
  bool permissive() const { return how_.policy == "permissive"; }

  bool Creates(const shell::Effect& effect) const {
    static constexpr EffectKind kWriting[] = {EffectKind::kWrite, EffectKind::kAppend, EffectKind::kOverwrite};
    const bool writes = std::find(std::begin(kWriting), std::end(kWriting), effect.kind) != std::end(kWriting);
    return writes && !effect.glob && !moves_about_ && IsFree(effect.target, how_.cwd);
  }

  std::string OfEffects() const {
    for (const shell::Effect& effect : analysis_.effects) {
      if (effect.place == shell::Place::kInert) continue;
      if (!shell::ChangesSomething(effect.kind)) {
        const bool plain = effect.kind == EffectKind::kRead || effect.kind == EffectKind::kNetwork ||
                           effect.kind == EffectKind::kDownload;
        if (!plain && !permissive()) return std::string(Says(effect.kind));
        continue;
      }
      if (strict() || !Creates(effect)) return std::string(Says(effect.kind));
    }
    return {};
  }

  std::string OfCommands() const {
    if (!analysis_.complete) return "could not be read as a whole";
    for (const shell::UsedCommand& used : analysis_.commands) {
      const shell::Nature nature = shell::NatureOf(used);
      const bool writes_only = nature == shell::Nature::kCreates && !strict() && !moves_about_ && MakesNew(used);
      if (nature == shell::Nature::kLooks || writes_only) continue;
      const std::string name = Cat({"runs ", ForTerminal(used.name), ", which "});
      if (nature != shell::Nature::kUnknown) return Cat({name, "changes something"});
      if (!permissive()) return Cat({name, "is not known to be harmless"});
    }
    return {};
  }

  bool MakesNew(const shell::UsedCommand& used) const {
    return std::all_of(used.operands.begin(), used.operands.end(),
                       [&](const std::string& operand) { return IsFree(operand, how_.cwd); });
  }

  // What is left here looks or creates, so that moderate is at most "overwrites it if it exists".
  std::string OfRisk() const {
    const bool writes = std::any_of(analysis_.effects.begin(), analysis_.effects.end(),
                                    [](const shell::Effect& effect) { return shell::ChangesSomething(effect.kind); });
    shell::Risk from = writes ? shell::Risk::kHigh : shell::Risk::kUnknown;
    if (strict()) from = shell::Risk::kUnknown;
    if (permissive()) from = shell::Risk::kCritical;
    if (analysis_.risk < from) return {};
    return Cat({"is rated ", shell::Name(analysis_.risk)});
  }

  const shell::Analysis& analysis_;
  const ToConfirm& how_;
  bool moves_about_ = false;
};

}  // namespace

std::string WhyConfirm(const shell::Analysis& analysis, const ToConfirm& how) { return Review(analysis, how).Why(); }

}  // namespace heddle::cli
