// Text: the small string operations everything else is written in. Pure; views into the argument unless stated.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace heddle {

std::string_view Trim(std::string_view text);
std::vector<std::string_view> Split(std::string_view text, char separator);  // keeps empty fields
std::vector<std::string_view> SplitWords(std::string_view text);             // at white space, no empty fields
std::string Join(const std::vector<std::string>& parts, std::string_view separator);
std::string Lower(std::string_view text);  // ASCII only
std::string Cat(std::initializer_list<std::string_view> parts);
std::string ReplaceAll(std::string text, std::string_view from, std::string_view to);
bool Contains(std::string_view text, std::string_view part);

// The whole of `text` as a decimal integer; nothing on any other character or on overflow.
std::optional<int64_t> ParseInt(std::string_view text);

// Optimal string alignment distance (insert, delete, substitute, swap neighbours); returns limit + 1 once exceeded.
int EditDistance(std::string_view a, std::string_view b, int limit);

// "1.5 GB", "12 kB": powers of 1000, one decimal below 10.
std::string HumanBytes(uint64_t bytes);

// The code point at `at`, which moves behind it; U+FFFD, and one byte on, where the text is malformed.
uint32_t NextCodePoint(std::string_view text, size_t& at);
// Appends the UTF-8 form of `code`; U+FFFD for what is above U+10FFFF.
void AppendUtf8(std::string& out, uint32_t code);
int HexDigit(char c);  // -1: none

// True for well-formed UTF-8 without overlong forms or surrogates.
bool IsUtf8(std::string_view text);

// Well-formed UTF-8 without control characters but tab, newline and carriage return.
bool IsPlainText(std::string_view text);

bool IsAscii(std::string_view text);

// How foreign text may lie on a terminal: as part of a line, as lines of its own, or as prose of its own, which keeps
// what chooses between a sign and its picture.
enum class Layout { kLine, kLines, kProse };

// The one door for text of others (names, commands, values, messages) onto a terminal (visible.cc). Control
// characters, invalid bytes, and what is invisible, reorders or piles up are shown as \xNN; on a line also newlines and
// tabs, as \n and \t, so that no text can look like a line of heddle's. Applied twice it changes nothing more.
std::string ForTerminal(std::string_view text, Layout layout = Layout::kLine);

// The first `most` bytes; ends where a character does.
std::string_view Clipped(std::string_view text, size_t most);

// JSON that means the same, in which nothing is invisible: such characters become \uNNNN.
std::string VisibleJson(std::string_view json);

std::optional<std::string> DecodeBase64(std::string_view text);  // ignores white space; nothing when malformed
std::string EncodeBase64(std::string_view bytes);

// Shell-style match of the whole of `text`: * ? [a-z] [!a-z]. `*` also matches '/'.
bool GlobMatch(std::string_view pattern, std::string_view text);

// `text` as a JSON string with its quotes (RFC 8259), visible; bytes that are not UTF-8 are replaced by U+FFFD.
std::string JsonText(std::string_view text);

}  // namespace heddle
