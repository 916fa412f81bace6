// Repair: arguments of tool calls as models write them become JSON that is valid for the tool's schema, or an error
// that names what is wrong. Each step only where the ones before did not suffice. Pure.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace heddle::model {

// In this order: as it stands; without fences; strings and brackets closed; single quotes, trailing commas and Python's
// constants; names that the schema does not know dropped; "5" made 5 where the schema says integer. Then validated.
// The result is compact JSON.
Result<std::string> RepairArguments(std::string_view text, std::string_view schema);

// The longest piece of JSON that `text` begins with after blanks (an object or list), with what follows it in `rest`.
// Empty: none.
std::string_view LeadingJson(std::string_view text, std::string_view* rest);

}  // namespace heddle::model
