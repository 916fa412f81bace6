// The text tools of a shell as functions over known text: printf, tr, sed's s and y, cut, head, tail. Exact where they
// answer; what they do not model gives Unknown(). Follow POSIX.1-2017 XCU and the GNU manuals for the options named.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace heddle::shell {

std::vector<std::string> LinesOf(std::string_view text);  // without the last, empty one
std::string JoinLines(const std::vector<std::string>& lines);
std::string MapLines(std::string_view text, const std::function<std::string(std::string_view)>& change);

// printf: the first word is the format, used again while words are left.
std::string FormatWords(const std::vector<std::string>& words);
std::string Translate(const std::string& text, std::string_view from, std::string_view to, bool deletes);
// One s/a/b/, s/a/b/g or y/ab/cd/ whose pattern has no special characters.
std::string Substitute(const std::string& text, std::string_view program);
std::string CutFields(std::string_view line, std::string_view list, char delimiter);
std::string CutCharacters(std::string_view line, std::string_view list);
// `count` and `bytes` as given to -n and -c; both empty: ten lines.
std::string Head(const std::string& text, const std::string& count, const std::string& bytes);
std::string Tail(const std::string& text, const std::string& count, const std::string& bytes);
std::string DecodeHex(std::string_view text);

}  // namespace heddle::shell
