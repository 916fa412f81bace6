#include "grammar/gbnf.h"

#include "base/text.h"
#include "grammar/cfg.h"
#include "grammar/scanner.h"

namespace heddle::grammar {
namespace {

class Parser {
 public:
  Parser(ExprPool& pool, std::string_view text) : pool_(pool), in_(text, "GBNF"), cfg_(pool) {}

  Result<Expr> Whole() {
    for (Blank(true); in_.More(); Blank(true)) {
      TRY_ASSIGN(const std::string name, Name());
      Blank(false);
      if (!in_.Take("::=")) return in_.Bad("'::=' is needed after a rule's name");
      const size_t rule = cfg_.Rule(name);
      if (cfg_.Defined(rule)) return in_.Bad(Cat({"the rule '", name, "' is defined twice"}));
      Blank(true);
      TRY_ASSIGN(Term body, Alternatives(0));
      cfg_.Define(rule, std::move(body));
    }
    const size_t root = cfg_.Rule("root");
    if (!cfg_.Defined(root)) return Error{Code::kInvalid, "GBNF: there is no rule 'root'"};
    return cfg_.Compile(root);
  }

 private:
  // Spaces and comments; line ends too inside parentheses and before a rule.
  void Blank(bool lines) {
    for (;; in_.Skip()) {
      if (in_.Peek() == '#') {
        while (in_.More() && in_.Peek() != '\n') in_.Skip();
      }
      const char c = in_.Peek();
      if (!in_.More() || !(c == ' ' || c == '\t' || (lines && (c == '\n' || c == '\r')))) return;
    }
  }

  static bool IsName(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  }

  Result<std::string> Name() {
    const size_t from = in_.at();
    while (in_.More() && IsName(in_.Peek())) in_.Skip();
    if (in_.at() == from) return in_.Bad("a rule's name is needed");
    return std::string(in_.Since(from));
  }

  Result<Term> Alternatives(int depth) {
    if (depth > 200) return in_.Bad("groups nest deeper than 200");
    Term out{.kind = Term::Kind::kAlt};
    do {
      Blank(true);
      TRY_ASSIGN(Term seq, Sequence(depth));
      out.parts.push_back(std::move(seq));
      Blank(depth > 0);
      // An alternative may go on in the next line, when that begins with '|'.
      const size_t here = in_.at();
      Blank(true);
      if (in_.Peek() != '|') in_.Rewind(here);
    } while (in_.Take("|"));
    return out;
  }

  Result<Term> Sequence(int depth) {
    Term out;
    for (Blank(depth > 0); in_.More(); Blank(depth > 0)) {
      const char c = in_.Peek();
      Term item;
      if (c == '"') {
        TRY_ASSIGN(item, Literal());
      } else if (c == '[') {
        TRY_ASSIGN(item, Class());
      } else if (c == '.') {
        in_.Skip();
        item = Term::Of(pool_.Char(CharSet::All(), Spelling::kUtf8));
      } else if (c == '(') {
        in_.Skip();
        TRY_ASSIGN(item, Alternatives(depth + 1));
        Blank(true);
        if (!in_.Take(")")) return in_.Bad("')' is needed");
      } else if (IsName(c)) {
        const size_t from = in_.at();
        TRY_ASSIGN(const std::string name, Name());
        Blank(false);
        if (in_.Looks("::=")) {  // the next rule begins on the same line
          in_.Rewind(from);
          break;
        }
        item = Term::Ref(cfg_.Rule(name));
      } else if (c == '<' || c == '!') {
        return in_.Bad("token references are not supported: a grammar here speaks of text");
      } else {
        break;
      }
      TRY_ASSIGN(item, Repeated(std::move(item)));
      out.parts.push_back(std::move(item));
    }
    return out;
  }

  Result<Term> Repeated(Term item) {
    for (;;) {
      uint32_t min = 0, max = kNoLimit;
      if (in_.Take("*")) {
      } else if (in_.Take("+")) {
        min = 1;
      } else if (in_.Take("?")) {
        max = 1;
      } else if (in_.Peek() == '{') {
        in_.Skip();
        Blank(false);
        if (in_.Peek() != ',') { TRY_ASSIGN(min, in_.Number()); }
        max = min;
        Blank(false);
        if (in_.Take(",")) {
          Blank(false);
          max = kNoLimit;
          if (in_.Peek() != '}') { TRY_ASSIGN(max, in_.Number()); }
        }
        Blank(false);
        if (!in_.Take("}")) return in_.Bad("'}' is needed");
        if (max < min) return in_.Bad("a repetition's least count is above its greatest");
      } else {
        return item;
      }
      Term repeat{.kind = Term::Kind::kRepeat, .min = min, .max = max};
      repeat.parts.push_back(std::move(item));
      item = std::move(repeat);
    }
  }

  Result<Term> Literal() {
    in_.Skip();
    std::string bytes;
    while (in_.Peek() != '"') {
      if (!in_.More()) return in_.Bad("a string is not closed");
      uint32_t c = 0;
      if (in_.Take("\\")) {
        TRY_ASSIGN(c, in_.Escape());
      } else {
        c = in_.CodePoint();
      }
      AppendUtf8(bytes, c);
    }
    in_.Skip();
    return Term::Of(pool_.Literal(bytes));
  }

  Result<Term> Class() {
    in_.Skip();
    const bool negated = in_.Take("^");
    std::vector<CharRange> ranges;
    const auto one = [&]() -> Result<uint32_t> {
      if (!in_.More()) return in_.Bad("a character class is not closed");
      if (in_.Take("\\")) return in_.Escape();
      return in_.CodePoint();
    };
    while (in_.Peek() != ']') {
      TRY_ASSIGN(const uint32_t low, one());
      uint32_t high = low;
      if (in_.Peek() == '-' && in_.Peek(1) != ']') {
        in_.Skip();
        TRY_ASSIGN(high, one());
        if (high < low) return in_.Bad("a range in a class runs backwards");
      }
      ranges.push_back({low, high});
    }
    in_.Skip();
    const CharSet set = CharSet::Of(ranges);
    return Term::Of(pool_.Char(negated ? ~set : set, Spelling::kUtf8));
  }

  ExprPool& pool_;
  Scanner in_;
  Cfg cfg_;
};

}  // namespace

Result<Expr> CompileGbnf(ExprPool& pool, std::string_view text) {
  if (text.size() > size_t{16} << 20) return Error{Code::kTooLarge, "GBNF: larger than 16 MB"};
  return Parser(pool, text).Whole();
}

}  // namespace heddle::grammar
