// Store: the models of this user: GGUF files in one folder, each with a note of where it came from and its SHA-256.
// Nothing is ever loaded from the current directory unless it is named by its path.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace heddle::model {

struct StoredModel {
  std::string name, path;
  uint64_t bytes = 0;
  std::string source, sha256;  // empty: not known
};

class Store {
 public:
  explicit Store(std::string folder) : folder_(std::move(folder)) {}
  static Store OfUser();  // $HEDDLE_MODELS, else the user's data directory

  const std::string& folder() const { return folder_; }
  Result<std::vector<StoredModel>> List() const;  // by name
  // By its name here, by a name of the catalogue, or by a path with a '/' or ".gguf". kNotFound says what to do.
  Result<StoredModel> Find(std::string_view name) const;
  Result<> Note(const StoredModel& model) const;  // writes down source and SHA-256
  Result<> Remove(const StoredModel& model) const;

 private:
  std::string folder_;
};

}  // namespace heddle::model
