// Which options of a command are named by some row. One that none names is unknown: it may write, delete or run.
#include <algorithm>

#include "base/text.h"
#include "shell/rules.h"

namespace heddle::shell {
namespace {

std::string_view NameOf(std::string_view spec) { return spec.substr(0, spec.find('=')); }

// The options of one command whose rows are asked, one program at a time.
class Declared {
 public:
  Declared(const Invocation& invocation, const RuleTables& tables) : invocation_(invocation), tables_(tables) {}

  void Add(const Program* program) {
    if (program != nullptr) programs_.push_back(program);
  }

  bool Names(const Flag& flag) const {
    if (Lists(flag.name)) return true;
    const bool cluster = invocation_.clusters && flag.name.size() > 2 && flag.name[1] != '-';
    if (!cluster) return false;
    // Each letter, up to one that takes what follows in the same word: "-O2" by "-O*".
    for (size_t i = 1; i < flag.name.size(); ++i) {
      const char letter[] = {'-', flag.name[i]};
      if (Opens(flag.name.substr(i))) return true;
      if (!Lists({letter, 2})) return false;
    }
    return true;
  }

  // Where the words begin that the command hands on; the number of its words when it hands on none.
  size_t End(size_t words) const {
    size_t end = words;
    const auto& at = invocation_.operands_at;
    for (const Program* program : programs_) {
      for (const HarmlessRow& row : program->harmless) {
        if (row.ends && Fits(row.words) && row.words.size() < at.size()) end = std::min(end, at[row.words.size()]);
      }
      for (const SubRow& row : program->commands) {
        const bool runs = !tables_.commands[row.row].runs.empty() && Fits(row.words);
        if (runs && row.words.size() < at.size()) end = std::min(end, at[row.words.size()]);
      }
      for (const SubRow& row : program->options) {
        const OptionRow& option = tables_.options[row.row];
        if (option.role != "command" && option.role != "module") continue;
        for (const Flag& flag : invocation_.flags) {
          if (Has(option.options, flag.name)) end = std::min(end, flag.at + 1);
        }
      }
    }
    for (const Flag& flag : invocation_.flags) {
      if (Has(kHandOn, flag.name)) end = std::min(end, flag.at + 1);
    }
    return end;
  }

 private:
  static constexpr std::string_view kHandOn[] = {"-exec", "-execdir", "-ok", "-okdir"};  // of find

  static bool Has(Words list, std::string_view flag) {
    return std::any_of(list.begin(), list.end(), [&](std::string_view spec) { return NameOf(spec) == flag; });
  }
  // As written, or by what it begins with ("-W*"). A shortened one may be another that nothing names.
  static bool Matches(std::string_view spec, std::string_view flag) {
    const std::string_view name = NameOf(spec);
    if (name.ends_with("*") && flag.starts_with(name.substr(0, name.size() - 1))) return true;
    return name == flag;
  }
  static bool Any(Words list, std::string_view flag) {
    return std::any_of(list.begin(), list.end(), [&](std::string_view spec) { return Matches(spec, flag); });
  }
  bool Fits(Words words) const {
    if (words.size() > invocation_.operands.size()) return false;
    for (size_t i = 0; i < words.size(); ++i) {
      if (!GlobMatch(words[i], invocation_.operands[i].text)) return false;
    }
    return true;
  }

  // "-O2": a letter that takes what follows it.
  bool Opens(std::string_view rest) const {
    const std::string open = Cat({"-", rest.substr(0, 1)});
    return std::any_of(programs_.begin(), programs_.end(), [&](const Program* program) {
      return std::any_of(program->harmless.begin(), program->harmless.end(), [&](const HarmlessRow& row) {
        return Fits(row.words) && std::find(row.opens.begin(), row.opens.end(), open) != row.opens.end();
      });
    });
  }
  bool Lists(std::string_view flag) const {
    return std::any_of(programs_.begin(), programs_.end(),
                       [&](const Program* program) { return OfProgram(*program, flag); });
  }
  bool OfProgram(const Program& program, std::string_view flag) const {
    const auto harmless = [&](const HarmlessRow& row) {
      return Fits(row.words) && (std::binary_search(row.switches.begin(), row.switches.end(), flag) ||
                                 std::binary_search(row.values.begin(), row.values.end(), flag) ||
                                 std::any_of(row.opens.begin(), row.opens.end(),
                                             [&](std::string_view open) { return flag.starts_with(open); }));
    };
    // That an option takes a value says nothing of what it does.
    const auto command = [&](const SubRow& row) {
      const CommandRow& of = tables_.commands[row.row];
      return (Any(of.switches, flag) || Any(of.tells, flag)) && Fits(row.words);
    };
    const auto option = [&](const SubRow& row) { return Any(tables_.options[row.row].options, flag) && Fits(row.words); };
    const auto rule = [&](const SubRow& row) { return OfRule(tables_.rules[row.row], flag) && Fits(row.words); };
    const auto nature = [&](const NatureRow& row) { return Any(row.flags, flag) && Fits(row.words); };
    return std::any_of(program.harmless.begin(), program.harmless.end(), harmless) ||
           std::any_of(program.commands.begin(), program.commands.end(), command) ||
           std::any_of(program.options.begin(), program.options.end(), option) ||
           std::any_of(program.rules.begin(), program.rules.end(), rule) ||
           std::any_of(program.natures.begin(), program.natures.end(), nature);
  }
  static bool OfRule(const Rule& rule, std::string_view flag) {
    if (Any(rule.flags, flag) || Any(rule.all_flags, flag) || Any(rule.not_flags, flag) || Any(rule.recursive, flag))
      return true;
    constexpr std::string_view kValue = "value:";
    if (!rule.operands.starts_with(kValue)) return false;
    const auto names = Split(rule.operands.substr(kValue.size()), ',');
    return Any(names, flag);
  }

  const Invocation& invocation_;
  const RuleTables& tables_;
  std::vector<const Program*> programs_;
};

}  // namespace

const Flag* RuleSet::Undeclared(const Invocation& invocation, const std::vector<Field>& argv) const {
  if (invocation.flags.empty()) return nullptr;
  const Program* program = Find(invocation.name);
  if (program == nullptr) return nullptr;  // nothing is known of it at all
  Declared declared(invocation, tables_);
  declared.Add(program);
  for (const Program& program : index_.wild) {
    if (GlobMatch(program.name, invocation.name)) declared.Add(&program);
  }
  const auto unnamed = std::find_if(invocation.flags.begin(), invocation.flags.end(),
                                    [&](const Flag& flag) { return !declared.Names(flag); });
  if (unnamed == invocation.flags.end()) return nullptr;
  size_t end = declared.End(argv.size());
  size_t command = 0;
  if (Wrapper(argv, command) != nullptr) end = std::min(end, command);
  return unnamed->at < end ? &*unnamed : nullptr;
}

}  // namespace heddle::shell
