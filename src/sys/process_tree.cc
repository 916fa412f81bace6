// MeasureTree of sys/cell.h: /proc of this machine, read from outside the cell.
#include <unistd.h>

#include "base/text.h"
#include "sys/cell.h"
#include "sys/files.h"

namespace heddle::sys {
namespace {

constexpr int kMaxProcesses = 4096;

std::string ReadProc(pid_t pid, std::string_view name) {
  return SystemFiles().ReadHead(Cat({"/proc/", std::to_string(pid), "/", name}), 64 << 10).value_or({});
}

int64_t Field(const std::vector<std::string_view>& fields, size_t at) {
  return at < fields.size() ? ParseInt(fields[at]).value_or(0) : 0;
}

int64_t ProportionalBytes(pid_t pid) {
  const std::string text = ReadProc(pid, "smaps_rollup");
  const size_t at = text.find("\nPss:");
  if (at == text.npos) return 0;
  const auto words = SplitWords(std::string_view(text).substr(at, 64));
  return words.size() < 2 ? 0 : ParseInt(words[1]).value_or(0) * 1024;
}

void Add(pid_t pid, bool exact, TreeUsage& out) {
  const std::string stat = ReadProc(pid, "stat");
  const size_t name_end = stat.rfind(')');  // the name may hold anything
  if (name_end == stat.npos || ++out.processes > kMaxProcesses) return;
  const auto fields = SplitWords(std::string_view(stat).substr(name_end + 1));
  const int64_t tick_us = 1'000'000 / ::sysconf(_SC_CLK_TCK);
  // Counted from the state: utime 11, stime 12, cutime 13, cstime 14, rss (pages) 21. See proc(5).
  out.cpu_us += (Field(fields, 11) + Field(fields, 12) + Field(fields, 13) + Field(fields, 14)) * tick_us;
  out.memory_bytes += exact ? ProportionalBytes(pid) : Field(fields, 21) * ::sysconf(_SC_PAGESIZE);
  const auto tasks = SystemFiles().List(Cat({"/proc/", std::to_string(pid), "/task"}));
  if (!tasks) return;
  out.threads += static_cast<int>(tasks->size());
  for (const DirectoryEntry& task : *tasks) {
    const std::string children = ReadProc(pid, Cat({"task/", task.name, "/children"}));
    for (const std::string_view child : SplitWords(children))
      if (const auto number = ParseInt(child)) Add(static_cast<pid_t>(*number), exact, out);
  }
}

}  // namespace

TreeUsage MeasureTree(pid_t pid, bool exact) {
  TreeUsage out;
  Add(pid, exact, out);
  return out;
}

}  // namespace heddle::sys
