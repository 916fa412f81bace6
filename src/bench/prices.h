// Prices: what tokens cost, from a dated file that users edit (prices.json in the configuration folder; else the one
// that comes along, data/bench/prices.json). Models without a row cost "not known", which is not nothing.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"

namespace heddle::bench {

struct Price {
  std::string model;                         // a pattern: * and ?
  double input = 0, cached = 0, output = 0;  // of a million tokens
};

struct PriceTable {
  std::string as_of, currency, source;  // source: the file
  std::vector<Price> rows;
  const Price* Find(std::string_view model) const;  // the first that fits; null: none
};

Result<PriceTable> ParsePrices(std::string_view json, std::string source);
Result<PriceTable> LoadPrices();
std::string PricesPath();  // of the user's

struct Cost {
  bool known = false;
  double amount = 0;
  void Add(const Price* price, int64_t prompt, int64_t cached, int64_t completion);
  int64_t calls = 0, unknown_calls = 0;
};

}  // namespace heddle::bench
