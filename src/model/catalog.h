// Catalog: models that people run for heddle's jobs, by short names (data/models/catalog.json).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace heddle::model {

struct CatalogEntry {
  std::string name, repository, file, licence, purpose;
  int64_t megabytes = 0;
};

struct Catalog {
  std::string as_of;  // the day on which the list was made
  std::vector<CatalogEntry> entries;
};

const Catalog& BuiltinCatalog();
const CatalogEntry* FindInCatalog(std::string_view name);  // null: not there

}  // namespace heddle::model
