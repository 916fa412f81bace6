#include "cli/critical_target.h"

#include <algorithm>

#include "base/text.h"
#include "shell/rules.h"
#include "shell/value.h"

namespace heddle::cli {
namespace {

constexpr size_t kMostBytes = 60;

// Every byte that could not be typed as it is seen becomes an escape, and what is typed is held against that.
std::string OnOneLine(const std::string& target) {
  std::string out = ForTerminal(ReplaceAll(target, shell::Unknown(), "$?"));
  out = ReplaceAll(ReplaceAll(out, "\n", "\\x0a"), "\t", "\\x09");
  if (out.size() > kMostBytes) {
    size_t from = out.size() - kMostBytes;
    while (from < out.size() && (static_cast<unsigned char>(out[from]) & 0xC0) == 0x80) ++from;
    out.erase(0, from);
  }
  return std::string(Trim(out));
}

shell::Risk RiskOf(const shell::Effect& effect) {
  const shell::PlaceRule* rule = shell::RuleSet::BuiltIn().Place(effect);
  return rule != nullptr ? rule->risk : shell::Risk::kSafe;
}

}  // namespace

std::string CriticalTarget(const shell::Analysis& analysis) {
  const shell::Effect* worst = nullptr;
  for (const auto& effect : analysis.effects) {
    if (effect.target.empty() || effect.kind == shell::EffectKind::kRead) continue;
    if (worst == nullptr || RiskOf(effect) > RiskOf(*worst)) worst = &effect;
  }
  const std::string out = worst == nullptr ? "" : OnOneLine(worst->target);
  return out.empty() ? "critical" : out;
}

}  // namespace heddle::cli
