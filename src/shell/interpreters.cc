// Programs that run text: shells with -c, a file or their input, and other languages with code on the command line.
#include <algorithm>

#include "base/text.h"
#include "shell/arguments.h"
#include "shell/interpreter.h"

namespace heddle::shell {
namespace {

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

}  // namespace

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

}  // namespace heddle::shell
