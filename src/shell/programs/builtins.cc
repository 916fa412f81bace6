// Builtins that change the shell's own state (the bash manual, chapter 4).
#include <algorithm>

#include "base/text.h"
#include "shell/arguments.h"
#include "shell/programs/programs.h"

namespace heddle::shell {
namespace {

struct Builtin {
  Interpreter& in;
  const std::vector<Field>& argv;
  Stream& input;
  Stream out{};

  const std::string& At(size_t i) const { return argv[i].text; }
  bool IsOption(size_t i) const { return At(i).size() > 1 && (At(i)[0] == '-' || At(i)[0] == '+'); }
  bool HasOption(char letter) const {
    for (size_t i = 1; i < argv.size() && IsOption(i) && At(i) != "--"; ++i) {
      if (At(i).find(letter) != std::string::npos) return true;
    }
    return false;
  }
  // The index of the first operand.
  size_t Operands() const {
    size_t i = 1;
    while (i < argv.size() && IsOption(i) && At(i) != "--") ++i;
    return i < argv.size() && At(i) == "--" ? i + 1 : i;
  }
};

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
  const auto positional = call.in.frame.positional;
  const bool known = call.in.frame.positional_known;
  if (at + 1 < call.argv.size()) {
    call.in.frame.positional_known = true;
    call.in.frame.positional.clear();
    for (size_t i = at + 1; i < call.argv.size(); ++i) call.in.frame.positional.push_back(call.At(i));
  }
  (void)call.in.RunFile(call.argv[at], call.input);
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

// Evaluates the subscript of a name such as a[$(..)], which the shell expands once more.
void Subscript(Builtin& call, const std::string& name) {
  const size_t open = name.find('[');
  if (open == std::string::npos || !name.ends_with("]")) return;
  const std::string_view inside = std::string_view(name).substr(open + 1, name.size() - open - 2);
  (void)call.in.MakeExpander().Subscript(name.substr(0, open), inside);
}

void Declare(Builtin& call) {
  for (size_t i = call.Operands(); i < call.argv.size(); ++i) {
    const std::string& text = call.At(i);
    const size_t equals = text.find('=');
    const std::string name = text.substr(0, equals);
    Subscript(call, name);
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
  call.in.ApplyRules(call.argv, call.input);
}

void Unset(Builtin& call) {
  for (size_t i = call.Operands(); i < call.argv.size(); ++i) {
    Subscript(call, call.At(i));
    if (call.HasOption('f') || call.in.frame.functions.contains(call.At(i))) call.in.frame.functions.erase(call.At(i));
    call.in.frame.Unset(call.At(i));
  }
  call.in.ApplyRules(call.argv, call.input);
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

// The first line of the input, which it loses.
std::string TakeLine(Stream& input) {
  if (input.text.empty()) return "";
  const size_t end = input.text.find('\n');
  std::string line = input.text.substr(0, end);
  if (!HasUnknown(line)) input.text.erase(0, end == std::string::npos ? input.text.size() : end + 1);
  return line;
}

// Fields of one line for `count` variables: the last gets what is left (POSIX read).
std::vector<std::string> SplitLine(std::string line, size_t count, const std::string& separators) {
  std::vector<std::string> out;
  const auto blank = [&](char c) {
    return (c == ' ' || c == '\t' || c == '\n') && separators.find(c) != separators.npos;
  };
  size_t at = 0;
  while (at < line.size() && blank(line[at])) ++at;
  while (out.size() + 1 < count && at < line.size()) {
    size_t end = at;
    while (end < line.size() && separators.find(line[end]) == separators.npos) ++end;
    out.push_back(line.substr(at, end - at));
    at = end;
    while (at < line.size() && blank(line[at])) ++at;
    if (at < line.size() && separators.find(line[at]) != separators.npos && !blank(line[at])) ++at;
    while (at < line.size() && blank(line[at])) ++at;
  }
  std::string rest = at < line.size() ? line.substr(at) : "";
  while (!rest.empty() && blank(rest.back())) rest.pop_back();
  out.push_back(rest);
  out.resize(count);
  return out;
}

void Read(Builtin& call) {
  std::vector<std::string> names;
  std::string array, delimiter;
  for (size_t i = 1; i < call.argv.size(); ++i) {
    const std::string& text = call.At(i);
    if (text.size() < 2 || text[0] != '-') {
      names.push_back(text);
      continue;
    }
    const size_t letter = text.find_first_of("adnNptiu", 1);
    if (letter == std::string::npos) continue;
    const std::string value = letter + 1 < text.size()   ? text.substr(letter + 1)
                              : i + 1 < call.argv.size() ? call.At(++i)
                                                         : std::string();
    if (text[letter] == 'a') array = value;
    if (text[letter] == 'd') delimiter = value.empty() ? std::string(1, '\x04') : value;
    if (text[letter] == 'u') {
      const auto known = call.in.frame.descriptors.find(static_cast<int>(ParseInt(value).value_or(-1)));
      call.input = known != call.in.frame.descriptors.end() ? known->second : Stream{Unknown()};
    }
  }
  std::string line = Unknown();
  if (!delimiter.empty()) {
    line = call.input.text.substr(0, call.input.text.find(delimiter[0]));
    call.input.text = call.input.text.size() > line.size() ? call.input.text.substr(line.size() + 1) : "";
  } else if (!call.input.text.empty()) {
    line = TakeLine(call.input);
  }
  if (line.empty() && call.input.text.empty()) line = Unknown();
  const std::string separators = call.in.frame.Value("IFS");
  if (!array.empty()) {
    Variable list;
    list.array = true;
    int64_t next = 0;
    for (auto& field : SplitLine(line, 64, separators)) {
      if (!field.empty()) list.Set(std::to_string(next++), field);
    }
    call.in.frame.Ref(array) = list;
    return;
  }
  if (names.empty()) names.push_back("REPLY");
  for (const auto& name : names) Subscript(call, name);
  const auto fields = SplitLine(line, names.size(), separators);
  for (size_t i = 0; i < names.size(); ++i)
    call.in.frame.Assign(names[i], HasUnknown(line) && fields[i].empty() ? Unknown() : fields[i]);
  if (call.input.filtered) call.in.sweep = {.on = true, .filtered = true};
}

void MapFile(Builtin& call) {
  std::string name = "MAPFILE";
  char delimiter = '\n';
  for (size_t i = 1; i < call.argv.size(); ++i) {
    const std::string& text = call.At(i);
    if (text.empty() || text[0] != '-')
      name = text;
    else if (text == "-C" && i + 1 < call.argv.size())
      (void)call.in.RunScript(call.At(++i), call.input);
    else if (text == "-d" && i + 1 < call.argv.size())
      delimiter = call.At(++i).empty() ? '\0' : call.At(i)[0];
    else if (InList("-n -O -s -u -c", text))
      ++i;
  }
  Variable list;
  list.array = true;
  int64_t next = 0;
  for (auto line : Split(call.input.text, delimiter)) {
    if (next < 4096) list.Set(std::to_string(next++), std::string(line));
  }
  if (call.input.text.ends_with(std::string(1, delimiter)) && !list.elements.empty()) list.elements.pop_back();
  if (call.input.text.empty()) list.elements = {{"0", Unknown()}};
  call.in.frame.Ref(name) = std::move(list);
  call.input.text.clear();
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
  call.in.ApplyRules(call.argv, call.input);
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
    call.in.ApplyRules(call.argv, call.input);
  } else if (at < call.argv.size()) {
    call.out = call.in.RunArgv(Tail(call.argv, at), call.input);
  }
}

// Numbers and -v name variables, whose subscripts are evaluated.
void Test(Builtin& call) {
  for (size_t i = 1; i < call.argv.size(); ++i) Subscript(call, call.At(i));
  call.in.ApplyRules(call.argv, call.input);
}

// type prints what a name stands for.
void Type(Builtin& call) {
  call.out = {call.argv.size() > 1 ? call.argv.back().text + "\n" : ""};
  call.in.ApplyRules(call.argv, call.input);
}

// compgen -W and -C expand and run what they are given.
void Completions(Builtin& call) {
  for (size_t i = 1; i + 1 < call.argv.size(); ++i) {
    if (call.At(i) == "-W") (void)call.in.MakeExpander().ExpandHeredoc(call.At(i + 1));
    if (call.At(i) == "-C") (void)call.in.RunScript(call.At(i + 1), call.input);
  }
  call.out = {Unknown()};
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
    {"export declare local readonly typeset", Declare},
    {"unset", Unset},
    {"trap", Trap},
    {"read", Read},
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
    {"return exit break continue wait : true false", Nothing},
};

}  // namespace

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
