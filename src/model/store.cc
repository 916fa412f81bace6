#include "model/store.h"

#include <algorithm>

#include "model/catalog.h"
#include "model/json_help.h"
#include "sys/environment.h"
#include "sys/files.h"

namespace heddle::model {
namespace {

constexpr std::string_view kSuffix = ".gguf", kNoteSuffix = ".json";

StoredModel Describe(std::string name, std::string path, uint64_t bytes) {
  StoredModel out{std::move(name), std::move(path), bytes, {}, {}};
  if (const auto note = sys::SystemFiles().Read(out.path + std::string(kNoteSuffix), 64 << 10)) {
    const json::value value = ParsedOr(*note);
    out.source = TextAt(value, "source"), out.sha256 = TextAt(value, "sha256");
  }
  return out;
}

}  // namespace

Store Store::OfUser() {
  return Store(sys::HasEnv("HEDDLE_MODELS") ? sys::Env("HEDDLE_MODELS") : sys::DataDirectory() + "/models");
}

Result<std::vector<StoredModel>> Store::List() const {
  std::vector<StoredModel> out;
  if (sys::SystemFiles().LookThrough(folder_).kind != sys::FileKind::kDirectory) return out;
  TRY_ASSIGN(const auto entries, sys::SystemFiles().List(folder_));
  for (const sys::DirectoryEntry& entry : entries) {
    if (!entry.name.ends_with(kSuffix)) continue;
    const std::string path = folder_ + "/" + entry.name;
    const sys::FileInfo info = sys::SystemFiles().LookThrough(path);
    if (info.kind == sys::FileKind::kFile)
      out.push_back(Describe(entry.name.substr(0, entry.name.size() - kSuffix.size()), path, info.size));
  }
  std::sort(out.begin(), out.end(), [](const StoredModel& a, const StoredModel& b) { return a.name < b.name; });
  return out;
}

Result<StoredModel> Store::Find(std::string_view name) const {
  if (name.find('/') != name.npos || name.ends_with(kSuffix)) {
    const std::string path = sys::SystemFiles().Resolve(std::string(name));
    const sys::FileInfo info = sys::SystemFiles().LookThrough(path);
    if (path.empty() || info.kind != sys::FileKind::kFile)
      return Error{Code::kNotFound, Cat({ForTerminal(name), ": no such model file"})};
    return Describe(sys::BaseName(path), path, info.size);
  }
  TRY_ASSIGN(const auto models, List());
  const CatalogEntry* known = FindInCatalog(name);
  std::string near;
  int nearest = 4;
  for (const StoredModel& model : models) {
    if (model.name == name || (known != nullptr && model.name + std::string(kSuffix) == known->file)) return model;
    const int distance = EditDistance(Lower(model.name), Lower(name), nearest);
    if (distance < nearest) nearest = distance, near = model.name;
  }
  if (known != nullptr)
    return Error{Code::kNotFound, Cat({name, ": not here yet; fetch it with: heddle models pull ", name})};
  return Error{Code::kNotFound,
               Cat({ForTerminal(name), ": no such model", near.empty() ? "" : Cat({"; did you mean ", near, "?"}),
                    " (see heddle models list)"})};
}

Result<> Store::Note(const StoredModel& model) const {
  const json::object note{{"source", model.source}, {"sha256", model.sha256}, {"bytes", model.bytes}};
  return sys::SystemFiles().WriteAtomic(model.path + std::string(kNoteSuffix), json::serialize(note) + "\n");
}

Result<> Store::Remove(const StoredModel& model) const {
  if (sys::DirName(model.path) != folder_)
    return Error{Code::kDenied, Cat({model.path, ": not in the folder of models; delete it yourself"})};
  TRY(sys::SystemFiles().RemoveTree(model.path));
  if (sys::SystemFiles().Look(model.path + std::string(kNoteSuffix)).kind == sys::FileKind::kFile)
    return sys::SystemFiles().RemoveTree(model.path + std::string(kNoteSuffix));
  return {};
}

}  // namespace heddle::model
