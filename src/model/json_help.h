// The few looks into JSON that all wires share. A missing field and one of another kind are both "not there".
#pragma once

#include <boost/json.hpp>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/text.h"
#include "model/chat.h"

namespace heddle::model {

namespace json = boost::json;

inline const json::value* Find(const json::value& value, std::string_view key) {
  const json::object* object = value.if_object();
  return object == nullptr ? nullptr : object->if_contains(key);
}
inline std::string_view TextAt(const json::value& value, std::string_view key) {
  const json::value* found = Find(value, key);
  const json::string* text = found == nullptr ? nullptr : found->if_string();
  return text == nullptr ? std::string_view() : std::string_view(*text);
}
inline int64_t NumberAt(const json::value& value, std::string_view key, int64_t fallback) {
  const json::value* found = Find(value, key);
  if (found == nullptr || !found->is_number()) return fallback;
  return found->to_number<int64_t>();
}
inline const json::array& ListAt(const json::value& value, std::string_view key) {
  static const json::array none;
  const json::value* found = Find(value, key);
  const json::array* list = found == nullptr ? nullptr : found->if_array();
  return list == nullptr ? none : *list;
}
inline std::vector<std::vector<float>> VectorsOf(const json::array& lists) {
  std::vector<std::vector<float>> out;
  for (const json::value& list : lists) {
    auto& vector = out.emplace_back();
    if (!list.is_array()) continue;
    for (const json::value& number : list.as_array()) {
      if (number.is_number()) vector.push_back(number.to_number<float>());
    }
  }
  return out;
}
// Depth and errors as for all hostile input.
inline Result<json::value> ParseJson(std::string_view text) {
  boost::system::error_code failed;
  json::value value = json::parse(text, failed, {}, {.max_depth = 64});
  if (failed) return Error{Code::kInvalid, Cat({"not JSON: ", failed.message()})};
  return value;
}
// Under the names that most servers share; max_tokens has many and is left out.
inline void AddSampling(const Sampling& from, json::object& out) {
  const std::pair<std::string_view, const std::optional<double>*> numbers[] = {
      {"temperature", &from.temperature},
      {"top_p", &from.top_p},
      {"min_p", &from.min_p},
      {"frequency_penalty", &from.frequency_penalty},
      {"presence_penalty", &from.presence_penalty},
      {"repeat_penalty", &from.repeat_penalty}};
  for (const auto& [name, value] : numbers) {
    if (*value) out[name] = **value;
  }
  if (from.top_k) out["top_k"] = *from.top_k;
  if (from.seed) out["seed"] = *from.seed;
  if (!from.stop.empty()) out["stop"] = json::value_from(from.stop);
}
// Text that is JSON as a value, else an empty object.
inline json::value ParsedOr(std::string_view text) {
  auto value = ParseJson(text);
  return value ? *std::move(value) : json::object();
}

}  // namespace heddle::model
