#include "model/ollama_import.h"

#include "model/gguf.h"
#include "model/json_help.h"
#include "sys/files.h"

namespace heddle::model {
namespace {

constexpr std::string_view kModelLayer = "application/vnd.ollama.image.model";

// Files below manifests/REGISTRY/OWNER/MODEL/TAG, by "MODEL-TAG".
void Collect(const std::string& folder, const std::vector<std::string>& below,
             std::vector<std::pair<std::string, std::string>>& out) {
  const auto entries = sys::SystemFiles().List(folder);
  if (!entries || below.size() > 4) return;
  for (const sys::DirectoryEntry& entry : *entries) {
    std::vector<std::string> path = below;
    path.push_back(entry.name);
    if (entry.kind == sys::FileKind::kDirectory) Collect(folder + "/" + entry.name, path, out);
    if (entry.kind == sys::FileKind::kFile && path.size() == 4)
      out.emplace_back(path[2] + "-" + path[3], folder + "/" + entry.name);
  }
}

Result<StoredModel> ReadManifest(const std::string& folder, const std::string& name, const std::string& path) {
  TRY_ASSIGN(const std::string text, sys::SystemFiles().Read(path, 1 << 20));
  TRY_ASSIGN(const json::value manifest, ParseJson(text));
  for (const json::value& layer : ListAt(manifest, "layers")) {
    if (TextAt(layer, "mediaType") != kModelLayer) continue;
    const std::string digest(TextAt(layer, "digest"));
    if (digest.size() != 71 || !digest.starts_with("sha256:") ||
        digest.find_first_not_of("0123456789abcdef", 7) != digest.npos)
      return Error{Code::kInvalid, "its manifest names no blob"};
    const std::string blob = sys::SystemFiles().Resolve(folder + "/blobs/sha256-" + digest.substr(7));
    if (blob.empty()) return Error{Code::kNotFound, "its blob is not there"};
    TRY_ASSIGN(const GgufInfo info, InspectModel(blob));
    return StoredModel{name, blob, info.file_bytes, "ollama " + name, digest.substr(7)};
  }
  return Error{Code::kNotFound, "its manifest has no model"};
}

}  // namespace

Result<std::vector<std::string>> ImportOllama(const Store& store, const std::string& folder) {
  std::vector<std::pair<std::string, std::string>> manifests;
  Collect(folder + "/manifests", {}, manifests);
  if (manifests.empty()) return Error{Code::kNotFound, Cat({folder, ": no models of Ollama are there"})};
  TRY(sys::SystemFiles().MakeDirectories(store.folder()));
  std::vector<std::string> out;
  for (const auto& [name, path] : manifests) {
    auto model = ReadManifest(folder, name, path);
    if (!model) {
      out.push_back(Cat({name, ": ", model.error().message}));
      continue;
    }
    const std::string link = store.folder() + "/" + name + ".gguf";
    if (sys::SystemFiles().Look(link).kind == sys::FileKind::kNone) TRY(sys::SystemFiles().MakeLink(model->path, link));
    model->path = link;
    TRY(store.Note(*model));
    out.push_back(Cat({name, ": ", HumanBytes(model->bytes), ", linked"}));
  }
  return out;
}

}  // namespace heddle::model
