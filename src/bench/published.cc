#include "bench/published.h"

#include <boost/json.hpp>

#include "base/text.h"

namespace heddle::bench {
namespace {

constexpr std::pair<std::string_view, std::string_view> kTable[] = {
#include "published.inc"
};

// "qwen2.5-coder:0.5b" and "Qwen2.5-Coder-0.5B-Instruct" are one: letters and digits, without what names a tuning.
std::string Plain(std::string_view name) {
  std::string out;
  for (const char c : ReplaceAll(Lower(name), "instruct", "")) {
    if (std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '.') out += c;
  }
  return out;
}

}  // namespace

std::optional<PublishedRate> FindPublished(std::string_view model, std::string_view suite) {
  const boost::json::value table = boost::json::parse({kTable[0].second.data(), kTable[0].second.size()});
  const std::string wanted = Plain(model.substr(model.rfind('/') == model.npos ? 0 : model.rfind('/') + 1));
  for (const auto& row : table.at("rows").as_array()) {
    const auto* rate = row.as_object().if_contains(suite);
    if (rate == nullptr || !wanted.starts_with(Plain(row.at("model").as_string()))) continue;
    return PublishedRate{rate->to_number<double>(), std::string(row.at("source").as_string())};
  }
  return {};
}

}  // namespace heddle::bench
