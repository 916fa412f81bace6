// The text tools of a shell as functions over known text: printf, tr, sed's s and y, cut, head, tail. Exact where they
// answer; what they do not model gives Unknown(). Follow POSIX.1-2017 XCU and the GNU manuals for the options named.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace heddle::shell {

std::vector<std::string> LinesOf(std::string_view text);  // without the last, empty one
std::string MapLines(std::string_view text, const std::function<std::string(std::string_view)>& change);

// printf: the first word is the format, used again while words are left. `bash`: with what other shells lack.
std::string FormatWords(const std::vector<std::string>& words, bool bash = true);

struct TranslateOptions {
  bool deletes = false;      // -d
  bool squeezes = false;     // -s
  bool complements = false;  // -c
  bool truncates = false;    // -t
};
std::string Translate(const std::string& text, const std::vector<std::string>& sets, const TranslateOptions& options);

// One s/a/b/, s/a/b/g or y/ab/cd/ whose pattern has no special characters.
std::string Substitute(const std::string& text, std::string_view program);

// cut: `list` as given to -f or -c.
std::string CutFields(std::string_view text, std::string_view list, char delimiter, bool only_delimited);
std::string CutCharacters(std::string_view text, std::string_view list);

// The first or last `amount` lines or bytes, as given to -n or -c.
struct Part {
  bool bytes = false;
  std::string_view amount = "10";
};
std::string Head(const std::string& text, const Part& part);
std::string Tail(const std::string& text, const Part& part);

// Pairs of hexadecimal digits with white space between them.
std::string DecodeHex(std::string_view text);

}  // namespace heddle::shell
