#include "bench/verdict.h"

namespace heddle::bench {

std::string_view KindName(Kind kind) { return kKinds[static_cast<size_t>(kind)].name; }

std::optional<Kind> KindOf(std::string_view name) {
  for (const KindRow& row : kKinds) {
    if (row.name == name) return row.kind;
  }
  return {};
}

}  // namespace heddle::bench
