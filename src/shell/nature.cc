#include "shell/nature.h"

#include <algorithm>
#include <iterator>
#include <unordered_map>

#include "base/text.h"
#include "shell/expand.h"

namespace heddle::shell {
namespace {

struct Embedded {
  std::string_view path, text;
};
constexpr Embedded kData[] = {
#include "nature.inc"
};

// One entry of the data: what follows the program's name.
struct Entry {
  std::vector<std::string_view> words, flags;
  bool ends = false;  // no operand may follow
  Nature nature = Nature::kUnknown;
};

using Entries = std::unordered_map<std::string_view, std::vector<Entry>>;

void AddEntry(std::string_view text, Nature nature, Entries& out) {
  const auto parts = SplitWords(text);
  if (parts.empty()) return;
  Entry entry{.nature = nature};
  for (size_t i = 1; i < parts.size(); ++i) {
    if (parts[i] == ".")
      entry.ends = true;
    else
      (parts[i][0] == '-' ? entry.flags : entry.words).push_back(parts[i]);
  }
  out[parts[0]].push_back(std::move(entry));
}

Entries Load() {
  Entries out;
  for (const auto line : Split(kData[0].text, '\n')) {
    const size_t colon = line.find(':');
    if (line.empty() || line[0] == '#' || colon == line.npos) continue;
    const auto name = line.substr(0, colon);
    Nature nature = Nature::kChanges;
    if (name == "looks") nature = Nature::kLooks;
    if (name == "creates") nature = Nature::kCreates;
    for (const auto text : Split(line.substr(colon + 1), ',')) AddEntry(text, nature, out);
  }
  return out;
}

// "-tf" has "-t" too.
bool Has(std::string_view typed, std::string_view flag) {
  const bool cluster = flag.size() == 2 && typed.size() > 2 && typed[1] != '-';
  return typed == flag || (cluster && typed.find(flag[1]) != typed.npos);
}

bool Fits(const Entry& entry, const UsedCommand& used) {
  if (entry.words.size() > used.operands.size()) return false;
  if (entry.ends && used.operands.size() > entry.words.size()) return false;
  if (!std::equal(entry.words.begin(), entry.words.end(), used.operands.begin())) return false;
  return std::all_of(entry.flags.begin(), entry.flags.end(), [&](std::string_view flag) {
    return std::any_of(used.flags.begin(), used.flags.end(), [&](const std::string& has) { return Has(has, flag); });
  });
}

// Longer entries say more; "." makes one a little longer.
size_t Length(const Entry& entry) { return 2 * (entry.words.size() + entry.flags.size()) + (entry.ends ? 1 : 0); }

}  // namespace

namespace {

const Entries& AllEntries() {
  static const Entries entries = Load();
  return entries;
}

}  // namespace

bool HasNature(std::string_view program) { return AllEntries().contains(program); }

Nature NatureOf(const UsedCommand& used) {
  const Entries& entries = AllEntries();
  const auto found = entries.find(std::string_view(used.name));
  if (found == entries.end() || HasUnknown(used.name)) return Nature::kUnknown;
  const Entry* best = nullptr;
  for (const Entry& entry : found->second) {
    if (!Fits(entry, used)) continue;
    const size_t length = Length(entry);
    const size_t so_far = best != nullptr ? Length(*best) : 0;
    const bool worse = best != nullptr && length == so_far && entry.nature > best->nature;
    if (best == nullptr || length > so_far || worse) best = &entry;
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
