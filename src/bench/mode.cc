#include "bench/mode.h"

#include <algorithm>
#include <cstdlib>

#include "base/text.h"

namespace heddle::bench {
namespace {

constexpr std::string_view kFeedback[] = {"none", "pass", "error", "full"};
constexpr int kMaxCount = 1000;
constexpr size_t kMaxModes = 64;
constexpr std::string_view kAll =
    "zero-shot; samples n=5; iterative attempts=3; zero-shot specify; iterative attempts=3 specify advise=2";

Error Unknown(std::string_view word) {
  return {Code::kInvalid, Cat({"--mode: ", ForTerminal(word), " is not understood; see heddle bench --help"})};
}

struct NumberRow {
  std::string_view name;
  int Mode::* place;
};
constexpr NumberRow kNumbers[] = {
    {"n", &Mode::samples}, {"attempts", &Mode::attempts}, {"advise", &Mode::advise_every}, {"plateau", &Mode::plateau}};

Result<> Set(Mode& mode, std::string_view word, std::string_view name, std::string_view value) {
  for (const NumberRow& row : kNumbers) {
    if (row.name != name) continue;
    const auto number = ParseInt(value);
    if (!number || *number < 1 || *number > kMaxCount) return Unknown(word);
    mode.*row.place = static_cast<int>(*number);
    return {};
  }
  if (name == "temperature") {
    const std::string text(value);
    char* end = nullptr;
    mode.temperature = std::strtod(text.c_str(), &end);
    if (text.empty() || *end != '\0' || *mode.temperature < 0 || *mode.temperature > 5) return Unknown(word);
    return {};
  }
  for (size_t i = 0; name == "feedback" && i < std::size(kFeedback); ++i) {
    if (value != kFeedback[i]) continue;
    mode.feedback = static_cast<Feedback>(i);
    return {};
  }
  return Unknown(word);
}

Result<Mode> ParseMode(std::string_view text) {
  const auto words = SplitWords(text);
  Mode out;
  if (words.empty()) return Unknown("an empty mode");
  if (words[0] == "samples")
    out.samples = 10;
  else if (words[0] == "iterative")
    out.attempts = 3;
  else if (words[0] != "zero-shot")
    return Unknown(words[0]);
  for (const std::string_view word : words) {
    out.name += Cat({out.name.empty() ? "" : " ", word});
    if (word == words[0]) continue;
    if (std::count(words.begin(), words.end(), word) > 1) return Unknown(Cat({word, " (twice)"}));
    const size_t equals = word.find('=');
    if (word == "constrain")
      out.constrain = true;
    else if (word == "specify")
      out.specify = true;
    else if (word == "recall")
      out.recall = true;
    else if (equals == word.npos)
      return Unknown(word);
    else
      TRY(Set(out, word, word.substr(0, equals), word.substr(equals + 1)));
  }
  if (out.samples > 1 && !out.temperature) out.temperature = 0.8;
  return out;
}

// What stands between ';', with "all" as what it stands for.
std::vector<std::string> Parts(std::string_view text) {
  std::vector<std::string> out;
  for (const std::string_view part : Split(text, ';')) {
    const std::string_view trimmed = Trim(part);
    const bool all = trimmed == "all" || trimmed.starts_with("all ");
    for (const std::string_view mode : Split(all ? kAll : trimmed, ';'))
      out.push_back(Cat({mode, all ? trimmed.substr(3) : ""}));
  }
  return out;
}

// "iterative attempts=1,3 specify?" as its four modes: each value, and without and with each word that has a '?'.
Result<std::vector<std::string>> Grid(std::string_view text) {
  std::vector<std::string> out = {""};
  for (const std::string_view word : SplitWords(text)) {
    std::vector<std::string> choices;
    const size_t equals = word.find('=');
    if (word.ends_with('?'))
      choices = {"", std::string(word.substr(0, word.size() - 1))};
    else if (equals == word.npos)
      choices = {std::string(word)};
    else
      for (const std::string_view value : Split(word.substr(equals + 1), ','))
        choices.push_back(Cat({word.substr(0, equals + 1), value}));
    if (out.size() * choices.size() > kMaxModes) return Unknown(Cat({text, " (more than 64 modes)"}));
    std::vector<std::string> next;
    for (const std::string& begun : out)
      for (const std::string& choice : choices)
        next.push_back(Cat({begun, begun.empty() || choice.empty() ? "" : " ", choice}));
    out = std::move(next);
  }
  return out;
}

}  // namespace

std::string_view FeedbackName(Feedback feedback) { return kFeedback[static_cast<size_t>(feedback)]; }

Result<std::vector<Mode>> ParseModes(std::string_view text) {
  std::vector<Mode> out;
  for (const std::string& part : Parts(text)) {
    TRY_ASSIGN(const std::vector<std::string> grid, Grid(part));
    for (const std::string& each : grid) {
      TRY_ASSIGN(Mode mode, ParseMode(each));
      for (const Mode& other : out)
        if (other.name == mode.name) return Error{Code::kInvalid, Cat({"--mode: ", mode.name, " is there twice"})};
      out.push_back(std::move(mode));
    }
  }
  if (out.size() > kMaxModes) return Unknown(Cat({text, " (more than 64 modes)"}));
  return out;
}

}  // namespace heddle::bench
