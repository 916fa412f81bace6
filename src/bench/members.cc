#include "bench/members.h"

#include <algorithm>
#include <boost/json.hpp>

#include "base/text.h"

namespace heddle::bench {
namespace json = boost::json;
namespace {

constexpr int kDepth = 512;

Error Bad(std::string_view what) { return {Code::kInvalid, std::string(what)}; }

void SkipSpace(std::string_view text, size_t& at) {
  while (at < text.size() && (text[at] == ' ' || text[at] == '\t' || text[at] == '\n' || text[at] == '\r')) ++at;
}

// Past the string that begins at `at`.
bool SkipString(std::string_view text, size_t& at) {
  for (++at; at < text.size(); ++at) {
    if (text[at] == '\\')
      ++at;
    else if (text[at] == '"')
      return ++at, true;
  }
  return false;
}

// Past the value that begins at `at`; what it is made of is not looked at closely.
bool SkipValue(std::string_view text, size_t& at) {
  int depth = 0;
  const size_t start = at;
  while (at < text.size()) {
    const char c = text[at];
    if (c == '"') {
      if (!SkipString(text, at)) return false;
      if (depth == 0) return true;
      continue;
    }
    if (c == '[' || c == '{') {
      if (++depth > kDepth) return false;
    } else if (c == ']' || c == '}') {
      if (depth == 0) return at > start;
      if (--depth == 0) return ++at, true;
    } else if (depth == 0 && (c == ',' || c == ' ' || c == '\t' || c == '\n' || c == '\r')) {
      return at > start;
    }
    ++at;
  }
  return depth == 0 && at > start;
}

Result<std::string> Unquoted(std::string_view raw) {
  boost::system::error_code failed;
  const json::value value = json::parse({raw.data(), raw.size()}, failed);
  if (failed || !value.is_string()) return Bad("a string is malformed");
  return std::string(value.as_string());
}

}  // namespace

Result<std::vector<std::string_view>> Elements(std::string_view text) {
  std::vector<std::string_view> out;
  size_t at = 0;
  SkipSpace(text, at);
  if (at == text.size() || text[at] != '[') return Bad("expected a JSON array");
  SkipSpace(text, ++at);
  while (at < text.size() && text[at] != ']') {
    const size_t start = at;
    if (!SkipValue(text, at)) return Bad("the array is cut off");
    out.push_back(text.substr(start, at - start));
    SkipSpace(text, at);
    if (at < text.size() && text[at] == ',') SkipSpace(text, ++at);
  }
  if (at == text.size()) return Bad("the array is cut off");
  return out;
}

Result<Members> Members::Parse(std::string_view text) {
  Members out;
  size_t at = 0;
  SkipSpace(text, at);
  if (at == text.size() || text[at] != '{') return Bad("expected a JSON object");
  SkipSpace(text, ++at);
  while (at < text.size() && text[at] != '}') {
    const size_t name_at = at;
    if (text[at] != '"' || !SkipString(text, at)) return Bad("expected a name in quotes");
    TRY_ASSIGN(std::string name, Unquoted(text.substr(name_at, at - name_at)));
    SkipSpace(text, at);
    if (at == text.size() || text[at] != ':') return Bad(Cat({"expected a colon after \"", ForTerminal(name), "\""}));
    SkipSpace(text, ++at);
    const size_t start = at;
    if (!SkipValue(text, at)) return Bad(Cat({"\"", ForTerminal(name), "\" is cut off or nested too deeply"}));
    const std::string_view raw = text.substr(start, at - start);
    if (raw[0] == '"') TRY(Unquoted(raw));
    out.members_.emplace_back(std::move(name), raw);
    SkipSpace(text, at);
    if (at < text.size() && text[at] == ',')
      SkipSpace(text, ++at);
    else if (at == text.size() || text[at] != '}')
      return Bad("expected a comma or the end of the object");
  }
  if (at == text.size()) return Bad("the object is cut off");
  SkipSpace(text, ++at);
  if (at != text.size()) return Bad("there is something after the object");
  return out;
}

std::string_view Members::Raw(std::string_view name) const {
  for (const auto& [key, raw] : members_) {
    if (key == name && raw != "null") return raw;
  }
  return {};
}

bool Members::Named(std::string_view name) const {
  return std::any_of(members_.begin(), members_.end(), [&](const auto& each) { return each.first == name; });
}

std::vector<std::string> Members::names() const {
  std::vector<std::string> out;
  for (const auto& [key, raw] : members_) out.push_back(key);
  return out;
}

std::string Members::Text(std::string_view name) const {
  const std::string_view raw = Raw(name);
  return raw.empty() || raw[0] != '"' ? std::string() : Unquoted(raw).value_or({});
}

std::vector<std::string> Members::Texts(std::string_view name) const {
  std::vector<std::string> out;
  const auto parts = Elements(Raw(name));
  if (!parts) return out;
  for (const std::string_view part : *parts) {
    if (part[0] == '"') out.push_back(Unquoted(part).value_or({}));
  }
  return out;
}

double Members::Number(std::string_view name, double fallback) const {
  const std::string_view raw = Raw(name);
  boost::system::error_code failed;
  const json::value value = json::parse({raw.data(), raw.size()}, failed);
  return failed || !value.is_number() ? fallback : value.to_number<double>();
}

}  // namespace heddle::bench
