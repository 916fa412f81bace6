#include "ask/measures.h"

#include <algorithm>
#include <cstdlib>

#include "base/text.h"

namespace heddle::ask {
namespace {

struct Unit {
  std::string_view name;
  char unit;
  double factor;
};
constexpr Unit kSizes[] = {{"b", 'c', 1},
                           {"byte", 'c', 1},
                           {"bytes", 'c', 1},
                           {"k", 'k', 1024},
                           {"kb", 'k', 1024},
                           {"kib", 'k', 1024},
                           {"kilobyte", 'k', 1024},
                           {"kilobytes", 'k', 1024},
                           {"m", 'M', 1048576},
                           {"mb", 'M', 1048576},
                           {"mib", 'M', 1048576},
                           {"meg", 'M', 1048576},
                           {"megs", 'M', 1048576},
                           {"megabyte", 'M', 1048576},
                           {"megabytes", 'M', 1048576},
                           {"g", 'G', 1073741824},
                           {"gb", 'G', 1073741824},
                           {"gib", 'G', 1073741824},
                           {"gig", 'G', 1073741824},
                           {"gigs", 'G', 1073741824},
                           {"gigabyte", 'G', 1073741824},
                           {"gigabytes", 'G', 1073741824},
                           {"t", 'T', 1099511627776.0},
                           {"tb", 'T', 1099511627776.0},
                           {"tib", 'T', 1099511627776.0},
                           {"terabyte", 'T', 1099511627776.0},
                           {"terabytes", 'T', 1099511627776.0}};
constexpr Unit kTimes[] = {{"s", 's', 1},           {"sec", 's', 1},          {"secs", 's', 1},
                           {"second", 's', 1},      {"seconds", 's', 1},      {"min", 'm', 60},
                           {"mins", 'm', 60},       {"minute", 'm', 60},      {"minutes", 'm', 60},
                           {"h", 'h', 3600},        {"hr", 'h', 3600},        {"hrs", 'h', 3600},
                           {"hour", 'h', 3600},     {"hours", 'h', 3600},     {"d", 'd', 86400},
                           {"day", 'd', 86400},     {"days", 'd', 86400},     {"w", 'w', 604800},
                           {"week", 'w', 604800},   {"weeks", 'w', 604800},   {"fortnight", 'w', 1209600},
                           {"month", 'M', 2592000}, {"months", 'M', 2592000}, {"year", 'y', 31536000},
                           {"years", 'y', 31536000}};
struct NumberWord {
  std::string_view name;
  int value;
};
constexpr NumberWord kOrdinals[] = {{"first", 1}, {"second", 2},  {"third", 3},  {"fourth", 4}, {"fifth", 5},
                                    {"sixth", 6}, {"seventh", 7}, {"eighth", 8}, {"ninth", 9},  {"tenth", 10}};
constexpr NumberWord kNumbers[] = {{"one", 1},     {"two", 2},       {"three", 3},       {"four", 4},    {"five", 5},
                                   {"six", 6},     {"seven", 7},     {"eight", 8},       {"nine", 9},    {"ten", 10},
                                   {"eleven", 11}, {"twelve", 12},   {"fifteen", 15},    {"twenty", 20}, {"thirty", 30},
                                   {"fifty", 50},  {"hundred", 100}, {"thousand", 1000}, {"dozen", 12},  {"couple", 2}};

template <size_t n>
const Unit* FindUnit(const Unit (&units)[n], std::string_view name) {
  for (const Unit& unit : units) {
    if (unit.name == name) return &unit;
  }
  return nullptr;
}

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

// "12", "1.5", "1,000"; the length of the number at the front, 0 if none.
size_t NumberPrefix(std::string_view text, double& value) {
  std::string digits;
  size_t i = 0;
  for (; i < text.size(); ++i) {
    if (IsDigit(text[i]))
      digits += text[i];
    else if (text[i] == '.' && i + 1 < text.size() && IsDigit(text[i + 1]) && digits.find('.') == digits.npos)
      digits += '.';
    else if (text[i] == ',' && i + 3 < text.size() && IsDigit(text[i + 1]) && IsDigit(text[i + 2]) &&
             IsDigit(text[i + 3]) && i > 0)
      continue;
    else
      break;
  }
  if (digits.empty() || digits.size() > 15) return 0;
  value = std::strtod(digits.c_str(), nullptr);
  return i;
}

int NumberNamed(std::string_view word) {
  for (const auto& [name, value] : kNumbers) {
    if (word == name) return value;
  }
  return 0;
}

int OrdinalNamed(std::string_view word) {
  for (const auto& [name, value] : kOrdinals) {
    if (word == name) return value;
  }
  return 0;
}

void ReadMeasure(Token& token) {
  double value = 0;
  const size_t digits = NumberPrefix(token.raw, value);
  if (digits == 0 || digits == token.raw.size()) return;
  const std::string suffix = Lower(std::string_view(token.raw).substr(digits));
  const bool minutes = token.raw.substr(digits) == "m";  // "10m" is megabytes for files; left to context, sizes first
  (void)minutes;
  if (const Unit* unit = FindUnit(kSizes, suffix)) {
    token.shape = Shape::kSize, token.count = value, token.unit = unit->unit, token.number = value * unit->factor;
  } else if (const Unit* time = FindUnit(kTimes, suffix)) {
    token.shape = Shape::kDuration, token.count = value, token.unit = time->unit, token.number = value * time->factor;
  }
}

// "100 MB", "a week", "2 hours": two tokens into one.
void JoinMeasures(std::vector<Token>& tokens) {
  std::vector<Token> out;
  for (size_t i = 0; i < tokens.size(); ++i) {
    Token& token = tokens[i];
    const Unit* size = i > 0 ? FindUnit(kSizes, token.word) : nullptr;
    const Unit* time = FindUnit(kTimes, token.word);
    Token* last = out.empty() ? nullptr : &out.back();
    const bool after_number = last != nullptr && last->shape == Shape::kNumber;
    const bool word_unit = token.shape == Shape::kWord && token.word.size() > 1;
    if (after_number && token.shape == Shape::kWord && (size != nullptr || time != nullptr) &&
        (token.word.size() > 1 || size == nullptr || tokens[i].raw != "b")) {
      const Unit* unit =
          size != nullptr && !(time != nullptr && token.word.size() == 1 && token.word != "m" && token.word != "k")
              ? size
              : time;
      last->shape = unit == size ? Shape::kSize : Shape::kDuration;
      last->count = last->number;
      last->unit = unit->unit;
      last->number = last->count * unit->factor;
      last->raw += " " + token.raw;
      last->noise = false;
    } else if (time != nullptr && word_unit && last != nullptr && last->shape == Shape::kWord &&
               (last->word == "a" || last->word == "an" || last->word == "last" || last->word == "past" ||
                last->word == "this" || last->word == "previous" || last->word == "every" || last->word == "each" ||
                last->word == "per")) {
      token.shape = Shape::kDuration, token.count = 1, token.unit = time->unit, token.number = time->factor;
      const bool article = last->word == "a" || last->word == "an";
      if (article) out.pop_back();
      out.push_back(token);
    } else {
      out.push_back(token);
    }
  }
  tokens = std::move(out);
}

}  // namespace heddle::ask
