#include "model/catalog.h"

#include "model/json_help.h"

namespace heddle::model {
namespace {

struct Embedded {
  std::string_view path, text;
};
constexpr Embedded kFiles[] = {
#include "catalog.inc"
};

}  // namespace

const Catalog& BuiltinCatalog() {
  static const Catalog catalog = [] {
    const json::value root = ParsedOr(kFiles[0].text);
    Catalog out{std::string(TextAt(root, "as_of")), {}};
    for (const json::value& model : ListAt(root, "models"))
      out.entries.push_back({std::string(TextAt(model, "name")), std::string(TextAt(model, "repository")),
                             std::string(TextAt(model, "file")), std::string(TextAt(model, "licence")),
                             std::string(TextAt(model, "for")), NumberAt(model, "megabytes", 0)});
    return out;
  }();
  return catalog;
}

const CatalogEntry* FindInCatalog(std::string_view name) {
  for (const CatalogEntry& entry : BuiltinCatalog().entries) {
    if (entry.name == name) return &entry;
  }
  return nullptr;
}

}  // namespace heddle::model
