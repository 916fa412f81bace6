// heddle undo: lists what can be taken back, takes it back, lets it go.
#include <algorithm>
#include <ctime>

#include "base/text.h"
#include "cli/commands.h"
#include "cli/json.h"
#include "cli/question.h"
#include "cli/undo/expiry.h"
#include "cli/undo/take_back.h"
#include "cli/undo_settings.h"
#include "sys/environment.h"
#include "sys/files.h"

namespace heddle::cli {
namespace {

constexpr size_t kShown = 3;  // paths of a command in a list for people

// What became of one path, in a word.
std::string_view WhatOf(const UndoItem& item) {
  if (!item.moved_to.empty()) return "moved";
  if (!item.before.exists) return "made";
  if (item.settled && !item.after.exists) return "deleted";
  return item.settled ? "changed" : "kept";
}

std::string LocalTime(int64_t ms) {
  const std::time_t seconds = ms / 1000;
  std::tm parts = {};
  char out[32] = "";
  if (::localtime_r(&seconds, &parts) != nullptr) (void)std::strftime(out, sizeof(out), "%Y-%m-%d %H:%M", &parts);
  return out;
}

void ListForPrograms(const App& app, const UndoCommand& command, const std::vector<UndoItem>& items) {
  for (const auto& item : items) {
    app.Out(Cat({"{\"id\":", std::to_string(command.id), ",\"time_ms\":", std::to_string(command.time_ms),
                 ",\"path\":", JsonString(item.path), ",\"what\":", JsonString(WhatOf(item)),
                 ",\"bytes\":", std::to_string(item.before.size), ",\"command\":", JsonString(command.command),
                 ",\"cwd\":", JsonString(command.cwd), "}\n"}));
  }
}

void ListForPeople(const App& app, const UndoCommand& command, const std::vector<UndoItem>& items) {
  const bool cut_off = command.state == UndoState::kRunning;
  app.Out(Cat({std::to_string(command.id), "  ", LocalTime(command.time_ms), "  ", ForTerminal(command.command),
               cut_off ? "  (heddle ended before it did)" : "", "\n"}));
  for (size_t i = 0; i < items.size() && i < kShown; ++i)
    app.Out(Cat({"  ", WhatOf(items[i]), "  ", ForTerminal(items[i].path), "\n"}));
  if (items.size() > kShown) app.Out(Cat({"  and ", std::to_string(items.size() - kShown), " more\n"}));
}

int List(App& app, bool json) {
  auto journal = Journal::Open();
  if (!journal) return app.Fail(journal.error());
  const auto commands = journal->Commands();
  if (!commands) return app.Fail(commands.error());
  if (commands->empty() && !json) app.Err("nothing to undo: heddle keeps nothing of what it has run\n");
  for (const auto& command : *commands) {
    const auto items = journal->Items(command.id);
    if (!items) return app.Fail(items.error());
    if (json)
      ListForPrograms(app, command, *items);
    else
      ListForPeople(app, command, *items);
  }
  if (!commands->empty() && !json)
    app.Err(Cat({"`heddle undo ", std::to_string(commands->front().id), "` takes the newest back\n"}));
  return kDone;
}

int SayPurged(const App& app, const Result<Expired>& purged, bool json) {
  if (!purged) return app.Fail(purged.error());
  const std::string count = std::to_string(purged->commands);
  app.Out(json ? Cat({"{\"purged\":", count, ",\"bytes\":", std::to_string(purged->bytes), "}\n"})
               : Cat({"let go of ", count, purged->commands == 1 ? " entry, " : " entries, ", HumanBytes(purged->bytes),
                      "\n"}));
  return kDone;
}

int Purge(App& app, const Arguments& arguments) {
  const bool json = arguments.Has("json");
  if (!arguments.words.empty()) {
    if (arguments.words.size() > 1 || arguments.Has("all") || arguments.Has("older-than"))
      return app.Fail({Code::kInvalid, "say what to purge in one way: ID, --older-than AGE or --all"});
    const auto id = ParseInt(arguments.words[0]);
    if (!id) return app.Fail({Code::kInvalid, "give the number of an entry; see heddle undo"});
    return SayPurged(app, PurgeOne(*id), json);
  }
  if (arguments.Has("all") == arguments.Has("older-than"))
    return app.Fail({Code::kInvalid, "say what to purge: ID, --older-than AGE or --all"});
  const auto age = arguments.Has("all") ? std::optional<int64_t>(INT64_MIN) : ParseAge(arguments.Get("older-than", ""));
  if (!age) return app.Fail({Code::kInvalid, "--older-than takes an age such as 30d, 12h or 90m"});
  if (arguments.Has("all") && app.interactive() && !Confirmed(app, "let go of everything that is kept?"))
    return kCancelled;
  return SayPurged(app, PurgeOlder(*age, sys::SystemClock().UnixMs()), json);
}

int Take(App& app, const Arguments& arguments) {
  const auto id = ParseInt(arguments.words[0]);
  if (!id) return app.Fail({Code::kInvalid, "give the number of an entry; see heddle undo"});
  const auto settings = ReadUndoSettings(app.config());
  if (!settings) return app.Fail(settings.error());
  TakeBackOptions options{.force = arguments.Has("force"), .limits = settings->limits, .cwd = sys::CurrentDirectory()};
  for (size_t i = 1; i < arguments.words.size(); ++i) {
    const std::string& path = arguments.words[i];
    options.only.push_back(sys::CleanPath(path.starts_with("/") ? path : Cat({options.cwd, "/", path})));
  }
  const auto taken = TakeBack(*id, options);
  if (!taken) return app.Fail(taken.error());
  for (const auto& line : taken->done) app.Out(line + "\n");
  for (const auto& line : taken->notes) app.Err(Cat({"heddle: could not be kept: ", ForTerminal(line), "\n"}));
  for (const auto& line : taken->left) app.Err(Cat({"heddle: left as it is: ", line, "\n"}));
  if (taken->record > 0)
    app.Err(Cat({"heddle: `heddle undo ", std::to_string(taken->record), "` takes this back in turn\n"}));
  return taken->left.empty() ? kDone : kError;
}

}  // namespace

int RunUndo(App& app, const Arguments& arguments) {
  if (arguments.Has("purge")) return Purge(app, arguments);
  if (arguments.words.empty()) return List(app, arguments.Has("json"));
  return Take(app, arguments);
}

}  // namespace heddle::cli
