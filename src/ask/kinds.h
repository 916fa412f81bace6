// Kinds: what single words of a request name: a kind of file ("image"), a character ("comma"), a unit, a city's zone.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace heddle::ask {

// The extensions that a word for a kind of file means ("image" -> jpg jpeg png gif); empty when it is none.
std::vector<std::string_view> ExtensionsOf(std::string_view word);

// "23:00", "7:05".
bool IsClock(std::string_view text);
// A unit of length, mass, volume, speed or temperature that units(1) knows: "inches", "cm".
bool IsUnitName(std::string_view word);

// The character that a word names ("commas" is ","), or empty.
std::string_view CharacterOf(std::string_view word);

// Whether files of this ending ("mp3", ".pdf") have a format of their own, which renaming does not change.
bool IsMediaEnding(std::string_view ending);

// The tz database's name for a city or a zone ("Tokyo" is Asia/Tokyo), or empty.
std::string ZoneOf(std::string_view place);

}  // namespace heddle::ask
