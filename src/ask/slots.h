// Slots: what may stand where a pattern has <name:type>, and how well a word of the request fits there.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "ask/token.h"

namespace heddle::ask {

// What may fill a slot. Names are those of the data files.
enum class SlotType : uint8_t {
  kPath,
  kFiles,
  kGlob,
  kExtension,
  kSize,
  kDuration,
  kDate,
  kCount,
  kPort,
  kUrl,
  kHost,
  kMode,
  kName,
  kText,
  kRest,
  kUser,
  kPattern,
  kPid,
  kImage,
  kVideo,
  kAudio,
  kPdf,
  kZip,
  kTar,
  kGzip,
  kCsv,
  kJson,
  kMath,
  kImageExtension,
  kMarkdown,
  kOddName,
  kPercent,
  kZone,
  kPython,
  kLog,
  kPatch,
  kYaml,
  kDecimalMath,
  kAudioExtension,
  kVideoExtension,
  kTsv,
  kCharacter,
  kEnvName,
  kClock,
  kUnitName,
};
std::optional<SlotType> ParseSlotType(std::string_view name);

// How well a token can fill a slot; 0: not at all. `cued`: the pattern's neighbouring word stands beside it.
double Fit(SlotType type, const Token& token, bool cued);

// "the", "my", "all": words that may stand before a name.
bool IsDeterminer(const Token& token);

// Whether the type is a file of one kind, told by its extension.
bool IsFileKind(SlotType type);

// Whether a token names a file of a kind that holds no text: an archive, a picture, a film.
bool IsBinary(const Token& token);

}  // namespace heddle::ask
