#include "grammar/schema_numbers.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "grammar/regex.h"

namespace heddle::grammar {
namespace {

// Digit strings compared with a given decimal, digit by digit. All magnitudes: the sign is dealt with outside.
class Compare {
 public:
  enum class Side { kAtLeast, kAbove, kAtMost, kBelow };
  Compare(ExprPool& pool, const Decimal& bound, Side side, bool integer) : pool_(pool), bound_(bound), side_(side) {
    digits_ = pool_.Star(Digit('0', '9'));
    const Expr zeros = pool_.Seq(pool_.Literal("."), pool_.Repeat(pool_.Literal("0"), 1, kNoLimit));
    const Expr any = pool_.Seq(pool_.Literal("."), pool_.Repeat(Digit('0', '9'), 1, kNoLimit));
    free_fraction_ = pool_.Optional(integer ? zeros : any);
    integer_ = integer;
  }

  Expr Whole() {
    const size_t n = bound_.whole.size();
    std::vector<Expr> out{SameLength(0)};
    if (Lesser()) {
      if (n > 1) out.push_back(Free(pool_.Literal("0")));
      if (n > 1) out.push_back(Free(pool_.Seq(Digit('1', '9'), Digits(0, static_cast<uint32_t>(n - 2)))));
    } else {
      out.push_back(Free(pool_.Seq(Digit('1', '9'), Digits(static_cast<uint32_t>(n), kNoLimit))));
    }
    return pool_.Or(out);
  }

 private:
  bool Lesser() const { return side_ == Side::kAtMost || side_ == Side::kBelow; }
  bool Strict() const { return side_ == Side::kAbove || side_ == Side::kBelow; }
  Expr Digit(char from, char to) {
    return from > to ? kNone : pool_.Bytes(ByteSet::Range(static_cast<uint8_t>(from), static_cast<uint8_t>(to)));
  }
  Expr Digits(uint32_t min, uint32_t max) { return pool_.Repeat(Digit('0', '9'), min, max); }
  Expr Free(Expr whole) { return pool_.Seq(whole, free_fraction_); }
  // The digits on the allowed side of `c`.
  Expr Beyond(char c, char least) {
    return Lesser() ? Digit(least, static_cast<char>(c - 1))
                    : Digit(static_cast<char>(std::max<char>(static_cast<char>(c + 1), least)), '9');
  }

  // Whole parts as long as the bound's, from digit `at` on.
  Expr SameLength(size_t at) {
    const std::string& whole = bound_.whole;
    if (at == whole.size()) return Point();
    const char least = at == 0 && whole.size() > 1 ? '1' : '0';
    const auto left = static_cast<uint32_t>(whole.size() - at - 1);
    const Expr other = Free(pool_.Seq(Beyond(whole[at], least), Digits(left, left)));
    return pool_.Or(other, pool_.Seq(Digit(whole[at], whole[at]), SameLength(at + 1)));
  }

  // What may follow a whole part that equals the bound's: no fraction counts as zero.
  Expr Point() {
    const bool none = bound_.fraction.empty() ? !Strict() : Lesser();
    if (integer_) return none ? free_fraction_ : kNone;
    const Expr rest = Fraction(0, false);
    return pool_.Or(none ? kEps : kNone, rest == kNone ? kNone : pool_.Seq(pool_.Literal("."), rest));
  }

  // Fractions from digit `at` on, all digits before it equal to the bound's. `may_end`: a digit stands already.
  Expr Fraction(size_t at, bool may_end) {
    const std::string& digits = bound_.fraction;
    if (at == digits.size()) {
      const uint32_t least = may_end ? 0 : 1;
      if (side_ == Side::kAtLeast) return Digits(least, kNoLimit);
      if (side_ == Side::kAtMost) return pool_.Repeat(pool_.Literal("0"), least, kNoLimit);
      if (side_ == Side::kBelow) return kNone;
      return pool_.Seq({pool_.Star(pool_.Literal("0")), Digit('1', '9'), digits_});
    }
    std::vector<Expr> out{pool_.Seq(Beyond(digits[at], '0'), digits_),
                          pool_.Seq(Digit(digits[at], digits[at]), Fraction(at + 1, true))};
    if (may_end && Lesser()) out.push_back(kEps);
    return pool_.Or(out);
  }

  ExprPool& pool_;
  const Decimal& bound_;
  Side side_;
  bool integer_;
  Expr digits_, free_fraction_;
};

// Spellings of the multiples of digits * 10^-places, by remainders. Nothing when the automaton would be too large.
class Multiples {
 public:
  static Result<Expr> Make(ExprPool& pool, const Decimal& step) {
    std::string digits = step.whole == "0" ? step.fraction : step.whole + step.fraction;
    digits.erase(0, std::min(digits.find_first_not_of('0'), digits.size()));
    size_t places = step.fraction.size(), tens = 0;
    if (places == 0) {
      while (digits.size() > 1 && digits.ends_with("0")) digits.pop_back(), ++tens;
    }
    const auto base = ParseInt(digits);
    if (!base || *base <= 0 || static_cast<uint64_t>(*base) * (places + tens + 2) > 4096)
      return Error{Code::kTooLarge, Cat({"multipleOf ", step.Text(), " needs an automaton of more than 4,096 states"})};
    return Multiples(static_cast<uint32_t>(*base), places, tens).Build(pool);
  }

 private:
  Multiples(uint32_t base, size_t places, size_t tens) : base_(base), places_(places), tens_(tens) {}

  // States: 0 start, 1 after a minus, then whole part: (remainder, zeros at the end), point, fraction: (remainder,
  // place).
  Result<Expr> Build(ExprPool& pool) {
    auto automaton = std::make_shared<Automaton>();
    Automaton& a = *automaton;
    const auto add = [&](bool accepts) {
      a.rows.emplace_back().fill(UINT16_MAX);
      a.accepts.push_back(accepts);
      return static_cast<uint16_t>(a.rows.size() - 1);
    };
    (void)add(false);
    (void)add(false);
    const uint16_t zero = add(true);  // "0": no digit may follow
    std::vector<uint16_t> whole(base_ * (tens_ + 1)), fraction(base_ * (places_ + 1));
    for (uint32_t r = 0; r < base_; ++r) {
      for (size_t z = 0; z <= tens_; ++z) whole[r * (tens_ + 1) + z] = add(z == tens_ && Zero(r, places_));
    }
    std::vector<uint16_t> point(base_);
    for (uint32_t r = 0; r < base_; ++r) {
      point[r] = add(false);
      for (size_t p = 0; p <= places_; ++p) fraction[r * (places_ + 1) + p] = add(Zero(r, places_ - p));
    }
    a.rows[0]['-'] = 1;
    for (const uint16_t from : {uint16_t{0}, uint16_t{1}}) {
      a.rows[from]['0'] = zero;
      for (uint32_t d = 1; d < 10; ++d) a.rows[from]['0' + d] = WholeState(whole, d % base_, 0);
    }
    a.rows[zero]['.'] = point[0];
    for (uint32_t r = 0; r < base_; ++r) {
      for (size_t z = 0; z <= tens_; ++z) {
        auto& row = a.rows[whole[r * (tens_ + 1) + z]];
        // With trailing zeros split off, r is the remainder of what stands before the last z zeros.
        for (uint32_t d = 0; d < 10; ++d) {
          if (d == 0 && z < tens_) {
            row['0'] = WholeState(whole, r, z + 1);
          } else {
            uint64_t value = r;
            for (size_t i = 0; i < z; ++i) value = value * 10 % base_;
            // A zero beyond the split ones: one of them becomes an ordinary digit.
            if (d == 0) {
              row['0'] = WholeState(whole, static_cast<uint32_t>(r * 10ULL % base_), z);
            } else {
              row['0' + d] = WholeState(whole, static_cast<uint32_t>((value * 10 + d) % base_), 0);
            }
          }
        }
        if (places_ > 0 || z == tens_) row['.'] = point[r];
      }
      for (uint32_t d = 0; d < 10; ++d) {
        if (places_ > 0)
          a.rows[point[r]]['0' + d] = fraction[(r * 10 + d) % base_ * (places_ + 1) + 1];
        else if (d == 0)
          a.rows[point[r]]['0'] = fraction[r * (places_ + 1)];
        for (size_t p = places_ == 0 ? 0 : 1; p <= places_; ++p) {
          auto& row = a.rows[fraction[r * (places_ + 1) + p]];
          if (p < places_)
            row['0' + d] = fraction[(r * 10 + d) % base_ * (places_ + 1) + p + 1];
          else if (d == 0)
            row['0'] = fraction[r * (places_ + 1) + p];
        }
      }
    }
    Prune(a);
    const Automaton* raw = automaton.get();
    pool.Keep(std::move(automaton));
    return pool.Of(raw, 0);
  }

  bool Zero(uint64_t remainder, size_t places) const {
    for (; places > 0; --places) remainder = remainder * 10 % base_;
    return remainder == 0;
  }
  uint16_t WholeState(const std::vector<uint16_t>& whole, uint32_t remainder, size_t zeros) const {
    return whole[remainder * (tens_ + 1) + zeros];
  }

  // Removes the ways into states from which nothing can be accepted.
  static void Prune(Automaton& a) {
    std::vector<bool> live = a.accepts;
    for (bool changed = true; changed;) {
      changed = false;
      for (size_t s = 0; s < a.rows.size(); ++s) {
        if (live[s]) continue;
        for (const uint16_t to : a.rows[s]) {
          if (to != UINT16_MAX && live[to]) live[s] = changed = true;
        }
      }
    }
    for (auto& row : a.rows) {
      for (auto& to : row) {
        if (to != UINT16_MAX && !live[to]) to = UINT16_MAX;
      }
    }
  }

  uint32_t base_;
  size_t places_, tens_;
};

Expr Pattern(ExprPool& pool, const char* pattern) {
  Expr& known = pool.Named(Cat({"number ", pattern}));
  if (known != kNone) return known;
  const Expr made = CompileRegex(pool, pattern).value_or(kNone);
  return pool.failed() ? made : known = made;
}

}  // namespace

void NumberSpec::AtLeast(const NumberBound& bound) {
  if (!low || bound.value > low->value || (bound.value == low->value && bound.exclusive)) low = bound;
}

void NumberSpec::AtMost(const NumberBound& bound) {
  if (!high || bound.value < high->value || (bound.value == high->value && bound.exclusive)) high = bound;
}

bool IsMultiple(const Decimal& value, const Decimal& step) {
  if (step.zero()) return false;
  const size_t places = std::max(value.fraction.size(), step.fraction.size());
  std::string a = value.whole + value.fraction + std::string(places - value.fraction.size(), '0');
  std::string b = step.whole + step.fraction + std::string(places - step.fraction.size(), '0');
  b.erase(0, std::min(b.find_first_not_of('0'), b.size()));
  const auto divisor = ParseInt(b);
  if (!divisor || *divisor <= 0 || *divisor > INT64_MAX / 16) return false;
  int64_t remainder = 0;
  for (const char c : a)
    remainder = static_cast<int64_t>((static_cast<__int128>(remainder) * 10 + (c - '0')) % *divisor);
  return remainder == 0;
}

Expr NumberValueExpr(ExprPool& pool, const Decimal& value) {
  const std::string digits = value.Text();
  const Expr zeros = pool.Star(pool.Literal("0"));
  Expr out = pool.Literal(digits);
  out = value.integer() ? pool.Seq(out, pool.Optional(pool.Seq({pool.Literal("."), pool.Literal("0"), zeros})))
                        : pool.Seq(out, zeros);
  return value.zero() ? pool.Seq(pool.Optional(pool.Literal("-")), out) : out;
}

Result<Expr> NumberExpr(ExprPool& pool, const NumberSpec& spec) {
  if (spec.integer && spec.not_integer) return kNone;
  const bool plain = !spec.low && !spec.high && spec.multiples.empty() && spec.not_multiples.empty() &&
                     spec.excluded.empty() && !spec.not_integer;
  if (plain && spec.integer)
    return Pattern(pool,
                   spec.integers_have_no_fraction ? "-?(0|[1-9][0-9]*)" : "-?(0|[1-9][0-9]*)(\\.0+|[eE]\\+?[0-9]+)?");
  if (plain) return Pattern(pool, "-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+\\-]?[0-9]+)?");

  using Side = Compare::Side;
  std::vector<Expr> parts;
  const bool integer = spec.integer;
  const Decimal nought;
  const Expr minus = pool.Literal("-");
  const Expr any = Compare(pool, nought, Side::kAtLeast, integer).Whole();
  if (spec.low) {
    Decimal size = spec.low->value;
    const bool negative = size.negative || (size.zero() && !spec.low->exclusive);
    size.negative = false;
    const Side above = spec.low->exclusive ? Side::kAbove : Side::kAtLeast,
               below = spec.low->exclusive ? Side::kBelow : Side::kAtMost;
    parts.push_back(negative ? pool.Or(any, pool.Seq(minus, Compare(pool, size, below, integer).Whole()))
                             : Compare(pool, size, above, integer).Whole());
  }
  if (spec.high) {
    Decimal size = spec.high->value;
    const bool negative = size.negative || (size.zero() && spec.high->exclusive);
    size.negative = false;
    const Side above = spec.high->exclusive ? Side::kAbove : Side::kAtLeast,
               below = spec.high->exclusive ? Side::kBelow : Side::kAtMost;
    parts.push_back(negative ? pool.Seq(minus, Compare(pool, size, above, integer).Whole())
                             : pool.Or(pool.Seq(minus, any), Compare(pool, size, below, integer).Whole()));
  }
  if (parts.empty()) parts.push_back(pool.Seq(pool.Optional(minus), any));
  if (integer && spec.integers_have_no_fraction) parts.push_back(Pattern(pool, "-?[0-9]+"));
  for (const Decimal& step : spec.multiples) {
    TRY_ASSIGN(const Expr multiples, Multiples::Make(pool, step));
    parts.push_back(multiples);
  }
  for (const Decimal& step : spec.not_multiples) {
    TRY_ASSIGN(const Expr multiples, Multiples::Make(pool, step));
    parts.push_back(pool.Not(multiples));
  }
  if (spec.not_integer) parts.push_back(pool.Not(Pattern(pool, "-?[0-9]+(\\.0+)?")));
  for (const Decimal& value : spec.excluded) parts.push_back(pool.Not(NumberValueExpr(pool, value)));
  const Expr out = pool.And(parts);
  return pool.Live(out) ? out : kNone;
}

}  // namespace heddle::grammar
