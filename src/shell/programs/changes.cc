// Which files a command changes, so that they can be kept before it runs. A program is described in full or not at all:
// an option that its row does not name makes the answer "not known".
#include <algorithm>

#include "base/text.h"
#include "shell/arguments.h"
#include "shell/nature.h"
#include "shell/programs/change_call.h"
#include "shell/programs/programs.h"

namespace heddle::shell {
namespace {

using Kind = FileChange::Kind;

bool IsKnown(const Flag& flag, const ChangeRow& row) {
  if (flag.name.starts_with("--")) return InList(row.longs, flag.name);
  if (InList(row.longs, flag.name)) return true;
  return std::all_of(flag.name.begin() + 1, flag.name.end(),
                     [&](char letter) { return row.letters.find(letter) != row.letters.npos; });
}

// The first option that the row does not describe, or nullptr.
const Flag* Undescribed(const Invocation& invocation, const ChangeRow& row) {
  if (row.letters == "*") return nullptr;
  const auto found = std::find_if(invocation.flags.begin(), invocation.flags.end(), [&](const Flag& flag) {
    return flag.name.size() > 1 && flag.name != "--" && !IsKnown(flag, row);
  });
  return found == invocation.flags.end() ? nullptr : &*found;
}

}  // namespace

void ChangeCall::Add(Kind kind, const Field& word, bool recursive) {
  if (word.text.empty()) return;
  in.Change({.kind = kind, .paths = in.Named(word), .recursive = recursive});
}

void ChangeCall::Each(Kind kind, size_t from, bool recursive) {
  for (size_t i = from; i < operands().size(); ++i) Add(kind, operands()[i], recursive);
}

void ChangeCall::Unknown(std::string_view because) { in.Change({.why = std::string(because)}); }

void NoteChanges(Interpreter& in, const std::vector<Field>& argv, size_t before) {
  const std::string name = Base(argv[0]);
  const std::string by_name = Cat({"it is not known which files ", ForTerminal(name), " changes"});
  const ChangeRow* row = argv[0].text == name ? FindChangeRow(name) : nullptr;
  if (row == nullptr) {
    const auto& commands = in.result().commands;
    if (commands.empty() || NatureOf(commands.back()) != Nature::kLooks) in.Change({.why = by_name});
    return;
  }
  ChangeCall call{in, argv, in.rules().Read(argv)};
  if (const Flag* flag = Undescribed(call.invocation, *row)) {
    call.Unknown(Cat({by_name, " with ", ForTerminal(flag->name)}));
    return;
  }
  // What the rows for ratings say points at folders and leaves out backups: the description replaces it.
  in.result().changes.resize(before);
  row->note(call);
}

}  // namespace heddle::shell
