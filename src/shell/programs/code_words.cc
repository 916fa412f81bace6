#include "shell/programs/code_words.h"

#include <algorithm>
#include <iterator>
#include <vector>

#include "base/text.h"
#include "shell/value.h"

namespace heddle::shell {
namespace {

bool IsLetter(char c) { return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// Words of the code, its texts and comments left out. A text that stands alone in brackets is the name of a module or a
// file when a word before them says so (require, open).
class Scanner {
 public:
  Scanner(const VocabularyRow& row, std::string_view code) : row_(row), code_(code) {}

  std::string Run() {
    while (at_ < code_.size()) {
      if (!Step()) return unknown_;
    }
    for (const auto& word : words_) {
      if (!Allowed(word)) return std::string(word);
    }
    return uses_guarded_ ? computed_ : "";
  }

 private:
  static bool Holds(Words list, std::string_view word) { return std::binary_search(list.begin(), list.end(), word); }

  bool Allowed(std::string_view word) const {
    return row_.any || Holds(row_.words, word) || (IsBound(word) && !IsMember(word));
  }

  bool IsBound(std::string_view word) const {
    return !Holds(row_.never, word) && std::find(bound_.begin(), bound_.end(), word) != bound_.end();
  }

  // x.word, x::word, x->word, or a name that is imported: what the code binds is another thing of that name.
  bool IsMember(std::string_view word) const {
    const auto from = static_cast<size_t>(word.data() - code_.data());
    if (std::find(imported_.begin(), imported_.end(), word.data()) != imported_.end()) return true;
    const std::string_view before = code_.substr(0, code_.find_last_not_of(" \n\t\\", from - 1) + 1);
    if (from == 0 || before.ends_with("...") || before.ends_with("..")) return false;
    return before.ends_with(".") || before.ends_with("::") || before.ends_with("->");
  }

  bool Fail(std::string_view what) {
    unknown_ = what;
    return false;
  }

  // Past the text that begins here; a template's ${..} is code and is read as such.
  void SkipText() {
    const char quote = code_[at_];
    const bool triple = code_.substr(at_).starts_with(std::string(3, quote));
    const std::string close(triple ? 3 : 1, quote);
    size_t end = at_ + close.size();
    while (end < code_.size() && !code_.substr(end).starts_with(close)) {
      const bool code = (quote == '`' && code_.substr(end).starts_with("${")) ||
                        (row_.interpolates && code_.substr(end).starts_with("#{"));
      const bool field = prefixed_ && code_[end] == '{';  // f"{..}"
      if (code || field) AddWords(code_.substr(end + 1, std::min(code_.find('}', end), code_.size()) - end - 1));
      end += code_[end] == '\\' ? 2 : 1;
    }
    text_ = code_.substr(at_ + close.size(), std::min(end, code_.size()) - std::min(at_ + close.size(), end));
    at_ = std::min(end + close.size(), code_.size());
  }

  // A text that the language expands, or that stands where the name of what is called does.
  bool TextRuns() const {
    for (const std::string_view mark : row_.text_code) {
      if (text_.find(mark) != text_.npos) return true;
    }
    const size_t next = code_.find_first_not_of(" \n\t", at_);
    return next != code_.npos && code_[next] == '(';
  }

  // The members of what harms by some of them are known only where they are spelled: not fs[x], Object.values(fs).
  bool Guarded(std::string_view word, bool member) {
    if (member || !Holds(row_.guarded, word)) return true;
    uses_guarded_ = true;
    const size_t next = code_.find_first_not_of(" ?", at_);
    const char c = next == code_.npos ? '\0' : code_[next];
    const bool declared = c == '=' && code_.substr(next, 2) != "==";
    return c == '.' || declared ? true : Fail(word);
  }

  // x[..] of other than a number.
  void NoteSubscript() {
    const char before = at_ > 0 ? code_[at_ - 1] : ' ';
    if (!IsLetter(before) && !IsDigit(before) && before != ')' && before != ']' && before != '.') return;
    const size_t end = std::min(code_.find(']', at_), code_.size());
    const auto inside = code_.substr(at_ + 1, end - at_ - 1);
    if (inside.find_first_not_of("0123456789: -") != inside.npos || inside.empty()) computed_ = "a computed name";
  }

  // open("x", "r"): one file, to be read. Anything else than a text as its mode is not known.
  bool OpensToRead(size_t from) const {
    if (from >= code_.size() || code_[from] != '(') return false;
    int depth = 0;
    for (size_t i = from; i < code_.size(); ++i) {
      const char c = code_[i];
      if (c == '"' || c == '\'') {
        for (++i; i < code_.size() && code_[i] != c; ++i) i += code_[i] == '\\' ? 1 : 0;
        continue;
      }
      if (c == '(' || c == '[' || c == '{') ++depth;
      if ((c == ')' || c == ']' || c == '}') && --depth == 0) return true;
      if (depth == 1 && c == '*') return false;
      if (depth == 1 && c == ',' && !ReadsBy(Trim(code_.substr(i + 1)))) return false;
    }
    return false;
  }

  static bool ReadsBy(std::string_view argument) {
    for (const std::string_view mode :
         {"'r'", "\"r\"", "'rb'", "\"rb\"", "'rt'", "\"rt\"", "encoding=", "errors=", "newline="}) {
      if (argument.starts_with(mode)) return true;
    }
    return false;
  }

  void AddWords(std::string_view code) {
    if (code.find_first_of("\"'`") != code.npos) nested_ = true;  // where the text ends is not sure
    for (size_t i = 0; i < code.size(); ++i) {
      if (!IsLetter(code[i])) continue;
      const size_t from = i;
      while (i < code.size() && (IsLetter(code[i]) || IsDigit(code[i]))) ++i;
      const auto word = code.substr(from, i - from);
      if (Holds(row_.opens, word) || Holds(row_.loads, word) || Holds(row_.guarded, word)) nested_ = true;
      words_.push_back(word);
    }
  }

  bool SkipComment() {
    if (row_.comment.empty() || !code_.substr(at_).starts_with(row_.comment)) return false;
    // "$#list" and "m#..#" are none.
    const bool inside =
        !row_.sigils.empty() && at_ > 0 && std::string_view(" \n;}").find(code_[at_ - 1]) == std::string_view::npos;
    if (inside) return false;
    at_ = std::min(code_.find('\n', at_), code_.size());
    return true;
  }

  bool Step() {
    const char c = code_[at_];
    if (IsMark(c)) return Fail("a value that is not known");
    if (const auto construct = Unreadable(); !construct.empty()) return Fail(construct);
    if (SkipComment()) return true;
    const std::string_view texts = row_.texts.empty() ? std::string_view("\"'`") : row_.texts;
    if (texts.find(c) != texts.npos) return Text();
    if (c == '*' && importing_) return Fail("names that it imports");
    if (c == '[') NoteSubscript();
    if (c == ';' || c == '\n') importing_ = false;
    if (IsLetter(c)) return Word();
    if (IsDigit(c)) {
      while (at_ < code_.size() && (IsLetter(code_[at_]) || IsDigit(code_[at_]))) ++at_;
      return true;
    }
    if (code_.substr(at_).starts_with("](")) return Fail("](");
    if (c != ' ') before_ = c;
    ++at_;
    return true;
  }

  // Constructs that may hold quotes without opening a text, so that what follows could be taken for one.
  std::string_view Unreadable() {
    const std::string_view rest = code_.substr(at_);
    for (const std::string_view construct : row_.unreadable) {
      if (rest.starts_with(construct)) return construct;
    }
    if (!row_.patterns || rest[0] != '/') return {};
    if (slash_ && rest.starts_with("//")) return "//";
    slash_ = true;
    const std::string_view pattern = rest.substr(0, std::min(rest.find('/', 1), rest.size()));
    return pattern.size() < rest.size() && pattern.find_first_of("\"'`#") != pattern.npos ? "/" : std::string_view();
  }

  bool Text() {
    if (code_[at_] == '`' && row_.backquotes_run) return Fail("`");
    const std::string_view word = last_word_;
    SkipText();
    prefixed_ = false;
    if (nested_) return Fail("a text in a text");
    if (Holds(row_.loads, word) && !Holds(row_.modules, text_)) return Fail(Cat({word, " ", text_.substr(0, 40)}));
    if (TextRuns()) return Fail("a text that is run");
    const bool loaded = Holds(row_.loads, word) && Holds(row_.guarded, text_);
    if (loaded) uses_guarded_ = true;
    const bool named = !bound_.empty() && Holds(row_.guarded, bound_.back());
    if (loaded && !named && !Trim(code_.substr(at_)).starts_with(").")) return Fail(Cat({word, " ", text_}));
    last_word_ = {};
    return true;
  }

  bool Word() {
    const size_t from = at_;
    while (at_ < code_.size() && (IsLetter(code_[at_]) || IsDigit(code_[at_]))) ++at_;
    const std::string_view word = code_.substr(from, at_ - from);
    const char next = at_ < code_.size() ? code_[at_] : '\0';
    if ((next == '"' || next == '\'') && word.size() <= 2) {  // f"..", rb'..'
      prefixed_ = word.find_first_of("fF") != word.npos;
      return true;
    }
    const char sigil = from > 0 ? code_[from - 1] : ' ';
    const bool scoped = from > 1 && sigil == ':' && code_[from - 2] == ':';
    if (!scoped && row_.sigils.find(sigil) != row_.sigils.npos) {  // a variable
      const size_t after = code_.find_first_not_of(" \n\t", at_);
      static constexpr std::string_view kLoops[] = {"my", "for", "foreach"};
      const bool loop = std::find(std::begin(kLoops), std::end(kLoops), last_word_) != std::end(kLoops);
      const bool called = after != code_.npos && code_[after] == '(' && sigil == '$' && !loop;
      return called ? Fail(word) : true;
    }
    if (from > 0 && sigil == '.' && Holds(row_.opens, word)) return Fail(word);
    if (Binds(word, from)) bound_.push_back(word);
    words_.push_back(word);
    last_word_ = word;
    if (word == "import" || (word == "from" && StartsStatement(from))) importing_ = true;
    if (importing_ && !aliased_) imported_.push_back(word.data());
    aliased_ = word == "as";
    if (!Guarded(word, from > 0 && code_[from - 1] == '.')) return false;
    if (Holds(row_.opens, word) && !OpensToRead(at_)) return Fail(word);
    if (Holds(row_.loads, word)) {
      const size_t argument = code_.find_first_not_of(" (", at_);
      if (argument == code_.npos || (code_[argument] != '"' && code_[argument] != '\'')) return Fail(word);
    }
    return true;
  }

  bool StartsStatement(size_t from) const {
    const size_t before = from == 0 ? code_.npos : code_.find_last_not_of(" \t", from - 1);
    return before == code_.npos || std::string_view(";:\n").find(code_[before]) != std::string_view::npos;
  }

  // x = .., for x in, lambda x:, def x, as x, x =>: a name of the code's own, not an attribute's.
  bool Binds(std::string_view word, size_t from) {
    if ((from > 0 && code_[from - 1] == '.') || importing_) return last_word_ == "as";
    const auto rest = Trim(code_.substr(at_, 8));
    const bool assigned =
        (rest.starts_with("=") && !rest.starts_with("==")) || rest.starts_with("+=") || rest.starts_with("<-");
    static constexpr std::string_view kBefore[] = {"for",      "lambda", "def", "as",  "const", "let",  "var",
                                                   "function", "fn",     "my",  "fun", "local", "class"};
    const bool declared = std::find(std::begin(kBefore), std::end(kBefore), last_word_) != std::end(kBefore);
    const bool piped = before_ == '|' && (rest.starts_with("|") || rest.starts_with(",")) && !row_.sigils.empty();
    const bool bracketed = before_ == '(' && std::find(defined_.begin(), defined_.end(), last_word_) != defined_.end();
    if (declared) defined_.push_back(word);
    const bool listed = before_ == ',' && std::find(bound_.begin(), bound_.end(), last_word_) != bound_.end();
    const bool arrow = rest.starts_with("=>") || (rest.starts_with("->") && row_.sigils.empty()) ||
                       code_.substr(at_).starts_with(") =>") || code_.substr(at_).starts_with(")=>");
    before_ = ' ';
    return (assigned && !Holds(row_.words, word)) || declared || listed || arrow || piped || bracketed;
  }

  const VocabularyRow& row_;
  std::string_view code_;
  size_t at_ = 0;
  std::string unknown_;
  std::string_view text_, last_word_;
  std::vector<std::string_view> words_, bound_, defined_;
  std::vector<const char*> imported_;
  std::string computed_;
  bool importing_ = false, aliased_ = false, uses_guarded_ = false;
  bool prefixed_ = false, nested_ = false, slash_ = false;
  char before_ = ' ';
};

}  // namespace

std::string FirstUnknownWord(const VocabularyRow& row, std::string_view code) { return Scanner(row, code).Run(); }

}  // namespace heddle::shell
