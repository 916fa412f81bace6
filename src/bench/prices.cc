#include "bench/prices.h"

#include <boost/json.hpp>

#include "base/text.h"
#include "sys/environment.h"
#include "sys/files.h"

namespace heddle::bench {
namespace {

constexpr std::pair<std::string_view, std::string_view> kBuiltin[] = {
#include "prices.inc"
};

}  // namespace

const Price* PriceTable::Find(std::string_view model) const {
  for (const Price& row : rows) {
    if (GlobMatch(row.model, model)) return &row;
  }
  return nullptr;
}

std::string PricesPath() { return sys::ConfigDirectory() + "/prices.json"; }

Result<PriceTable> ParsePrices(std::string_view text, std::string source) {
  const auto bad = [&](std::string_view what) { return Error{Code::kInvalid, Cat({source, ": ", what})}; };
  boost::system::error_code failed;
  const boost::json::value root = boost::json::parse({text.data(), text.size()}, failed, {}, {.max_depth = 8});
  if (failed || !root.is_object()) return bad("not a JSON object");
  PriceTable out;
  const auto text_at = [&](std::string_view name) {
    const auto* found = root.as_object().if_contains(name);
    return found != nullptr && found->is_string() ? std::string(found->as_string()) : std::string();
  };
  out.as_of = text_at("as_of"), out.currency = text_at("currency");
  if (out.as_of.size() != 10 || out.currency.empty())
    return bad("expected \"as_of\" (a date such as 2026-01-31) and \"currency\"");
  const auto* rows = root.as_object().if_contains("models");
  if (rows == nullptr || !rows->is_array()) return bad("expected \"models\", a list");
  for (const auto& row : rows->as_array()) {
    const auto* object = row.if_object();
    const auto* model = object == nullptr ? nullptr : object->if_contains("model");
    if (model == nullptr || !model->is_string()) return bad("every row has a \"model\"");
    Price price{.model = std::string(model->as_string())};
    const std::pair<std::string_view, double*> numbers[] = {
        {"input", &price.input}, {"output", &price.output}, {"cached", &price.cached}};
    for (const auto& [name, place] : numbers) {
      const auto* number = object->if_contains(name);
      const bool missing = number == nullptr && name == "cached";  // then they cost as much as others
      if (missing) price.cached = price.input;
      if (missing) continue;
      if (number == nullptr || !number->is_number() || number->to_number<double>() < 0)
        return bad(Cat({price.model, ": \"", name, "\" is no price"}));
      *place = number->to_number<double>();
    }
    out.rows.push_back(std::move(price));
  }
  out.source = std::move(source);
  return out;
}

Result<PriceTable> LoadPrices() {
  if (sys::SystemFiles().LookThrough(PricesPath()).kind == sys::FileKind::kNone)
    return ParsePrices(kBuiltin[0].second, "built in");
  TRY_ASSIGN(const std::string text, sys::SystemFiles().Read(PricesPath(), 1 << 20));
  return ParsePrices(text, PricesPath());
}

void Cost::Add(const Price* price, int64_t prompt, int64_t cached, int64_t completion) {
  ++calls;
  if (price == nullptr || prompt < 0 || completion < 0) {
    ++unknown_calls;
    return;
  }
  known = true;
  const int64_t from_cache = std::max<int64_t>(cached, 0);  // is part of the prompt
  amount += (static_cast<double>(prompt - from_cache) * price->input + static_cast<double>(from_cache) * price->cached +
             static_cast<double>(completion) * price->output) /
            1e6;
}

}  // namespace heddle::bench
