// Options whose value is more than data: text that is run, code, files that are loaded or written. The rows are data.
#include <algorithm>

#include "base/text.h"
#include "shell/arguments.h"
#include "shell/programs/programs.h"

namespace heddle::shell {
namespace {

// An option that was given: what its row says, and its value.
struct Given {
  Interpreter& in;
  const std::vector<Field>& argv;
  const Invocation& invocation;
  std::string value;
  Stream& input;
};

void RunShellText(Given& given) { (void)given.in.RunScriptApart(given.value, given.input); }

void RunProgram(Given& given) {
  given.in.Report("exec.option", Risk::kModerate, Cat({"an option makes ", given.invocation.name, " run a command"}));
  RunShellText(given);
}

// env -S 'rm -rf' /: the value is words, and the operands follow.
void RunSplit(Given& given) {
  const auto holds = [&](const Field& word) { return word.text.starts_with("-") && word.text.ends_with(given.value); };
  auto at = std::find_if(given.argv.begin(), given.argv.end(),
                         [&](const Field& word) { return word.text == given.value || holds(word); });
  const auto next = static_cast<size_t>(at - given.argv.begin()) + 1;
  const std::string text = Cat({given.value, " ", Requoted(given.in, given.argv, std::min(next, given.argv.size()))});
  (void)given.in.RunScriptApart(text, given.input);
}

void Scan(Given& given) { ScanCode(given.in, WithoutVersion(given.invocation.name), given.value); }

void Load(Given& given) {
  given.in.Report("exec.loads", Risk::kModerate, Cat({given.invocation.name, " loads code from ", given.value}));
  given.in.Touch(EffectKind::kExecute, {given.value}, false);
  if (const Stream* known = given.in.FileText(given.value)) {
    const std::string text = known->text;
    ScanCode(given.in, given.invocation.name, text);
  }
}

void Nothing(Given&) {}
void Write(Given& given) {
  const Place place = Locate(given.value, false, given.in.frame.cwd, given.in.world()).place;
  const bool here = place == Place::kTemporary && !given.value.starts_with("/");  // of a project that lies in /tmp
  if (place == Place::kOrdinary || place == Place::kTracked || here)
    given.in.Report("files.written", Risk::kModerate,
                    Cat({"an option makes ", given.invocation.name, " write a file"}));
  given.in.Touch(EffectKind::kOverwrite, {given.value}, false);
}
void Append(Given& given) { given.in.Touch(EffectKind::kAppend, {given.value}, false); }
void Read(Given& given) { given.in.Touch(EffectKind::kRead, {given.value}, false); }

struct Role {
  std::string_view name;
  void (*apply)(Given&);
};

constexpr Role kRoles[] = {{"shell", RunShellText}, {"program", RunProgram}, {"split", RunSplit},
                           {"code", Scan},          {"load", Load},          {"write", Write},
                           {"append", Append},      {"read", Read},          {"directory", Nothing}};

void ApplyRow(const OptionRow& row, Given& given) {
  for (auto option : row.options) {
    for (auto& value : ValuesOf(given.invocation, option)) {
      given.value = std::move(value);
      for (const Role& role : kRoles) {
        if (role.name == row.role) role.apply(given);
      }
    }
  }
}

}  // namespace

void ApplyOptions(Interpreter& in, const std::vector<Field>& argv, Stream& input) {
  const Invocation invocation = in.rules().Read(argv);
  Given given{in, argv, invocation, "", input};
  for (const OptionRow* row : in.rules().Options(invocation)) ApplyRow(*row, given);
  if (in.user_rules() == nullptr) return;
  for (const OptionRow* row : in.user_rules()->Options(invocation)) ApplyRow(*row, given);
}

}  // namespace heddle::shell
