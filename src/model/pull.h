// Pull: a model file comes over HTTP, goes on where it was broken off, is held against its SHA-256, and appears under
// its name only when it is whole.
#pragma once

#include <cstdint>
#include <functional>
#include <stop_token>
#include <string>

#include "base/result.h"
#include "model/store.h"
#include "net/http_client.h"

namespace heddle::model {

struct PullSource {
  std::string url, file;  // file: the name it gets
  std::string sha256;     // lower-case hexadecimal; empty: what the server says, else none
};

// "NAME" of the catalogue, "hf:OWNER/REPOSITORY/FILE", or an http(s) address of a .gguf file.
Result<PullSource> ParsePullSource(std::string_view written);

struct PullProgress {
  uint64_t done = 0, total = 0, begun_with = 0;  // bytes; total 0: not known
};

// Errors: kTooLarge when the disk has no room, kInvalid when what came is not what was meant, kUnavailable, kCancelled
// (what came is kept and gone on with next time).
Result<StoredModel> Pull(const Store& store, const PullSource& source, const net::HttpClient& client,
                         const std::function<void(const PullProgress&)>& progress, const std::stop_token& stop);

}  // namespace heddle::model
