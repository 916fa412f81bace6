// heddle: the first word picks a command; without one the words are a sentence for `ask`.
#include <algorithm>
#include <csignal>
#include <string>
#include <vector>

#include "base/guard.h"
#include "base/text.h"
#include "cli/app.h"
#include "cli/commands.h"
#include "cli/hooks/hook_command.h"

using namespace heddle;
using namespace heddle::cli;

namespace {

int Main(int argc, char** argv) {
  std::vector<std::string> words(argv + 1, argv + argc);
  auto config = Config::Load();
  if (!config) {
    App plain{Config()};
    return plain.Fail(config.error());
  }
  App app(*std::move(config));
  if (!words.empty() && (words[0] == "--version" || words[0] == "version"))
    return app.Out("heddle " HEDDLE_VERSION "\n"), kDone;
  if (words.empty() || words[0] == "help" || (words[0] == "--help" || words[0] == "-h")) {
    const CommandSpec* about = words.size() > 1 ? FindCommand(words[1]) : nullptr;
    app.Out(HelpText(about));
    return words.empty() ? kUsage : kDone;
  }
  const CommandSpec* command = FindCommand(words[0]);
  const bool named = command != nullptr;
  if (!named) command = FindCommand("ask");
  auto arguments = ParseArguments(*command, std::span(words).subspan(named ? 1 : 0));
  if (!arguments) return app.Fail(arguments.error());
  if (arguments->Has("help")) return app.Out(HelpText(command)), kDone;
  return command->run(app, *arguments);
}

}  // namespace

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);
  const auto done = Guarded([&] { return Main(argc, argv); });
  const int code = done ? *done : App{Config()}.Fail(done.error());
  // To agents any other code of a hook means that the tool may run.
  const bool hook = IsHookCall({argv + std::min(argc, 1), argv + argc});
  return hook && code != kDone ? kHookBlocks : code;
}
