// JsonEdit: changes to a JSON document that somebody else keeps: an element is put in or taken out, and everything else
// (order, white space, comments) stays as it was written. Comments and trailing commas are understood, as agents' own
// readers do. Pure.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace heddle::cli {

using JsonPath = std::vector<std::string_view>;

// The elements of the array at `path`, as they are written; none where there is no such array. Errors: kInvalid for
// what is not JSON, for a member on the way that is there twice, or is neither object nor array where it should be.
Result<std::vector<std::string>> ArrayElements(std::string_view document, const JsonPath& path);

// The document with `element` at the end of the array at `path`; objects and the array are made where they are missing.
// `element` is JSON indented by two blanks a level. An empty document is an empty object.
Result<std::string> AddElement(std::string_view document, const JsonPath& path, std::string_view element);

// The document without the elements that `matches`, and without the array and the objects on the way that are empty
// then.
Result<std::string> RemoveElements(std::string_view document, const JsonPath& path,
                                   const std::function<bool(std::string_view element)>& matches);

// The document with the member `name` at the top, where it has none.
Result<std::string> AddMember(std::string_view document, std::string_view name, std::string_view value);

}  // namespace heddle::cli
