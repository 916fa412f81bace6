#include "grammar/decimal.h"

#include <charconv>

#include "base/text.h"

namespace heddle::grammar {

std::optional<Decimal> Decimal::Parse(std::string_view text) {
  Decimal out;
  if (text.starts_with("-")) out.negative = true, text.remove_prefix(1);
  const size_t e = text.find_first_of("eE");
  int64_t exponent = 0;
  if (e != text.npos) {
    std::string_view digits = text.substr(e + 1);
    if (digits.starts_with("+")) digits.remove_prefix(1);
    const auto parsed = ParseInt(digits);
    if (!parsed || *parsed > 400 || *parsed < -400) return std::nullopt;
    exponent = *parsed;
    text = text.substr(0, e);
  }
  const size_t dot = text.find('.');
  std::string whole(text.substr(0, dot)), fraction(dot == text.npos ? "" : text.substr(dot + 1));
  if (whole.empty() || (whole + fraction).find_first_not_of("0123456789") != std::string::npos) return std::nullopt;
  for (; exponent > 0; --exponent) {
    whole += fraction.empty() ? '0' : fraction[0];
    if (!fraction.empty()) fraction.erase(0, 1);
  }
  for (; exponent < 0; ++exponent) {
    fraction.insert(fraction.begin(), whole.empty() ? '0' : whole.back());
    if (!whole.empty()) whole.pop_back();
  }
  whole.erase(0, std::min(whole.find_first_not_of('0'), whole.size()));
  while (fraction.ends_with("0")) fraction.pop_back();
  out.whole = whole.empty() ? "0" : whole;
  out.fraction = fraction;
  if (out.zero()) out.negative = false;
  return out;
}

std::optional<Decimal> Decimal::Of(const boost::json::value& value) {
  if (value.is_int64()) return Parse(std::to_string(value.as_int64()));
  if (value.is_uint64()) return Parse(std::to_string(value.as_uint64()));
  if (!value.is_double()) return std::nullopt;
  char buffer[64];  // the shortest text that reads back as this double: what was written, up to 15 digits
  const auto [end, error] = std::to_chars(buffer, buffer + sizeof buffer, value.as_double());
  if (error != std::errc()) return std::nullopt;
  return Parse(std::string_view(buffer, static_cast<size_t>(end - buffer)));
}

std::optional<uint32_t> CountOf(const boost::json::value& value) {
  const auto number = Decimal::Of(value);
  if (!number || !number->integer() || number->negative || number->whole.size() > 9) return std::nullopt;
  return static_cast<uint32_t>(*ParseInt(number->whole));
}

std::string Decimal::Text() const { return Cat({negative ? "-" : "", whole, fraction.empty() ? "" : ".", fraction}); }

std::strong_ordering Decimal::operator<=>(const Decimal& other) const {
  if (negative != other.negative) return negative ? std::strong_ordering::less : std::strong_ordering::greater;
  std::strong_ordering size = whole.size() <=> other.whole.size();
  if (size == 0) size = whole <=> other.whole;
  if (size == 0) size = fraction <=> other.fraction;  // digits after the point compare as text
  return negative ? 0 <=> size : size;
}

}  // namespace heddle::grammar
