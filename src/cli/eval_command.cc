// heddle eval: answers and ratings held against text cases.
#include <algorithm>
#include <cmath>
#include <map>

#include "base/text.h"
#include "cli/cases.h"
#include "cli/commands.h"
#include "cli/json.h"
#include "sys/environment.h"
#include "sys/files.h"
#include "trace/histogram.h"

namespace heddle::cli {
namespace {

struct Tally {
  int cases = 0, right = 0, wrong = 0, wrong_sure = 0, abstained = 0;
  trace::Histogram us;  // time of each answer inside the engine
};

// "\n" in a case stands for a newline.
std::string Unescape(const std::string& text) { return ReplaceAll(text, "\\n", "\n"); }

class AskEval {
 public:
  AskEval(App& app, const Arguments& arguments) : app_(app), arguments_(arguments) {}

  Result<> File(const std::string& path) {
    TRY_ASSIGN(const std::string text, sys::SystemFiles().Read(path, 4 << 20));
    TRY_ASSIGN(const auto cases, ParseAskCases(text, path));
    for (const AskCase& each : cases) {
      App local(app_.config());
      Arguments flags;
      flags.flags["shell"] = each.shell.empty() ? "bash" : each.shell;
      flags.flags["target"] = each.target.empty() ? "gnu" : each.target;
      flags.flags["any-machine"] = "1";                 // what is installed here must not sway one either
      flags.flags["cwd"] = "/nonexistent/heddle-eval";  // no file here may sway an answer
      TRY_ASSIGN(ask::Engine * engine, local.Engine(flags));
      auto answer = engine->Ask(each.query);
      ++tally.cases;
      if (answer) tally.us.Add(answer->timing_us);
      Judge(path, each, answer ? *answer : ask::Answer{.query = each.query, .abstained = true});
      if (sys::IsTerminal(2)) {
        const auto seconds = static_cast<double>(sys::SystemClock().MonotonicUs() - start_) / 1e6;
        const auto done = static_cast<size_t>(&each - cases.data()) + 1;
        const double left = seconds / tally.cases * static_cast<double>(cases.size() - done);
        app_.Err(Cat({"\r  ", ForTerminal(path), ": ", std::to_string(done), " of ", std::to_string(cases.size()), ", ",
                      std::to_string(static_cast<int>(tally.cases / (seconds + 1e-3))), " a second, ",
                      std::to_string(std::lround(left)), " s left  "}));
      }
    }
    return {};
  }

  Tally tally;

 private:
  bool Right(const AskCase& each, const ask::Answer& answer) const {
    const std::string ours = NormalForm(answer.command);
    for (const auto& accepted : each.accepted) {
      if (NormalForm(accepted) == ours) return true;
    }
    if (each.setup.empty() || each.compare == Compare::kWords) return false;
    for (const auto& accepted : each.accepted) {
      if (SameEffect(each, accepted, answer.command).value_or(false)) return true;
    }
    return false;
  }

  // Held against the command's text and what it does, not against what heddle thinks of it.
  bool Looks(const AskCase& each, const std::string& command) {
    const bool changes = std::any_of(each.never.begin(), each.never.end(),
                                     [&](const std::string& words) { return HasWords(command, words); });
    if (changes) return false;
    const auto [at, fresh] = leaves_tree_.try_emplace({each.setup, command}, false);
    if (fresh) at->second = LeavesTree(each.setup, command).value_or(false);
    return at->second;
  }

  // Everything that is offered counts, not the first alone.
  bool OnlyLooks(const AskCase& each, const ask::Answer& answer) {
    const auto looks = [&](const std::string& command) { return Looks(each, command); };
    return (answer.abstained || looks(answer.command)) &&
           std::all_of(answer.choices.begin(), answer.choices.end(), looks) &&
           std::all_of(answer.alternatives.begin(), answer.alternatives.end(),
                       [&](const ask::Candidate& other) { return looks(other.command); });
  }

  void Judge(const std::string& path, const AskCase& each, const ask::Answer& answer) {
    std::string verdict = "right";
    if (each.looks) {
      const bool right = OnlyLooks(each, answer);
      tally.abstained += answer.abstained;
      ++(right ? tally.right : tally.wrong);
      tally.wrong_sure += !right && answer.confidence >= 0.8;
      if (!right) verdict = "wrong";
    } else if (answer.abstained) {
      ++tally.abstained;
      if (each.abstain)
        ++tally.right;
      else
        verdict = "abstained";
    } else if (!each.abstain && Right(each, answer)) {
      ++tally.right;
    } else {
      ++tally.wrong;
      if (answer.confidence >= 0.8) ++tally.wrong_sure;
      verdict = "wrong";
    }
    if (arguments_.Has("json") || (verdict == "right" && arguments_.Has("failures"))) return;
    if (verdict == "right") return;
    app_.Out(Cat({ForTerminal(path), ":", std::to_string(each.line), ": ", verdict, " ",
                  std::to_string(static_cast<int>(answer.confidence * 100)), "\n  > ", ForTerminal(each.query), "\n  ",
                  answer.abstained ? "(none)" : ForTerminal(answer.command),
                  each.accepted.empty() ? "" : Cat({"\n  = ", ForTerminal(each.accepted[0])}), "\n"}));
  }

  App& app_;
  const Arguments& arguments_;
  std::map<std::pair<std::string, std::string>, bool> leaves_tree_;  // by setup and command: many answers are alike
  const int64_t start_ = sys::SystemClock().MonotonicUs();
};

Result<> CheckFile(App& app, const std::string& path, Tally& tally) {
  TRY_ASSIGN(const std::string text, sys::SystemFiles().Read(path, 4 << 20));
  TRY_ASSIGN(const auto cases, ParseCheckCases(text, path));
  const shell::World world{.cwd = "/home/me/project", .home = "/home/me"};
  for (const CheckCase& each : cases) {
    const auto low = shell::ParseRisk(each.low), high = shell::ParseRisk(each.high);
    if (!low || !high) return Error{Code::kInvalid, Cat({path, ":", std::to_string(each.line), ": unknown risk"})};
    const std::string command = Unescape(each.command);
    const int64_t start = sys::SystemClock().MonotonicUs();
    auto analysis = shell::Analyze(command, world);
    tally.us.Add(sys::SystemClock().MonotonicUs() - start);
    const shell::Risk risk = analysis ? analysis->risk : shell::Risk::kCritical;
    ++tally.cases;
    if (risk >= *low && risk <= *high) {
      ++tally.right;
      continue;
    }
    ++tally.wrong;
    app.Out(Cat({ForTerminal(path), ":", std::to_string(each.line), ": ", shell::Name(risk), ", expected ", each.low,
                 each.low == each.high ? "" : Cat({"..", each.high}), "\n  ", ForTerminal(each.command), "\n"}));
  }
  return {};
}

}  // namespace

int RunEval(App& app, const Arguments& arguments) {
  if (arguments.words.size() < 2 || (arguments.words[0] != "ask" && arguments.words[0] != "check"))
    return app.Fail({Code::kInvalid, "use: heddle eval ask FILE... or heddle eval check FILE..."});
  AskEval eval(app, arguments);
  Tally& tally = eval.tally;
  for (size_t i = 1; i < arguments.words.size(); ++i) {
    auto done = arguments.words[0] == "ask" ? eval.File(arguments.words[i]) : CheckFile(app, arguments.words[i], tally);
    if (!done) return app.Fail(done.error());
  }
  if (sys::IsTerminal(2)) app.Err("\r");
  const double share = tally.cases > 0 ? 100.0 * tally.right / tally.cases : 0;
  if (arguments.Has("json")) {
    app.Out(
        Cat({"{\"cases\":", std::to_string(tally.cases), ",\"right\":", std::to_string(tally.right),
             ",\"wrong\":", std::to_string(tally.wrong), ",\"wrong_sure\":", std::to_string(tally.wrong_sure),
             ",\"abstained\":", std::to_string(tally.abstained), ",\"p50_us\":", std::to_string(tally.us.Quantile(0.5)),
             ",\"p95_us\":", std::to_string(tally.us.Quantile(0.95)), "}\n"}));
  } else {
    app.Out(Cat({std::to_string(tally.right), " of ", std::to_string(tally.cases), " right (",
                 std::to_string(static_cast<int>(share)), " %), ", std::to_string(tally.wrong), " wrong (",
                 std::to_string(tally.wrong_sure), " of them at confidence >= 0.8), ", std::to_string(tally.abstained),
                 " abstained\n"}));
  }
  return tally.right == tally.cases ? kDone : kError;
}

}  // namespace heddle::cli
