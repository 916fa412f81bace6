// Any bytes as the settings of an agent. An edit gives JSON in which nothing but the edited array differs, and no byte
// that somebody wrote is lost but white space.
#include <boost/json.hpp>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "base/text.h"
#include "cli/hooks/json_edit.h"

namespace heddle::cli {
namespace {

namespace json = boost::json;

constexpr std::string_view kElement = "{\n  \"command\": \"heddle check --hook\"\n}";

void Require(bool holds, const char* what, std::string_view before, std::string_view after) {
  if (holds) return;
  std::fprintf(stderr, "%s:\n%.*s\n-- became --\n%.*s\n", what, static_cast<int>(before.size()), before.data(),
               static_cast<int>(after.size()), after.data());
  std::abort();
}

json::value Read(std::string_view text, std::string_view before = {}) {
  json::parse_options options;
  options.max_depth = 80;  // an edit may nest what is there deeper
  options.allow_comments = true;
  options.allow_trailing_commas = true;
  json::error_code error;
  json::value out = json::parse(json::string_view(text.data(), text.size()), error, {}, options);
  Require(!error, "an edit is not JSON", before, text);
  return out;
}

bool HoldsInOrder(std::string_view all, std::string_view part) {
  size_t at = 0;
  for (const char c : part) {
    if (std::string_view(" \t\r\n\v\f").find(c) != std::string_view::npos) continue;
    at = all.find(c, at);
    if (at == all.npos) return false;
    ++at;
  }
  return true;
}

// What the document should hold after an element was added.
json::value WithElement(json::value document, const JsonPath& path) {
  json::value* at = &document;
  for (size_t depth = 0; depth < path.size(); ++depth) {
    json::value& next = at->as_object()[json::string_view(path[depth].data(), path[depth].size())];
    if (next.is_null() && depth + 1 == path.size()) next = json::array();
    if (next.is_null()) next = json::object();
    at = &next;
  }
  at->as_array().push_back(Read(kElement));
  return document;
}

// ... and after those were taken out that `matches`; nothing when empty objects may go with them.
json::value* ArrayAt(json::value& document, const JsonPath& path) {
  json::value* at = &document;
  for (const std::string_view name : path) {
    json::object* object = at->if_object();
    at = object == nullptr ? nullptr : object->if_contains(json::string_view(name.data(), name.size()));
    if (at == nullptr) return nullptr;
  }
  return at;
}

bool IsOurs(std::string_view element) { return Contains(element, "heddle"); }

void CheckAdd(std::string_view document, const JsonPath& path) {
  const auto added = AddElement(document, path, kElement);
  if (!added) return;
  const bool empty = Trim(document).empty();
  Require(Read(*added, document) == WithElement(empty ? json::object() : Read(document), path),
          "something else was changed", document, *added);
  Require(HoldsInOrder(*added, document), "a byte was lost", document, *added);
  const auto elements = ArrayElements(*added, path);
  Require(elements && !elements->empty() && IsOurs(elements->back()), "the element is not there", document, *added);
  const auto removed = RemoveElements(*added, path, IsOurs);
  Require(static_cast<bool>(removed), "what was added cannot be removed", document, *added);
  (void)Read(*removed, *added);
}

void CheckRemove(std::string_view document, const JsonPath& path) {
  const auto before = ArrayElements(document, path);
  const auto removed = RemoveElements(document, path, IsOurs);
  if (!before || !removed || Trim(document).empty()) return;
  Require(HoldsInOrder(document, *removed), "a byte was made up", document, *removed);
  const auto left = ArrayElements(*removed, path);
  Require(static_cast<bool>(left), "the array cannot be read any more", document, *removed);
  json::value then = Read(document), now = Read(*removed, document);
  json::array kept;
  for (const std::string& element : *before)
    if (!IsOurs(element)) kept.push_back(Read(element));
  json::value* array = ArrayAt(now, path);
  Require(array == nullptr ? kept.empty() : *array == json::value(kept), "others went too", document, *removed);
  if (array == nullptr || before->empty()) return;
  *ArrayAt(then, path) = kept;
  Require(then == now, "something else was changed", document, *removed);
}

void CheckMember(std::string_view document) {
  const auto added = AddMember(document, "version", "1");
  if (!added) return;
  json::value expected = Trim(document).empty() ? json::object() : Read(document);
  if (!expected.as_object().contains("version")) expected.as_object()["version"] = 1;
  Require(Read(*added, document) == expected, "something else was changed", document, *added);
  Require(HoldsInOrder(*added, document), "a byte was lost", document, *added);
}

}  // namespace
}  // namespace heddle::cli

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace heddle::cli;
  const std::string_view document(reinterpret_cast<const char*>(data), size);
  for (const JsonPath& path : {JsonPath{"hooks", "PreToolUse"}, JsonPath{"hooks"}}) {
    CheckAdd(document, path);
    CheckRemove(document, path);
  }
  CheckMember(document);
  return 0;
}
