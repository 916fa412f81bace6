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
  std::string_view option;
  std::string value;
  Stream& input;
};

void RunShellText(Given& given) { (void)given.in.RunScriptApart(given.value, given.input); }

void RunProgram(Given& given) {
  given.in.Report("exec.option", Risk::kModerate, Cat({"an option makes ", given.invocation.name, " run a command"}));
  RunShellText(given);
  if (!Contains(given.value, ",")) return;
  for (const auto part : Split(given.value, ',')) given.in.Probe(std::string(part));  // gcc -wrapper sh,-c,..
}

// fd -x rm -rf: the words behind the option are a command, with what is found behind them.
void RunRest(Given& given) {
  const auto at = std::find_if(given.argv.begin(), given.argv.end(), [&](const Field& word) {
    return word.text == given.option || word.text == Cat({given.option, "=", given.value});
  });
  if (at == given.argv.end()) return;
  std::vector<Field> command(at + 1, given.argv.end());
  if (at->text != given.option) command.insert(command.begin(), {given.value});
  command.push_back({Unknown()});
  const Sweep outer = given.in.sweep;
  given.in.sweep = {.on = true};
  (void)given.in.RunArgv(std::move(command), given.input);
  given.in.sweep = outer;
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

void Scan(Given& given) {
  const std::string name = WithoutVersion(given.invocation.name);
  ScanCode(given.in, given.in.rules().LanguageOf(name), given.value);
}

void Load(Given& given) {
  given.in.Report("exec.loads", Risk::kModerate, Cat({given.invocation.name, " loads code from ", given.value}));
  given.in.Touch(EffectKind::kExecute, {given.value}, false);
  if (const Stream* known = given.in.FileText(given.value)) {
    const std::string text = known->text;
    ScanCode(given.in, given.invocation.name, text);
  }
  given.in.ProbeFile(given.value);
}

// python -m venv .venv: the module's name, then its own words.
void RunModule(Given& given) {
  std::vector<Field> argv = {{given.value.substr(given.value.rfind('/') + 1)}};
  for (const Flag& flag : given.invocation.flags) {
    if (&flag == &given.invocation.flags.front() && flag.name == "-m") continue;
    argv.push_back({flag.name});
    if (!flag.value.empty()) argv.push_back({flag.value});
  }
  argv.insert(argv.end(), given.invocation.operands.begin(), given.invocation.operands.end());
  (void)given.in.RunArgv(std::move(argv), given.input);
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
                           {"append", Append},      {"read", Read},          {"directory", Nothing},
                           {"module", RunModule},   {"command", RunRest}};

void ApplyRow(Interpreter& in, const OptionRow& row, const std::vector<Field>& argv, const Invocation& invocation,
              Stream& input) {
  for (auto option : row.options) {
    for (auto& value : ValuesOf(invocation, option)) {
      Given given{in, argv, invocation, option, std::move(value), input};
      for (const Role& role : kRoles) {
        if (role.name == row.role) role.apply(given);
      }
    }
  }
}

}  // namespace

void ApplyGitSetting(Interpreter& in, const std::string& setting) {
  const std::vector<Field> argv = {{"git"}, {"-c"}, {setting}};
  Stream none;
  ApplyOptions(in, argv, in.rules().Read(argv), none);
}

void RunEscapes(Interpreter& in, const std::vector<Field>& argv, const Invocation& invocation, const Stream& input) {
  const EscapeRow* row = in.rules().Escapes(invocation.name);
  if (row == nullptr) return;
  std::vector<std::string_view> texts = {input.text};
  for (size_t i = 1; i < argv.size(); ++i) texts.push_back(argv[i].text);
  for (const auto text : texts) {
    for (const auto line : Split(text, '\n')) {
      const auto trimmed = Trim(line);
      for (const auto prefix : row->prefixes) {
        if (!trimmed.starts_with(prefix)) continue;
        Stream none;
        (void)in.RunScriptApart(std::string(trimmed.substr(prefix.size())), none);
        break;
      }
    }
  }
}

void ApplyOptions(Interpreter& in, const std::vector<Field>& argv, const Invocation& invocation, Stream& input) {
  for (const OptionRow* row : in.rules().Options(invocation)) ApplyRow(in, *row, argv, invocation, input);
  if (in.user_rules() == nullptr) return;
  for (const OptionRow* row : in.user_rules()->Options(invocation)) ApplyRow(in, *row, argv, invocation, input);
}

}  // namespace heddle::shell
