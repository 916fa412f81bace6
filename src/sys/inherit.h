// What a new process keeps of the one that made it: the descriptors it is given and nothing else. Called between fork
// and exec, in the copy of a process whose other threads may have held the heap's lock: nothing here allocates.
#pragma once

#include <span>

namespace heddle::sys {

// Every signal has its default effect, and none is blocked. `keep_hangup`: but SIGHUP, if it is ignored (nohup).
void ResetSignals(bool keep_hangup = false);

// `files` become 0, 1, 2 ... (-1: /dev/null, as is a standard stream that this process does not have); `report`, on
// which failures are told, becomes the next number and closes at exec. All other descriptors are closed. False with
// errno when one of `files` cannot be had.
bool KeepFiles(std::span<int> files, int& report);

// Writes "WHAT: the reason in errno" to `report`, and ends the process.
[[noreturn]] void FailSetup(int report, const char* what);

}  // namespace heddle::sys
