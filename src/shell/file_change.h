// FileChange: what a command would do to files, exactly enough to keep what is there before it runs. Effects serve a
// rating: they may leave out what is harmless, and point at a folder where a file in it is meant. These may not:
// together they cover every file that the line may change, or one of them says that this is not known.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace heddle::shell {

// What one word of a command names on disk.
struct NamedPaths {
  // Absolute, not cleaned: the kernel walks ".." through links. May hold marks, and wildcards, of which it is not known
  // any more which were quoted.
  std::string text{};
  std::vector<std::string> tests{};  // of the find that found them below `text`
};

struct FileChange {
  enum class Kind : uint8_t {
    kUnknown,     // it is not known which files change: `why`
    kEnter,       // cd: what follows happens elsewhere when this fails
    kRemove,      // the entries go, and with `recursive` all below them
    kWrite,       // the contents change, in place or by a new file; made where nothing is. `recursive`: all below, too
    kAttributes,  // mode, owner or times; made where nothing is
    kMake,        // made where nothing is; what is there stays
    kLand,        // copies of `paths` come to lie at `to`, or in it where that is a directory
    kMove,        // the same, and `paths` are gone
  };
  enum class Landing : uint8_t { kEither, kInside, kExactly };

  Kind kind = Kind::kUnknown;
  NamedPaths paths{};
  NamedPaths to{};
  Landing landing = Landing::kEither;
  bool recursive = false;
  std::string why{};  // also of kWrite: what is not known where the path is a directory
};

}  // namespace heddle::shell
