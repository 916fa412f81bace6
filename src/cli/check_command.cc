// heddle check, explain, try: about commands, not sentences.
#include <iostream>

#include "base/text.h"
#include "cli/card.h"
#include "cli/commands.h"
#include "cli/json.h"
#include "cli/runner.h"
#include "sys/environment.h"
#include "sys/files.h"

namespace heddle::cli {
namespace {

constexpr size_t kMaxInput = 1 << 20;

// The command named on the line, or all of standard input for "-" and nothing.
Result<std::string> CommandText(const Arguments& arguments, std::string_view what) {
  const bool piped = arguments.words.size() == 1 && arguments.words[0] == "this" &&
                     !sys::IsTerminal(0);  // `... | heddle explain this`
  const bool from_input =
      arguments.words.empty() || piped || (arguments.words.size() == 1 && arguments.words[0] == "-");
  std::string text = Join(arguments.words, " ");
  if (from_input) {
    if (arguments.words.empty() && sys::IsTerminal(0))
      return Error{Code::kInvalid, Cat({"give a command, or - to read one; see heddle ", what, " --help"})};
    text.assign(std::istreambuf_iterator<char>(std::cin), {});
  }
  if (text.size() > kMaxInput) return Error{Code::kTooLarge, "the command is longer than 1 MB"};
  if (Trim(text).empty()) return Error{Code::kInvalid, "the command is empty"};
  if (Contains(text, std::string_view("\0", 1))) return Error{Code::kInvalid, "the command holds a NUL byte"};
  return text;
}

int Stream(App& app, ask::Engine& engine) {
  std::string line;
  while (std::getline(std::cin, line)) {
    if (Trim(line).empty()) continue;
    auto request = ParseRequest(line, "command");
    if (!request) {
      app.Out(ErrorJson("command", line, request.error()) + "\n");
      continue;
    }
    auto analysis = engine.Check(request->text);
    app.Out(
        (analysis ? AnalysisJson(request->text, *analysis) : ErrorJson("command", request->text, analysis.error())) +
        "\n");
  }
  return kDone;
}

}  // namespace

int RunCheck(App& app, const Arguments& arguments) {
  auto engine = app.Engine(arguments);
  if (!engine) return app.Fail(engine.error());
  if (arguments.Has("ndjson")) return Stream(app, **engine);
  auto command = CommandText(arguments, "check");
  if (!command) return app.Fail(command.error());
  auto analysis = (*engine)->Check(*command);
  if (!analysis) return app.Fail(analysis.error());
  if (arguments.Has("json")) {
    app.Out(AnalysisJson(*command, *analysis) + "\n");
  } else {
    app.Out(AnalysisCard(command->substr(0, 500), *analysis, (*engine)->Touches(*analysis),
                         {.color = app.color(1), .width = sys::TerminalWidth()}));
  }
  return analysis->denied ? kBlocked : kDone;
}

int RunExplain(App& app, const Arguments& arguments) {
  auto engine = app.Engine(arguments);
  if (!engine) return app.Fail(engine.error());
  auto command = CommandText(arguments, "explain");
  if (!command) return app.Fail(command.error());
  const auto parts = (*engine)->Explain(*command);
  auto analysis = (*engine)->Check(*command);
  if (!analysis) return app.Fail(analysis.error());
  if (arguments.Has("json")) {
    std::string out = Cat({"{\"schema_version\":1,\"command\":", JsonString(*command), ",\"risk\":\"",
                           shell::Name(analysis->risk), "\",\"parts\":["});
    for (const auto& part : parts)
      out += Cat({&part == parts.data() ? "" : ",", "{\"text\":", JsonString(part.text),
                  ",\"meaning\":", JsonString(part.meaning), "}"});
    app.Out(out + "]}\n");
    return kDone;
  }
  const CardOptions options{.color = app.color(1), .width = sys::TerminalWidth()};
  app.Out(PartsTable(parts, options) + "\n" + AnalysisCard(*command, *analysis, {}, options));
  return kDone;
}

int RunTry(App& app, const Arguments& arguments) {
  if (arguments.words.empty()) return app.Fail({Code::kInvalid, "give a command; see heddle try --help"});
  auto engine = app.Engine(arguments);
  if (!engine) return app.Fail(engine.error());
  return TryCommand(app, **engine, Join(arguments.words, " "),
                    {.cwd = sys::CurrentDirectory(), .network = arguments.Has("network")});
}

}  // namespace heddle::cli
