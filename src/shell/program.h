// Program: everything that the rows say of one program, as the build or the reader of a user's file lays it out.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "shell/rule_rows.h"

namespace heddle::shell {

// What a command does by its own nature; data/rules/nature.txt.
enum class Nature : uint8_t {
  kLooks,
  kUnknown,
  kCreates,  // makes new files or folders; what is there stays
  kChanges
};

// Of the entries that fit a command, the longest counts.
struct NatureRow {
  Words words, flags;  // what the operands begin with; flags that it has
  bool ends = false;   // no operand may follow
  Nature nature = Nature::kUnknown;
};

// Options of a command that add no effect to it: they look, choose, limit, or shape what is printed. An option that no
// row of any kind names is unknown; data/rules/options/*.txt.
struct HarmlessRow {
  Words words;             // what the operands begin with
  Words switches, values;  // sorted; values take the next argument
  Words opens;             // "-W" of "-W*": whatever begins so
  bool ends = false;       // what stands behind its first operand is not the command's: it belongs to what that runs
};

// A row that is about a command, by its number in its table, and the words that follow the program's name there.
struct SubRow {
  uint16_t row = 0;
  Words words;
};

// Everything the tables say of one program, so that one search finds it all.
struct Program {
  std::string_view name;  // may be a glob ("mkfs*") among those that are searched one by one
  std::span<const SubRow> commands, wrappers, options, rules;
  std::span<const NatureRow> natures;
  std::span<const HarmlessRow> harmless;
};

}  // namespace heddle::shell
