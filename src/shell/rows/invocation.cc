#include "shell/invocation.h"

#include <algorithm>
#include <iterator>
#include <optional>

#include "base/text.h"

namespace heddle::shell {
namespace {

constexpr size_t kMaxSubcommands = 4;  // no row has more words than that

bool ClusterHas(std::string_view cluster, char letter) {
  if (cluster.size() < 2 || cluster[0] != '-' || cluster[1] == '-') return false;
  return cluster.find(letter, 1) != cluster.npos;
}

// Whether `flag` is the option `name`, in a cluster too.
bool IsExactly(const Flag& flag, std::string_view name, bool clusters) {
  if (flag.name == name) return true;
  return clusters && name.size() == 2 && name[0] == '-' && name[1] != '-' && ClusterHas(flag.name, name[1]);
}

// Likewise, or shortened ("--rec"), or by a glob ("--delete*").
bool MayBe(const Flag& flag, std::string_view name, bool clusters) {
  if (name.ends_with("*")) return flag.name.starts_with(name.substr(0, name.size() - 1));
  if (name.starts_with("--")) return flag.name.size() > 2 && name.starts_with(flag.name);
  return IsExactly(flag, name, clusters);
}

// Whether the words of `list` hold `flag`; a long one as it is, or shortened.
bool Lists(Words list, std::string_view flag, bool shortened) {
  if (shortened && (flag.size() <= 3 || !flag.starts_with("--"))) return false;
  return std::any_of(list.begin(), list.end(), [&](std::string_view option) {
    const auto name = option.substr(0, option.find('='));
    return shortened ? name.starts_with(flag) : name == flag;
  });
}

struct Spec {
  std::string_view name;
  std::optional<std::string_view> glob;  // of its value

  bool Fits(const Flag& flag) const { return !glob || GlobMatch(*glob, flag.value); }
};

Spec ReadSpec(std::string_view spec) {
  const size_t equals = spec.find('=');
  if (equals == spec.npos) return {spec, std::nullopt};
  return {spec.substr(0, equals), spec.substr(equals + 1)};
}

// "--dry-run=false" is no dry run.
bool IsOff(std::string_view value) {
  static constexpr std::string_view kOff[] = {"false", "no", "none", "off", "0"};
  return std::find(std::begin(kOff), std::end(kOff), value) != std::end(kOff);
}

}  // namespace

bool HasFlag(const Invocation& invocation, std::string_view text) {
  if (text == "--") return invocation.dashes;
  const Spec spec = ReadSpec(text);
  return std::any_of(invocation.flags.begin(), invocation.flags.end(), [&](const Flag& flag) {
    return MayBe(flag, spec.name, invocation.clusters) && spec.Fits(flag);
  });
}

bool SurelyHasFlag(const Invocation& invocation, std::string_view text) {
  const Spec spec = ReadSpec(text);
  const auto last = std::find_if(invocation.flags.rbegin(), invocation.flags.rend(), [&](const Flag& flag) {
    return IsExactly(flag, spec.name, invocation.clusters);
  });
  if (last == invocation.flags.rend()) return false;
  return spec.glob ? spec.Fits(*last) : !IsOff(last->value);
}

std::vector<std::string> ValuesOf(const Invocation& invocation, std::string_view text) {
  const Spec spec = ReadSpec(text);
  const std::string_view glob = spec.glob.value_or("*");
  const std::string_view prefix = glob.substr(0, glob.rfind('*'));
  std::vector<std::string> out;
  for (const Flag& flag : invocation.flags) {
    // In a cluster the value is the last letter's.
    const bool owner = spec.name.size() != 2 || flag.name.size() <= 2 || flag.name.back() == spec.name[1];
    if (!MayBe(flag, spec.name, invocation.clusters) || !owner || flag.value.empty()) continue;
    for (size_t n = 0; n <= flag.value.size(); ++n) {
      if (!GlobMatch(prefix, std::string_view(flag.value).substr(0, n))) continue;
      out.push_back(flag.value.substr(n));
      break;
    }
  }
  return out;
}

OptionReader::OptionReader(std::vector<Source> sources) : sources_(std::move(sources)) {
  for (const Source& source : sources_) {
    if (source.program == nullptr) continue;
    for (const SubRow& row : source.program->commands) clusters_ &= !source.commands[row.row].long_single;
  }
}

void OptionReader::Operand(const std::string& text) {
  if (operands_.size() < kMaxSubcommands) operands_.push_back(text);
}

bool OptionReader::Follows(Words words) const {
  return words.size() <= operands_.size() && std::equal(words.begin(), words.end(), operands_.begin());
}

// The row of the deepest subcommand that names the option decides; nothing when none does.
std::optional<bool> OptionReader::ValueOf(std::string_view flag, bool shortened) const {
  size_t deepest = 0;
  std::optional<bool> takes;
  const auto decide = [&](Words words, bool value) {
    if (!takes || words.size() > deepest || (words.size() == deepest && value)) takes = value;
    deepest = std::max(deepest, words.size());
  };
  const auto consider = [&](Words words, Words values, Words switches) {
    if (words.size() < deepest || !Follows(words)) return;
    if (Lists(values, flag, shortened))
      decide(words, true);
    else if (Lists(switches, flag, shortened))
      decide(words, false);
  };
  for (const Source& source : sources_) {
    if (source.program == nullptr) continue;
    for (const SubRow& row : source.program->commands) {
      const CommandRow& command = source.commands[row.row];
      consider(row.words, command.values, command.switches);
    }
    for (const HarmlessRow& row : source.program->harmless) {
      if (row.words.size() < deepest || !Follows(row.words)) continue;
      if (shortened ? Lists(row.values, flag, true) : std::binary_search(row.values.begin(), row.values.end(), flag))
        decide(row.words, true);
      else if (shortened ? Lists(row.switches, flag, true)
                         : std::binary_search(row.switches.begin(), row.switches.end(), flag))
        decide(row.words, false);
    }
    for (const SubRow& row : source.program->options) consider(row.words, source.options[row.row].options, {});
  }
  return takes;
}

// An option that is written out is that one, even where another begins with its name.
bool OptionReader::TakesValue(std::string_view flag) const {
  if (const auto takes = ValueOf(flag, false)) return *takes;
  return ValueOf(flag, true).value_or(false);
}

Flag OptionReader::Read(const std::vector<Field>& argv, size_t& at) const {
  const std::string& text = argv[at].text;
  const auto next = [&] { return at + 1 < argv.size() ? argv[++at].text : std::string(); };
  if (const size_t equals = text.find('='); equals != text.npos && (text[1] == '-' || !clusters_))
    return {text.substr(0, equals), text.substr(equals + 1)};
  if (TakesValue(text)) return {text, next()};
  if (text[1] == '-' || !clusters_) return {text, ""};
  for (size_t k = 1; k < text.size(); ++k) {
    const char letter[] = {'-', text[k]};
    if (!TakesValue({letter, 2})) continue;
    return {text.substr(0, k + 1), k + 1 < text.size() ? text.substr(k + 1) : next()};
  }
  return {text, ""};
}

}  // namespace heddle::shell
