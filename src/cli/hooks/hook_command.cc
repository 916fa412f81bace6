#include "cli/hooks/hook_command.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/text.h"
#include "cli/hooks/hook_verdict.h"
#include "sys/environment.h"
#include "sys/files.h"

namespace heddle::cli {
namespace {

// All of standard input, or as much of it as is too much.
Result<std::string> ReadInput() {
  std::string out;
  char chunk[65536];
  while (out.size() <= kMaxHookInput) {
    const ssize_t got = ::read(0, chunk, sizeof chunk);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return Error{Code::kInvalid, "the hook's input cannot be read"};
    if (got == 0) break;
    out.append(chunk, static_cast<size_t>(got));
  }
  return out;
}

Result<HookVerdict> Judge(App& app, const Arguments& arguments, const HookFormat& format) {
  TRY_ASSIGN(const std::string input, ReadInput());
  TRY_ASSIGN(const HookCall call, ParseHookCall(format, input));
  if (call.tool == nullptr) return HookVerdict{.verdict = Verdict::kPass, .rating = {}, .reason = {}};
  Arguments local = arguments;
  if (!call.cwd.empty()) local.flags["cwd"] = call.cwd;
  TRY_ASSIGN(ask::Engine* const engine, app.Engine(local));
  const HookPolicy policy{.policy = app.config().Get("policy").value, .cwd = app.engine_options().cwd};
  if (call.tool->kind == ToolKind::kShell) return JudgeCommand(*engine, call.text, policy);
  return JudgeWrites(*engine, call.paths, policy);
}

}  // namespace

int RunHook(App& app, const Arguments& arguments) {
  const auto format = FindHookFormat(arguments.Get("hook"));
  if (!format) return app.Fail(format.error()), kHookBlocks;
  if (!arguments.words.empty() || sys::IsTerminal(0))
    return app.Fail(
        {Code::kInvalid, "--hook reads what an agent writes to its standard input; see heddle init --help"});
  const auto verdict = Judge(app, arguments, **format);
  if (verdict) {
    app.Out(HookAnswer(**format, verdict->verdict, verdict->reason));
    return kDone;
  }
  app.Out(HookAnswer(**format, Verdict::kDeny, Cat({"heddle: ", ForTerminal(verdict.error().message)})));
  app.Fail(verdict.error());
  return kHookBlocks;
}

bool IsHookCall(const std::vector<std::string>& words) {
  return words.size() > 1 && words[0] == "check" &&
         std::any_of(words.begin() + 1, words.end(), [](const auto& word) { return word.starts_with("--hook"); });
}

}  // namespace heddle::cli
