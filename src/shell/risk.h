// Risk and effects: what a command does to the world, and how bad the worst of it is.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace heddle::shell {

// Unknown: nothing says that it is harmless. Treated as moderate wherever something depends on it, never shown as safe.
enum class Risk : uint8_t { kSafe, kUnknown, kModerate, kHigh, kCritical };

enum class EffectKind : uint8_t {
  kRead,
  kWrite,
  kAppend,
  kOverwrite,
  kDelete,
  kMove,
  kPermissions,
  kOwnership,
  kExecute,
  kPrivilege,
  kDownload,
  kUpload,
  kNetwork,
  kProcess,
  kService,
  kSystem,
  kPackages,
  kAccounts,
  kPersistence,
  kHistory,
  kDatabase,
  kRemote,
  kResources,
};

// Where a target lies; decides, with the effect, how bad it is.
enum class Place : uint8_t {
  kOrdinary,      // a path like any other
  kRoot,          // / and everything right below it by glob
  kSystem,        // /etc /usr /boot /lib /var ...
  kDevice,        // block devices and memory under /dev
  kKernel,        // /proc and /sys
  kHome,          // a whole home directory, or /home
  kHomeEntry,     // a direct child of a home directory
  kCredential,    // keys, passwords, accounts
  kStartup,       // shell start-up files, units, autostart
  kSchedule,      // cron
  kLog,           // /var/log
  kShellHistory,  // ~/.bash_history ...
  kRepository,    // .git
  kHere,          // the whole current directory
  kAbove,         // a directory above the current one
  kBuild,         // what a build makes again: node_modules, target, dist ...
  kTemporary,     // /tmp, $TMPDIR, /var/tmp
  kInert,         // /dev/null, /dev/stdout, /dev/tty ...
  kTopLevel,      // /srv, /opt, /data, /mnt/x: a directory right under / or a mount
  kUnknownRoot,   // "$X/*": the root when X is empty
  kUnknown,       // cannot be resolved
  kTracked,       // a file that version control could bring back
};

struct Effect {
  EffectKind kind = EffectKind::kRead;
  std::string target;  // path, host, package ...; may hold unresolved marks
  Place place = Place::kOrdinary;
  bool recursive = false;
  bool filtered = false;             // only what a filter (find -name ...) selects below the target
  bool glob = false;                 // wildcards in the target are a shell's, not part of a name
  std::vector<std::string> tests{};  // find's own: the words before its action
};

struct Finding {
  std::string_view rule;  // id
  Risk risk = Risk::kSafe;
  std::string reason;
};

std::string_view Name(Risk risk);        // "safe" "unknown" "moderate" "high" "critical"
std::string_view Name(EffectKind kind);  // "delete", "overwrite", ...
std::string_view Name(Place place);      // "root", "home", ...
std::optional<Risk> ParseRisk(std::string_view name);
std::optional<EffectKind> ParseEffectKind(std::string_view name);
std::optional<Place> ParsePlace(std::string_view name);

}  // namespace heddle::shell
