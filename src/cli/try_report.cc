#include "cli/try_report.h"

#include <sys/stat.h>

#include <cstdio>
#include <set>

#include "base/text.h"
#include "cli/app.h"
#include "sys/files.h"
#include "sys/processes.h"

namespace heddle::cli {
namespace {

using Kind = Change::Kind;

constexpr size_t kShown = 200;

std::string Diff(const Change& change, const Tree& tree, const std::string& upper) {
  if (!change.before.regular() || !change.after.regular()) return "";
  const std::string before = Cat({tree.path(), "/", change.path}), after = Cat({upper, "/", change.path});
  auto text = sys::SystemFiles().Read(after, 256 << 10);
  if (!text || !IsUtf8(*text) || Contains(*text, std::string_view("\0", 1))) return "";
  const auto diff = sys::Run({"diff", "-u", before, after}, {.timeout_ms = 2000, .output_limit = 8 << 10});
  if (!diff || diff->exit_code > 1) return "";
  std::string out;
  int lines = 0;
  for (auto line : Split(diff->out, '\n')) {
    if (line.starts_with("---") || line.starts_with("+++")) continue;
    if (++lines > 20) return out + "      ...\n";
    if (!line.empty()) out += Cat({"      ", ForTerminal(line), "\n"});
  }
  return out;
}

bool SetsId(const Change& change) { return change.after.regular() && (change.after.mode & (S_ISUID | S_ISGID)) != 0; }

std::string Octal(uint32_t mode) {
  char text[16];
  std::snprintf(text, sizeof text, "%03o", mode & 07777U);
  return text;
}

// What the letter does not say: a change of mode, owner, attributes; of the time, when it is all there is.
std::string Notes(const Change& change) {
  const FileState &before = change.before, &after = change.after;
  std::string out;
  if (SetsId(change)) {
    if ((after.mode & S_ISUID) != 0) out += " (set-user-ID: runs with its owner's rights)";
    if ((after.mode & S_ISGID) != 0) out += " (set-group-ID: runs with its group's rights)";
  }
  if (change.extended_after.contains("security.capability")) out += " (has capabilities: runs with more rights)";
  if (!before.exists || !after.exists) return out;
  if ((before.mode & 07777U) != (after.mode & 07777U))
    out += Cat({" (mode ", Octal(before.mode), " to ", Octal(after.mode), ")"});
  if (before.owner != after.owner || before.group != after.group) {
    out += Cat({" (owner ", std::to_string(before.owner), ":", std::to_string(before.group), " to ",
                std::to_string(after.owner), ":", std::to_string(after.group), ")"});
  }
  if (change.extended_before != change.extended_after) out += " (extended attributes)";
  if (change.on_the_way) out += " (time)";
  return out;
}

// A name on one line: a newline in it would look like another change.
std::string Shown(const Change& change) {
  const bool folder = change.after.exists ? change.after.directory() : change.before.directory();
  std::string out = ReplaceAll(ForTerminal(change.path.empty() ? "." : change.path), "\n", "\\n");
  if (folder) out += "/";
  return out + Notes(change);
}

// Changes without those that follow from others: the time of a directory in which something is made or deleted.
std::vector<const Change*> WorthShowing(const std::vector<Change>& changes) {
  std::set<std::string> busy;
  for (const Change& change : changes) {
    const size_t slash = change.path.rfind('/');
    if (!change.on_the_way) busy.insert(slash == change.path.npos ? "" : change.path.substr(0, slash));
  }
  std::vector<const Change*> out;
  for (const Change& change : changes) {
    const bool only_time = change.on_the_way && (change.before.modified_ns == change.after.modified_ns ||
                                                 busy.contains(change.path));
    if (!only_time) out.push_back(&change);
  }
  return out;
}

}  // namespace

std::string TryReport(const std::vector<Change>& changes, const Tree& tree, const std::string& upper, bool color) {
  if (NothingChanged(changes)) return "  nothing would change here\n";
  struct Look {
    const char *letter, *code;
  };
  constexpr Look kLooks[] = {{"A", "32"}, {"M", "33"}, {"D", "31"}};  // in the order of Change::Kind
  const auto worth = WorthShowing(changes);
  std::string out;
  size_t shown = 0;
  for (const Change* change : worth) {
    if (shown >= kShown && !SetsId(*change)) continue;  // these are named however many there are
    ++shown;
    const auto& [letter, code] = kLooks[static_cast<size_t>(change->kind)];
    out += Cat({"  ", Paint(letter, code, color), " ", Shown(*change), "\n"});
    if (change->kind == Kind::kModified) out += Diff(*change, tree, upper);
  }
  if (worth.size() > shown) out += Cat({"  and ", std::to_string(worth.size() - shown), " more\n"});
  return out;
}

}  // namespace heddle::cli
