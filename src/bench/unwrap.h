// Unwrap: what models and their templates put around an answer, taken off before the program in it is looked for
// (docs/extraction.md): special tokens, markers of prompts, quotes, JSON, prompts of an interactive session.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace heddle::bench {

// Without what stands between marks of thinking, in any case; without an end, the rest was thought; an end without a
// beginning closes what the model's template had opened.
std::string WithoutThinking(std::string_view answer);

// Without what comes from an end-of-text token on, and without tokens, roles and echoed instructions at its beginning.
// Text inside the quotes of one line is never a token.
std::string WithoutSpecialTokens(std::string_view text);

// The inside of a pair of markers that stand alone on their lines ([BEGIN] ... [DONE]), of quotes around everything, or
// of a JSON object with one program in it. Nothing: there is no such wrapping.
std::optional<std::string> Unwrapped(std::string_view text);

// The statements of an interactive session (">>> "); other text as it is, without marks of byte order and with plain
// spaces at the beginning of lines.
std::string PlainCode(std::string_view code);

}  // namespace heddle::bench
