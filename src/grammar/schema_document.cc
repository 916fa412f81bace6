#include "grammar/schema_document.h"

#include <functional>

#include "base/text.h"

namespace heddle::grammar {
namespace {

// Keywords that some drafts have not; all others are in every draft.
struct Drafts {
  Draft first = Draft::k4, last = Draft::k2020;
};
const std::unordered_map<std::string_view, Drafts> kKeywordDrafts = {
    {"const", {Draft::k6}},
    {"contains", {Draft::k6}},
    {"propertyNames", {Draft::k6}},
    {"if", {Draft::k7}},
    {"dependencies", {Draft::k4, Draft::k7}},
    {"dependentRequired", {Draft::k2019}},
    {"dependentSchemas", {Draft::k2019}},
    {"minContains", {Draft::k2019}},
    {"maxContains", {Draft::k2019}},
    {"unevaluatedItems", {Draft::k2019}},
    {"unevaluatedProperties", {Draft::k2019}},
    {"prefixItems", {Draft::k2020}},
};

constexpr std::string_view kRootUri = "heddle:root";

std::string PercentDecoded(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() && HexDigit(text[i + 1]) >= 0 && HexDigit(text[i + 2]) >= 0) {
      out += static_cast<char>(HexDigit(text[i + 1]) * 16 + HexDigit(text[i + 2]));
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out;
}

// RFC 3986, section 5.2, without dot segments in the middle of a path: enough for schema identifiers.
std::string ResolveUri(std::string_view base, std::string_view reference) {
  const size_t colon = reference.find(':');
  if (colon != reference.npos && reference.find_first_of("/?#") > colon) return std::string(reference);
  if (reference.empty()) return std::string(base);
  const size_t scheme = base.find(':');
  if (scheme == base.npos) return std::string(reference);
  const bool hierarchical = base.substr(scheme).starts_with("://");
  if (reference.starts_with("//")) return Cat({base.substr(0, scheme + 1), reference});
  const size_t authority = hierarchical ? scheme + 3 : scheme + 1;
  const size_t path = std::min(base.find('/', authority), base.size());
  if (reference[0] == '/') return Cat({base.substr(0, path), reference});
  const size_t slash = base.rfind('/');
  std::string folder(slash == base.npos || slash < path ? base.substr(0, hierarchical ? path : authority)
                                                        : base.substr(0, slash + 1));
  if (hierarchical && folder.size() == path) folder += '/';
  while (reference.starts_with("./")) reference.remove_prefix(2);
  while (reference.starts_with("../")) {
    reference.remove_prefix(3);
    const size_t up = folder.rfind('/', folder.size() - 2);
    if (up != folder.npos && up >= path) folder.resize(up + 1);
  }
  return Cat({folder, reference});
}

std::pair<std::string, std::string> SplitFragment(std::string_view uri) {
  const size_t hash = uri.find('#');
  if (hash == uri.npos) return {std::string(uri), ""};
  return {std::string(uri.substr(0, hash)), std::string(uri.substr(hash + 1))};
}

const json::string* StringAt(const json::object& object, std::string_view key) {
  const auto* value = object.if_contains(key);
  return value != nullptr && value->is_string() ? &value->as_string() : nullptr;
}

// The keywords that hold schemas: one or a list of them, or one for each name. Elsewhere identifiers mean nothing.
enum class Holds { kSchemas, kNamed };
const std::unordered_map<std::string_view, Holds> kSubschemas = {
    {"allOf", Holds::kSchemas},
    {"anyOf", Holds::kSchemas},
    {"oneOf", Holds::kSchemas},
    {"not", Holds::kSchemas},
    {"if", Holds::kSchemas},
    {"then", Holds::kSchemas},
    {"else", Holds::kSchemas},
    {"items", Holds::kSchemas},
    {"prefixItems", Holds::kSchemas},
    {"additionalItems", Holds::kSchemas},
    {"unevaluatedItems", Holds::kSchemas},
    {"contains", Holds::kSchemas},
    {"additionalProperties", Holds::kSchemas},
    {"unevaluatedProperties", Holds::kSchemas},
    {"propertyNames", Holds::kSchemas},
    {"contentSchema", Holds::kSchemas},
    {"properties", Holds::kNamed},
    {"patternProperties", Holds::kNamed},
    {"dependentSchemas", Holds::kNamed},
    {"dependencies", Holds::kNamed},
    {"definitions", Holds::kNamed},
    {"$defs", Holds::kNamed},
};

}  // namespace

Result<std::unique_ptr<SchemaDocument>> SchemaDocument::Parse(std::string_view text) {
  if (text.size() > size_t{64} << 20) return Error{Code::kTooLarge, "the schema is larger than 64 MB"};
  auto out = std::make_unique<SchemaDocument>(text.size() * 2 + 1024);
  boost::system::error_code error;
  out->root_ = json::parse(text, error, &out->memory_, {.max_depth = 256});
  if (error) return Error{Code::kInvalid, Cat({"the schema is not JSON: ", error.message()})};
  if (!out->root_.is_object() && !out->root_.is_bool())
    return Error{Code::kInvalid, "a schema is an object, true or false"};
  if (out->root_.is_bool()) return out;
  if (const auto* draft = StringAt(out->root_.as_object(), "$schema")) {
    const std::string_view uri(*draft);
    out->draft_named_ = true;
    if (Contains(uri, "draft-03")) return Error{Code::kInvalid, "$schema: draft 3 is not supported"};
    if (Contains(uri, "draft-04")) out->draft_ = Draft::k4;
    if (Contains(uri, "draft-06")) out->draft_ = Draft::k6;
    if (Contains(uri, "draft-07")) out->draft_ = Draft::k7;
    if (Contains(uri, "2019-09")) out->draft_ = Draft::k2019;
  }
  for (const std::string_view word : {"\"$id\"", "\"id\"", "\"$anchor\"", "\"$dynamicAnchor\"", "\"$recursiveAnchor\""})
    out->has_ids_ |= Contains(text, word);
  if (out->has_ids_) out->Index(out->root_, std::string(kRootUri), 0);
  return out;
}

void SchemaDocument::Index(const json::value& value, const std::string& base, int depth) {
  if (depth > 256) return;
  if (value.is_array()) {
    for (const auto& each : value.as_array()) Index(each, base, depth + 1);
    return;
  }
  if (!value.is_object()) return;
  const json::object& object = value.as_object();
  std::string here = base;
  const auto* id = StringAt(object, draft_ == Draft::k4 ? "id" : "$id");
  // Beside $ref, drafts up to 7 give $id no meaning.
  if (id != nullptr && !(draft_ <= Draft::k7 && object.contains("$ref"))) {
    const auto [uri, fragment] = SplitFragment(*id);
    if (!uri.empty()) {
      here = ResolveUri(base, uri);
      resources_.emplace(here, &value);
    }
    if (!fragment.empty() && fragment[0] != '/') anchors_.emplace(Cat({here, "#", fragment}), &value);
  }
  if (&value == &root_) resources_.emplace(here, &value);
  if (here != kRootUri) bases_.emplace(&value, here);
  if (const auto* anchor = StringAt(object, "$anchor"))
    anchors_.emplace(Cat({here, "#", std::string_view(*anchor)}), &value);
  const auto* recursive = object.if_contains("$recursiveAnchor");
  recursive_ |= recursive != nullptr && recursive->is_bool() && recursive->as_bool();
  if (const auto* anchor = StringAt(object, "$dynamicAnchor")) {
    anchors_.emplace(Cat({here, "#", std::string_view(*anchor)}), &value);
    dynamic_[std::string(*anchor)].push_back(&value);
  }
  for (const auto& [key, inner] : object) {
    const auto holds = kSubschemas.find(std::string_view(key));
    if (holds == kSubschemas.end()) continue;
    if (holds->second == Holds::kSchemas) {
      Index(inner, here, depth + 1);
    } else if (inner.is_object()) {
      for (const auto& each : inner.as_object()) Index(each.value(), here, depth + 1);
    }
  }
}

const json::value* SchemaDocument::ByPointer(const json::value& from, std::string_view pointer) const {
  const json::value* at = &from;
  while (!pointer.empty()) {
    if (pointer[0] != '/') return nullptr;
    const size_t end = std::min(pointer.find('/', 1), pointer.size());
    const std::string key = ReplaceAll(ReplaceAll(std::string(pointer.substr(1, end - 1)), "~1", "/"), "~0", "~");
    pointer.remove_prefix(end);
    if (at->is_object()) {
      at = at->as_object().if_contains(key);
      if (at == nullptr) return nullptr;
    } else if (at->is_array()) {
      const auto index = ParseInt(key);
      if (!index || *index < 0 || static_cast<size_t>(*index) >= at->as_array().size()) return nullptr;
      at = &at->as_array()[static_cast<size_t>(*index)];
    } else {
      return nullptr;
    }
  }
  return at;
}

const json::value* SchemaDocument::Resolve(const json::value& from, std::string_view reference,
                                           std::string& why) const {
  const auto [uri, raw_fragment] = SplitFragment(reference);
  const std::string fragment = PercentDecoded(raw_fragment);
  const auto base = bases_.find(&from);
  const std::string here = base == bases_.end() ? std::string(kRootUri) : base->second;
  const json::value* resource = &root_;
  const std::string target = ResolveUri(here, uri);
  if (has_ids_ && target != kRootUri) {
    const auto found = resources_.find(target);
    resource = found == resources_.end() ? nullptr : found->second;
    if (resource == nullptr && uri.empty()) resource = &root_;
  } else if (!uri.empty()) {
    resource = nullptr;
  }
  if (resource == nullptr) {
    why = Cat({"'", reference, "' is not in this document, and nothing is fetched"});
    return nullptr;
  }
  const json::value* found = nullptr;
  if (fragment.empty()) {
    found = resource;
  } else if (fragment[0] == '/') {
    found = ByPointer(*resource, fragment);
  } else if (const auto anchor = anchors_.find(Cat({target, "#", fragment})); anchor != anchors_.end()) {
    found = anchor->second;
  }
  if (found == nullptr) why = Cat({"'", reference, "' points at nothing"});
  return found;
}

bool SchemaDocument::Knows(std::string_view keyword) const {
  if (!formats_ && keyword == "format") return false;
  const auto row = kKeywordDrafts.find(keyword);
  if (row == kKeywordDrafts.end()) return true;
  return draft_ >= row->second.first && (draft_ <= row->second.last || !draft_named_);
}

const json::value* SchemaDocument::DynamicAnchor(std::string_view name) const {
  const auto found = dynamic_.find(name);
  return found == dynamic_.end() || found->second.size() != 1 ? nullptr : found->second[0];
}

std::string SchemaDocument::PointerOf(const json::value& schema) const {
  std::string out = "?";
  const std::function<bool(const json::value&, const std::string&)> find = [&](const json::value& at,
                                                                               const std::string& path) {
    if (&at == &schema) return out = path, true;
    if (at.is_object()) {
      for (const auto& [key, inner] : at.as_object()) {
        if (find(inner, Cat({path, "/", ReplaceAll(ReplaceAll(std::string(key), "~", "~0"), "/", "~1")}))) return true;
      }
    } else if (at.is_array()) {
      size_t i = 0;
      for (const auto& inner : at.as_array()) {
        if (find(inner, Cat({path, "/", std::to_string(i++)}))) return true;
      }
    }
    return false;
  };
  (void)find(root_, "");
  return out;
}

}  // namespace heddle::grammar
