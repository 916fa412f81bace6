// One resolved command: what its name means, then everything that is known of it.
#include <algorithm>

#include "base/text.h"
#include "shell/arguments.h"
#include "shell/programs/programs.h"
#include "shell/quote.h"

namespace heddle::shell {
namespace {

// Programs that leave their input alone.
constexpr std::string_view kIgnoreInput =
    "rm cp mv ls mkdir rmdir touch ln chmod chown echo printf date basename dirname realpath readlink seq true false "
    "test "
    "sleep find stat du df id whoami hostname uname pwd git mktemp kill which printenv dd truncate";

// Reserved words that a fragment or a wrapper may leave in front.
constexpr std::string_view kReserved = "{ } then do else elif if while until ! time ( )";

// A name that is not known at all: the arguments of the worst command they would fit.
Stream RunUnresolved(Interpreter& in, std::vector<Field> argv, Stream& input) {
  const std::string& word = argv[0].text;
  const bool downloaded = word.find(kDownloaded) != word.npos;
  if (downloaded)
    in.Report("exec.downloaded", Risk::kCritical, "runs what it downloads");
  else
    in.Report("exec.unresolved", Risk::kHigh, "the command's name is built from something that cannot be resolved");
  in.Touch(EffectKind::kExecute, argv[0], false);
  const std::string rest = WithoutUnknown(word);
  if (!rest.empty()) {
    argv[0].text = rest;
    return in.RunArgv(std::move(argv), input);
  }
  if (argv.size() > 1) {
    argv[0].text = "rm";
    (void)in.ApplyRules(argv, input);
  }
  return {Unknown()};
}

// A program in a directory whose name is not known, such as one of mktemp: what it is called is.
bool NamesProgram(std::string_view word) {
  const size_t slash = word.rfind('/');
  if (slash == word.npos || HasUnknown(word.substr(slash))) return false;
  return std::all_of(word.begin(), word.end(), [](char c) { return !IsMark(c) || c == kName; });
}

// A pattern in the name's place: every program that it could be.
void RunGlob(Interpreter& in, const std::vector<Field>& argv, Stream& input) {
  auto names = in.rules().NamesMatching(Base(argv[0]));
  if (names.size() > 24) names = {"rm", "dd", "chmod"};  // "*" could be anything: the usual worst will do
  for (auto name : names) {
    auto candidate = argv;
    candidate[0] = {std::string(name)};
    (void)in.RunArgv(std::move(candidate), input);
  }
  in.Report("exec.glob", Risk::kModerate, "the command's name is a pattern, so what runs depends on the files there");
}

// A program that nothing is known of may run the program among its words.
void RunTail(Interpreter& in, const std::vector<Field>& argv, Stream& input) {
  for (size_t i = 1; i < argv.size(); ++i) {
    const std::string name = Base(argv[i]);
    if (argv[i].text.starts_with("-") || !in.rules().IsDangerous(name)) continue;
    (void)in.RunArgv(Tail(argv, i), input);
    return;
  }
}

// Texts that are given to a program of which it is not known what it does with them.
void ProbeWords(Interpreter& in, const std::vector<Field>& argv) {
  for (size_t i = 1; i < argv.size(); ++i) {
    const std::string text = argv[i].substitution ? argv[i].substituted : argv[i].text;
    in.Probe(text);
    for (const std::string& literal : LiteralsOf(text)) in.Probe(literal);
  }
}

// A program of another kind is not for a shell: a binary, or a script with another interpreter.
bool IsForShell(std::string_view text) {
  const size_t line = std::min(text.find('\n'), text.size());
  const bool script = text.starts_with("#!") ? Contains(text.substr(0, line), "sh") : IsPlainText(text.substr(0, 512));
  return script || HasUnknown(text);
}

// A program that this line wrote, downloaded or copied.
void RunMadeFile(Interpreter& in, const std::vector<Field>& argv, Stream& input) {
  const std::string path = PathOfMade(in, argv[0].text);
  if (path.empty()) return;
  if (const std::string program = in.files.ProgramAt(path); !program.empty()) {
    std::vector<Field> renamed = argv;
    renamed[0] = {program};
    (void)in.RunArgv(std::move(renamed), input);
    return;
  }
  const Stream* made = in.FileText(path);
  if (made == nullptr) {  // too large, not a text, or not there: unknown is not safe
    const std::string name = Base(argv[0]);
    if (!in.rules().Knows(name))
      in.Report("exec.script", Risk::kModerate, "runs a program that cannot be looked into");
    return;
  }
  if (!IsForShell(made->text)) return;
  const auto positional = in.frame.positional;
  const bool known = in.frame.positional_known;
  const bool lost = in.frame.positional_lost;
  SetPositional(in.frame, argv, 1);
  (void)in.RunScriptApart(std::string(made->text), input);
  in.frame.positional = positional;
  in.frame.positional_known = known;
  in.frame.positional_lost = lost;
}

}  // namespace

bool RunsAsScript(Interpreter& in, const std::string& word) {
  const std::string path = PathOfMade(in, word);
  if (path.empty()) return false;
  if (!in.files.ProgramAt(path).empty()) return true;
  const Stream* text = in.FileText(path);
  return text != nullptr && IsForShell(text->text);
}

std::string Requoted(Interpreter& in, const std::vector<Field>& argv, size_t from) {
  in.frame.Assign("_", Unknown());
  std::string out;
  for (size_t i = from; i < argv.size(); ++i) {
    std::string known;
    out += i > from ? " " : "";
    if (argv[i].glob) out += argv[i].text;
    for (const char c : argv[i].glob ? std::string() : argv[i].text) {
      if (!IsMark(c)) known += c;
      if (!IsMark(c)) continue;
      out += (known.empty() ? "" : Quote(known)) + (argv[i].many ? "${_}" : "\"${_}\"");
      known.clear();
    }
    if (!known.empty() || argv[i].text.empty()) out += Quote(known);
  }
  return out;
}

std::string PathOfMade(const Interpreter& in, const std::string& word) {
  if (word.find('/') != word.npos) return in.PathOf(word);
  if (!in.frame.variables.contains("PATH")) return "";
  const std::string path = in.frame.Value("PATH");
  for (auto folder : Split(path, ':')) {
    const std::string candidate = in.PathOf(Cat({folder, "/", word}));
    if (!folder.empty() && in.files.Knows(candidate)) return candidate;
  }
  return "";
}

Stream RunResolved(Interpreter& in, std::vector<Field> argv, Stream& input) {
  if (argv.empty()) return {};
  if (HasUnknown(argv[0].text) && !NamesProgram(argv[0].text)) return RunUnresolved(in, std::move(argv), input);
  // zsh: =name is the program's path.
  if (argv[0].text.size() > 1 && argv[0].text[0] == '=') argv[0].text.erase(0, 1);
  const std::string word = argv[0].text;
  if (word.empty() || InList(kReserved, word)) {
    const bool assigns = argv.size() == 2 && IsAssignment(argv[1].text);  // `time x=1`
    if (assigns)
      in.frame.Assign(argv[1].text.substr(0, argv[1].text.find('=')), argv[1].text.substr(argv[1].text.find('=') + 1));
    return assigns ? Stream{} : in.RunArgv(Tail(argv, 1), input);
  }
  const size_t bracket = word.find('(');
  if (bracket != word.npos && bracket > 0 && std::string_view("?*+@!").find(word[bracket - 1]) != word.npos) {
    in.Report("exec.unresolved", Risk::kHigh, "the command's name is a pattern that cannot be resolved");
    return {Unknown()};
  }
  if (argv[0].glob) RunGlob(in, argv, input);
  // Aliases work in interactive shells only, so both readings count.
  if (const auto alias = in.frame.aliases.find(word); alias != in.frame.aliases.end()) {
    const std::string text = alias->second;
    in.frame.aliases.erase(word);
    // After an alias that ends in a blank the next word may be one as well.
    std::string words = Requoted(in, argv, 1);
    if (argv.size() > 1 && text.ends_with(" ")) {
      const auto next = in.frame.aliases.find(argv[1].text);
      if (next != in.frame.aliases.end()) words = Cat({next->second, " ", Requoted(in, argv, 2)});
    }
    (void)in.RunText(Cat({text, " ", words}), input);
    in.frame.aliases[word] = text;
  }
  if (const auto function = in.frame.functions.find(word); function != in.frame.functions.end()) {
    Stream out;
    const auto bodies = function->second;
    for (const Statement* body : bodies) out = in.CallFunction(*body, argv, input);
    return out;
  }
  if (word.size() > 1 && word[0] == '!')
    in.Report("exec.history", Risk::kModerate, "runs a command of the shell's history, whatever that is");
  Stream out;
  if (RunBuiltin(in, argv, input, out) || RunShell(in, argv, input, out)) return out;
  const size_t changes = in.result().changes.size();
  const Invocation invocation = in.ApplyRules(argv, input);
  ApplyOptions(in, argv, invocation, input);
  for (const auto file : in.rules().Loads(invocation)) in.ProbeFile(std::string(file));
  NoteFiles(in, argv, invocation, input);
  NoteChanges(in, argv, changes);
  if (RunWrapped(in, argv, invocation, input, out)) return out;
  const std::string name = Base(argv[0]);
  if (name == "find" || name == "gfind") RunFind(in, argv);
  RunLanguage(in, argv, invocation, input);
  RunMadeFile(in, argv, input);
  if (!in.rules().Knows(name)) RunTail(in, argv, input);
  if (!invocation.described) ProbeWords(in, argv);
  RunEscapes(in, argv, invocation, input);
  out = OutputOf(in, argv, input);
  if (!invocation.prints.empty()) out.secret = true;
  if (invocation.prints == "secrets") out.text = std::string(1, kSecret);
  // What it has read of the input nobody else reads.
  if (!InList(kIgnoreInput, name) && !input.text.empty()) input.text = Unsure(input.text);
  return out;
}

}  // namespace heddle::shell
