// Values that are only partly known. A text may hold marks: bytes that stand for a part nobody can know beforehand, and
// say where that part came from. "/etc/" + kUnknown still shows where it lies.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace heddle::shell {

constexpr char kUnknown = '\x01';     // could be anything
constexpr char kDownloaded = '\x02';  // came from the network
constexpr char kDecoded = '\x03';     // was decoded or unpacked from bytes that are not known
constexpr char kSecret = '\x04';      // is a key, a password or the like
constexpr char kName = '\x05';        // a name, not empty: what mktemp makes up, a number, where a program lies

inline bool IsMark(char c) { return c >= kUnknown && c <= kName; }

// Whether `text` holds any mark.
bool HasUnknown(std::string_view text);
std::string WithoutUnknown(std::string_view text);

// The text that stands for anything at all.
std::string Unknown();

// What may be `text`, or only some of it, or nothing: where it came from is kept.
std::string Unsure(std::string_view text);

// What flows through a pipe or lies in a file, as far as it is known.
struct Stream {
  std::string text{};     // with marks where unknown
  bool filtered = false;  // names that some filter selected
  bool secret = false;    // holds the contents of a credential file
  bool decoded = false;   // came out of a decoder, even if what came out is known
};

// Bytes of a stream that are kept; one that grows beyond them is unknown.
constexpr std::size_t kMaxStream = 1 << 16;

// What comes behind `to` in the same stream.
void Add(Stream& to, Stream part);

}  // namespace heddle::shell
