// One resolved command: aliases and functions, builtins that change the shell's state, and the few commands that are
// more than their rule.
#include <algorithm>

#include "base/text.h"
#include "shell/arguments.h"
#include "shell/interpreter.h"

namespace heddle::shell {

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
      const std::string setting = text == "-c" ? next : Cat({text, "=", next});
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
