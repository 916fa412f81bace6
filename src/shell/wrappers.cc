// Commands that run the command in their arguments: sudo, env, timeout, ssh, xargs, find -exec ...
#include <algorithm>

#include "base/text.h"
#include "shell/arguments.h"
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

const Wrapper* WrapperOf(std::string_view name) {
  for (const Wrapper& wrapper : kWrappers) {
    if (InList(wrapper.names, name)) return &wrapper;
  }
  return nullptr;
}

// Tests of find that leave something out, unless their pattern is "*".
constexpr std::string_view kNarrowing =
    "-name -iname -path -ipath -wholename -regex -iregex -mtime -mmin -atime -amin -ctime -cmin -size -empty -user "
    "-uid "
    "-group -newer -newermt -perm -links -inum -nouser -nogroup -samefile -xtype";

}  // namespace

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
  // What is said of the file before an action: whether it narrows anything, and the words that select for it.
  bool filtered = false, certain = true;
  int depth = 0;
  std::vector<std::string> tests;
  for (; i < argv.size() && InList("-L -H -P", argv[i].text); ++i) certain &= argv[i].text == "-P";
  for (; i < argv.size() && argv[i].text[0] != '-' && argv[i].text != "(" && argv[i].text != "!"; ++i)
    roots.push_back(argv[i]);
  if (roots.empty()) roots.push_back({"."});
  const bool before = in_.sweeping_, before_filtered = in_.sweep_filtered_;
  for (; i < argv.size(); ++i) {
    const std::string& text = argv[i].text;
    const bool deletes = text == "-delete", runs = InList("-exec -execdir -ok -okdir", text);
    in_.sweeping_ = true, in_.sweep_filtered_ = filtered;
    // "a -o b -delete" deletes only what is b and not a: such expressions are named, never evaluated.
    in_.sweep_tests_ = certain ? tests : std::vector<std::string>{"?"};
    if (deletes) {
      for (const Field& root : roots) in_.Touch(EffectKind::kDelete, root, true);
    } else if (runs) {
      i = RunFound(argv, i, roots);
    } else if (InList("-fprint -fprint0 -fprintf -fls", text) && i + 1 < argv.size()) {
      in_.Touch(EffectKind::kOverwrite, argv[i + 1], false);
    } else {
      depth += text == "(" ? 1 : text == ")" ? -1 : 0;
      const bool branch = InList("-o -or ,", text);
      if (branch) filtered = false, certain &= depth > 0;
      if (InList(kNarrowing, text)) filtered |= i + 1 >= argv.size() || argv[i + 1].text != "*";
      if (tests.size() < 200) tests.push_back(text);
      continue;
    }
    certain = false;  // what follows an action depends on how that went
  }
  in_.sweeping_ = before, in_.sweep_filtered_ = before_filtered;
  in_.sweep_tests_.clear();
}

// Runs the command of the -exec at `at` once below each root; returns the index of the word that ends it.
size_t CommandRunner::RunFound(const std::vector<Field>& argv, size_t at, const std::vector<Field>& roots) {
  size_t end = at + 1;
  while (end < argv.size() && argv[end].text != ";" && argv[end].text != "+") ++end;
  for (const Field& root : roots) {
    std::vector<Field> inner(argv.begin() + static_cast<std::ptrdiff_t>(at) + 1,
                             argv.begin() + static_cast<std::ptrdiff_t>(end));
    const std::string found = Cat({root.text, root.text.ends_with("/") ? "" : "/", std::string(1, kUnknown)});
    for (Field& field : inner) field.text = ReplaceAll(field.text, "{}", found);
    (void)in_.RunArgv(std::move(inner), {});
  }
  return end;
}

}  // namespace heddle::shell
