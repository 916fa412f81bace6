// SchemaDocument: a parsed JSON Schema and its references. Owns the values that everything else points into.
#pragma once

#include <boost/json.hpp>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/result.h"

namespace heddle::grammar {

namespace json = boost::json;

enum class Draft { k4, k6, k7, k2019, k2020 };

class SchemaDocument {
 public:
  static Result<std::unique_ptr<SchemaDocument>> Parse(std::string_view text);
  explicit SchemaDocument(size_t bytes) : memory_(bytes) {}

  const json::value& root() const { return root_; }
  Draft draft() const { return draft_; }
  bool draft_named() const { return draft_named_; }  // by $schema; else the newest
  // Whether the draft has this keyword: what it does not have means nothing. Where $schema names no draft, keywords
  // that 2020-12 dropped still count.
  bool Knows(std::string_view keyword) const;
  void IgnoreFormats() { formats_ = false; }
  // What `reference`, found inside `from`, points at; null with `why` when it leaves the document.
  const json::value* Resolve(const json::value& from, std::string_view reference, std::string& why) const;
  // Whether $recursiveRef may lead elsewhere than "#": several resources take part in the recursion.
  bool recursive_anchors() const { return resources_.size() > 1 && recursive_; }
  // The only schema with this $dynamicAnchor; null when there is none or several.
  const json::value* DynamicAnchor(std::string_view name) const;
  // "/properties/a": where a subschema stands. Slow: for messages.
  std::string PointerOf(const json::value& schema) const;

 private:
  void Index(const json::value& value, const std::string& base, int depth);
  const json::value* ByPointer(const json::value& from, std::string_view pointer) const;

  // Given up as a whole: nothing in it is destroyed value by value.
  json::monotonic_resource memory_;
  json::value root_ = json::value(json::storage_ptr(&memory_));
  Draft draft_ = Draft::k2020;
  bool draft_named_ = false;
  bool has_ids_ = false;
  bool formats_ = true;
  bool recursive_ = false;                                            // some resource has $recursiveAnchor: true
  std::map<std::string, const json::value*, std::less<>> resources_;  // by absolute URI without fragment
  std::map<std::string, const json::value*, std::less<>> anchors_;    // "uri#name"
  std::map<std::string, std::vector<const json::value*>, std::less<>> dynamic_;
  std::unordered_map<const json::value*, std::string> bases_;  // of schemas inside resources other than the root
};

}  // namespace heddle::grammar
