// WatchedCalls: the system calls whose failure in a sandbox can mean that really running the command would do something
// else. The filter of system calls stops at them for the witness (sys/witness.h).
#pragma once

#include <cstdint>
#include <span>

namespace heddle::sys {

// What kind of failure of a call counts.
enum class Watch : uint8_t {
  kChange,     // changes files: rights, what lies outside, what cannot be mapped
  kAttribute,  // sets extended attributes: also users whom the sandbox does not know
  kOwner,      // changes owners
  kMode,       // changes modes
  kOpen,       // opens a file, by flags in the argument after its path
  kWrite,      // writes to a file by its name
  kFlags,      // changes flags of a file, which no apply brings over
  kMove,       // gives a file another name: also two file systems where there is really one
  kLink,       // the same, beside its name
  kAccess,     // asks what may be done: what lies outside
  kLook,       // only looks: rights
  kIdentity,   // changes the process's own user: rights
  kConnect,    // reaches for another machine
};

struct WatchedCall {
  int call;  // as libseccomp numbers it
  Watch watch;
  uint8_t path;          // which argument names what it is about; kNoPath: none
  int8_t flags = -1;     // which argument says, by O_ bits, whether an open changes anything; -1: none
  uint64_t command = 0;  // of ioctl(2): for which alone it is watched; 0: no ioctl
};
constexpr uint8_t kNoPath = 7;

std::span<const WatchedCall> WatchedCalls();
// Of a call that matters only to root, who is refused in a sandbox what no check of rights would really refuse him.
constexpr bool OnlyForRoot(Watch watch) { return watch == Watch::kLook || watch == Watch::kIdentity; }

// What a stop carries from the filter to the witness. Not to be trusted: a program may add filters of its own.
constexpr uint16_t Tag(const WatchedCall& it) {
  return static_cast<uint16_t>(static_cast<unsigned>(it.watch) << 4U | it.path);
}
constexpr Watch WatchOf(uint64_t tag) { return static_cast<Watch>(tag >> 4U & 0xfU); }
constexpr unsigned PathOf(uint64_t tag) { return static_cast<unsigned>(tag & 0xfU); }

}  // namespace heddle::sys
