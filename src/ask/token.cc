#include "ask/token.h"

#include <algorithm>
#include <cstdlib>

#include "ask/kinds.h"
#include "ask/measures.h"
#include "base/text.h"

namespace heddle::ask {
namespace {

constexpr size_t kMaxBytes = 4096, kMaxTokens = 200;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsAlpha(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

bool AllOf(std::string_view text, bool (*test)(char)) {
  return !text.empty() && std::all_of(text.begin(), text.end(), test);
}

bool IsDate(std::string_view t) {
  return t.size() >= 10 && AllOf(t.substr(0, 4), IsDigit) && t[4] == '-' && AllOf(t.substr(5, 2), IsDigit) &&
         t[7] == '-' && AllOf(t.substr(8, 2), IsDigit);
}

bool IsMode(std::string_view t) {
  if (t.size() < 2 || t.size() > 16) return false;
  size_t i = 0;
  while (i < t.size() && std::string_view("ugoa").find(t[i]) != t.npos) ++i;
  if (i >= t.size() || std::string_view("+-=").find(t[i]) == t.npos || i + 1 >= t.size()) return false;
  return t.substr(i + 1).find_first_not_of("rwxXst,ugoa+-=") == t.npos && (i > 0 || t[0] == '+');
}

bool IsAddress(std::string_view t) {
  const auto parts = Split(t.substr(0, t.find('/')), '.');
  return parts.size() == 4 &&
         std::all_of(parts.begin(), parts.end(), [](auto p) { return AllOf(p, IsDigit) && p.size() <= 3; });
}

bool IsHost(std::string_view t) {
  if (t.find('@') != t.npos) return t.find('@') > 0 && t.back() != '@';
  if (IsAddress(t)) return t.find('/') == t.npos;
  static constexpr std::string_view kEndings[] = {".com", ".org",      ".net",     ".io",  ".dev", ".edu",
                                                  ".gov", ".local",    ".example", ".de",  ".uk",  ".ai",
                                                  ".co",  ".internal", ".test",    ".info"};
  if (t.find('/') != t.npos) return false;
  return t == "localhost" || std::any_of(std::begin(kEndings), std::end(kEndings),
                                         [&](auto e) { return t.size() > e.size() && t.ends_with(e); });
}

// "report.txt", "a.tar.gz", "Makefile"-like names are left to existence and context.
bool IsFileName(std::string_view t) {
  const size_t dot = t.rfind('.');
  if (dot == t.npos || dot == 0 || dot + 1 >= t.size() || t.size() - dot > 11) return false;
  const std::string_view extension = t.substr(dot + 1);
  return std::all_of(extension.begin(), extension.end(), [](char c) { return IsDigit(c) || IsAlpha(c); }) &&
         !AllOf(extension, IsDigit) && t.find("..") == t.npos;
}

Shape ShapeOf(const std::string& raw, double& number) {
  if (raw.find("://") != raw.npos || raw.starts_with("git@")) return Shape::kUrl;
  if (IsDate(raw)) return Shape::kDate;
  if (NumberPrefix(raw, number) == raw.size()) return Shape::kNumber;
  if (raw.find_first_of("*?") != raw.npos || (raw.find('[') != raw.npos && raw.find(']') != raw.npos))
    return Shape::kGlob;
  if (IsMode(raw)) return Shape::kMode;
  if (IsHost(raw)) return Shape::kHost;
  if (raw[0] == '.' && raw.size() > 1 && raw.size() < 10 &&
      AllOf(std::string_view(raw).substr(1), [](char c) { return IsAlpha(c) || IsDigit(c) || c == '.'; }) &&
      raw != "..")
    return Shape::kExtension;
  if (raw[0] == '.' && raw.size() > 2 && raw[1] != '.' && raw.find('/') == raw.npos) return Shape::kPath;
  if (raw[0] == '/' || raw[0] == '~' || raw == "." || raw == ".." || raw.starts_with("./") || raw.starts_with("../") ||
      raw.starts_with("$HOME"))
    return Shape::kPath;
  if (raw.find('/') != raw.npos && raw.find('/') > 0) return Shape::kPath;
  if (IsFileName(raw)) return Shape::kPath;
  return Shape::kWord;
}

std::vector<std::pair<std::string, bool>> Cut(std::string_view text) {
  std::vector<std::pair<std::string, bool>> out;  // word, quoted
  for (size_t i = 0; i < text.size();) {
    if (std::string_view(" \t\r\n").find(text[i]) != text.npos) {
      ++i;
      continue;
    }
    const bool curly = text.substr(i).starts_with("\xE2\x80\x9C");
    const char quote = text[i];
    const size_t close = curly                                           ? text.find("\xE2\x80\x9D", i + 3)
                         : quote == '"' || quote == '\'' || quote == '`' ? text.find(quote, i + 1)
                                                                         : text.npos;
    const bool ends = close != text.npos && (curly || close + 1 == text.size() ||
                                             std::string_view(" \t\n,.;:?!)").find(text[close + 1]) != text.npos);
    if (ends) {
      const size_t skip = curly ? 3 : 1;
      out.emplace_back(std::string(text.substr(i + skip, close - i - skip)), true);
      i = close + skip;
      continue;
    }
    size_t end = i;
    while (end < text.size() && std::string_view(" \t\r\n").find(text[end]) == text.npos) ++end;
    out.emplace_back(std::string(text.substr(i, end - i)), false);
    i = end;
  }
  return out;
}

// Punctuation that ends a phrase is not part of the word; a comma becomes its own token.
void TrimPunctuation(std::string& word, bool& comma) {
  while (word.size() > 1 && std::string_view(",;:?!").find(word.back()) != std::string_view::npos) {
    comma |= word.back() == ',' || word.back() == ';';
    word.pop_back();
  }
  while (word.size() > 1 && word.back() == ')' && word.find('(') == word.npos) word.pop_back();
  while (word.size() > 1 && word.front() == '(' && word.find(')') == word.npos) word.erase(0, 1);
  const bool sentence_dot =
      word.size() > 1 && word.back() == '.' && word != ".." && !word.ends_with("/.") && !word.ends_with("..");
  if (sentence_dot) word.pop_back();
  if (word.size() > 2 && word.front() == '(' && word.back() == ')') word = word.substr(1, word.size() - 2);
}

void Meaning(Token& token, const Lexicon& lexicon) {
  const auto found = lexicon.Find(token.word);
  token.concepts.assign(found.begin(), found.end());
  token.noise = lexicon.IsNoise(token.word);
  token.plain = lexicon.IsPlain(token.word);
  token.kind = !ExtensionsOf(Lemma(token.word)).empty();
  if (!token.concepts.empty() || token.noise || !AllOf(token.word, IsAlpha)) return;
  for (const auto& [word, distance] : lexicon.Near(token.word)) {
    for (Concept c : lexicon.Find(word)) token.guesses.push_back(c);
  }
}

// "in my home directory" is a path like any other.
void NameHome(std::vector<Token>& tokens) {
  static constexpr std::string_view kBefore[] = {"in", "of", "under", "from", "to", "into", "inside", "at", "below"};
  static constexpr std::string_view kAfter[] = {"directory", "folder", "dir"};
  const auto is = [](const auto& list, const std::string& word) {
    return std::find(std::begin(list), std::end(list), word) != std::end(list);
  };
  for (size_t i = 1; i + 1 < tokens.size(); ++i) {
    const bool owner = tokens[i - 1].word == "my" || tokens[i - 1].word == "the" || tokens[i - 1].word == "your";
    const size_t before = owner && i > 1 ? i - 2 : i - 1;
    if (tokens[i].word != "home" || !is(kAfter, tokens[i + 1].word) || !is(kBefore, tokens[before].word)) continue;
    if (i + 2 < tokens.size() && tokens[i + 2].word == "of") continue;
    tokens[i] = {.raw = "~", .word = "~", .shape = Shape::kPath, .exists = true, .directory = true};
    tokens.erase(tokens.begin() + static_cast<std::ptrdiff_t>(i) + 1);
  }
}

// Known phrases become one token that means their concept.
void JoinPhrases(std::vector<Token>& tokens, const Lexicon& lexicon) {
  std::vector<std::string> words;
  for (const Token& token : tokens) words.push_back(token.shape == Shape::kWord ? token.word : "\x01");
  std::vector<Token> out;
  for (size_t i = 0; i < tokens.size();) {
    Concept found = Lexicon::kNone;
    size_t length = lexicon.Phrase(words, i, found);
    // "with the extension log in /var" logs nobody in.
    if (length > 1 && words[i] == "log" && i + length < tokens.size() && tokens[i + length].shape == Shape::kPath)
      length = 0;
    if (length == 0) {
      out.push_back(std::move(tokens[i++]));
      continue;
    }
    Token joined = tokens[i];
    for (size_t k = 1; k < length; ++k) {
      joined.raw += " " + tokens[i + k].raw;
      joined.word += " " + tokens[i + k].word;
    }
    joined.concepts = {found};
    joined.guesses.clear();
    joined.noise = false;
    out.push_back(std::move(joined));
    i += length;
  }
  tokens = std::move(out);
}

}  // namespace

Result<std::vector<Token>> Tokenize(std::string_view text, const Lexicon& lexicon, const TokenizeOptions& options) {
  if (text.size() > kMaxBytes) return Error{Code::kTooLarge, "the request is longer than 4 kB; say it in one sentence"};
  if (Contains(text, std::string_view("\0", 1))) return Error{Code::kInvalid, "the request holds a NUL byte"};
  if (!IsUtf8(text)) return Error{Code::kInvalid, "the request is not valid UTF-8"};
  if (Trim(text).empty()) return Error{Code::kInvalid, "the request is empty; say what you want to do"};
  std::vector<Token> tokens;
  for (auto& [raw, quoted] : Cut(text)) {
    Token token;
    bool comma = false;
    if (!quoted) TrimPunctuation(raw, comma);
    token.raw = raw;
    token.word = Lower(raw);
    if (quoted) {
      token.shape = Shape::kQuoted;
    } else if (raw.empty()) {
      continue;
    } else {
      token.shape = ShapeOf(raw, token.number);
      if (token.shape == Shape::kWord) {
        ReadMeasure(token);
        if (const int value = NumberNamed(token.word); value > 0) token.shape = Shape::kNumber, token.number = value;
        if (const int value = OrdinalNamed(token.word); value > 0) token.number = value;
        double ordinal = 0;
        const size_t digits = NumberPrefix(token.word, ordinal);
        const std::string ending = token.word.substr(digits);
        if (digits > 0 && (ending == "st" || ending == "nd" || ending == "rd" || ending == "th"))
          token.number = ordinal;
      }
      const bool checkable =
          token.shape == Shape::kWord || token.shape == Shape::kPath || token.shape == Shape::kExtension;
      if (checkable && options.exists && raw.size() < 255) {
        const Existing found = options.exists(raw);
        token.exists = found != Existing::kNothing;
        token.directory = found == Existing::kDirectory;
      }
    }
    // "lines 3-7"
    const size_t dash = raw.find('-');
    const bool range = !quoted && dash != raw.npos && dash > 0 &&
                       AllOf(std::string_view(raw).substr(0, dash), IsDigit) &&
                       AllOf(std::string_view(raw).substr(dash + 1), IsDigit) && !tokens.empty() &&
                       (tokens.back().word == "lines" || tokens.back().word == "pages" || tokens.back().word == "line");
    if (range) {
      for (const std::string& part : {raw.substr(0, dash), std::string("to"), raw.substr(dash + 1)}) {
        Token piece{.raw = part, .word = part};
        if (part != "to") piece.shape = Shape::kNumber, NumberPrefix(part, piece.number);
        tokens.push_back(std::move(piece));
      }
      continue;
    }
    tokens.push_back(std::move(token));
    if (comma) tokens.push_back({.raw = ",", .word = ",", .shape = Shape::kPunctuation, .noise = true});
    if (tokens.size() > kMaxTokens) return Error{Code::kTooLarge, "the request has more than 200 words"};
  }
  if (tokens.empty()) return Error{Code::kInvalid, "the request is empty; say what you want to do"};
  JoinMeasures(tokens);
  // "into out", "called new": a small word where only a name can stand.
  for (size_t i = 1; i < tokens.size(); ++i) {
    static constexpr std::string_view kBefore[] = {"into", "to", "in", "from", "under", "called", "named"};
    static constexpr std::string_view kNames[] = {"out",   "new",     "up",       "present",  "own",
                                                  "given", "command", "terminal", "specific", "existing"};
    static constexpr std::string_view kNotNames[] = {"exactly",   "like", "after", "as", "with",
                                                     "something", "the",  "a",     "an"};
    const bool naming = tokens[i - 1].word == "called" || tokens[i - 1].word == "named";
    if (naming && std::find(std::begin(kNotNames), std::end(kNotNames), tokens[i].word) == std::end(kNotNames))
      tokens[i].literal = tokens[i].shape == Shape::kWord;
    const bool last = i + 1 == tokens.size() || tokens[i + 1].word == "and" || tokens[i + 1].word == "then" ||
                      tokens[i + 1].shape == Shape::kPunctuation;
    if (last && std::find(std::begin(kBefore), std::end(kBefore), tokens[i - 1].word) != std::end(kBefore) &&
        std::find(std::begin(kNames), std::end(kNames), tokens[i].word) != std::end(kNames)) {
      tokens[i].literal = true;
    }
  }
  for (Token& token : tokens) {
    if (token.shape == Shape::kWord && !token.literal) Meaning(token, lexicon);
    if (token.shape == Shape::kNumber && token.raw[0] > '9') {  // "one line each"
      const auto found = lexicon.Find(token.word);
      token.concepts.assign(found.begin(), found.end());
    }
  }
  NameHome(tokens);
  JoinPhrases(tokens, lexicon);
  for (Token& token : tokens) {
    token.lemma = Lemma(token.word);
    for (Concept id : token.concepts) {
      if (lexicon.Name(id) == token.lemma) token.own = id;
    }
  }
  return tokens;
}

}  // namespace heddle::ask
