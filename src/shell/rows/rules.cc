#include "shell/rules.h"

#include <algorithm>
#include <iterator>

#include "base/text.h"

namespace heddle::shell {
namespace {

bool IsFlag(const std::string& text) { return text.size() > 1 && text[0] == '-'; }

std::string BaseName(const std::string& path) { return path.substr(path.rfind('/') + 1); }

std::string WithoutVersionSuffix(const std::string& name) {
  const size_t dot = name.find('.');
  const bool versioned = dot != name.npos && dot > 0 && name[dot - 1] >= '0' && name[dot - 1] <= '9';
  return versioned ? name.substr(0, dot) : name;
}

bool OperandsBeginWith(const Invocation& invocation, Words words) {
  if (words.size() > invocation.operands.size()) return false;
  for (size_t i = 0; i < words.size(); ++i) {
    if (!GlobMatch(words[i], invocation.operands[i].text)) return false;
  }
  return true;
}

bool AnyOperand(const Invocation& invocation, size_t from, Words globs) {
  for (size_t i = from; i < invocation.operands.size(); ++i) {
    for (auto glob : globs) {
      if (GlobMatch(glob, invocation.operands[i].text)) return true;
    }
  }
  return false;
}

bool Matches(const Rule& rule, const Invocation& invocation, size_t sub) {
  const auto has = [&](std::string_view flag) { return HasFlag(invocation, flag); };
  const auto surely = [&](std::string_view flag) { return SurelyHasFlag(invocation, flag); };
  if (!rule.flags.empty() && std::none_of(rule.flags.begin(), rule.flags.end(), has)) return false;
  if (!std::all_of(rule.all_flags.begin(), rule.all_flags.end(), has)) return false;
  if (std::any_of(rule.not_flags.begin(), rule.not_flags.end(), surely)) return false;
  if (invocation.operands.size() < sub + static_cast<size_t>(rule.min_operands)) return false;
  if (!rule.args.empty() && !AnyOperand(invocation, sub, rule.args)) return false;
  return rule.not_args.empty() || !AnyOperand(invocation, sub, rule.not_args);
}

bool Holds(Words list, std::string_view name) { return std::find(list.begin(), list.end(), name) != list.end(); }

}  // namespace

Invocation RuleSet::Read(const std::vector<Field>& argv, const RuleSet* more) const {
  Invocation out;
  if (argv.empty()) return out;
  out.name = BaseName(argv[0].text);
  out.program = Find(out.name);
  if (out.program == nullptr && !Knows(out.name)) {
    out.name = WithoutVersionSuffix(out.name);
    out.program = Find(out.name);
  }
  std::vector<OptionReader::Source> sources = {SourceOf(out.program)};
  if (more != nullptr) sources.push_back(more->SourceOf(more->Find(out.name)));
  OptionReader reader(std::move(sources));
  out.clusters = reader.clusters();
  bool ended = false;
  for (size_t i = 1; i < argv.size(); ++i) {
    if (argv[i].text == "--" && !ended) {
      ended = out.dashes = true;
    } else if (!ended && IsFlag(argv[i].text)) {
      const size_t at = i;
      out.flags.push_back(reader.Read(argv, i));
      out.flags.back().at = at;
    } else {
      out.operands.push_back(argv[i]);
      out.operands_at.push_back(i);
      reader.Operand(argv[i].text);
    }
  }
  return out;
}

// Where the command of a wrapper begins in `argv`, when the words of `row` are what stands there; 0 when they are not.
size_t RuleSet::CommandBegin(const WrapperRow& wrapper, const SubRow& row, const Program& program,
                             const std::vector<Field>& argv) const {
  OptionReader reader({SourceOf(&program)});
  size_t matched = 0;
  int skip = wrapper.skip;
  for (size_t i = 1; i < argv.size(); ++i) {
    const std::string& text = argv[i].text;
    const bool whole = matched == row.words.size();
    if (text == "--") {
      if (whole && skip == 0) return i + 1;
    } else if (IsFlag(text) || text == "-") {
      if (text != "-") (void)reader.Read(argv, i);
    } else if (!whole) {
      if (!GlobMatch(row.words[matched], text)) return 0;
      reader.Operand(text);
      ++matched;
    } else if (wrapper.assignments && text.find('=') != text.npos && text[0] != '/' && text[0] != '.') {
      continue;
    } else if (skip > 0) {
      --skip;
    } else {
      return i;
    }
  }
  return 0;
}

const WrapperRow* RuleSet::Wrapper(const std::vector<Field>& argv, size_t& command_at) const {
  const Program* program = Find(BaseName(argv[0].text));
  if (program == nullptr) return nullptr;
  const SubRow* best = nullptr;
  for (const SubRow& row : program->wrappers) {
    if (best != nullptr && row.words.size() <= best->words.size()) continue;
    const size_t at = CommandBegin(tables_.wrappers[row.row], row, *program, argv);
    if (at == 0 || at >= argv.size()) continue;
    best = &row;
    command_at = at;
  }
  return best != nullptr ? &tables_.wrappers[best->row] : nullptr;
}

std::vector<const OptionRow*> RuleSet::Options(const Invocation& invocation) const {
  std::vector<const OptionRow*> out;
  const Program* program = Find(invocation.name);
  if (program == nullptr) return out;
  for (const SubRow& row : program->options) {
    const OptionRow* option = &tables_.options[row.row];
    if (OperandsBeginWith(invocation, row.words) && (out.empty() || out.back() != option)) out.push_back(option);
  }
  return out;
}

bool RuleSet::Runs(std::string_view name, std::string_view what) const {
  const Program* program = Find(name);
  if (program == nullptr) return false;
  return std::any_of(program->commands.begin(), program->commands.end(),
                     [&](const SubRow& row) { return Holds(tables_.commands[row.row].runs, what); });
}

std::string_view RuleSet::LanguageOf(std::string_view name) const {
  const Program* program = Find(name);
  if (program == nullptr) return name;
  for (const SubRow& row : program->commands) {
    if (!tables_.commands[row.row].language.empty()) return tables_.commands[row.row].language;
  }
  return name;
}

const EscapeRow* RuleSet::Escapes(std::string_view program) const {
  const auto found = std::find_if(tables_.escapes.begin(), tables_.escapes.end(),
                                  [&](const EscapeRow& row) { return Holds(row.names, program); });
  return found != tables_.escapes.end() ? &*found : nullptr;
}

const VariableRow* RuleSet::Variable(std::string_view name) const {
  for (const VariableRow& row : tables_.variables) {
    for (auto glob : row.names) {
      if (GlobMatch(glob, name)) return &row;
    }
  }
  return nullptr;
}

// A rule that names the program more than once is matched with the most words that fit.
void RuleSet::AddMatches(const Program& program, const Invocation& invocation, std::vector<Match>& out) const {
  for (size_t i = 0; i < program.rules.size();) {
    const uint16_t row = program.rules[i].row;
    const Words* best = nullptr;
    for (; i < program.rules.size() && program.rules[i].row == row; ++i) {
      const Words& words = program.rules[i].words;
      const bool longer = best == nullptr || words.size() > best->size();
      if (longer && OperandsBeginWith(invocation, words)) best = &words;
    }
    if (best != nullptr && Matches(tables_.rules[row], invocation, best->size()))
      out.push_back({&tables_.rules[row], best->size()});
  }
}

std::vector<RuleSet::Match> RuleSet::Matching(const Invocation& invocation) const {
  std::vector<Match> out;
  if (const Program* program = Find(invocation.name)) AddMatches(*program, invocation, out);
  for (const Program& program : index_.wild) {
    if (program.name != "*" && GlobMatch(program.name, invocation.name)) AddMatches(program, invocation, out);
  }
  return out;
}

std::vector<RuleSet::Match> RuleSet::MatchingAny(const Invocation& invocation) const {
  std::vector<Match> out;
  for (const Program& program : index_.wild) {
    if (program.name == "*") AddMatches(program, invocation, out);
  }
  return out;
}

const PlaceRule* RuleSet::Place(const Effect& effect) const {
  for (const PlaceRule& rule : tables_.places) {
    if (!Holds(rule.effects, Name(effect.kind)) || !Holds(rule.places, Name(effect.place))) continue;
    if (rule.recursive >= 0 && (rule.recursive == 1) != effect.recursive) continue;
    if (rule.filtered >= 0 && (rule.filtered == 1) != effect.filtered) continue;
    return &rule;
  }
  return nullptr;
}

bool RuleSet::Knows(std::string_view name) const {
  const Program* found = Find(name);  // whose options alone are named, nothing is known of
  if (found != nullptr && !(found->commands.empty() && found->wrappers.empty() && found->options.empty() &&
                            found->rules.empty() && found->natures.empty()))
    return true;
  return std::any_of(index_.wild.begin(), index_.wild.end(), [&](const Program& program) {
    return program.name != "*" && GlobMatch(program.name, name);
  });
}

bool RuleSet::CallsKnown(const Invocation& invocation) const {
  const Program* program = Find(invocation.name);
  if (program == nullptr) return false;
  const auto fits = [&](const SubRow& row) { return OperandsBeginWith(invocation, row.words); };
  const auto known = [&](const SubRow& row) { return tables_.commands[row.row].known && fits(row); };
  return std::any_of(program->commands.begin(), program->commands.end(), known) ||
         std::any_of(program->wrappers.begin(), program->wrappers.end(), fits);
}

std::vector<std::string_view> RuleSet::Loads(const Invocation& invocation) const {
  std::vector<std::string_view> out;
  const Program* program = Find(invocation.name);
  if (program == nullptr) return out;
  for (const SubRow& row : program->commands) {
    const Words loads = tables_.commands[row.row].loads;
    if (OperandsBeginWith(invocation, row.words)) out.insert(out.end(), loads.begin(), loads.end());
  }
  return out;
}

bool RuleSet::OnlyTells(const Invocation& invocation) const {
  const Program* program = Find(invocation.name);
  if (program == nullptr) return false;
  return std::any_of(program->commands.begin(), program->commands.end(), [&](const SubRow& row) {
    const Words tells = tables_.commands[row.row].tells;
    const auto given = [&](std::string_view flag) { return SurelyHasFlag(invocation, flag); };
    return std::any_of(tells.begin(), tells.end(), given) && OperandsBeginWith(invocation, row.words);
  });
}

bool RuleSet::IsDangerous(std::string_view name) const {
  const Program* program = Find(name);
  if (program == nullptr) return false;
  if (!program->wrappers.empty() || !program->options.empty()) return true;
  return std::any_of(program->rules.begin(), program->rules.end(), [&](const SubRow& row) {
    const Rule& rule = tables_.rules[row.row];
    const bool harmless = rule.effect.empty() || rule.effect == "read" || rule.effect == "download";
    return !harmless || (rule.rated && rule.risk >= Risk::kHigh);
  });
}

std::vector<std::string_view> RuleSet::NamesMatching(std::string_view glob) const {
  std::vector<std::string_view> out;
  for (const auto* programs : {&index_.named, &index_.wild}) {
    for (const Program& program : *programs) {
      if (program.rules.empty() && program.commands.empty()) continue;
      if (GlobMatch(glob, program.name)) out.push_back(program.name);
    }
  }
  return out;
}

}  // namespace heddle::shell
