// heddle check, explain, try: about commands, not sentences.
#include <iostream>

#include "base/text.h"
#include "cli/card.h"
#include "cli/commands.h"
#include "cli/hooks/hook_command.h"
#include "cli/json.h"
#include "cli/ratings.h"
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

// The exit code by risk: kDone for what is better than --fail-on says.
class RiskCode {
 public:
  // Errors: a rating that there is not.
  static Result<RiskCode> Of(const Arguments& arguments) {
    RiskCode out;
    if (arguments.Has("fail-on")) { TRY_ASSIGN(out.least_, RankOf(arguments.Get("fail-on"))); }
    return out;
  }

  void Add(const shell::Analysis& analysis) {
    const auto rank = RankOf(RatingOf(analysis));
    worst_ = std::max(worst_, rank ? *rank : kNone - 1);  // a name that is not known here is no better than any
    denied_ |= analysis.denied;
  }
  void AddUnread() { unread_ = true; }
  bool wanted() const { return least_ != kNone; }

  int code() const {
    if (denied_) return kBlocked;
    if (worst_ >= least_) return kRiskCodes + worst_;
    return unread_ && wanted() ? kUsage : kDone;
  }

 private:
  static constexpr int kNone = 5;  // more than every rank
  int least_ = kNone, worst_ = -1;
  bool denied_ = false, unread_ = false;
};

int Stream(App& app, ask::Engine& engine, RiskCode risk) {
  std::string line;
  while (std::getline(std::cin, line)) {
    if (Trim(line).empty()) continue;
    auto request = ParseRequest(line, "command");
    auto analysis = request ? engine.Check(request->text) : Result<shell::Analysis>(request.error());
    const std::string& text = request ? request->text : line;
    app.Out((analysis ? AnalysisJson(text, *analysis) : ErrorJson("command", text, analysis.error())) + "\n");
    if (analysis)
      risk.Add(*analysis);
    else
      risk.AddUnread();
  }
  return risk.wanted() ? risk.code() : kDone;
}

}  // namespace

int RunCheck(App& app, const Arguments& arguments) {
  if (arguments.Has("hook")) return RunHook(app, arguments);
  auto risk = RiskCode::Of(arguments);
  if (!risk) return app.Fail(std::move(risk).error().Context("--fail-on"));
  auto engine = app.Engine(arguments);
  if (!engine) return app.Fail(engine.error());
  if (arguments.Has("ndjson")) return Stream(app, **engine, *risk);
  auto command = CommandText(arguments, "check");
  if (!command) return app.Fail(command.error());
  auto analysis = (*engine)->Check(*command);
  if (!analysis) return app.Fail(analysis.error());
  if (arguments.Has("json")) {
    app.Out(AnalysisJson(*command, *analysis) + "\n");
  } else {
    app.Out(AnalysisCard(Cat({Clipped(*command, 500), command->size() > 500 ? " ..." : ""}), *analysis,
                         (*engine)->Touches(*analysis), {.color = app.color(1), .width = sys::TerminalWidth()}));
  }
  risk->Add(*analysis);
  return risk->code();
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
    std::string out = Cat({"{\"schema_version\":", std::to_string(kSchemaVersion), ",\"command\":",
                           JsonString(*command), ",\"risk\":\"", shell::Name(analysis->risk), "\",\"parts\":["});
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
