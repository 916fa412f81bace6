// The form of keywords: what kind of value each must have. Everything that reads a schema afterwards may rely on it.
#pragma once

#include <optional>

#include "grammar/schema_spec.h"

namespace heddle::grammar {

// The first keyword whose value is malformed, of all schemas that stand in a schema's place or are referred to;
// nothing when there is none. What the draft gives no meaning to (unknown keywords, siblings of $ref up to draft 7) has
// no form.
std::optional<SchemaRefusal> FindMalformed(const SchemaDocument& document);

}  // namespace heddle::grammar
