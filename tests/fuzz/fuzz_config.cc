// Any bytes as a configuration file, as one line of NDJSON, as cases and as a line of waiting history.
#include <cstdint>

#include "cli/cases.h"
#include "cli/config.h"
#include "cli/history.h"
#include "cli/json.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  (void)heddle::cli::ParseConfig(text, "fuzz.toml");
  (void)heddle::cli::ParseRequest(text, "query");
  (void)heddle::cli::ParseAskCases(text, "fuzz.case");
  (void)heddle::cli::FromLine(text);
  return 0;
}
