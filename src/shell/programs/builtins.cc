// Builtins that change the shell's own state (the bash manual, chapter 4).
#include <optional>

#include "base/text.h"
#include "shell/arguments.h"
#include "shell/programs/builtin_call.h"
#include "shell/programs/programs.h"

namespace heddle::shell {
namespace {

using Builtin = BuiltinCall;

void ChangeDirectory(Builtin& call) {
  size_t at = 1;
  while (at < call.argv.size() && InList("-P -L -e -@ -n --", call.At(at))) ++at;
  const std::string target = at < call.argv.size() ? call.At(at) : call.in.frame.Value("HOME");
  if (at + 1 < call.argv.size()) call.in.frame.Ref("PWD").others = {Unknown()};  // zsh replaces, others refuse
  const std::string before = call.in.frame.cwd;
  const bool searched = target[0] != '/' && target[0] != '.' && call.in.frame.Find("CDPATH") != nullptr;
  if (target == "-") {
    const std::string old = call.in.frame.Value("OLDPWD");
    call.in.frame.cwd = HasUnknown(old) ? "" : old;
  } else if (searched || (HasUnknown(target) && target.find(kName) == target.npos)) {
    call.in.frame.cwd.clear();
  } else {
    call.in.frame.cwd = Locate(target, false, before, call.in.world()).path;
    if (before.empty() && !target.starts_with("/")) call.in.frame.cwd.clear();
  }
  const std::string& cwd = call.in.frame.cwd;
  const bool plain = !cwd.empty() && !searched && at + 1 >= call.argv.size();
  if (target == "-" || searched) call.out = {plain && !call.in.frame.zsh ? cwd + "\n" : Unknown()};
  call.in.frame.Assign("OLDPWD", before.empty() ? Unknown() : before);
  call.in.frame.Assign("PWD", cwd.empty() ? Unknown() : cwd);
  // Where there is no such directory, it stays the one from before; and "//" is one of its own.
  const auto& resolve = call.in.world().resolve;
  const bool there = !resolve || resolve(cwd) == cwd;
  if (!cwd.empty() && (!there || target.starts_with("//"))) {
    call.in.frame.Ref("PWD").others = {Unknown()};
    call.in.frame.Ref("OLDPWD").others = {Unknown()};
  }
  call.in.Change({.kind = FileChange::Kind::kEnter, .paths = {.text = cwd.empty() ? Unknown() : cwd}});
  call.in.ApplyRules(call.argv, call.input);
}

void PopDirectory(Builtin& call) {
  call.in.frame.cwd.clear();
  call.in.frame.Assign("PWD", Unknown());
}

void Eval(Builtin& call) {
  size_t from = call.argv.size() > 1 && call.At(1) == "--" ? 2 : 1;
  call.out = call.in.RunScript(JoinFrom(call.argv, from), call.input);
}

void Source(Builtin& call) {
  size_t at = call.argv.size() > 1 && call.At(1) == "--" ? 2 : 1;
  if (at >= call.argv.size()) return;
  Frame& frame = call.in.frame;
  const auto positional = frame.positional;
  const bool known = frame.positional_known, lost = frame.positional_lost;
  if (at + 1 < call.argv.size()) SetPositional(frame, call.argv, at + 1);
  std::optional<Frame> outer;
  std::swap(outer, call.in.exits.function);
  // A name without a slash is looked for in PATH.
  Field file = call.argv[at];
  if (const std::string found = PathOfMade(call.in, file.text); !found.empty()) file.text = found;
  (void)call.in.RunFile(file, call.input);
  if (call.in.exits.function) frame = JoinFrames(frame, *call.in.exits.function);
  std::swap(outer, call.in.exits.function);
  if (at + 1 >= call.argv.size()) return;  // it may have set those of this shell
  frame.positional = positional;
  frame.positional_known = known;
  frame.positional_lost = lost;
}

void Alias(Builtin& call) {
  for (size_t i = 1; i < call.argv.size(); ++i) {
    const size_t equals = call.At(i).find('=');
    if (equals == std::string::npos || equals == 0) continue;
    call.in.frame.aliases[call.At(i).substr(0, equals)] = call.At(i).substr(equals + 1);
  }
}

// A line is read with the aliases from before it, so the alias still counts.
void Unalias(Builtin&) {}

// The text of a trap that runs at a time that is not known: now, and with all that variables hold until the end.
void RunAnyTime(Builtin& call, const std::string& text) {
  Frame& frame = call.in.frame;
  const Frame before = frame;
  (void)call.in.RunScript(text, call.input);
  frame = JoinFrames(before, frame);
  frame.signals.push_back(text);
  for (const auto& [name, variable] : frame.variables) {
    const std::string* value = variable.At("0");
    if (value != nullptr) frame.held[name] = {*value};
  }
}

// What a trap runs counts at the end of the shell that set it; DEBUG, signals and the like run at any time.
void Trap(Builtin& call) {
  const size_t at = call.Operands();
  if (call.argv.size() < at + 2 || call.At(at) == "-") return;
  call.in.frame.traps.push_back(call.At(at));
  for (size_t i = at + 1; i < call.argv.size(); ++i) {
    if (!InList("EXIT 0", call.At(i))) RunAnyTime(call, call.At(at));
  }
}

void Set(Builtin& call) {
  size_t at = 1;
  bool operands = false;
  for (; at < call.argv.size() && call.IsOption(at); ++at) {
    if (call.At(at) == "--") {
      operands = true;
      ++at;
      break;
    }
    const bool named = call.At(at).ends_with("o") && at + 1 < call.argv.size();
    if (call.At(at).find('C') != std::string::npos || (named && call.At(at + 1) == "noclobber"))
      call.in.frame.noclobber = call.At(at)[0] == '-';
    if (call.At(at).ends_with("o")) ++at;
  }
  if (!operands && at < call.argv.size() && (call.At(at) == "-" || call.At(at) == "+")) ++at;
  if (operands || at < call.argv.size()) SetPositional(call.in.frame, call.argv, at);
  call.in.ApplyRules(call.argv, call.input);
}

void Shift(Builtin& call) {
  Frame& frame = call.in.frame;
  const auto count = call.argv.size() > 1 ? ParseInt(call.At(1)) : std::optional<int64_t>(1);
  if (!count || *count < 0 || !frame.positional_known) {
    frame.positional_lost |= frame.positional_known;
    frame.positional_known = false;
    return;
  }
  const auto size = static_cast<int64_t>(frame.positional.size());
  if (*count <= size) frame.positional.erase(frame.positional.begin(), frame.positional.begin() + *count);
}

// printf -v NAME stores what it would print.
void Print(Builtin& call) {
  if (call.argv.size() > 2 && call.At(1).starts_with("-v")) {
    const bool attached = call.At(1).size() > 2;
    const std::string name = attached ? call.At(1).substr(2) : call.At(2);
    std::vector<Field> rest = Tail(call.argv, attached ? 2 : 3);
    rest.insert(rest.begin(), {"printf"});
    std::string text = OutputOf(call.in, rest, call.input).text;
    if (text.find('\0') != text.npos) text = Unknown();
    AssignTo(call, name, text);
    return;
  }
  call.out = OutputOf(call.in, call.argv, call.input);
}

void Let(Builtin& call) {
  for (size_t i = 1; i < call.argv.size(); ++i) (void)call.in.MakeExpander().Evaluate(call.At(i));
}

// hash -p PATH NAME: NAME means PATH from now on.
void Hash(Builtin& call) {
  if (call.argv.size() > 3 && call.At(1) == "-p") call.in.frame.aliases[call.At(3)] = call.At(2);
}

// command -v prints where a program lies; otherwise the program is run, past functions and aliases.
void Command(Builtin& call) {
  const size_t at = call.Operands();
  if (call.HasOption('v') || call.HasOption('V')) {
    call.out = call.HasOption('v') ? OutputOf(call.in, call.argv, call.input) : Stream{Unknown()};
    call.in.ApplyRules(call.argv, call.input);
  } else if (at < call.argv.size()) {
    call.out = call.in.RunArgv(Tail(call.argv, at), call.input);
  }
}

// Numbers and -v name variables, whose subscripts are evaluated.
void Test(Builtin& call) {
  for (size_t i = 1; i < call.argv.size(); ++i) VisitSubscript(call, call.At(i));
  call.in.ApplyRules(call.argv, call.input);
}

// type says in words what a name stands for, with -p where it lies.
void Type(Builtin& call) {
  const bool path = call.in.frame.bash && (call.HasOption('p') || call.HasOption('P'));
  call.out = path ? OutputOf(call.in, call.argv, call.input) : Stream{Unknown()};
  call.in.ApplyRules(call.argv, call.input);
}

// compgen expands the words of -W, runs the command of -C and calls the function of -F; complete does so later.
void Completions(Builtin& call) {
  for (size_t i = 1; i + 1 < call.argv.size(); ++i) {
    if (call.At(i) == "-W") (void)call.in.MakeExpander().ExpandQuoted(call.At(i + 1));
    if (call.At(i) == "-C" || call.At(i) == "-F") (void)call.in.RunScript(call.At(i + 1), call.input);
  }
  call.out = {Unknown()};
}

// history -s keeps a line for later, -w and -a write all lines to a file.
void History(Builtin& call) {
  const size_t at = call.Operands();
  call.in.ApplyRules(call.argv, call.input);
  call.out = {std::string(1, kSecret), false, true};
  if (call.HasOption('s') || call.HasOption('p')) {
    const std::string line = JoinFrom(call.argv, at);
    call.in.Probe(line);
    call.in.history += line + "\n";
  }
  if (!call.HasOption('w') && !call.HasOption('a')) return;
  const std::string file = at < call.argv.size() ? call.At(at) : call.in.frame.Value("HISTFILE");
  if (HasUnknown(file)) return;  // that of the shell
  call.in.Touch(EffectKind::kOverwrite, {file}, false);
  call.in.files.Write(call.in.PathOf(file), {call.in.history.empty() ? Unknown() : call.in.history}, false);
}

void Return(Builtin& call) { call.in.Leave(call.in.exits.function); }

void LeaveLoop(Builtin& call) {
  call.in.exits.outer |= call.argv.size() > 1 && call.At(1) != "1";
  call.in.Leave(call.in.exits.loop);
}

// The traps of a shell see the state in which it ends.
void Exit(Builtin& call) {
  ++call.in.exits.count;
  const Frame before = call.in.frame;
  if (!before.traps.empty()) call.in.RunTraps();
  call.in.frame = before;
}

void Nothing(Builtin& call) { call.in.ApplyRules(call.argv, call.input); }

struct Row {
  std::string_view names;
  void (*run)(Builtin&);
};

constexpr Row kRows[] = {
    {"cd pushd chdir", ChangeDirectory},
    {"popd", PopDirectory},
    {"eval", Eval},
    {"source .", Source},
    {"alias", Alias},
    {"unalias", Unalias},
    {"export declare local readonly typeset", RunDeclare},
    {"unset", RunUnset},
    {"trap", Trap},
    {"read", RunRead},
    {"mapfile readarray", RunMapFile},
    {"set", Set},
    {"shift", Shift},
    {"printf", Print},
    {"let", Let},
    {"getopts", RunGetOptions},
    {"hash", Hash},
    {"command", Command},
    {"type", Type},
    {"compgen complete", Completions},
    {"history", History},
    {"test [ [[ wait", Test},
    {"return", Return},
    {"exit", Exit},
    {"break continue", LeaveLoop},
    {": true false", Nothing},
};

}  // namespace

void ExpandSubscript(Builtin& call, const std::string& name) {
  const size_t open = name.find('[');
  if (open == std::string::npos || !name.ends_with("]")) return;
  const std::string_view inside = std::string_view(name).substr(open + 1, name.size() - open - 2);
  (void)call.in.MakeExpander().Subscript(name.substr(0, open), inside);
}

bool RunBuiltin(Interpreter& in, const std::vector<Field>& argv, Stream& input, Stream& out) {
  for (const Row& row : kRows) {
    if (!InList(row.names, argv[0].text)) continue;
    Builtin call{in, argv, input};
    row.run(call);
    out = call.out;
    return true;
  }
  return false;
}

}  // namespace heddle::shell
