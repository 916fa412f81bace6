// getopts: which option of the words comes next (POSIX.1-2017 XCU getopts). Of bash every variable that it sets is told
// exactly; of other shells what they have in common, as they keep OPTIND and OPTARG in ways of their own.
#include <algorithm>
#include <optional>

#include "base/text.h"
#include "shell/arguments.h"
#include "shell/programs/builtin_call.h"

namespace heddle::shell {
namespace {

constexpr char kEndOfOptions = '?';

// Where the next letter stands. It is kept in a variable (kGetoptsCursor) as "INDEX LETTER WORD".
struct Cursor {
  size_t index = 1;    // of the word, from 1 on
  size_t letter = 1;   // in the word; 1: its first option
  std::string word{};  // as it was when its first option was read
};

// What one call finds.
struct Option {
  char name = kEndOfOptions;
  std::optional<std::string> argument{};  // nothing: OPTARG is not set
  bool common = true;                     // OPTARG is the same in all shells
  Cursor next{};
};

std::optional<Cursor> ParseCursor(const std::string& text) {
  const size_t first = text.find(' ');
  const size_t second = first == text.npos ? first : text.find(' ', first + 1);
  if (second == text.npos) return std::nullopt;
  const auto index = ParseInt(text.substr(0, first));
  const auto letter = ParseInt(text.substr(first + 1, second - first - 1));
  if (!index || !letter) return std::nullopt;
  return Cursor{static_cast<size_t>(*index), static_cast<size_t>(*letter), text.substr(second + 1)};
}

// Nothing when it is not known where getopts has come to.
std::optional<Cursor> CursorOf(const Frame& frame) {
  if (frame.IsGone("OPTIND")) return frame.bash ? std::optional<Cursor>(Cursor{}) : std::nullopt;
  if (frame.Find(kGetoptsCursor) != nullptr) return ParseCursor(frame.Value(kGetoptsCursor));
  const auto index = ParseInt(frame.Value("OPTIND"));
  if (!index || *index < 1) return std::nullopt;
  return Cursor{.index = static_cast<size_t>(*index)};
}

// The option at `at`, whose letter is one that `letters` has or not. `next` is where the search goes on.
Option OptionAt(const Cursor& at, const std::vector<std::string>& words, const std::string& letters) {
  const std::string& word = words[at.index - 1];
  const char name = word[at.letter];
  const bool silent = letters.starts_with(":");
  const size_t found = name == ':' ? letters.npos : letters.find(name);
  const bool more = at.letter + 1 < word.size();
  const Cursor stays{at.index, at.letter + 1, word};
  Option out{.name = name, .common = false, .next = more ? stays : Cursor{.index = at.index + 1}};
  if (found == letters.npos) {
    out.name = '?';
    out.common = true;
    if (silent) out.argument = std::string(1, name);
  } else if (letters.substr(found + 1, 1) == ":") {
    out.common = true;
    out.next = {.index = at.index + 1};
    if (more) {
      out.argument = word.substr(at.letter + 1);
    } else if (at.index < words.size()) {
      out.argument = words[at.index];
      ++out.next.index;
    } else {
      out.name = silent ? ':' : '?';
      if (silent) out.argument = std::string(1, name);
    }
  }
  return out;
}

Option NextOption(const Cursor& at, const std::vector<std::string>& words, const std::string& letters) {
  if (at.letter > 1) return OptionAt(at, words, letters);
  const std::string word = at.index <= words.size() ? words[at.index - 1] : "";
  if (word == "--") return {.common = false, .next = {.index = at.index + 1}};
  if (word.size() < 2 || word[0] != '-') return {.common = false, .next = {.index = at.index}};
  return OptionAt(at, words, letters);
}

// What is not known, the next call does not know either.
void AssignUnknown(BuiltinCall& call) {
  for (std::string_view name : {std::string_view(call.At(2)), std::string_view("OPTARG"), std::string_view("OPTIND")})
    call.in.frame.Assign(name, Unknown());
}

void AssignFound(BuiltinCall& call, const Option& option) {
  Frame& frame = call.in.frame;
  frame.Assign(call.At(2), std::string(1, option.name));
  if (!frame.bash && !option.common)
    frame.Assign("OPTARG", Unknown());
  else if (option.argument)
    frame.Assign("OPTARG", *option.argument);
  else
    frame.Unset("OPTARG");
  // Inside a cluster OPTIND is that of its word in bash and that of the next one elsewhere.
  const Cursor& next = option.next;
  frame.Assign("OPTIND", next.letter > 1 && !frame.bash ? Unknown() : std::to_string(next.index));
  frame.Assign(kGetoptsCursor, Cat({std::to_string(next.index), " ", std::to_string(next.letter), " ", next.word}));
}

bool IsKnown(const Field& field) { return !field.many && !field.glob && !HasUnknown(field.text); }

}  // namespace

void RunGetOptions(BuiltinCall& call) {
  if (call.argv.size() < 3) return;
  const Frame& frame = call.in.frame;
  const bool given = call.argv.size() > 3;
  std::vector<std::string> words = frame.positional;
  if (given) words.clear();
  for (size_t i = 3; i < call.argv.size(); ++i) words.push_back(call.At(i));
  const auto cursor = CursorOf(frame);
  bool known = cursor && (given || frame.positional_known) && cursor->index <= words.size() + 1;
  known &= std::all_of(call.argv.begin(), call.argv.end(), IsKnown);
  known &= std::none_of(words.begin(), words.end(), [](const auto& word) { return HasUnknown(word); });
  // zsh names no end, and both variables are a function's own; in dash and busybox a function begins anew.
  known &= frame.bash || (!frame.zsh && frame.locals.empty());
  // bash goes on in a word that is no longer there.
  known = known && (cursor->letter == 1 || (cursor->index <= words.size() && words[cursor->index - 1] == cursor->word));
  if (!known) return AssignUnknown(call);
  const Option option = NextOption(*cursor, words, call.At(1));
  // ":" is an option that lacks its argument to some.
  if (!frame.bash && option.argument == ":" && option.name == '?') return AssignUnknown(call);
  AssignFound(call, option);
}

}  // namespace heddle::shell
