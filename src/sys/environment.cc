#include "sys/environment.h"

#include <pwd.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <fstream>

#include "base/text.h"
#include "sys/files.h"

namespace heddle::sys {
namespace {

std::string XdgDirectory(const char* variable, const char* fallback) {
  const std::string set = Env(variable);
  const bool usable = !set.empty() && set[0] == '/';  // the specification: relative paths are ignored
  return (usable ? set : HomeDirectory() + fallback) + "/heddle";
}

class RealClock final : public Clock {
 public:
  int64_t UnixMs() const override {
    using namespace std::chrono;
    return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
  }
  int64_t MonotonicUs() const override {
    using namespace std::chrono;
    return duration_cast<microseconds>(steady_clock::now().time_since_epoch()).count();
  }
};

}  // namespace

std::string Env(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr ? value : "";
}

bool HasEnv(const char* name) { return std::getenv(name) != nullptr; }

std::string HomeDirectory() {
  if (auto home = Env("HOME"); !home.empty()) return home;
  const passwd* account = ::getpwuid(::getuid());
  return account != nullptr ? account->pw_dir : "/";
}

std::string ConfigDirectory() { return XdgDirectory("XDG_CONFIG_HOME", "/.config"); }
std::string DataDirectory() { return XdgDirectory("XDG_DATA_HOME", "/.local/share"); }
std::string CacheDirectory() { return XdgDirectory("XDG_CACHE_HOME", "/.cache"); }

uint64_t AvailableMemory() {
  const auto text = SystemFiles().Read("/proc/meminfo", 1 << 16);
  if (!text) return 0;
  const size_t at = text->find("MemAvailable:");
  if (at == text->npos) return 0;
  const auto words = SplitWords(std::string_view(*text).substr(at, text->find('\n', at) - at));
  return words.size() < 2 ? 0 : static_cast<uint64_t>(ParseInt(words[1]).value_or(0)) * 1024;
}

OwnUsage MeasureSelf() {
  OwnUsage out;
  rusage used{};
  if (getrusage(RUSAGE_SELF, &used) == 0) {
    const auto seconds = [](const timeval& t) {
      return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
    };
    out.cpu_seconds = seconds(used.ru_utime) + seconds(used.ru_stime);
  }
  std::ifstream statm("/proc/self/statm");
  uint64_t total = 0, resident = 0;
  if (statm >> total >> resident) out.resident_bytes = resident * static_cast<uint64_t>(sysconf(_SC_PAGESIZE));
  return out;
}

double PackageJoules() {
  const auto zones = SystemFiles().List("/sys/class/powercap");
  double out = 0;
  bool any = false;
  for (const DirectoryEntry& zone : zones ? *zones : std::vector<DirectoryEntry>()) {
    const bool package = zone.name.starts_with("intel-rapl:") && zone.name.find(':', 11) == std::string::npos;
    if (!package) continue;
    const auto text = SystemFiles().ReadHead(Cat({"/sys/class/powercap/", zone.name, "/energy_uj"}), 64);
    const auto joules = text ? ParseInt(Trim(*text)) : std::nullopt;
    if (!joules) return -1;
    out += static_cast<double>(*joules) / 1e6, any = true;
  }
  return any ? out : -1;
}

bool IsTerminal(int fd) { return ::isatty(fd) != 0; }

int TerminalWidth() {
  winsize size = {};
  return ::ioctl(1, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

const Clock& SystemClock() {
  static const RealClock clock;
  return clock;
}

}  // namespace heddle::sys
