// Programs that run text: shells with -c, a file or their input, and other languages with code on the command line.
#include <algorithm>
#include <optional>
#include <utility>

#include "base/text.h"
#include "shell/arguments.h"
#include "shell/programs/programs.h"
#include "shell/programs/recipes.h"
#include "shell/programs/sed_script.h"

namespace heddle::shell {
namespace {

// How a shell was called.
struct ShellCall {
  size_t script = 0;   // the index of the text of -c; 0: none
  size_t operand = 0;  // the index of the first operand; 0: none
  bool input = false;  // -s: reads its input although there are operands
  std::vector<size_t> start_files{};
  std::vector<std::string> start_texts{};  // fish -C
};

// The text of fish's option to run something first; moves `at` to its last word. In other shells -C is about files.
std::optional<std::string> StartText(const std::vector<Field>& argv, size_t& at) {
  constexpr std::string_view kLong = "--init-command";
  const std::string& text = argv[at].text;
  if (text.starts_with(Cat({kLong, "="}))) return text.substr(kLong.size() + 1);
  if (text.starts_with("-C") && text.size() > 2) return text.substr(2);
  if ((text == "-C" || text == kLong) && at + 1 < argv.size()) return argv[++at].text;
  return std::nullopt;
}

ShellCall ReadShell(const std::vector<Field>& argv, size_t name_at) {
  ShellCall call;
  bool command = false;
  const bool fish = Base(argv[name_at]) == "fish";
  for (size_t i = name_at + 1; i < argv.size(); ++i) {
    const std::string& text = argv[i].text;
    const bool flag = text.size() > 1 && (text[0] == '-' || text[0] == '+');
    if (text == "--" || text == "-") {
      if (i + 1 < argv.size()) (command ? call.script : call.operand) = i + 1;
      break;
    }
    if (!flag) {
      (command ? call.script : call.operand) = i;
      break;
    }
    if (auto first = fish ? StartText(argv, i) : std::nullopt) {
      call.start_texts.push_back(*std::move(first));
    } else if (text == "--rcfile" || text == "--init-file") {
      if (i + 1 < argv.size()) call.start_files.push_back(++i);
    } else if (text == "--command" || text.starts_with("--command=")) {
      command = true;
    } else if (text[1] != '-') {
      command |= text.find('c', 1) != text.npos && text[0] == '-';
      call.input |= text.find('s', 1) != text.npos;
      if (text.back() == 'o' || text.back() == 'O') ++i;
    }
  }
  return call;
}

void RunInput(Interpreter& in, Stream& input) {
  if (input.text.empty()) {
    in.Change({.why = "it is not known what the shell is given to run"});
    return;
  }
  Stream none;
  const Stream text = input;
  (void)in.RunScriptApart(text.text, none);
  if (text.decoded) in.Report("exec.decoded", Risk::kHigh, "runs code that is decoded or unpacked on the way");
  if (HasUnknown(text.text)) in.Report("exec.piped", Risk::kHigh, "a shell runs whatever it is sent");
}

void RunTexts(Interpreter& in, const std::vector<std::string>& texts) {
  Stream none;
  for (const auto& text : texts) (void)in.RunScriptApart(text, none);
}

void RunSed(Interpreter& in, const Invocation& invocation, const Stream& input) {
  std::vector<std::string> scripts = ValuesOf(invocation, "-e");
  for (auto& script : ValuesOf(invocation, "--expression")) scripts.push_back(std::move(script));
  for (std::string_view option : {"-f", "--file"}) {
    for (auto& file : ValuesOf(invocation, option)) {
      const Stream* known = in.FileText(file);
      scripts.push_back(known != nullptr ? known->text : "");
    }
  }
  if (scripts.empty() && !invocation.operands.empty()) scripts.push_back(invocation.operands[0].text);
  for (const std::string& script : scripts) {
    const SedEffects effects = ReadSedScript(script);
    if (!effects.commands.empty() || effects.runs_input)
      in.Report("exec.smuggled", Risk::kHigh, "sed is made to run a command");
    RunTexts(in, effects.commands);
    Stream none;
    if (effects.runs_input) (void)in.RunScriptApart(input.text, none);
    for (const auto& file : effects.written) in.Touch(EffectKind::kOverwrite, {file}, false);
    for (const auto& file : effects.read) in.Touch(EffectKind::kRead, {file}, false);
  }
}

// The words that are no settings.
std::vector<std::string> Goals(const Invocation& invocation, size_t from) {
  std::vector<std::string> out;
  for (size_t i = from; i < invocation.operands.size(); ++i) {
    if (!IsAssignment(invocation.operands[i].text)) out.push_back(invocation.operands[i].text);
  }
  return out;
}

void RunMake(Interpreter& in, const Invocation& invocation, const Stream& input) {
  // What make is told to set may be run, or run something where it is set, even by -n.
  for (const Field& operand : invocation.operands) {
    const size_t equals = operand.text.find('=');
    if (equals == operand.text.npos) continue;
    const std::string value = operand.text.substr(equals + 1);
    in.Probe(value);
    const size_t call = value.find("$(shell ");
    if (call != value.npos) in.Probe(value.substr(call + 8, std::min(value.rfind(')'), value.size()) - call - 8));
  }
  if (HasFlag(invocation, "-n") || HasFlag(invocation, "--dry-run")) return;
  std::vector<std::string> files = ValuesOf(invocation, "-f");
  for (std::string_view option : {"--file", "--makefile", "--justfile"}) {
    for (auto& file : ValuesOf(invocation, option)) files.push_back(std::move(file));
  }
  std::string folder;
  for (std::string_view option : {"-C", "--directory"}) {
    for (auto& value : ValuesOf(invocation, option)) folder = value + "/";
  }
  if (files.empty())
    files = invocation.name == "just" ? std::vector<std::string>{"justfile", "Justfile", ".justfile"}
                                      : std::vector<std::string>{"GNUmakefile", "makefile", "Makefile"};
  const Frame before = in.frame;
  if (!folder.empty()) in.frame.cwd = HasUnknown(folder) ? "" : in.PathOf(folder);
  for (const auto& file : files) {
    const Stream* text = file == "-" ? &input : in.FileText(file);
    if (text == nullptr) continue;
    if (text->text.find(kDownloaded) != std::string::npos)
      in.Report("exec.downloaded-recipe", Risk::kModerate, "runs recipes that it downloads");
    RunTexts(in, MakeCommands(std::string(text->text), Goals(invocation, 0)));
    break;
  }
  in.frame = before;
}

void RunPackageScript(Interpreter& in, const Invocation& invocation) {
  if (invocation.operands.empty()) return;
  const std::string& verb = invocation.operands[0].text;
  std::vector<std::string> names;
  if (InList("run run-script rum", verb) && invocation.operands.size() > 1)
    names = {invocation.operands[1].text};
  else if (InList("install i ci add", verb))
    names = {"install", "prepare"};
  else
    names = {verb};
  std::string folder;
  for (auto& value : ValuesOf(invocation, "--prefix")) folder = value + "/";
  const Stream* text = in.FileText(folder + "package.json");
  if (text != nullptr) RunTexts(in, PackageScripts(std::string(text->text), names));
}

// Whether an awk program prints its input, or a part of it, to a shell: print | "sh", print $2 | "bash".
bool PipesIntoShell(const Interpreter& in, std::string_view program) {
  for (size_t at = program.find('|'); at != program.npos; at = program.find('|', at + 1)) {
    const size_t quote = program.find_first_not_of("|& ", at);
    if (quote == program.npos || program[quote] != '"') continue;
    const auto command = program.substr(quote + 1, program.find('"', quote + 1) - quote - 1);
    const auto words = SplitWords(command);
    if (words.empty() || !in.rules().Runs(Base({std::string(words[0])}), "shell")) continue;
    const size_t print = program.rfind("print", at);
    const auto printed = print == program.npos ? program : program.substr(print, at - print);
    if (printed.find('"') == printed.npos) return true;
  }
  return false;
}

// Scans a file of code whose text is known.
void ScanFile(Interpreter& in, const std::string& language, const Field& file, const Stream& input) {
  if (file.substitution) return ScanCode(in, language, file.substituted);
  if (file.text == "-" || file.text == "/dev/stdin") return ScanCode(in, language, input.text);
  const Stream* known = in.FileText(file.text);
  if (known != nullptr) return ScanCode(in, language, known->text);
  in.Report("exec.script", Risk::kModerate, "runs a script that cannot be looked into");
}

// awk [-F x] [-v x=y] [-f file] [program]: its program, and the input that it pipes into a shell as it is.
void RunAwk(Interpreter& in, const std::vector<Field>& argv, const Stream& input) {
  std::string program;
  bool file = false;
  size_t i = 1;
  for (; i < argv.size() && argv[i].text.size() > 1 && argv[i].text[0] == '-' && argv[i].text != "--"; ++i) {
    const std::string& text = argv[i].text;
    const bool takes = InList("-F -v -f --assign --field-separator --file -E --exec -i --include", text);
    const std::string value =
        takes && i + 1 < argv.size() ? argv[++i].text : text.substr(std::min<size_t>(2, text.size()));
    if (!text.starts_with("-f") && text != "--file") continue;
    file = true;
    const Stream* known = in.FileText(value);
    program += known != nullptr ? known->text : "";
  }
  if (i < argv.size() && argv[i].text == "--") ++i;
  if (!file && i < argv.size()) program = argv[i].text;
  ScanCode(in, "awk", program);
  if (!PipesIntoShell(in, program)) return;
  Stream none;
  if (input.text.empty() || HasUnknown(input.text))
    in.Report("exec.piped", Risk::kHigh, "a shell runs whatever it is sent");
  else
    (void)in.RunScriptApart(input.text, none);
}

}  // namespace

bool RunShell(Interpreter& in, const std::vector<Field>& argv, Stream& input, Stream& out) {
  size_t at = 0;
  std::string name = Base(argv[0]);
  if ((name == "busybox" || name == "toybox") && argv.size() > 1) name = Base(argv[++at]);
  if (!in.rules().Runs(name, "shell")) return false;
  if (in.result().commands.size() < kMaxEffects) in.result().commands.push_back({name, {}, {}});
  const ShellCall call = ReadShell(argv, at);
  const auto positional = in.frame.positional;
  const bool known = in.frame.positional_known, lost = in.frame.positional_lost, bash = in.frame.bash;
  const bool zsh = std::exchange(in.frame.zsh, name == "zsh");
  in.frame.bash = name == "bash";
  for (size_t file : call.start_files) (void)in.RunFile(argv[file], input);
  RunTexts(in, call.start_texts);
  // Files that a shell reads first because a variable says so; the value is expanded once more.
  for (std::string_view variable : {"BASH_ENV", "ENV"}) {
    if (in.frame.Find(variable) == nullptr) continue;
    const std::string value = in.frame.Value(variable);
    const std::string path = in.MakeExpander().ExpandWhole(value);
    const Frame before = in.frame;
    in.frame.Unset(variable);
    in.frame.DropTraps();
    (void)in.RunFile({path}, input);
    in.RunTraps();
    in.frame = before;
  }
  out = {Unknown()};
  if (call.script != 0) {
    const Variable zero = in.frame.Ref("0");
    if (call.script + 1 < argv.size()) in.frame.Assign("0", argv[call.script + 1].text);
    SetPositional(in.frame, argv, call.script + 2);
    out = in.RunScriptApart(argv[call.script].text, input);
    in.frame.variables["0"] = zero;
  } else if (call.operand != 0 && !call.input) {
    SetPositional(in.frame, argv, call.operand + 1);
    const Frame before = in.frame;
    in.frame.Assign("0", argv[call.operand].text);
    in.frame.DropTraps();
    (void)in.RunFile(argv[call.operand], input);
    in.RunTraps();
    in.frame = before;
  } else {
    SetPositional(in.frame, argv, call.operand != 0 ? call.operand : argv.size());
    RunInput(in, input);
  }
  in.frame.positional = positional;
  in.frame.positional_known = known;
  in.frame.positional_lost = lost;
  in.frame.bash = bash;
  in.frame.zsh = zsh;
  return true;
}

void RunLanguage(Interpreter& in, const std::vector<Field>& argv, const Invocation& invocation, const Stream& input) {
  const std::string name = WithoutVersion(invocation.name);
  if (InList("awk gawk mawk nawk", name)) return RunAwk(in, argv, input);
  if (name == "sed" || name == "gsed") return RunSed(in, invocation, input);
  if (name == "make" || name == "gmake" || name == "just") return RunMake(in, invocation, input);
  if (InList("npm yarn pnpm bun", name)) RunPackageScript(in, invocation);
  if (InList("vim vi nvim view ex vimdiff gvim rvim less more most", name)) {  // +COMMAND
    for (const Field& operand : invocation.operands) {
      if (operand.text.starts_with("+")) ScanCode(in, name, operand.text);
    }
    return;
  }
  const std::string language(in.rules().LanguageOf(name));
  if (in.rules().Runs(name, "words")) {
    for (const Field& operand : invocation.operands) ScanCode(in, language, operand.text);
  }
  bool coded = false;
  for (const OptionRow* row : in.rules().Options(invocation)) {
    if (row->role != "code" && row->role != "module") continue;
    for (auto option : row->options) coded |= HasFlag(invocation, option);
  }
  if (coded) return;  // ApplyOptions has seen it
  if (!invocation.operands.empty() && in.rules().Runs(name, "file")) {
    const bool word = InList("eval run", invocation.operands[0].text) && invocation.operands.size() > 1;
    if (word && invocation.operands[0].text == "eval") return ScanCode(in, language, invocation.operands[1].text);
    return ScanFile(in, language, invocation.operands[word ? 1 : 0], input);
  }
  const bool reads = invocation.operands.empty() || invocation.operands[0].text == "-";
  if (reads && in.rules().Runs(name, "input") && !input.text.empty()) ScanCode(in, language, input.text);
}

}  // namespace heddle::shell
