// Shell arithmetic (the bash manual, 6.5): integers, variables, every operator, assignments. What is not known makes
// the result unknown, and both sides of a choice are then visited.
#include <optional>

#include "base/text.h"
#include "shell/expand.h"
#include "shell/parsing/scan.h"

namespace heddle::shell {
namespace {

using Number = std::optional<int64_t>;  // nothing: unknown

struct Operator {
  std::string_view text;
  int level;  // binds tighter when higher
};
// Longest first, so that "<<=" is not read as "<<".
constexpr Operator kOperators[] = {
    {"<<=", 1}, {">>=", 1}, {"**", 13}, {"<<", 10}, {">>", 10}, {"<=", 9}, {">=", 9}, {"==", 8},
    {"!=", 8},  {"&&", 4},  {"||", 3},  {"+=", 1},  {"-=", 1},  {"*=", 1}, {"/=", 1}, {"%=", 1},
    {"&=", 1},  {"|=", 1},  {"^=", 1},  {"+", 11},  {"-", 11},  {"*", 12}, {"/", 12}, {"%", 12},
    {"<", 9},   {">", 9},   {"&", 7},   {"^", 6},   {"|", 5},   {"?", 2},  {"=", 1},  {",", 0},
};

Number Apply(std::string_view op, Number left, Number right) {
  if (!left || !right) return std::nullopt;
  const auto a = static_cast<uint64_t>(*left), b = static_cast<uint64_t>(*right);
  const auto wrap = [](uint64_t value) { return Number(static_cast<int64_t>(value)); };
  if (op == "+") return wrap(a + b);
  if (op == "-") return wrap(a - b);
  if (op == "*") return wrap(a * b);
  if (op == "/" || op == "%") {
    if (*right == 0 || (*right == -1 && *left == INT64_MIN)) return std::nullopt;
    return op == "/" ? *left / *right : *left % *right;
  }
  if (op == "**") {
    if (*right < 0 || *right > 64) return std::nullopt;
    uint64_t out = 1;
    for (int64_t i = 0; i < *right; ++i) out *= a;
    return wrap(out);
  }
  if (op == "<<" || op == ">>") {
    if (*right < 0 || *right > 63) return std::nullopt;
    return op == "<<" ? wrap(a << b) : Number(*left >> *right);
  }
  if (op == "<") return *left < *right;
  if (op == ">") return *left > *right;
  if (op == "<=") return *left <= *right;
  if (op == ">=") return *left >= *right;
  if (op == "==") return *left == *right;
  if (op == "!=") return *left != *right;
  if (op == "&") return wrap(a & b);
  if (op == "|") return wrap(a | b);
  if (op == "^") return wrap(a ^ b);
  if (op == "&&") return *left != 0 && *right != 0;
  if (op == "||") return *left != 0 || *right != 0;
  return std::nullopt;
}

int64_t DigitOf(char c, int64_t base) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'z') return c - 'a' + 10;
  if (c >= 'A' && c <= 'Z') return c - 'A' + (base <= 36 ? 10 : 36);
  if (c == '@') return 62;
  return c == '_' ? 63 : 99;
}

// 12, 0x1f, 017, 36#zz.
Number Literal(std::string_view text) {
  int64_t base = 10;
  if (const size_t hash = text.find('#'); hash != text.npos) {
    base = ParseInt(text.substr(0, hash)).value_or(0);
    text.remove_prefix(hash + 1);
  } else if (text.starts_with("0x") || text.starts_with("0X")) {
    base = 16;
    text.remove_prefix(2);
  } else if (text.size() > 1 && text[0] == '0') {
    base = 8;
  }
  if (base < 2 || base > 64 || text.empty()) return std::nullopt;
  uint64_t out = 0;
  for (char c : text) {
    const int64_t digit = DigitOf(c, base);
    if (digit >= base) return std::nullopt;
    out = out * static_cast<uint64_t>(base) + static_cast<uint64_t>(digit);
  }
  return static_cast<int64_t>(out);
}

}  // namespace

// Precedence climbing over one expression.
class ArithmeticReader {
 public:
  ArithmeticReader(Expander& expander, std::string_view text, int depth)
      : expander_(expander), text_(text), depth_(depth) {}

  // For an expression that is an error.
  void GiveUp() { Forget(); }

  Number Whole() {
    if (Trim(text_).empty()) return 0;
    const Number out = Expression(0);
    Blanks();
    if (at_ == text_.size() && !failed_) return out;
    Forget();
    return std::nullopt;
  }

 private:
  struct Operand {
    Number value;
    std::string name{};  // of a variable, which may be assigned to
    std::string key{};   // of an array's element
  };

  // What cannot be read to its end may assign to any variable that it names.
  void Forget() {
    if (text_.find('=') == text_.npos && text_.find("++") == text_.npos && text_.find("--") == text_.npos) return;
    for (size_t i = 0; i < text_.size();) {
      const size_t end = NameEnd(text_, i);
      if (end > i && (i == 0 || !IsNameByte(text_[i - 1], false))) {
        Variable& variable = expander_.frame_.Ref(text_.substr(i, end - i));
        for (auto& [key, value] : variable.elements) value = Unknown();
        if (variable.elements.empty()) variable.Set("0", Unknown());
        variable.others.clear();
        variable.open = variable.array;
      }
      i = std::max(end, i + 1);
    }
  }

  void Blanks() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t' || text_[at_] == '\n')) ++at_;
  }

  bool Take(std::string_view token) {
    Blanks();
    if (!text_.substr(at_).starts_with(token)) return false;
    at_ += token.size();
    return true;
  }

  const Operator* Peek() {
    Blanks();
    for (const Operator& op : kOperators) {
      if (text_.substr(at_).starts_with(op.text)) return &op;
    }
    return nullptr;
  }

  void Store(const Operand& to, Number value) {
    if (to.name.empty()) {
      failed_ = true;
      return;
    }
    if (way_ == Way::kNot) return;
    std::string text = value && way_ == Way::kTaken && !unsure_ ? std::to_string(*value) : Unknown();
    if (HasUnknown(to.key)) {
      expander_.frame_.AssignElement(to.name, to.key, Unknown());
      return;
    }
    if (!to.key.empty()) expander_.frame_.Ref(to.name).array = true;
    if (to.key.empty())
      expander_.frame_.Assign(to.name, std::move(text));
    else
      expander_.frame_.Ref(to.name).Set(to.key, std::move(text));
  }

  // A variable's text is an expression itself, and what stands in its subscripts is expanded once more.
  Number ValueOf(const std::string& text) {
    if (HasUnknown(text)) return std::nullopt;
    if (text.empty()) return 0;
    if (const auto number = Literal(text)) return number;
    if (depth_ > 8) return std::nullopt;
    const auto value = ParseInt(expander_.Evaluate(text));
    unsure_ |= !value && way_ != Way::kNot;
    return value;
  }

  Operand Name() {
    const size_t end = NameEnd(text_, at_);
    Operand out;
    out.name = std::string(text_.substr(at_, end - at_));
    at_ = end;
    Expander::Parameter value;
    if (at_ < text_.size() && text_[at_] == '[') {
      const size_t close = MatchingClose(text_, at_, '[', ']');
      if (close == text_.npos) {
        failed_ = true;
        return out;
      }
      const std::string_view inside = text_.substr(at_ + 1, close - at_ - 2);
      out.key = expander_.Subscript(out.name, inside);
      value = expander_.Named(out.name, inside, true);
      at_ = close;
    } else {
      value = expander_.Named(out.name, "", false);
    }
    out.value = value.gone ? Number(0) : value.items.size() == 1 ? ValueOf(value.items[0]) : std::nullopt;
    return out;
  }

  Operand Primary() {
    Blanks();
    if (failed_ || ++steps_ > 2000 || at_ >= text_.size()) {
      failed_ = true;
      return {};
    }
    for (std::string_view step : {"++", "--"}) {
      if (!Take(step)) continue;
      Operand target = Primary();
      target.value = Apply(step.substr(1), target.value, 1);
      Store(target, target.value);
      return {target.value};
    }
    const char c = text_[at_];
    if (c == '(') {
      ++at_;
      const Number inner = Expression(0);
      if (!Take(")")) failed_ = true;
      return {inner};
    }
    if (c == '-' || c == '+' || c == '!' || c == '~') {
      ++at_;
      const Number value = Primary().value;
      if (!value) return {};
      const auto bits = static_cast<uint64_t>(*value);
      if (c == '-') return {static_cast<int64_t>(0 - bits)};
      if (c == '!') return {*value == 0 ? 1 : 0};
      return {c == '~' ? ~*value : *value};
    }
    if (IsMark(c)) {
      ++at_;
      return {};
    }
    if (IsNameByte(c, true)) return Postfix(Name());
    size_t end = at_;
    while (end < text_.size() && (IsNameByte(text_[end], false) || text_[end] == '#' || text_[end] == '@')) ++end;
    if (end == at_) {
      failed_ = true;
      return {};
    }
    const Number value = Literal(text_.substr(at_, end - at_));
    failed_ |= !value;
    at_ = end;
    return {value};
  }

  Operand Postfix(Operand operand) {
    for (std::string_view step : {"++", "--"}) {
      if (!Take(step)) continue;
      Store(operand, Apply(step.substr(1), operand.value, 1));
      return {operand.value};
    }
    return operand;
  }

  // A side that is taken (true), is not, or may be: what it assigns then holds, does not, or is not known.
  Number Visit(std::optional<bool> taken, int lowest) {
    const Way outer = way_;
    if (!taken && way_ == Way::kTaken) way_ = Way::kUnsure;
    if (taken == false) way_ = Way::kNot;
    const Number value = Expression(lowest);
    way_ = outer;
    return value;
  }

  // Division by zero and a negative power are errors, after which nothing is done.
  void NoteError(std::string_view op, Number right) {
    const bool divides = op == "/" || op == "%";
    if (way_ == Way::kNot || (!divides && op != "**")) return;
    unsure_ |= !right;
    failed_ |= right && (divides ? *right == 0 : *right < 0);
  }

  Number Expression(int lowest) {
    if (++nested_ > 64) failed_ = true;
    Operand left = Primary();
    while (!failed_) {
      const Operator* op = Peek();
      if (op == nullptr || op->level < lowest) break;
      at_ += op->text.size();
      if (op->text == "?") {
        const Number yes = Visit(left.value ? std::optional(*left.value != 0) : std::nullopt, 0);
        if (!Take(":")) failed_ = true;
        const Number no = Visit(left.value ? std::optional(*left.value == 0) : std::nullopt, 2);
        left = {left.value ? (*left.value != 0 ? yes : no) : std::nullopt};
      } else if (op->level == 1) {
        const Number right = Expression(1);
        const std::string_view binary = op->text.substr(0, op->text.size() - 1);
        NoteError(binary, right);
        const Number value = binary.empty() ? right : Apply(binary, left.value, right);
        Store(left, value);
        left = {value};
      } else if (op->text == "&&" || op->text == "||") {
        const bool both = op->text == "&&";
        const Number right =
            Visit(left.value ? std::optional((*left.value != 0) == both) : std::nullopt, op->level + 1);
        const bool decided = left.value && (*left.value != 0) != both;
        left = {decided ? Number(both ? 0 : 1) : Apply(op->text, left.value, right)};
      } else {
        const Number right = Expression(op->text == "**" ? op->level : op->level + 1);
        NoteError(op->text, right);
        left = {op->text == "," ? right : Apply(op->text, left.value, right)};
      }
    }
    --nested_;
    return failed_ ? std::nullopt : left.value;
  }

  Expander& expander_;
  std::string_view text_;
  enum class Way { kTaken, kUnsure, kNot };

  size_t at_ = 0;
  int depth_, nested_ = 0, steps_ = 0;
  Way way_ = Way::kTaken;
  bool failed_ = false;
  bool unsure_ = false;  // there may have been an error, after which nothing is done
};

std::string Expander::Evaluate(const std::string& text) {
  if (text.find_first_of("$`'\"\\") == text.npos) return Arithmetic(text);
  (void)Arithmetic(text);  // what it substitutes, in a subscript, counts all the same
  ArithmeticReader(*this, text, depth_).GiveUp();
  return Unknown();
}

// Double quotes mean nothing in arithmetic, but those inside a substitution are its own.
static std::string WithoutQuotes(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size();) {
    const bool part = text[i] == '$' || text[i] == '`';
    size_t end = i + 1;
    if (part) end = text[i] == '$' ? SkipDollarText(text, i, 0) : SkipQuotedText(text, i, 0);
    if (text[i] != '"') out += text.substr(i, std::min(end, text.size()) - i);
    i = std::min(end, text.size());
  }
  return out;
}

std::string Expander::Arithmetic(std::string_view expression) {
  if (depth_ >= 40) return Cut("arithmetic nested too deep");
  ++depth_;
  const std::string text = ExpandQuoted(WithoutQuotes(expression));
  const Number value = ArithmeticReader(*this, text, depth_).Whole();
  --depth_;
  return value ? std::to_string(*value) : Unknown();
}

}  // namespace heddle::shell
