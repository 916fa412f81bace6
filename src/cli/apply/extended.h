// Extended attributes of a file, as programs see them: users' own, access control lists, capabilities. Labels that the
// system sets by itself are left out.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "base/result.h"

namespace heddle::cli {

using Extended = std::map<std::string, std::string>;

// Where a file lies. In the folder of an overlay, its notes are left out, and names that it has escaped are as programs
// wrote them.
enum class Seen { kPlain, kInOverlay };

// Of an open file; `entry` may be opened with O_PATH, and be a link itself.
Result<Extended> ReadExtended(int entry, Seen seen);

// Whether a directory of an overlay stands for itself alone: what lies below it in the tree is gone.
Result<bool> IsOpaque(const std::string& path);

// Makes them exactly `wanted`.
Result<> WriteExtended(int entry, const Extended& wanted);

// For a journal: any bytes, and back.
std::string Packed(const Extended& attributes);
Extended Unpacked(std::string_view bytes);

// What an overlay keeps for itself: a file of the tree that has such an attribute looks different through one.
bool HasNotesOfOverlay(const Extended& attributes);

}  // namespace heddle::cli
