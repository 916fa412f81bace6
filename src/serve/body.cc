#include "serve/body.h"

#include <algorithm>
#include <cmath>

#include "base/text.h"

namespace heddle::serve {
namespace {

bool Empty(const json::value& value) {
  return value.is_null() || (value.is_bool() && !value.as_bool()) ||
         (value.is_number() && value.to_number<double>() == 0) || (value.is_string() && value.as_string().empty()) ||
         (value.is_array() && value.as_array().empty()) || (value.is_object() && value.as_object().empty());
}

}  // namespace

Body::Body(const json::value& root, std::string where) : object_(root.if_object()), where_(std::move(where)) {
  if (object_ == nullptr) refusal_ = {{Code::kInvalid, Cat({where_, "expected a JSON object"})}, where_};
}

const json::value* Body::Get(std::string_view name) {
  if (object_ == nullptr) return nullptr;
  read_.push_back(name);
  const json::value* value = object_->if_contains(name);
  return value == nullptr || value->is_null() ? nullptr : value;
}

void Body::Refuse(std::string_view name, std::string_view why) {
  if (refusal_) return;
  const std::string field = Cat({where_, name});
  refusal_ = {{Code::kInvalid, Cat({field, ": ", why})}, field};
}

void Body::Adopt(const Body& part) {
  if (!refusal_ && part.refusal_) refusal_ = part.refusal_;
}

std::string Body::Text(std::string_view name, std::string_view fallback) {
  const json::value* value = Get(name);
  if (value != nullptr && !value->is_string()) Refuse(name, "expected a text");
  return std::string(value != nullptr && value->is_string() ? std::string_view(value->as_string()) : fallback);
}

bool Body::Flag(std::string_view name, bool fallback) {
  const json::value* value = Get(name);
  if (value != nullptr && !value->is_bool()) Refuse(name, "expected true or false");
  return value != nullptr && value->is_bool() ? value->as_bool() : fallback;
}

std::optional<double> Body::Number(std::string_view name, double least, double most) {
  const json::value* value = Get(name);
  if (value == nullptr) return {};
  const double number = value->is_number() ? value->to_number<double>() : std::nan("");
  if (number >= least && number <= most) return number;
  char limits[64];
  (void)std::snprintf(limits, sizeof(limits), "expected a number from %g to %g", least, most);
  Refuse(name, limits);
  return {};
}

std::optional<int64_t> Body::Whole(std::string_view name, int64_t least, int64_t most) {
  const json::value* value = Get(name);
  if (value == nullptr) return {};
  boost::system::error_code inexact;
  const int64_t number = value->is_number() ? value->to_number<int64_t>(inexact) : 0;
  if (value->is_number() && !inexact && number >= least && number <= most) return number;
  Refuse(name, Cat({"expected a whole number from ", std::to_string(least), " to ", std::to_string(most)}));
  return {};
}

std::vector<std::string> Body::Texts(std::string_view name) {
  const json::value* value = Get(name);
  std::vector<std::string> out;
  if (value == nullptr) return out;
  if (value->is_string()) return {std::string(value->as_string())};
  if (const json::array* list = value->if_array()) {
    for (const json::value& each : *list) {
      if (!each.is_string()) return Refuse(name, "expected a text or a list of texts"), out;
      out.emplace_back(each.as_string());
    }
    return out;
  }
  Refuse(name, "expected a text or a list of texts");
  return out;
}

const json::array* Body::List(std::string_view name) {
  const json::value* value = Get(name);
  if (value != nullptr && !value->is_array()) Refuse(name, "expected a list");
  return value == nullptr ? nullptr : value->if_array();
}

void Body::Never(std::string_view name, std::string_view why, const json::value& harmless) {
  const json::value* value = Get(name);
  if (value != nullptr && !Empty(*value) && *value != harmless) Refuse(name, why);
}

std::vector<std::string> Body::Unread() const {
  std::vector<std::string> out;
  if (object_ == nullptr) return out;
  for (const auto& field : *object_) {
    const std::string_view name = field.key();
    if (std::find(read_.begin(), read_.end(), name) == read_.end() && !field.value().is_null())
      out.push_back(Cat({where_, name}));
  }
  return out;
}

}  // namespace heddle::serve
