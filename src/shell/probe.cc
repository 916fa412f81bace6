// Texts that may be commands, in places where nothing says so: words of unknown programs, what make is told to set.
#include <algorithm>
#include <iterator>

#include "base/text.h"
#include "shell/interpreter.h"
#include "shell/programs/programs.h"

namespace heddle::shell {

// Whether a word of `text` is a program that can destroy or run something.
bool Interpreter::MayBeCommand(std::string_view text) const {
  constexpr std::string_view kAround = " \t\n;&|(){}'\"`$<>=,";
  for (size_t at = text.find_first_not_of(kAround); at != text.npos; at = text.find_first_not_of(kAround, at)) {
    const size_t end = std::min(text.find_first_of(kAround, at), text.size());
    const std::string_view word = text.substr(at, end - at);
    const std::string_view name = word.substr(word.rfind('/') + 1);
    if (rules_.IsDangerous(name) || rules_.Runs(name, "shell")) return true;
    at = end;
  }
  return false;
}

void Interpreter::Probe(const std::string& text) {
  if (probing_ || text.find_first_of(" \t\n") == text.npos || !MayBeCommand(text)) return;
  const Analysis before = result_;
  probing_ = true;
  Stream none;
  (void)RunScriptApart(text, none);
  probing_ = false;
  // That prose does not parse, or names what is not there, says nothing.
  const auto counts = [](const Finding& finding) {
    static constexpr std::string_view kOfText[] = {"parse.", "analysis.", "exec.unresolved", "exec.built",
                                                   "unknown."};
    return finding.risk >= Risk::kHigh &&
           std::none_of(std::begin(kOfText), std::end(kOfText), [&](auto id) { return finding.rule.starts_with(id); });
  };
  const std::vector<Finding> found = std::move(result_.findings);
  const bool complete = result_.complete;
  std::vector<Effect> effects = std::move(result_.effects);
  result_ = before;
  if (std::none_of(found.begin(), found.end(), counts)) return;
  result_.complete &= complete;
  result_.effects = std::move(effects);
  for (const Finding& finding : found) {
    if (counts(finding)) Report(finding.rule, finding.risk, finding.reason);
  }
}

void Interpreter::ProbeLines(const std::string& text) {
  constexpr size_t kMaxLines = 400;
  if (probing_ || !MayBeCommand(text)) return;
  Probe(text);
  size_t count = 0;
  for (const auto line : Split(text, '\n')) {
    if (++count > kMaxLines) return Limit("a file of settings that is too long");
    if (!MayBeCommand(line)) continue;
    Probe(std::string(line));
    const size_t mark = line.find_first_of("=:");
    if (mark != line.npos) Probe(std::string(line.substr(mark + 1)));
    for (const std::string& literal : LiteralsOf(line)) Probe(literal);
  }
}

void Interpreter::ProbeFile(const std::string& path) {
  if (path.empty() || HasUnknown(path)) return;
  const Stream* text = FileText(path);
  if (text != nullptr) return ProbeLines(std::string(text->text));
  for (const std::string& inside : files.Matching(PathOf(path) + "/*")) {
    if (const Stream* made = files.Find(inside)) ProbeLines(std::string(made->text));
  }
}

}  // namespace heddle::shell
