// Any bytes as what an agent's hook is given. A call that is taken says what it would do, and each verdict is answered
// in one line of JSON, whatever the reason says.
#include <boost/json.hpp>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "base/text.h"
#include "cli/hooks/hook_format.h"

namespace heddle::cli {
namespace {

void Require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "%s\n", what);
  std::abort();
}

void CheckCall(const HookCall& call) {
  if (call.tool == nullptr) return;
  Require(!Trim(call.text).empty(), "a call with nothing to do");
  Require(!Contains(call.text, std::string_view("\0", 1)), "a text with a NUL byte");
  Require(call.tool->kind != ToolKind::kWrite || call.paths.size() == 1, "a write of no file");
  Require(call.tool->kind != ToolKind::kPatch || !call.paths.empty(), "a patch of no file");
}

void CheckAnswer(const HookFormat& format, Verdict verdict, std::string_view reason) {
  const std::string answer = HookAnswer(format, verdict, reason);
  if (answer.empty()) return;
  Require(answer.find('\n') == answer.size() - 1, "an answer of several lines");
  boost::json::error_code error;
  const auto value = boost::json::parse(answer, error);
  Require(!error && value.is_object(), "an answer that is not JSON");
}

}  // namespace
}  // namespace heddle::cli

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace heddle::cli;
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  for (const HookFormat& format : HookFormats()) {
    const auto call = ParseHookCall(format, input);
    if (call) CheckCall(*call);
    const std::string_view reason = call ? std::string_view(call->text) : input;
    for (const Verdict verdict : {Verdict::kPass, Verdict::kAllow, Verdict::kAsk, Verdict::kDeny})
      CheckAnswer(format, verdict, reason);
  }
  return 0;
}
