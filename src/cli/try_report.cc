#include "cli/try_report.h"

#include <sys/stat.h>

#include <algorithm>
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

// How many columns a character takes at most.
int ColumnsOf(std::string_view character) { return character == "\t" ? 8 : character.size() == 1 ? 1 : 2; }

// One line, shown safely, in rows that fit into `width` columns and begin with `first` or `further`.
std::string Rows(std::string_view line, std::string_view first, std::string_view further, int width) {
  const std::string safe = ReplaceAll(ForTerminal(line), "\n", "\\n");
  std::string out(first);
  int column = static_cast<int>(first.size());
  for (size_t at = 0; at < safe.size();) {
    size_t next = at + 1;
    while (next < safe.size() && (static_cast<unsigned char>(safe[next]) & 0xC0U) == 0x80U) ++next;
    const std::string_view character = std::string_view(safe).substr(at, next - at);
    if (width > 0 && column + ColumnsOf(character) >= width) {
      out += Cat({"\n", further});
      column = static_cast<int>(further.size());
    }
    out += character;
    column += ColumnsOf(character);
    at = next;
  }
  return out + "\n";
}

std::string Diff(const Change& change, const Tree& tree, const std::string& upper, int width) {
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
    if (!line.empty()) out += Rows(line, "      ", "      ", width);
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

std::string Name(const Change& change) {
  const bool folder = change.after.exists ? change.after.directory() : change.before.directory();
  return Cat({change.path.empty() ? "." : change.path, folder ? "/" : ""});
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
    const bool only_time =
        change.on_the_way && (change.before.modified_ns == change.after.modified_ns || busy.contains(change.path));
    if (!only_time) out.push_back(&change);
  }
  return out;
}

}  // namespace

std::string PrintedByCommand(std::string_view text, int width) {
  std::string out;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    out += Rows(text.substr(0, end), "| ", "| ", width);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

std::string TryReport(const std::vector<Change>& changes, const Tree& tree, const std::string& upper,
                      const ReportOptions& options) {
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
    std::string row = Rows(Cat({"X ", Name(*change), Notes(*change)}), "  ", "      ", options.width);
    out += row.replace(2, 1, Paint(letter, code, options.color));
    if (change->kind == Kind::kModified) out += Diff(*change, tree, upper, options.width);
  }
  if (worth.size() > shown) out += Cat({"  and ", std::to_string(worth.size() - shown), " more\n"});
  return out;
}

}  // namespace heddle::cli
