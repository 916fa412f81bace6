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
    return "";
  }

 private:
  static bool Holds(Words list, std::string_view word) { return std::binary_search(list.begin(), list.end(), word); }

  bool Allowed(std::string_view word) const {
    return row_.any || Holds(row_.words, word) || std::find(bound_.begin(), bound_.end(), word) != bound_.end();
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

  void AddWords(std::string_view code) {
    if (code.find_first_of("\"'`") != code.npos) nested_ = true;  // where the text ends is not sure
    for (size_t i = 0; i < code.size(); ++i) {
      if (!IsLetter(code[i])) continue;
      const size_t from = i;
      while (i < code.size() && (IsLetter(code[i]) || IsDigit(code[i]))) ++i;
      words_.push_back(code.substr(from, i - from));
    }
  }

  bool SkipComment() {
    if (row_.comment.empty() || !code_.substr(at_).starts_with(row_.comment)) return false;
    // "$#list" and "m#..#" are none.
    const bool inside = !row_.sigils.empty() && at_ > 0 && std::string_view(" \n;}").find(code_[at_ - 1]) == std::string_view::npos;
    if (inside) return false;
    at_ = std::min(code_.find('\n', at_), code_.size());
    return true;
  }

  bool Step() {
    const char c = code_[at_];
    if (IsMark(c)) return Fail("a value that is not known");
    if (const auto construct = Unreadable(); !construct.empty()) return Fail(construct);
    if (SkipComment()) return true;
    if (c == '"' || c == '\'' || c == '`') return Text();
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
    // What opens a file for reading has one text; a second one is the mode.
    if (Holds(row_.opens, word)) {
      if (code_.substr(at_).find_first_not_of(" )") != code_.npos && code_.substr(at_).starts_with(",")) {
        const auto mode = Trim(code_.substr(at_ + 1));
        if (!mode.starts_with("'r") && !mode.starts_with("\"r") && !mode.starts_with("encoding")) return Fail(word);
      }
    }
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
    if (row_.sigils.find(sigil) != row_.sigils.npos && next != '(') return true;  // a variable
    if (Binds(word, from)) bound_.push_back(word);
    words_.push_back(word);
    last_word_ = word;
    // open(x) without a text: what it opens, and how, is not known.
    if (Holds(row_.opens, word) || Holds(row_.loads, word)) {
      const size_t argument = code_.find_first_not_of(" (", at_);
      const bool text = argument != code_.npos && (code_[argument] == '"' || code_[argument] == '\'');
      if (!text && Holds(row_.loads, word)) return Fail(word);
      if (!text && code_.substr(at_, std::min(code_.find(')', at_), code_.size()) - at_).find(',') != code_.npos)
        return Fail(word);
    }
    return true;
  }

  // x = .., for x in, lambda x:, def x, as x, x =>: a name of the code's own, not an attribute's.
  bool Binds(std::string_view word, size_t from) {
    if (from > 0 && code_[from - 1] == '.') return false;
    const auto rest = Trim(code_.substr(at_, 8));
    const bool assigned = (rest.starts_with("=") && !rest.starts_with("==")) || rest.starts_with("+=");
    static constexpr std::string_view kBefore[] = {"for", "lambda", "def", "as", "const", "let", "var", "function"};
    const bool declared = std::find(std::begin(kBefore), std::end(kBefore), last_word_) != std::end(kBefore);
    const bool listed = before_ == ',' && std::find(bound_.begin(), bound_.end(), last_word_) != bound_.end();
    const bool arrow = Trim(code_.substr(at_, 8)).starts_with("=>") || code_.substr(at_).starts_with(") =>") ||
                       code_.substr(at_).starts_with(")=>");
    before_ = ' ';
    return (assigned && !Holds(row_.words, word)) || declared || listed || arrow;
  }

  const VocabularyRow& row_;
  std::string_view code_;
  size_t at_ = 0;
  std::string unknown_;
  std::string_view text_, last_word_;
  std::vector<std::string_view> words_, bound_;
  bool prefixed_ = false, nested_ = false, slash_ = false;
  char before_ = ' ';
};

}  // namespace

std::string FirstUnknownWord(const VocabularyRow& row, std::string_view code) { return Scanner(row, code).Run(); }

}  // namespace heddle::shell
