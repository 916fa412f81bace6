// Commands that are more than their rule: builtins that change the shell's state, commands that run other commands,
// and interpreters fed with text.
#include <algorithm>

#include "base/text.h"
#include "shell/interpreter.h"

namespace heddle::shell {
namespace {

// A command whose arguments hold another command.
struct Wrapper {
  std::string_view names;        // blank-separated
  std::string_view values;       // its own flags that take a value
  int skip = 0;                  // operands of its own before the command
  bool joined = false;           // the rest is one text for a shell, not an argument list
  bool assignments = false;      // NAME=value may stand before the command
  std::string_view script_flag;  // a flag whose value is a text for a shell
};

constexpr Wrapper kWrappers[] = {
    {"sudo doas pkexec run0", "-u -g -h -p -C -r -t -T -U -D -R --user --group --host --prompt --chdir --close-from", 0,
     false, true, ""},
    {"env", "-u -C -a --unset --chdir", 0, false, true, "-S --split-string"},
    {"nohup setsid command builtin exec time fakeroot unbuffer caffeinate rlwrap proxychains proxychains4 torsocks "
     "torify "
     "dbus-run-session catchsegv eatmydata noglob nocorrect chronic ts linux32 linux64 gdbserver stdbuf ltrace then do "
     "else !",
     "-f -o -i -e -a --output --input --error --format", 0, false, false, ""},
    {"nice", "-n --adjustment", 0, false, false, ""},
    {"ionice", "-c -n -p -P -u", 0, false, false, ""},
    {"chrt taskset", "-p", 1, false, false, ""},
    {"timeout", "-s -k --signal --kill-after", 1, false, false, ""},
    {"strace", "-e -o -p -s -u -E -P -a", 0, false, false, ""},
    {"chroot", "--userspec --groups", 1, false, false, ""},
    {"unshare nsenter firejail bwrap systemd-run", "-t -S -G -p --unit --uid --gid --property --slice", 0, false, false,
     ""},
    {"flock", "-w -E --wait --timeout", 1, false, false, "-c --command"},
    {"watch", "-n -d --interval", 0, true, false, ""},
    {"ssh slogin", "-p -i -l -o -F -L -R -D -J -W -b -c -e -m -O -Q -S -w -E -B -I", 1, true, false, ""},
    {"su runuser", "-s -g -G -w --shell --group", 2, false, false, "-c --command --session-command"},
    {"script", "-t -m -E -I -O -B --timing", 1, false, false, "-c --command"},
    {"busybox toybox", "", 0, false, false, ""},
    {"entr", "", 0, false, false, ""},
    {"sg newgrp", "", 1, false, false, "-c"},
    {"expect", "", 9, false, false, "-c"},
    {"tmux", "-L -S -f -t -s -n -c -x -y -e", 1, true, false, ""},
    {"screen", "-S -s -t -c -T -h -p -e", 0, false, false, ""},
    {"doppler dotenv op aws-vault direnv", "-e -f -p", 1, false, false, ""},
    {"find-exec", "", 0, false, false, ""},
};

// Programs that run their standard input or a text argument as shell.
constexpr std::string_view kShells = "sh bash zsh dash ksh mksh ash fish rbash csh tcsh posh yash busybox-sh";
// Programs that run code of their own language: name, flags that take the code.
struct Language {
  std::string_view names, flags;
};
constexpr Language kLanguages[] = {
    {"python python2 python3 pypy pypy3", "-c"},
    {"perl", "-e -E -ne -pe -ie -i -nE -pi"},
    {"ruby", "-e"},
    {"node nodejs deno bun", "-e --eval -p --print eval"},
    {"php", "-r"},
    {"lua luajit", "-e"},
    {"Rscript R", "-e"},
    {"osascript", "-e"},
    {"tclsh wish expect", "-c"},
    {"julia", "-e -E"},
    {"pwsh powershell", "-c -Command"},
    {"gdb", "-ex -eval-command"},
    {"vim vi nvim view ex", "-c --cmd"},
    {"emacs", "--eval"},
    {"groovy", "-e"},
    {"scala", "-e"},
    {"guile", "-c"},
};

bool InList(std::string_view list, std::string_view name) {
  if (name.empty()) return false;
  for (size_t at = list.find(name); at != list.npos; at = list.find(name, at + 1)) {
    const size_t end = at + name.size();
    if ((at == 0 || list[at - 1] == ' ') && (end == list.size() || list[end] == ' ')) return true;
  }
  return false;
}

// python3.11 -> python3; gawk etc. are listed as they are.
std::string WithoutVersion(const std::string& name) {
  const size_t dot = name.find('.');
  return dot != name.npos && dot > 0 && name[dot - 1] >= '0' && name[dot - 1] <= '9' ? name.substr(0, dot) : name;
}

std::string Base(const Field& field) {
  const size_t slash = field.text.rfind('/');
  return slash == field.text.npos ? field.text : field.text.substr(slash + 1);
}

bool IsAssignment(const std::string& text) {
  const size_t equals = text.find('=');
  if (equals == 0 || equals == text.npos) return false;
  return std::all_of(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(equals), [](char c) {
    return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  });
}

std::string JoinFrom(const std::vector<Field>& argv, size_t from) {
  std::string out;
  for (size_t i = from; i < argv.size(); ++i) out += (i > from ? " " : "") + argv[i].text;
  return out;
}

std::vector<Field> Tail(const std::vector<Field>& argv, size_t from) {
  return {argv.begin() + static_cast<std::ptrdiff_t>(std::min(from, argv.size())), argv.end()};
}

const Wrapper* WrapperOf(std::string_view name) {
  for (const Wrapper& wrapper : kWrappers) {
    if (InList(wrapper.names, name)) return &wrapper;
  }
  return nullptr;
}

}  // namespace

Stream CommandRunner::Run(std::vector<Field> argv) {
  if (argv.empty()) return {};
  std::string& word = argv[0].text;
  if (HasUnknown(word)) {
    const bool downloaded = word.find(kDownloaded) != word.npos;
    const std::string rest = WithoutUnknown(word);
    in_.Report(
        downloaded ? "exec.downloaded" : "exec.unresolved", downloaded ? Risk::kCritical : Risk::kHigh,
        downloaded ? "runs what it downloads" : "the command's name is built from something that cannot be resolved");
    in_.Touch(EffectKind::kExecute, argv[0], false);
    if (rest.empty()) {
      // `$x -rf /`: the arguments of the worst command they would fit
      if (argv.size() > 1) argv[0].text = "rm", in_.ApplyRules(argv, in_.rules_, input_);
      return {std::string(1, kUnknown)};
    }
    word = rest;
    argv[0].text = rest;
  }
  if (word.empty()) return argv.size() > 1 ? Run(Tail(argv, 1)) : Stream{};
  if (argv[0].glob) {
    auto names = in_.rules_.NamesMatching(Base(argv[0]));
    if (names.size() > 24) names = {"rm", "dd", "chmod"};  // "*" could be anything: the usual worst will do
    for (auto name : names) {
      auto candidate = argv;
      candidate[0] = {std::string(name)};
      (void)in_.RunArgv(std::move(candidate), input_);
    }
    in_.Report("exec.glob", Risk::kModerate,
               "the command's name is a pattern, so what runs depends on the files there");
  }
  if (const auto alias = in_.aliases_.find(word); alias != in_.aliases_.end() && in_.depth_ < 20) {
    return in_.RunText(alias->second + " " + JoinFrom(argv, 1), input_);
  }
  if (const auto function = in_.functions_.find(word); function != in_.functions_.end()) {
    return CallFunction(*function->second, argv);
  }
  Stream out;
  if (Builtin(argv, out) || Shell(argv, out)) return out;
  in_.ApplyRules(argv, in_.rules_, input_);
  Special(argv);
  if (Wrapped(argv, out)) return out;
  if (const std::string name = Base(argv[0]); !name.empty()) {
    if (name == "find" || name == "gfind") Find(argv);
    (void)Inline(argv);
    if (in_.downloaded_.contains(word) || in_.downloaded_.contains(name)) {
      in_.Report("exec.downloaded", Risk::kCritical, "runs what it downloads");
    } else if (in_.written_.contains(word) || (word.starts_with("./") && in_.written_.contains(name))) {
      RunFile(in_.written_.contains(word) ? word : name);
    }
  }
  return OutputOf(argv, input_, in_.cwd_);
}

Stream CommandRunner::CallFunction(const Statement& body, const std::vector<Field>& argv) {
  Variables saved = in_.variables_;
  in_.variables_.in_function = true;
  in_.variables_.positional.clear();
  for (size_t i = 1; i < argv.size(); ++i) in_.variables_.positional.push_back(argv[i].text);
  Stream out;
  for (const Statement& child : body.children) out = in_.Run(child, input_);
  in_.variables_.positional = saved.positional;
  in_.variables_.in_function = saved.in_function;
  return out;
}

bool CommandRunner::Builtin(const std::vector<Field>& argv, Stream& out) {
  const std::string& name = argv[0].text;
  if (name == "cd" || name == "pushd" || name == "chdir") {
    std::string target = argv.size() > 1 ? argv.back().text : in_.world_.home;
    if (target == "-" || HasUnknown(target))
      in_.cwd_ = "";
    else
      in_.cwd_ = Locate(target, false, in_.cwd_, in_.world_).path;
    in_.variables_.values["PWD"] = in_.cwd_;
    return true;
  }
  if (name == "eval") return RunScript(JoinFrom(argv, 1)), true;
  if (name == "source" || name == ".") {
    if (argv.size() > 1 && !argv[1].substituted.empty())
      RunScript(argv[1].substituted);
    else if (argv.size() > 1)
      RunFile(argv[1].text);
    return true;
  }
  if (name == "alias") {
    for (size_t i = 1; i < argv.size(); ++i) {
      const size_t equals = argv[i].text.find('=');
      if (equals != std::string::npos) in_.aliases_[argv[i].text.substr(0, equals)] = argv[i].text.substr(equals + 1);
    }
    return true;
  }
  if (name == "export" || name == "declare" || name == "local" || name == "readonly" || name == "typeset") {
    for (size_t i = 1; i < argv.size(); ++i) {
      const size_t equals = argv[i].text.find('=');
      if (equals != std::string::npos)
        in_.variables_.values[argv[i].text.substr(0, equals)] = argv[i].text.substr(equals + 1);
    }
    in_.ApplyRules(argv, in_.rules_, input_);
    return true;
  }
  if (name == "trap") {
    if (argv.size() > 2 && argv[1].text != "-") RunScript(argv[1].text);
    return true;
  }
  if (name == "read" || name == "mapfile" || name == "readarray") {
    for (size_t i = 1; i < argv.size(); ++i) {
      if (argv[i].text[0] == '-') continue;
      const size_t line = input_.text.find('\n');
      in_.variables_.values[argv[i].text] =
          input_.text.empty() ? std::string(1, kUnknown) : input_.text.substr(0, line);
      if (input_.filtered) in_.sweeping_ = true, in_.sweep_filtered_ = true;
    }
    return true;
  }
  if (name == "set" || name == "shift" || name == "test" || name == "[" || name == "[[" || name == "return") {
    if (name == "set" && argv.size() > 2 && argv[1].text == "--") {
      in_.variables_.in_function = true;
      in_.variables_.positional.clear();
      for (size_t i = 2; i < argv.size(); ++i) in_.variables_.positional.push_back(argv[i].text);
    }
    in_.ApplyRules(argv, in_.rules_, input_);
    return true;
  }
  (void)out;
  return false;
}

void CommandRunner::RunScript(const std::string& text) {
  if (text.find(kDownloaded) != text.npos) {
    in_.Report("exec.downloaded", Risk::kCritical, "runs what it downloads");
    in_.Touch(EffectKind::kExecute, {"downloaded code"}, false);
  } else if (text.find(kDecoded) != text.npos) {
    in_.Report("exec.decoded", Risk::kHigh, "runs code that is decoded or unpacked on the way");
    in_.Touch(EffectKind::kExecute, {"decoded code"}, false);
  } else if (HasUnknown(text) && WithoutUnknown(text).find_first_not_of(" \n\t\"'") == std::string::npos) {
    in_.Report("exec.built", Risk::kHigh, "runs text that is built while it runs, so it cannot be known beforehand");
    in_.Touch(EffectKind::kExecute, {"text that is built while it runs"}, false);
  }
  // Unknown parts read as a variable of unknown value inside the inner script.
  std::string readable;
  for (char c : text) readable += c >= kUnknown && c <= kDecoded ? "${_}" : std::string(1, c);
  in_.variables_.values["_"] = std::string(1, kUnknown);
  (void)in_.RunText(readable, input_);
}

void CommandRunner::RunFile(const std::string& path) {
  if (in_.downloaded_.contains(path)) {
    in_.Report("exec.downloaded", Risk::kCritical, "runs what it downloads");
  } else if (const auto known = in_.written_.find(path); known != in_.written_.end()) {
    RunScript(known->second);
  } else if (HasUnknown(path) || path == "/dev/stdin") {
    RunScript(path == "/dev/stdin" ? input_.text : std::string(1, kUnknown));
  }
}

bool CommandRunner::Shell(const std::vector<Field>& argv, Stream& out) {
  size_t at = 0;
  std::string name = Base(argv[0]);
  if ((name == "busybox" || name == "toybox") && argv.size() > 1) name = Base(argv[++at]);
  if (!InList(kShells, name)) return false;
  in_.result_.commands.push_back({name, {}});
  bool command = false, from_input = true;
  for (size_t i = at + 1; i < argv.size(); ++i) {
    const std::string& text = argv[i].text;
    if (text == "-o" || text == "+o" || text == "--rcfile" || text == "--init-file") {
      ++i;
    } else if (text.size() > 1 && text[0] == '-' && text[1] != '-' && text.find('c') != text.npos) {
      command = true;
    } else if (text == "--command" && name == "fish") {
      command = true;
    } else if (text.size() > 1 && (text[0] == '-' || text[0] == '+')) {
      continue;
    } else if (command) {
      Variables saved = in_.variables_;
      if (i + 1 < argv.size()) {
        in_.variables_.in_function = true;
        in_.variables_.positional.clear();
        for (size_t k = i + 2; k < argv.size(); ++k) in_.variables_.positional.push_back(argv[k].text);
        in_.variables_.values["0"] = argv[i + 1].text;
      }
      RunScript(text);
      in_.variables_.positional = saved.positional;
      in_.variables_.in_function = saved.in_function;
      from_input = false;
      break;
    } else {
      from_input = false;
      if (!argv[i].substituted.empty())
        RunScript(argv[i].substituted);
      else
        RunFile(text);
      break;
    }
  }
  if (from_input && !input_.text.empty()) {
    RunScript(input_.text);
    if (input_.decoded) in_.Report("exec.decoded", Risk::kHigh, "runs code that is decoded or unpacked on the way");
    if (HasUnknown(input_.text)) in_.Report("exec.piped", Risk::kHigh, "a shell runs whatever it is sent");
  }
  out = {std::string(1, kUnknown)};
  return true;
}

bool CommandRunner::Wrapped(const std::vector<Field>& argv, Stream& out) {
  const std::string name = Base(argv[0]);
  if (name == "xargs" || name == "parallel") {
    std::string_view replace;
    size_t i = 1;
    for (; i < argv.size() && argv[i].text.starts_with("-"); ++i) {
      const std::string& flag = argv[i].text;
      if (flag == "-I" || flag == "-J")
        replace = i + 1 < argv.size() ? std::string_view(argv[++i].text) : "";
      else if (flag.starts_with("-I"))
        replace = std::string_view(flag).substr(2);
      else if (flag == "-i")
        replace = "{}";
      else if (InList("-n -P -L -d -E -s -a -j --max-args --max-procs --delimiter --jobs --arg-file", flag))
        ++i;
    }
    if (name == "parallel") replace = "{}";
    Xargs(argv, i, replace);
    return true;
  }
  const Wrapper* wrapper = WrapperOf(name);
  if (wrapper == nullptr) return false;
  int skip = wrapper->skip;
  for (size_t i = 1; i < argv.size(); ++i) {
    const std::string& text = argv[i].text;
    const bool flag = text.size() > 1 && text[0] == '-';
    const size_t equals = text.find('=');
    const std::string_view long_name = std::string_view(text).substr(0, equals);
    if (flag && InList(wrapper->script_flag, long_name)) {
      const std::string script = equals != text.npos && text[1] == '-' ? text.substr(equals + 1)
                                 : i + 1 < argv.size()                 ? argv[i + 1].text
                                                                       : "";
      if (name == "env") {
        std::string rest = i + 2 < argv.size() ? " " + JoinFrom(argv, i + 2) : "";
        out = in_.RunText(script + rest, input_);
      } else {
        RunScript(script);
        out = {std::string(1, kUnknown)};
      }
      return true;
    }
    if (flag && name == "sudo" && (text == "-i" || text == "-s" || text == "--login" || text == "--shell")) {
      if (i + 1 < argv.size())
        RunScript(JoinFrom(argv, i + 1));
      else if (!input_.text.empty())
        RunScript(input_.text);
      return true;
    }
    if (flag && text == "--") continue;
    if (flag) {
      if (InList(wrapper->values, text))
        ++i;
      else if (name == "env" && text.starts_with("-S"))
        return out = in_.RunText(text.substr(2) + " " + JoinFrom(argv, i + 1), input_), true;
      continue;
    }
    if (wrapper->assignments && IsAssignment(text)) {
      in_.variables_.values[text.substr(0, equals)] = text.substr(equals + 1);
      continue;
    }
    if (skip > 0) {
      --skip;
      continue;
    }
    if (wrapper->joined) {
      const bool remote = name == "ssh";
      const std::string home = in_.cwd_;
      if (remote) in_.cwd_ = "";
      RunScript(JoinFrom(argv, i));
      in_.cwd_ = home;
    } else if (name == "su" || name == "runuser") {
      break;
    } else {
      out = in_.RunArgv(Tail(argv, i), input_);
    }
    return true;
  }
  if (name == "ssh" && !input_.text.empty()) RunScript(input_.text);
  out = {std::string(1, kUnknown)};
  return true;
}

void CommandRunner::Xargs(const std::vector<Field>& argv, size_t from, std::string_view replace) {
  if (from >= argv.size()) return;
  std::vector<Field> items;
  for (auto item : SplitWords(input_.text)) items.push_back({std::string(item)});
  if (items.empty()) items.push_back({std::string(1, kUnknown)});
  if (items.size() > 64) items.resize(64);
  std::vector<Field> inner = Tail(argv, from);
  bool used = false;
  if (!replace.empty()) {
    for (Field& field : inner) {
      if (!Contains(field.text, replace)) continue;
      field.text = ReplaceAll(field.text, replace, JoinFrom(items, 0));
      used = true;
    }
  }
  const bool arguments_known = !HasUnknown(input_.text);
  if (!used) inner.insert(inner.end(), items.begin(), items.end());
  const bool before = in_.sweeping_, filtered = in_.sweep_filtered_;
  in_.sweeping_ = !arguments_known;
  in_.sweep_filtered_ = input_.filtered;
  (void)in_.RunArgv(std::move(inner), {});
  in_.sweeping_ = before, in_.sweep_filtered_ = filtered;
}

void CommandRunner::Find(const std::vector<Field>& argv) {
  std::vector<Field> roots;
  size_t i = 1;
  while (i < argv.size() && (argv[i].text == "-L" || argv[i].text == "-H" || argv[i].text == "-P")) ++i;
  for (; i < argv.size() && argv[i].text[0] != '-' && argv[i].text != "(" && argv[i].text != "!"; ++i)
    roots.push_back(argv[i]);
  if (roots.empty()) roots.push_back({"."});
  bool filtered = false;
  for (size_t k = i; k < argv.size(); ++k) {
    if (InList("-name -iname -path -ipath -wholename -regex -iregex -mtime -mmin -atime -amin -ctime -cmin -size "
               "-empty -user "
               "-uid -group -newer -newermt -perm -links -inum -nouser -nogroup -samefile -xtype",
               argv[k].text)) {
      filtered |= k + 1 >= argv.size() || argv[k + 1].text != "*";
    }
  }
  const bool before = in_.sweeping_, before_filtered = in_.sweep_filtered_;
  in_.sweeping_ = true, in_.sweep_filtered_ = filtered;
  for (; i < argv.size(); ++i) {
    const std::string& text = argv[i].text;
    if (text == "-delete") {
      for (const Field& root : roots) in_.Touch(EffectKind::kDelete, root, true);
    }
    if (InList("-fprint -fprint0 -fprintf -fls", text) && i + 1 < argv.size())
      in_.Touch(EffectKind::kOverwrite, argv[i + 1], false);
    if (!InList("-exec -execdir -ok -okdir", text)) continue;
    size_t end = i + 1;
    while (end < argv.size() && argv[end].text != ";" && argv[end].text != "+") ++end;
    std::vector<Field> inner(argv.begin() + static_cast<std::ptrdiff_t>(i) + 1,
                             argv.begin() + static_cast<std::ptrdiff_t>(end));
    for (Field& field : inner) {
      const std::string& root = roots[0].text;
      field.text = ReplaceAll(field.text, "{}", Cat({root, root.ends_with("/") ? "" : "/", std::string(1, kUnknown)}));
    }
    (void)in_.RunArgv(std::move(inner), {});
    i = end;
  }
  in_.sweeping_ = before, in_.sweep_filtered_ = before_filtered;
}

bool CommandRunner::Inline(const std::vector<Field>& argv) {
  const std::string name = WithoutVersion(Base(argv[0]));
  if (InList("awk gawk mawk nawk", name)) {
    for (size_t i = 1; i < argv.size(); ++i) {
      if (argv[i].text == "-v" || argv[i].text == "-F" || argv[i].text == "-f")
        ++i;
      else if (argv[i].text[0] != '-')
        return ScanCode(in_, in_.rules_, "awk", argv[i].text), true;
    }
    return true;
  }
  for (const Language& language : kLanguages) {
    if (!InList(language.names, name)) continue;
    bool found = false, file = false;
    for (size_t i = 1; i < argv.size(); ++i) {
      const std::string& text = argv[i].text;
      bool takes_code = InList(language.flags, text);
      if (!takes_code && text.size() > 2 && text[0] == '-' && text[1] != '-' &&
          InList(language.flags, Cat({"-", text.substr(text.size() - 1)}))) {
        takes_code = true;  // perl -wne
      }
      if (takes_code && i + 1 < argv.size()) {
        ScanCode(in_, in_.rules_, name, argv[++i].text);
        found = true;
      } else if (text.size() > 2 && InList(language.flags, text.substr(0, 2)) && text[1] != '-') {
        ScanCode(in_, in_.rules_, name, text.substr(2));  // -c'code'
        found = true;
      } else if (text == "-") {
        break;
      } else if (text[0] != '-') {
        if (!argv[i].substituted.empty()) ScanCode(in_, in_.rules_, name, argv[i].substituted);
        if (in_.downloaded_.contains(text))
          in_.Report("exec.downloaded", Risk::kCritical, "runs what it downloads");
        else if (in_.written_.contains(text))
          ScanCode(in_, in_.rules_, name, in_.written_[text]);
        file = true;
        break;
      }
    }
    const bool reads_code = name != "vim" && name != "vi" && name != "nvim" && name != "gdb" && name != "emacs";
    if (!found && !file && reads_code && !input_.text.empty()) ScanCode(in_, in_.rules_, name, input_.text);
    return true;
  }
  return false;
}

// Arguments of ordinary commands that smuggle in a command.
void CommandRunner::Special(const std::vector<Field>& argv) {
  const std::string name = Base(argv[0]);
  for (size_t i = 1; i < argv.size(); ++i) {
    const std::string& text = argv[i].text;
    const std::string next = i + 1 < argv.size() ? argv[i + 1].text : "";
    if (name == "tar" && text.starts_with("--checkpoint-action")) {
      const std::string action = text.find('=') != text.npos ? text.substr(text.find('=') + 1) : next;
      if (action.starts_with("exec="))
        RunScript(action.substr(5)), in_.Report("exec.smuggled", Risk::kHigh, "tar is made to run a command");
    }
    if ((name == "tar" && (text.starts_with("--to-command=") || text.starts_with("--use-compress-program="))))
      RunScript(text.substr(text.find('=') + 1));
    if (name == "git" && (text == "-c" || text.starts_with("alias."))) {
      const std::string setting = text == "-c" ? next : text + "=" + next;
      const size_t bang = setting.find("=!");
      if (bang != setting.npos) RunScript(setting.substr(bang + 2));
    }
    if (name == "ssh" && (text == "-o" || text.starts_with("-o"))) {
      const std::string option = text == "-o" ? next : text.substr(2);
      for (std::string_view key : {"ProxyCommand=", "LocalCommand=", "ProxyCommand "}) {
        if (option.starts_with(key)) RunScript(option.substr(key.size()));
      }
    }
    if ((name == "rsync" && (text == "-e" || text == "--rsh")) || (name == "zip" && text == "-TT") ||
        (name == "man" && text == "-P"))
      RunScript(next);
    if ((name == "vim" || name == "vi" || name == "nvim" || name == "view" || name == "ex") && text.starts_with("+"))
      ScanCode(in_, in_.rules_, "vim", text);
    if (name == "make" && text.starts_with("--eval")) RunScript(text.substr(std::min(text.size(), text.find('=') + 1)));
    if ((name == "sed" || name == "gsed") && (text.ends_with("/e") || text == "1e" || text.starts_with("1e "))) {
      in_.Report("exec.smuggled", Risk::kHigh, "sed is made to run a command");
      if (text.starts_with("1e ")) RunScript(text.substr(3));
    }
    if (name == "fd" || name == "fdfind") {
      if ((text == "-x" || text == "-X" || text == "--exec" || text == "--exec-batch") && i + 1 < argv.size()) {
        std::vector<Field> inner = Tail(argv, i + 1);
        const bool before = in_.sweeping_, filtered = in_.sweep_filtered_;
        in_.sweeping_ = true, in_.sweep_filtered_ = i > 1;
        inner.push_back({std::string("./") + kUnknown});
        (void)in_.RunArgv(std::move(inner), {});
        in_.sweeping_ = before, in_.sweep_filtered_ = filtered;
        return;
      }
    }
  }
  if (InList("psql mysql mariadb sqlite3 mongosh mongo redis-cli clickhouse-client duckdb", name) &&
      !input_.text.empty() && !HasUnknown(input_.text)) {
    auto fed = argv;
    fed.push_back({input_.text});
    in_.ApplyRules(fed, in_.rules_, {});
  }
  if ((name == "at" || name == "batch") && !input_.text.empty()) RunScript(input_.text);
  if (name == "tee" && input_.text.find(kDownloaded) != std::string::npos) {
    for (size_t i = 1; i < argv.size(); ++i) in_.downloaded_.insert(argv[i].text);
  }
  if (name == "tee") {
    for (size_t i = 1; i < argv.size(); ++i) {
      if (argv[i].text[0] != '-') in_.written_[argv[i].text] = input_.text;
    }
  }
  if ((name == "curl" || name == "wget") && argv.size() > 1) {
    for (size_t i = 1; i < argv.size(); ++i) {
      const std::string& text = argv[i].text;
      const bool remote_name = name == "wget" || text.find('O') != text.npos;
      if (text[0] != '-' && remote_name && Contains(text, "/"))
        in_.downloaded_.insert(text.substr(text.rfind('/') + 1));
      if (text == "-O" && name == "curl" && i + 1 < argv.size())
        in_.downloaded_.insert(argv[i + 1].text.substr(argv[i + 1].text.rfind('/') + 1));
    }
  }
}

}  // namespace heddle::shell
