#include "bench/unwrap.h"

#include <algorithm>
#include <boost/json.hpp>

#include "base/text.h"

namespace heddle::bench {
namespace {

constexpr std::string_view kByteOrder = "\xef\xbb\xbf";
constexpr std::string_view kHardSpace = "\xc2\xa0";
constexpr std::string_view kThinking[] = {"think", "thinking", "thought", "reasoning", "reflection"};
constexpr size_t kLongestThinking = 12;
constexpr size_t kLongestToken = 48;
constexpr size_t kMaxJson = 4 << 20;

// Tokens of templates that are not written between "<|" and "|>".
constexpr std::string_view kTokens[] = {
    "</s>",       "<s>",   "<eos>",  "<bos>",   "<end_of_turn>", "<start_of_turn>", "<end_of_utterance>",
    "<file_sep>", "<EOT>", "[INST]", "[/INST]", "[EOS]"};
// Between these, in ASCII or in full width.
constexpr std::pair<std::string_view, std::string_view> kTokenMarks[] = {{"<|", "|>"},
                                                                         {"<\xef\xbd\x9c", "\xef\xbd\x9c>"}};
constexpr std::string_view kRoles[] = {"assistant", "model", "python"};

// What comes behind the last of these is the answer; before it stand channels that are none.
constexpr std::string_view kFinal = "<|channel|>final<|message|>";

// Lines between which some prompts ask for the program; the end may be missing.
struct Markers {
  std::string_view begin, end;
};
constexpr Markers kMarkers[] = {{"[BEGIN]", "[DONE]"},         {"[PYTHON]", "[/PYTHON]"},
                                {"[CODE]", "[/CODE]"},         {"[ANSWER]", "[/ANSWER]"},
                                {"[SOLUTION]", "[/SOLUTION]"}, {"<code>", "</code>"},
                                {"<answer>", "</answer>"},     {"<solution>", "</solution>"},
                                {"<python>", "</python>"},     {"\\begin{code}", "\\end{code}"}};
// Members of a JSON object that hold a program, the likeliest first.
constexpr std::string_view kProgramMembers[] = {"code",       "solution", "program",  "python",  "answer",
                                                "completion", "function", "response", "content", "text"};

// A mark of thinking begins a line, or ends one if it closes; others are part of a program or of a sentence.
bool OnTheEdge(std::string_view text, size_t begin, size_t end, bool closes) {
  const size_t line = text.rfind('\n', begin) == text.npos ? 0 : text.rfind('\n', begin) + 1;
  if (Trim(text.substr(line, begin - line)).empty()) return true;
  return closes && Trim(text.substr(end, text.find('\n', end) - end)).empty();
}

// The length of the special token that `text` begins with; 0: none.
size_t TokenAt(std::string_view text) {
  for (const std::string_view token : kTokens)
    if (text.starts_with(token)) return token.size();
  for (const auto& [opening, closing] : kTokenMarks) {
    if (!text.starts_with(opening)) continue;
    const size_t end = text.substr(0, kLongestToken).find(closing, opening.size());
    const std::string_view inside = text.substr(opening.size(), end == text.npos ? 0 : end - opening.size());
    const bool word = !inside.empty() && inside.find_first_of(" \t\n\"'") == inside.npos;
    if (word) return end + closing.size();
  }
  return 0;
}

// Whether the end of `line` lies inside quotes that were opened on it.
bool InQuotes(std::string_view line) {
  char open = 0;
  for (size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '\\') {
      ++i;
    } else if (open != 0) {
      if (line[i] == open) open = 0;
    } else if (line[i] == '"' || line[i] == '\'') {
      open = line[i];
    }
  }
  return open != 0;
}

std::string_view WithoutRole(std::string_view text) {
  for (const std::string_view role : kRoles) {
    if (!text.starts_with(role)) continue;
    const std::string_view rest = text.substr(role.size());
    if (rest.empty() || rest[0] == '\n' || TokenAt(rest) > 0) return rest;
  }
  return text;
}

// Tokens, roles and an echoed instruction before the answer.
std::string_view WithoutBeginning(std::string_view text) {
  if (const size_t at = text.rfind(kFinal); at != text.npos) return text.substr(at + kFinal.size());
  while (true) {
    const size_t at = text.find_first_not_of(" \t\r\n");
    const size_t length = at == text.npos ? 0 : TokenAt(text.substr(at));
    if (length == 0) return text;
    if (text.substr(at).starts_with("[INST]")) {
      const size_t end = text.find("[/INST]", at);
      if (end == text.npos) return text;
      text.remove_prefix(end);
      continue;
    }
    text = WithoutRole(text.substr(at + length));
    if (text.starts_with(' ') && !text.starts_with("  ")) text.remove_prefix(1);  // templates put one behind a token
  }
}

std::optional<std::string> BetweenMarkers(std::string_view text) {
  size_t at = 0;
  for (const std::string_view line : Split(text, '\n')) {
    const std::string_view word = Trim(line);
    const size_t after = std::min(text.size(), at + line.size() + 1);
    at = after;
    for (const Markers& each : kMarkers) {
      if (word != each.begin) continue;
      const std::string_view rest = text.substr(after);
      return std::string(rest.substr(0, rest.find(each.end)));
    }
  }
  // The beginning may have been the prompt's own last line.
  const std::string_view whole = Trim(text);
  for (const Markers& each : kMarkers)
    if (whole.size() > each.end.size() && whole.ends_with(each.end) && whole.find(each.begin) == whole.npos)
      return std::string(whole.substr(0, whole.size() - each.end.size()));
  return {};
}

std::optional<std::string> InsideQuotes(std::string_view text) {
  const std::string_view whole = Trim(text);
  for (const std::string_view quote : {"'''", "\"\"\"", "'", "\""}) {
    if (whole.size() <= 2 * quote.size() || !whole.starts_with(quote) || !whole.ends_with(quote)) continue;
    std::string inside(whole.substr(quote.size(), whole.size() - 2 * quote.size()));
    // A docstring begins and ends so too, but not everything between them is then one text.
    if (quote.size() == 3 && inside.find(quote) != inside.npos) return {};
    if (inside.find('\n') == inside.npos) inside = ReplaceAll(ReplaceAll(inside, "\\n", "\n"), "\\t", "\t");
    return inside;
  }
  return {};
}

std::optional<std::string> InsideJson(std::string_view text) {
  const std::string_view whole = Trim(text);
  if (!whole.starts_with('{') || !whole.ends_with('}') || whole.size() > kMaxJson) return {};
  boost::system::error_code failed;
  const boost::json::value value =
      boost::json::parse({whole.data(), whole.size()}, failed, {}, {.max_depth = 16, .allow_invalid_utf8 = true});
  if (failed || !value.is_object()) return {};
  const boost::json::object& object = value.as_object();
  for (const std::string_view name : kProgramMembers)
    if (const auto* found = object.if_contains(name); found != nullptr && found->is_string())
      return std::string(found->as_string());
  if (object.size() == 1 && object.begin()->value().is_string())
    return std::string(object.begin()->value().as_string());
  return {};
}

bool IsSession(std::string_view code) {
  const size_t at = code.find_first_not_of(" \t\r\n");
  return at != code.npos && code.substr(at).starts_with(">>> ");
}

std::string StatementsOf(std::string_view session) {
  std::string out;
  for (const std::string_view line : Split(session, '\n')) {
    const size_t at = std::min(line.find_first_not_of(" \t"), line.size());
    const std::string_view rest = line.substr(at);
    if (rest.starts_with(">>> ") || rest.starts_with("... ")) (out += rest.substr(4)) += '\n';
    if (Trim(rest) == "..." || Trim(rest) == ">>>") out += '\n';
  }
  return out;
}

}  // namespace

std::string WithoutThinking(std::string_view answer) {
  // One pass over the marks. Where a closing one stands without its opening one, all before it was thought.
  std::string out;
  std::string_view open;  // the mark that is open
  size_t from = 0;        // what was not thought since
  for (size_t at = answer.find('<'); at != answer.npos; at = answer.find('<', at + 1)) {
    const bool closes = answer.substr(at).starts_with("</");
    const size_t name_at = at + (closes ? 2 : 1);
    const std::string word = Lower(answer.substr(name_at, kLongestThinking));
    for (const std::string_view name : kThinking) {
      if (!word.starts_with(name) || word.size() == name.size() || word[name.size()] != '>') continue;
      const size_t end = name_at + name.size() + 1;
      if (open.empty() && !OnTheEdge(answer, at, end, closes)) break;
      if (closes && open.empty()) out.clear(), from = end;
      if (closes && open == name) open = {}, from = end;
      if (!closes && open.empty()) open = name, out += answer.substr(from, at - from);
      break;
    }
  }
  if (open.empty()) out += answer.substr(from);
  return out;
}

std::string WithoutSpecialTokens(std::string_view answer) {
  const std::string_view text = WithoutBeginning(answer);
  size_t line_at = 0;
  for (size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '\n') line_at = at + 1;
    if (text[at] != '<' && text[at] != '[') continue;
    if (TokenAt(text.substr(at)) == 0 || InQuotes(text.substr(line_at, at - line_at))) continue;
    return std::string(text.substr(0, at));
  }
  return std::string(text);
}

std::optional<std::string> Unwrapped(std::string_view text) {
  if (auto out = InsideJson(text)) return out;
  if (auto out = BetweenMarkers(text)) return out;
  return InsideQuotes(text);
}

std::string PlainCode(std::string_view code) {
  std::string out = IsSession(code) ? StatementsOf(code) : std::string(code);
  out = ReplaceAll(std::move(out), kByteOrder, "");
  if (out.find(kHardSpace) == out.npos) return out;
  std::string plain;
  for (std::string_view line : Split(out, '\n')) {
    if (!plain.empty()) plain += '\n';
    while (line.starts_with(kHardSpace) || line.starts_with(' ')) {
      line.remove_prefix(line[0] == ' ' ? 1 : kHardSpace.size());
      plain += ' ';
    }
    plain += line;
  }
  return plain;
}

}  // namespace heddle::bench
