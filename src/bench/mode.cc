#include "bench/mode.h"

#include <cstdlib>

#include "base/text.h"

namespace heddle::bench {
namespace {

constexpr std::string_view kFeedback[] = {"none", "pass", "error", "full"};
constexpr int kMaxCount = 1000;

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

}  // namespace

std::string_view FeedbackName(Feedback feedback) { return kFeedback[static_cast<size_t>(feedback)]; }

Result<std::vector<Mode>> ParseModes(std::string_view text) {
  std::vector<Mode> out;
  for (const std::string_view part : Split(text, ';')) {
    TRY_ASSIGN(Mode mode, ParseMode(part));
    for (const Mode& other : out) {
      if (other.name == mode.name) return Error{Code::kInvalid, Cat({"--mode: ", mode.name, " is there twice"})};
    }
    out.push_back(std::move(mode));
  }
  return out;
}

}  // namespace heddle::bench
