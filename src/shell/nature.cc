#include "shell/nature.h"

#include <algorithm>
#include <iterator>

#include "base/text.h"
#include "shell/expand.h"
#include "shell/rules.h"

namespace heddle::shell {
namespace {

// "-tf" has "-t" too.
bool Has(std::string_view typed, std::string_view flag) {
  const bool cluster = flag.size() == 2 && typed.size() > 2 && typed[1] != '-';
  return typed == flag || (cluster && typed.find(flag[1]) != typed.npos);
}

bool Fits(const NatureRow& row, const UsedCommand& used) {
  if (row.words.size() > used.operands.size()) return false;
  if (row.ends && used.operands.size() > row.words.size()) return false;
  for (size_t i = 0; i < row.words.size(); ++i) {
    if (!GlobMatch(row.words[i], used.operands[i])) return false;
  }
  return std::all_of(row.flags.begin(), row.flags.end(), [&](std::string_view flag) {
    return std::any_of(used.flags.begin(), used.flags.end(), [&](const std::string& has) { return Has(has, flag); });
  });
}

// Longer entries say more; "." makes one a little longer.
size_t Length(const NatureRow& row) { return 2 * (row.words.size() + row.flags.size()) + (row.ends ? 1 : 0); }

}  // namespace

Nature NatureOf(const UsedCommand& used) {
  const Program* program = HasUnknown(used.name) ? nullptr : RuleSet::BuiltIn().Find(used.name);
  if (program == nullptr) return Nature::kUnknown;
  const NatureRow* best = nullptr;
  for (const NatureRow& row : program->natures) {
    if (!Fits(row, used)) continue;
    const size_t length = Length(row);
    const size_t so_far = best != nullptr ? Length(*best) : 0;
    const bool worse = best != nullptr && length == so_far && row.nature > best->nature;
    if (best == nullptr || length > so_far || worse) best = &row;
  }
  return best != nullptr ? best->nature : Nature::kUnknown;
}

bool ChangesSomething(EffectKind kind) {
  using enum EffectKind;
  static constexpr EffectKind kHarmless[] = {kRead, kPrivilege, kNetwork, kDownload, kExecute, kRemote};
  return std::find(std::begin(kHarmless), std::end(kHarmless), kind) == std::end(kHarmless);
}

Nature NatureOf(const Analysis& analysis) {
  // Without commands it is for the shell alone, such as `cd`, or empty.
  Nature out = analysis.complete ? Nature::kLooks : Nature::kUnknown;
  for (const UsedCommand& used : analysis.commands) out = std::max(out, NatureOf(used));
  for (const Effect& effect : analysis.effects) {
    if (ChangesSomething(effect.kind) && effect.place != Place::kInert) return Nature::kChanges;
    const bool elsewhere = effect.kind == EffectKind::kExecute || effect.kind == EffectKind::kRemote;
    if (elsewhere) out = std::max(out, Nature::kUnknown);
  }
  return out;
}

}  // namespace heddle::shell
