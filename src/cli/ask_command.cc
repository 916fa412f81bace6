// heddle ask: the main job.
#include <unistd.h>

#include <cstdio>
#include <iostream>

#include "base/text.h"
#include "cli/app.h"
#include "cli/card.h"
#include "cli/commands.h"
#include "cli/json.h"
#include "cli/model_proposer.h"
#include "cli/runner.h"
#include "sys/environment.h"
#include "sys/files.h"

namespace heddle::cli {
namespace {

// One JSON object per line in, one per line out, in order, flushed.
int Stream(App& app, const Arguments& arguments) {
  auto first = app.Engine(arguments);
  if (!first) return app.Fail(first.error());
  ModelProposer proposer(app, arguments);
  std::string line;
  while (std::getline(std::cin, line)) {
    if (Trim(line).empty()) continue;
    auto request = ParseRequest(line, "query");
    if (!request) {
      app.Out(ErrorJson("query", line, request.error()) + "\n");
      continue;
    }
    ask::Engine* engine = *first;
    std::unique_ptr<App> other;  // another directory or target: an engine of its own
    const App* speaker = &app;
    if (!request->cwd.empty() || !request->target.empty()) {
      Arguments local = arguments;
      if (!request->cwd.empty()) local.flags["cwd"] = request->cwd;
      if (!request->target.empty()) local.flags["target"] = request->target;
      other = std::make_unique<App>(app.config());
      auto built = other->Engine(local);
      if (!built) {
        app.Out(ErrorJson("query", request->text, built.error()) + "\n");
        continue;
      }
      engine = *built;
      speaker = other.get();
    }
    proposer.AttachTo(*engine);
    auto answer = engine->Ask(request->text);
    app.Out((answer ? AnswerJson(*answer, speaker->shell_name(), speaker->target_name())
                    : ErrorJson("query", request->text, answer.error())) +
            "\n");
  }
  return kDone;
}

// "explain this" with a command piped in: the pipe is the context. Nothing else reads standard input.
bool WantsContext(const std::string& query) {
  const std::string lower = Lower(query);
  return lower.starts_with("explain this") || lower == "explain" || lower.starts_with("what does this do") ||
         lower.starts_with("is this safe");
}

int AboutContext(App& app, const Arguments& arguments) {
  std::string text((std::istreambuf_iterator<char>(std::cin)), {});
  Arguments inner = arguments;
  inner.words = {std::string(Trim(text))};
  return RunExplain(app, inner);
}

int Abstained(App& app, const ask::Answer& answer) {
  std::string out = "heddle: I don't know a command for this\n";
  for (const auto& reason : answer.reasons) out += Cat({"  ", ForTerminal(reason), "\n"});
  if (!answer.choices.empty()) {
    out += Cat({"  ", ForTerminal(answer.question), "\n"});
    for (const auto& choice : answer.choices) out += Cat({"    ", ForTerminal(choice), "\n"});
  }
  app.Err(out);
  return kAbstained;
}

}  // namespace

int RunAsk(App& app, const Arguments& arguments) {
  if (arguments.Has("ndjson")) return Stream(app, arguments);
  std::string query = Join(arguments.words, " ");
  if (!sys::IsTerminal(0) && WantsContext(query)) return AboutContext(app, arguments);
  auto engine = app.Engine(arguments);
  if (!engine) return app.Fail(engine.error());
  const std::string cwd = app.engine_options().cwd;
  const bool acts = arguments.Has("run") || app.interactive();
  if (acts && sys::SystemFiles().Look(cwd).kind != sys::FileKind::kDirectory)
    return app.Fail({Code::kNotFound, Cat({cwd, ": no such directory; nothing can run there"})});
  ModelProposer proposer(app, arguments);
  proposer.AttachTo(**engine);
  for (;;) {
    auto answer = (*engine)->Ask(query);
    if (!answer) return app.Fail(answer.error());
    if (arguments.Has("json")) {
      answer->explanation = answer->abstained ? std::vector<ask::Part>() : (*engine)->Explain(answer->command);
      app.Out(AnswerJson(*answer, app.shell_name(), app.target_name()) + "\n");
      return answer->abstained ? kAbstained : kDone;
    }
    if (answer->abstained) {
      if (app.interactive() && !answer->choices.empty()) {
        const std::string chosen = Choose(app, *answer);
        if (chosen.empty()) return kAbstained;
        return Interact(app, **engine, {.query = query, .command = chosen, .cwd = cwd}, nullptr);
      }
      return Abstained(app, *answer);
    }
    if (arguments.Has("quiet")) {
      app.Out(answer->command + "\n");
      for (const auto& other : answer->alternatives) {
        if (arguments.Has("candidates")) app.Out(other.command + "\n");
      }
      return kDone;
    }
    // What a model proposed is never run unseen, however harmless it looks.
    const bool unseen = answer->source == "model" && !app.interactive();
    if (arguments.Has("run") && unseen) {
      app.Err(Cat({"heddle: a model proposed this; it needs your confirmation on a terminal:\n  ",
                   ForTerminal(answer->command), "\n"}));
      return kNeedsConfirmation;
    }
    if (arguments.Has("run") && answer->source != "model")
      return ConfirmAndRun(app, **engine, {.query = query, .command = answer->command, .cwd = cwd, .answer = &*answer});
    answer->touched = (*engine)->Touches(answer->analysis);
    answer->explanation = (*engine)->Explain(answer->command);
    if (!app.interactive()) {
      app.Out(AnswerCard(*answer, {.color = app.color(1), .width = sys::TerminalWidth()}));
      app.Remember(query, answer->command, -1);
      return kDone;
    }
    std::string revision;
    const Proposal proposal{.query = query, .command = answer->command, .cwd = cwd, .answer = &*answer};
    const int code = Interact(app, **engine, proposal, &revision);
    if (revision.empty()) return code;
    query += " " + revision;
  }
}

}  // namespace heddle::cli
