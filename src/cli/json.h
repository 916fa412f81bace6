// Json: the documented, versioned objects that heddle prints (docs/cli.md). The only place that knows Boost.JSON,
// besides reading NDJSON requests.
#pragma once

#include <string>
#include <string_view>

#include "ask/engine.h"
#include "base/result.h"

namespace heddle::cli {

constexpr int kSchemaVersion = 2;

// One line, no newline inside. `shell` and `target` as shown to people.
std::string AnswerJson(const ask::Answer& answer, std::string_view shell, std::string_view target);
std::string AnalysisJson(std::string_view command, const shell::Analysis& analysis);
std::string ErrorJson(std::string_view key, std::string_view input, const Error& error);

struct JsonRequest {
  std::string text, cwd, target;  // text: the value of `key`
};
// One NDJSON line: an object with a string `key` and optional "cwd", "target". Depth and size are limited.
Result<JsonRequest> ParseRequest(std::string_view line, std::string_view key);

std::string JsonString(std::string_view text);

}  // namespace heddle::cli
