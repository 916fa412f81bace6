// Decimal: an exact decimal number, as JSON writes them. No rounding anywhere.
#pragma once

#include <boost/json.hpp>
#include <compare>
#include <optional>
#include <string>

namespace heddle::grammar {

struct Decimal {
  bool negative = false;
  std::string whole = "0";  // digits without leading zeros; "0" for none
  std::string fraction;     // digits without trailing zeros

  static std::optional<Decimal> Of(const boost::json::value& value);  // nothing: not a number, or beyond 1e400
  static std::optional<Decimal> Parse(std::string_view text);
  bool zero() const { return whole == "0" && fraction.empty(); }
  bool integer() const { return fraction.empty(); }
  std::string Text() const;
  std::strong_ordering operator<=>(const Decimal& other) const;
  bool operator==(const Decimal& other) const { return (*this <=> other) == std::strong_ordering::equal; }
};

// A whole number from 0 to 999,999,999.
std::optional<uint32_t> CountOf(const boost::json::value& value);

}  // namespace heddle::grammar
