// Environment: what the process was started with and where heddle keeps its files (XDG base directories).
#pragma once

#include <cstdint>
#include <string>

namespace heddle::sys {

std::string Env(const char* name);  // empty when unset
bool HasEnv(const char* name);
std::string HomeDirectory();    // $HOME, else the account's
std::string ConfigDirectory();  // $XDG_CONFIG_HOME/heddle
std::string DataDirectory();    // $XDG_DATA_HOME/heddle
std::string CacheDirectory();   // $XDG_CACHE_HOME/heddle

uint64_t AvailableMemory();  // bytes that could be used without swapping; 0: unknown

struct OwnUsage {
  double cpu_seconds = 0;
  uint64_t resident_bytes = 0;
};
OwnUsage MeasureSelf();  // of this process

// Joules that the processor packages have used since some moment (RAPL); negative: not readable here, as for most
// users.
double PackageJoules();

bool IsTerminal(int fd);
int TerminalWidth();  // columns; 80 when unknown

// The seam for time. Both are 64-bit and never negative.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual int64_t UnixMs() const = 0;       // since the epoch
  virtual int64_t MonotonicUs() const = 0;  // never goes back
};
const Clock& SystemClock();

}  // namespace heddle::sys
