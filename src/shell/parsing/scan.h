// Scan: where the parts of a shell's text end. Quotes, ${..}, $(..), `..`, $((..)), <(..) and whole words are skipped
// as a shell reads them, so that a bracket or a quote inside one of them ends nothing else (POSIX.1-2017 XCU 2.3). Each
// function takes the index of the part's first byte and returns the index after its last; npos when it has no end.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace heddle::shell {

constexpr int kMaxNesting = 100;  // of substitutions in each other

size_t SkipQuotedText(std::string_view text, size_t at, int depth);           // at ' " ` or a backslash
size_t SkipDollarText(std::string_view text, size_t at, int depth);           // at a $: what it begins, or the $ alone
size_t SkipParentheses(std::string_view text, size_t at, int depth);          // at the ( of $(..), <(..) and the like
size_t SkipBraces(std::string_view text, size_t at, bool quoted, int depth);  // at the { of ${..}

size_t SkipSubscript(std::string_view text, size_t at, int depth);  // at the [ of a[..]

// At the first ( of ((..)): the index after the last ), when the two brackets close together; npos otherwise.
size_t SkipArithmetic(std::string_view text, size_t at, int depth);

// The parts of for ((first; condition; step)), without the brackets: cut at semicolons outside quotes and substitutions.
std::vector<std::string_view> SplitCounting(std::string_view inside);

// A word up to a blank, a line's end or an operator. npos when something in it has no end, or when it is no word.
size_t SkipWord(std::string_view text, size_t at, int depth);

// In `text` from `at` on, parses commands up to a ) that closes none of them; the index of that ). npos when there is
// none or the text is no shell. The parser defines it.
size_t SkipCommands(std::string_view text, size_t at, int depth);

// Whether the parameter at [at, end) stands inside a name: r${x}m. There it is most often empty.
bool IsGlued(std::string_view raw, size_t at, size_t end, std::string_view before);

bool EndsWord(char c);  // a blank, a line feed or a byte that begins an operator

}  // namespace heddle::shell
