// Models that Ollama has fetched become models of the store, without a second copy: links to its blobs, which are plain
// GGUF files named by their SHA-256.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "model/store.h"

namespace heddle::model {

// One line for each model: what became of it. kNotFound when `folder` is no models folder of Ollama.
Result<std::vector<std::string>> ImportOllama(const Store& store, const std::string& folder);

}  // namespace heddle::model
