// Builtins that change the shell's own state (the bash manual, chapter 4).
#include <algorithm>

#include "base/text.h"
#include "shell/arguments.h"
#include "shell/programs/builtin.h"
#include "shell/programs/programs.h"

namespace heddle::shell {
namespace {

void ChangeDirectory(Builtin& call) {
  size_t at = 1;
  while (at < call.argv.size() && InList("-P -L -e -@ -n --", call.At(at))) ++at;
  const std::string target = at < call.argv.size() ? call.At(at) : call.in.frame.Value("HOME");
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
  call.in.frame.Assign("OLDPWD", before.empty() ? Unknown() : before);
  call.in.frame.Assign("PWD", cwd.empty() ? Unknown() : cwd);
  (void)call.in.ApplyRules(call.argv, call.input);
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
  const auto positional = call.in.frame.positional;
  const bool known = call.in.frame.positional_known;
  if (at + 1 < call.argv.size()) {
    call.in.frame.positional_known = true;
    call.in.frame.positional.clear();
    for (size_t i = at + 1; i < call.argv.size(); ++i) call.in.frame.positional.push_back(call.At(i));
  }
  // A name without a slash is looked for in PATH.
  Field file = call.argv[at];
  if (const std::string found = PathOfMade(call.in, file.text); !found.empty()) file.text = found;
  (void)call.in.RunFile(file, call.input);
  call.in.frame.positional = positional;
  call.in.frame.positional_known = known;
}

void Alias(Builtin& call) {
  for (size_t i = 1; i < call.argv.size(); ++i) {
    const size_t equals = call.At(i).find('=');
    if (equals == std::string::npos || equals == 0) continue;
    call.in.frame.aliases[call.At(i).substr(0, equals)] = call.At(i).substr(equals + 1);
  }
}

void Unalias(Builtin& call) {
  if (call.HasOption('a')) call.in.frame.aliases.clear();
  for (size_t i = 1; i < call.argv.size(); ++i) call.in.frame.aliases.erase(call.At(i));
}

void Declare(Builtin& call) {
  for (size_t i = call.Operands(); i < call.argv.size(); ++i) {
    const std::string& text = call.At(i);
    const size_t equals = text.find('=');
    const std::string name = text.substr(0, equals);
    ExpandSubscript(call, name);
    if (name.empty() || HasUnknown(name)) continue;
    auto& locals = call.in.frame.locals;
    if (!locals.empty() && call.argv[0].text != "export" && !call.HasOption('g'))
      locals.back().try_emplace(name, call.in.frame.Find(name) != nullptr ? *call.in.frame.Find(name) : Variable{});
    Variable& variable = call.HasOption('n') ? call.in.frame.variables[name] : call.in.frame.Ref(name);
    if (call.HasOption('n')) variable.nameref = true;
    if (call.HasOption('A')) variable.associative = variable.array = true;
    if (call.HasOption('a')) variable.array = true;
    if (call.HasOption('l')) variable.lower = true;
    if (call.HasOption('u')) variable.upper = true;
    if (call.HasOption('i')) variable.integer = true;
    if (equals == std::string::npos) continue;
    const std::string value = text.substr(equals + 1);
    if (variable.nameref)
      variable.Set("0", value);
    else
      call.in.frame.Assign(name, value);
    call.in.NoteVariable(name, value);
  }
  (void)call.in.ApplyRules(call.argv, call.input);
}

void UnsetElement(Builtin& call, const std::string& name, const std::string& subscript) {
  const std::string key = call.in.MakeExpander().Subscript(name, subscript);
  Variable& list = call.in.frame.Ref(name);
  if (HasUnknown(key)) list.elements = {{"0", Unknown()}};
  std::erase_if(list.elements, [&](const auto& element) { return element.first == key; });
}

void Unset(Builtin& call) {
  for (size_t i = call.Operands(); i < call.argv.size(); ++i) {
    ExpandSubscript(call, call.At(i));
    if (call.HasOption('f') || call.in.frame.functions.contains(call.At(i))) call.in.frame.functions.erase(call.At(i));
    const size_t open = call.At(i).find('[');
    if (open == std::string::npos)
      call.in.frame.Unset(call.At(i));
    else
      UnsetElement(call, call.At(i).substr(0, open), call.At(i).substr(open + 1, call.At(i).size() - open - 2));
  }
  (void)call.in.ApplyRules(call.argv, call.input);
}

// What a trap runs counts at the end of the shell that set it; DEBUG and the like run at any time.
void Trap(Builtin& call) {
  const size_t at = call.Operands();
  if (call.argv.size() < at + 2 || call.At(at) == "-") return;
  call.in.frame.traps.push_back(call.At(at));
  for (size_t i = at + 1; i < call.argv.size(); ++i) {
    if (InList("DEBUG ERR RETURN", call.At(i))) (void)call.in.RunScript(call.At(at), call.input);
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
    if (call.At(at).ends_with("o")) ++at;
  }
  if (operands || at < call.argv.size()) {
    call.in.frame.positional_known = true;
    call.in.frame.positional.clear();
    for (size_t i = at; i < call.argv.size(); ++i) call.in.frame.positional.push_back(call.At(i));
  }
  (void)call.in.ApplyRules(call.argv, call.input);
}

void Shift(Builtin& call) {
  const auto count = static_cast<size_t>(call.argv.size() > 1 ? ParseInt(call.At(1)).value_or(1) : 1);
  auto& positional = call.in.frame.positional;
  positional.erase(positional.begin(),
                   positional.begin() + static_cast<std::ptrdiff_t>(std::min(count, positional.size())));
}

// printf -v NAME stores what it would print.
void Print(Builtin& call) {
  if (call.argv.size() > 2 && call.At(1).starts_with("-v")) {
    const bool attached = call.At(1).size() > 2;
    const std::string name = attached ? call.At(1).substr(2) : call.At(2);
    std::vector<Field> rest = Tail(call.argv, attached ? 2 : 3);
    rest.insert(rest.begin(), {"printf"});
    const std::string text = OutputOf(call.in, rest, call.input).text;
    const size_t open = name.find('[');
    if (open != name.npos && name.ends_with("]")) {
      const std::string array = name.substr(0, open);
      const std::string key =
          call.in.MakeExpander().Subscript(array, std::string_view(name).substr(open + 1, name.size() - open - 2));
      call.in.frame.Ref(array).Set(key, text);
    } else {
      call.in.frame.Assign(name, text);
    }
    return;
  }
  call.out = OutputOf(call.in, call.argv, call.input);
}

void Let(Builtin& call) {
  for (size_t i = 1; i < call.argv.size(); ++i) (void)call.in.MakeExpander().Arithmetic(call.At(i));
}

void GetOptions(Builtin& call) {
  if (call.argv.size() > 2) call.in.frame.Assign(call.At(2), Unknown());
  call.in.frame.Assign("OPTARG", Unknown());
}

// hash -p PATH NAME: NAME means PATH from now on.
void Hash(Builtin& call) {
  if (call.argv.size() > 3 && call.At(1) == "-p") call.in.frame.aliases[call.At(3)] = call.At(2);
}

// command -v prints where a program lies; otherwise the program is run, past functions and aliases.
void Command(Builtin& call) {
  const size_t at = call.Operands();
  if (call.HasOption('v') || call.HasOption('V')) {
    call.out = {at < call.argv.size() ? call.At(at) + "\n" : ""};
    (void)call.in.ApplyRules(call.argv, call.input);
  } else if (at < call.argv.size()) {
    call.out = call.in.RunArgv(Tail(call.argv, at), call.input);
  }
}

// Numbers and -v name variables, whose subscripts are evaluated.
void Test(Builtin& call) {
  for (size_t i = 1; i < call.argv.size(); ++i) ExpandSubscript(call, call.At(i));
  (void)call.in.ApplyRules(call.argv, call.input);
}

// type prints what a name stands for.
void Type(Builtin& call) {
  call.out = {call.argv.size() > 1 ? call.argv.back().text + "\n" : ""};
  (void)call.in.ApplyRules(call.argv, call.input);
}

// compgen -W and -C expand and run what they are given.
void Completions(Builtin& call) {
  for (size_t i = 1; i + 1 < call.argv.size(); ++i) {
    if (call.At(i) == "-W") (void)call.in.MakeExpander().ExpandHeredoc(call.At(i + 1));
    if (call.At(i) == "-C") (void)call.in.RunScript(call.At(i + 1), call.input);
  }
  call.out = {Unknown()};
}

// What was set aside for the end of this shell runs here; whether control comes here is not known.
void Exit(Builtin& call) {
  const std::vector<std::string> traps = call.in.frame.traps;
  call.in.RunTraps();
  call.in.frame.traps = traps;
  (void)call.in.ApplyRules(call.argv, call.input);
}

void Nothing(Builtin& call) { (void)call.in.ApplyRules(call.argv, call.input); }

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
    {"export declare local readonly typeset", Declare},
    {"unset", Unset},
    {"trap", Trap},
    {"read", ReadLine},
    {"mapfile readarray", MapFile},
    {"set", Set},
    {"shift", Shift},
    {"printf", Print},
    {"let", Let},
    {"getopts", GetOptions},
    {"hash", Hash},
    {"command", Command},
    {"type", Type},
    {"compgen", Completions},
    {"test [ [[", Test},
    {"exit", Exit},
    {"return break continue wait : true false", Nothing},
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
