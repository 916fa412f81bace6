// heddle learn, history, config, doctor, completions, man: the small ones.
#include <cmath>
#include <cstdio>
#include <ctime>

#include "ask/learned.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/history.h"
#include "cli/json.h"
#include "cli/runner.h"
#include "model/runner_backend.h"
#include "model/store.h"
#include "sys/environment.h"
#include "sys/processes.h"

namespace heddle::cli {
namespace {

int RunAgain(App& app, const Arguments& arguments, store::Database& database) {
  const auto id = ParseInt(arguments.Get("run", ""));
  if (!id) return app.Fail({Code::kInvalid, "--run takes the number that heddle history shows"});
  auto row = database.Prepare("SELECT query, command FROM entry WHERE id = ?1");
  if (!row) return app.Fail(row.error());
  row->Bind(1, *id);
  const auto more = row->Step();
  if (!more) return app.Fail(more.error());
  if (!*more) return app.Fail({Code::kNotFound, Cat({"no entry ", std::to_string(*id), "; see heddle history"})});
  auto engine = app.Engine(arguments);
  if (!engine) return app.Fail(engine.error());
  return ConfirmAndRun(app, **engine, {.query = row->Text(0), .command = row->Text(1), .cwd = sys::CurrentDirectory()});
}

std::string LearnedPath() { return sys::DataDirectory() + "/learned.db"; }

}  // namespace

int RunLearn(App& app, const Arguments& arguments) {
  if (arguments.words.empty()) return app.Fail({Code::kInvalid, "say what to learn from: tldr DIR or history [FILE]"});
  auto learned = ask::Learned::Open(LearnedPath());
  if (!learned) return app.Fail(learned.error());
  const bool tldr = arguments.words[0] == "tldr";
  if (!tldr && arguments.words[0] != "history") return app.Fail({Code::kInvalid, "heddle learns from tldr or history"});
  if (tldr && arguments.words.size() < 2) return app.Fail({Code::kInvalid, "give the directory of the tldr pages"});
  const bool live = sys::IsTerminal(2);
  const int64_t start = sys::SystemClock().MonotonicUs();
  const auto progress = [&](int pages, int total) {
    if (!live) return;
    const double seconds = static_cast<double>(sys::SystemClock().MonotonicUs() - start) / 1e6 + 1e-3;
    app.Err(Cat({"\r  ", std::to_string(pages), " of ", std::to_string(total), " pages, ",
                 std::to_string(static_cast<int>(pages / seconds)), " a second, ",
                 std::to_string(std::lround(seconds / pages * (total - pages))), " s left "}));
  };
  std::string file = arguments.words.size() > 1 ? arguments.words[1] : sys::HomeDirectory() + "/.bash_history";
  auto report = tldr ? learned->LearnTldr(file, progress) : learned->LearnHistory(file);
  if (live && tldr) app.Err("\n");
  if (!report) return app.Fail(report.error());
  app.Out(Cat({"learned ", std::to_string(report->examples), " examples from ", std::to_string(report->pages),
               tldr ? " pages" : " file",
               report->skipped > 0 ? Cat({", skipped ", std::to_string(report->skipped)}) : "", "\n"}));
  return kDone;
}

int RunHistory(App& app, const Arguments& arguments) {
  auto database = OpenHistory();
  if (!database) return app.Fail(std::move(database).error().Context("history"));
  if (arguments.Has("clear")) {
    auto cleared = database->Execute("DELETE FROM entry");
    return cleared ? kDone : app.Fail(cleared.error());
  }
  if (arguments.Has("run")) return RunAgain(app, arguments, *database);
  const auto limit = ParseInt(arguments.Get("limit", "20"));
  if (!limit || *limit < 1) return app.Fail({Code::kInvalid, "--limit must be a positive number"});
  auto rows = database->Prepare(
      "SELECT id, time_ms, query, command, exit_code FROM entry WHERE query LIKE ?1 OR command LIKE ?1 ORDER BY id "
      "DESC LIMIT ?2");
  if (!rows) return app.Fail(rows.error());
  rows->Bind(1, Cat({"%", Join(arguments.words, " "), "%"})).Bind(2, *limit);
  for (;;) {
    auto more = rows->Step();
    if (!more) return app.Fail(more.error());
    if (!*more) return kDone;
    if (arguments.Has("json")) {
      app.Out(Cat({"{\"id\":", std::to_string(rows->Int(0)), ",\"time_ms\":", std::to_string(rows->Int(1)),
                   ",\"query\":", JsonString(rows->Text(2)), ",\"command\":", JsonString(rows->Text(3)),
                   ",\"exit_code\":", std::to_string(rows->Int(4)), "}\n"}));
    } else {
      app.Out(Cat({Paint(Cat({std::to_string(rows->Int(0)), "  "}), "2", app.color(1)), ForTerminal(rows->Text(3)),
                   Paint(Cat({"   # ", ForTerminal(rows->Text(2))}), "2", app.color(1)), "\n"}));
    }
  }
}

int RunConfig(App& app, const Arguments& arguments) {
  const std::string verb = arguments.words.empty() ? "list" : arguments.words[0];
  if (verb == "path") return app.Out(ForTerminal(Config::UserFile()) + "\n"), kDone;
  if (verb == "set" && arguments.words.size() == 3) {
    auto set = Config::Set(arguments.words[1], arguments.words[2]);
    return set ? kDone : app.Fail(set.error());
  }
  if (verb == "get" && arguments.words.size() == 2) {
    const auto found = app.config().all().find(arguments.words[1]);
    if (found == app.config().all().end())
      return app.Fail({Code::kInvalid, Cat({"unknown key '", arguments.words[1], "'; see heddle config list"})});
    return app.Out(found->second.value + "\n"), kDone;
  }
  if (verb != "list") return app.Fail({Code::kInvalid, "use: heddle config list | path | get NAME | set NAME VALUE"});
  for (const auto& spec : Config::Specs()) {
    const Setting& setting = app.config().Get(spec.name);
    if (arguments.Has("json")) {
      app.Out(Cat({"{\"name\":", JsonString(spec.name), ",\"value\":", JsonString(setting.value),
                   ",\"origin\":", JsonString(setting.origin), "}\n"}));
      continue;
    }
    std::string left = Cat({spec.name, " = ", setting.value});
    left.resize(std::max<size_t>(left.size() + 1, 24), ' ');
    app.Out(Cat({left, "# ", ForTerminal(setting.origin), "; ", spec.help, "\n"}));
  }
  return kDone;
}

int RunDoctor(App& app, const Arguments& arguments) {
  auto engine = app.Engine(arguments);
  if (!engine) return app.Fail(engine.error());
  const bool color = app.color(1);
  bool good = true;
  const auto line = [&](bool ok, std::string_view what, std::string_view detail) {
    good &= ok;
    app.Out(Cat({ok ? Paint("ok    ", "32", color) : Paint("no    ", "31", color), what, detail.empty() ? "" : ": ",
                 ForTerminal(detail), "\n"}));
  };
  line(true, "shell", app.shell_name());
  line(true, "tools", app.target_name());
  line(true, "intents", std::to_string(ask::Book::BuiltIn().intents().size()));
  line(true, "rules", std::to_string(shell::RuleSet::BuiltIn().tables().rules.size()));
  const auto sandbox = sys::SandboxAvailable();
  line(static_cast<bool>(sandbox), "sandbox (try, eval)", sandbox ? "namespaces and overlay" : sandbox.error().message);
  auto history = OpenHistory();
  line(static_cast<bool>(history), "history", history ? HistoryPath() : history.error().message);
  auto learned = ask::Learned::Open(LearnedPath());
  const auto count = learned ? learned->Count() : Result<int64_t>(learned.error());
  line(static_cast<bool>(count), "learned examples", count ? std::to_string(*count) : count.error().message);
  const auto rm = (*engine)->machine().Flag("rm", "--recursive");
  line(true, "manual pages", rm == facts::FlagFact::kListed ? "found" : "none here: flags cannot be confirmed");
  // Models are optional: without them heddle abstains where it does not know.
  const auto runner = model::RunnerProgram({});
  const auto models = model::Store::OfUser().List();
  line(true, "models of this machine",
       !runner ? "none: heddle-runner is not installed"
               : Cat({std::to_string(models ? models->size() : 0), " in ", model::Store::OfUser().folder(), ", run by ",
                      *runner}));
  const std::string chosen = app.config().Get("model").value;
  line(true, "asked where heddle does not know",
       chosen.empty() ? "no model: heddle config set model NAME"
                      : Cat({app.config().Get("backend").value, " ", chosen}));
  return good ? kDone : kUnavailable;
}

int RunCompletions(App& app, const Arguments& arguments) {
  const std::string text = arguments.words.empty() ? "" : Completions(arguments.words[0]);
  if (text.empty()) return app.Fail({Code::kInvalid, "say which shell: bash, zsh or fish"});
  return app.Out(text), kDone;
}

int RunMan(App& app, const Arguments&) { return app.Out(ManPage()), kDone; }

}  // namespace heddle::cli
