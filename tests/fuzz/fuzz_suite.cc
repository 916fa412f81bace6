// Files of suites, records of runs, price files and configurations of MCP servers, as anybody may write them.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "bench/prices.h"
#include "bench/record.h"
#include "bench/suite.h"
#include "mcp/client.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  (void)heddle::bench::ReadSuite(text, "x");
  (void)heddle::bench::ParsePrices(text, "x");
  (void)heddle::mcp::ParseServers(text);
  if (const auto record = heddle::bench::ParseRecord(text))
    (void)heddle::bench::ParseRecord(heddle::bench::ToJson(*record));
  (void)heddle::mcp::CheckArguments({"t", "", std::string(text)}, std::string(text));
  return 0;
}
