#include "bench/demos.h"

#include <algorithm>
#include <cctype>

namespace heddle::bench {
namespace {

// Functions that show or check something, in the languages that are parsed.
constexpr std::string_view kShowing[] = {"print",           "pprint",      "main",           "input",  "unittest.main",
                                         "doctest.testmod", "console.log", "console.assert", "assert", "check"};
constexpr std::string_view kShowingPrefixes[] = {"test", "demo", "example", "run_test", "runTest", "assert."};

bool InWord(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '.'; }

// The names, with their dots, that stand before an opening parenthesis.
template <typename Fits>
bool AnyCall(std::string_view text, Fits fits) {
  for (size_t at = text.find('('); at != text.npos; at = text.find('(', at + 1)) {
    size_t from = at;
    while (from > 0 && InWord(text[from - 1])) --from;
    if (from < at && fits(text.substr(from, at - from))) return true;
  }
  return false;
}

bool Shows(std::string_view name, std::string_view entry) {
  const auto begins = [&](std::string_view prefix) { return name.starts_with(prefix); };
  return (!entry.empty() && name == entry) ||
         std::find(std::begin(kShowing), std::end(kShowing), name) != std::end(kShowing) ||
         std::any_of(std::begin(kShowingPrefixes), std::end(kShowingPrefixes), begins);
}

}  // namespace

std::string WithoutDemos(std::string_view code, const Outline& outline, std::string_view entry) {
  if (!outline.parsed) return std::string(code);
  const auto defines = [&](const Statement& each) {
    if (entry.empty()) return each.kind == Statement::Kind::kDefinition;
    return each.name == entry || std::find(each.methods.begin(), each.methods.end(), entry) != each.methods.end();
  };
  auto at = std::find_if(outline.statements.begin(), outline.statements.end(), defines);
  std::string out;
  size_t kept = 0;
  for (; at != outline.statements.end(); ++at) {
    if (at->kind != Statement::Kind::kOther) continue;
    const std::string_view text = code.substr(at->start, at->end - at->start);
    const auto calls_defined = [&](std::string_view name) {
      return Shows(name, entry) || (entry.empty() && outline.Defines(name));
    };
    if (!at->asserts && !AnyCall(text, calls_defined)) continue;
    out += code.substr(kept, at->start - kept);
    kept = at->end;
  }
  return out += code.substr(kept);
}

}  // namespace heddle::bench
