// ProgramIndex: the rows of all tables by the program that they are about. The built-in one is written by the build;
// a user's is made when the file is read.
#pragma once

#include <deque>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "shell/program.h"
#include "shell/rule_rows.h"

namespace heddle::shell {

struct RuleTables {
  std::span<const CommandRow> commands{};
  std::span<const WrapperRow> wrappers{};
  std::span<const OptionRow> options{};
  std::span<const EscapeRow> escapes{};
  std::span<const VariableRow> variables{};
  std::span<const Rule> rules{};
  std::span<const PlaceRule> places{};
  std::span<const CodeRule> code{};
  std::span<const VocabularyRow> vocabularies{};
};

struct ProgramIndex {
  std::span<const Program> named{};  // sorted by name
  std::span<const Program> wild{};   // whose name is a glob; "*" is about programs that nothing else is about

  const Program* Find(std::string_view name) const;
};

// The lines of nature.txt, in order: the program and its entry. The views refer to `text`; `lists` owns the words.
// Errors name the line.
using NatureLines = std::vector<std::pair<std::string_view, NatureRow>>;
Result<NatureLines> ReadNatures(std::string_view text, std::deque<std::vector<std::string_view>>& lists);

// The options that add no effect, from data/rules/options/*.txt: "grep, egrep: -A= --color", where "=" says that the next
// argument is its value; a line that begins with a blank goes on. "+": see HarmlessRow::ends. Errors name the line.
using HarmlessLines = std::vector<std::pair<std::string_view, HarmlessRow>>;
Result<HarmlessLines> ReadHarmless(std::string_view text, std::deque<std::vector<std::string_view>>& lists);

// An index with the memory behind it. Not to be copied: the spans refer to it.
class ProgramIndexBuilder {
 public:
  ProgramIndexBuilder(const RuleTables& tables, const NatureLines& natures, const HarmlessLines& harmless = {});
  ProgramIndexBuilder(const ProgramIndexBuilder&) = delete;
  ProgramIndexBuilder& operator=(const ProgramIndexBuilder&) = delete;

  const ProgramIndex& index() const { return index_; }

 private:
  struct Lists;
  std::deque<std::vector<std::string_view>> words_;
  std::deque<std::vector<SubRow>> rows_;
  std::deque<std::vector<NatureRow>> natures_;
  std::deque<std::vector<HarmlessRow>> harmless_;
  std::vector<Program> named_, wild_;
  ProgramIndex index_;
};

}  // namespace heddle::shell
