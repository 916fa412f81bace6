#include "cli/flags.h"

#include <algorithm>

#include "base/text.h"

namespace heddle::cli {
namespace {

const FlagSpec* FindFlag(const CommandSpec& command, std::string_view name, char letter) {
  for (auto table : {command.flags, GlobalFlags()}) {
    for (const FlagSpec& flag : table) {
      if (letter != 0 ? flag.letter == letter : flag.name == name) return &flag;
    }
  }
  return nullptr;
}

Error Unknown(const CommandSpec& command, std::string_view flag) {
  return {Code::kInvalid, Cat({"unknown flag ", flag, "; see heddle ", command.name, " --help"})};
}

void AppendFlags(std::string& out, std::span<const FlagSpec> flags) {
  for (const FlagSpec& flag : flags) {
    std::string left =
        flag.letter != 0 ? Cat({"  -", std::string(1, flag.letter), ", --", flag.name}) : Cat({"      --", flag.name});
    if (!flag.value.empty()) left += Cat({" ", flag.value});
    left.resize(std::max<size_t>(left.size() + 2, 30), ' ');
    out += Cat({left, flag.help, "\n"});
  }
}

std::string Roff(std::string_view text) { return ReplaceAll(ReplaceAll(std::string(text), "\\", "\\e"), "-", "\\-"); }

}  // namespace

std::string Arguments::Get(std::string_view name, const std::string& fallback) const {
  const auto found = flags.find(name);
  return found != flags.end() ? found->second : fallback;
}

Result<Arguments> ParseArguments(const CommandSpec& command, std::span<const std::string> argv) {
  Arguments out;
  for (size_t i = 0; i < argv.size(); ++i) {
    const std::string& text = argv[i];
    if (text == "--") {
      out.words.insert(out.words.end(), argv.begin() + static_cast<std::ptrdiff_t>(i) + 1, argv.end());
      break;
    }
    if (text.size() < 2 || text[0] != '-') {
      out.words.push_back(text);
      continue;
    }
    if (text[1] == '-') {
      const size_t equals = text.find('=');
      const std::string name = text.substr(2, equals == text.npos ? text.npos : equals - 2);
      const FlagSpec* flag = FindFlag(command, name, 0);
      if (flag == nullptr) return Unknown(command, text);
      if (flag->value.empty() && equals != text.npos)
        return Error{Code::kInvalid, Cat({"--", name, " takes no value"})};
      if (!flag->value.empty() && equals == text.npos && ++i >= argv.size())
        return Error{Code::kInvalid, Cat({"--", name, " needs a value: ", flag->value})};
      out.flags[name] = flag->value.empty() ? "1" : equals != text.npos ? text.substr(equals + 1) : argv[i];
      continue;
    }
    for (size_t k = 1; k < text.size(); ++k) {
      const FlagSpec* flag = FindFlag(command, "", text[k]);
      if (flag == nullptr) return Unknown(command, Cat({"-", text.substr(k, 1)}));
      std::string value = "1";
      if (!flag->value.empty()) {
        if (k + 1 < text.size())
          value = text.substr(k + 1);
        else if (++i < argv.size())
          value = argv[i];
        else
          return Error{Code::kInvalid, Cat({"-", text.substr(k, 1), " needs a value: ", flag->value})};
        k = text.size();
      }
      out.flags[std::string(flag->name)] = value;
    }
  }
  return out;
}

std::string HelpText(const CommandSpec* command) {
  std::string out;
  if (command != nullptr) {
    out = Cat({"heddle ", command->name, ": ", command->summary, "\n\nUsage: ", command->usage, "\n"});
    if (!command->flags.empty()) out += "\nFlags:\n";
    AppendFlags(out, command->flags);
    out += "\nEverywhere:\n";
    AppendFlags(out, GlobalFlags());
    if (!command->examples.empty()) out += Cat({"\nExamples:\n", command->examples});
    return out;
  }
  out =
      "heddle: a sentence becomes a safe shell command, checked against this machine\n\nUsage: heddle [ask] SENTENCE\n "
      "      heddle COMMAND [FLAGS] [ARGUMENTS]\n\nCommands:\n";
  for (const CommandSpec& each : Commands()) {
    std::string left = Cat({"  ", each.name});
    left.resize(16, ' ');
    out += Cat({left, each.summary, "\n"});
  }
  out += "\nEverywhere:\n";
  AppendFlags(out, GlobalFlags());
  out +=
      "\nExit codes: 0 done, 1 error, 2 usage, 3 abstained, 4 blocked by policy, 5 needs confirmation,\n6 a needed "
      "part is unavailable, 10 to 14 by risk (check --fail-on), 130 cancelled, 201 shell hand-over;\nelse the code of "
      "what was run.\n";
  out +=
      "\nExamples:\n  heddle find files larger than 100 MB modified this week\n  heddle check 'rm -rf \"$DIR\"/*'\n  "
      "heddle COMMAND --help\n";
  return out;
}

std::string ManPage() {
  std::string out =
      ".TH HEDDLE 1 \"\" \"heddle\" \"User Commands\"\n.SH NAME\nheddle \\- a sentence becomes a safe shell "
      "command\n.SH SYNOPSIS\n.B heddle\n[\\fIcommand\\fR] [\\fIflags\\fR] [\\fIarguments\\fR]\n.SH COMMANDS\n";
  for (const CommandSpec& command : Commands()) {
    out += Cat({".SS ", command.name, "\n", Roff(command.summary), ".\n.PP\n.nf\n", Roff(command.usage), "\n.fi\n"});
    for (const FlagSpec& flag : command.flags) {
      out += Cat({".TP\n\\fB\\-\\-", Roff(flag.name), "\\fR ", flag.value, "\n", Roff(flag.help), "\n"});
    }
  }
  out +=
      ".SH EXIT STATUS\n0 done, 1 error, 2 usage, 3 abstained, 4 blocked by policy, 5 needs confirmation, 6 a needed "
      "part is unavailable, 10 to 14 by risk (check \\-\\-fail\\-on), 130 cancelled, 201 shell hand\\-over, otherwise "
      "the code of what was run.\n";
  return out;
}

std::string Completions(std::string_view shell) {
  std::string names, out;
  for (const CommandSpec& command : Commands()) names += Cat({names.empty() ? "" : " ", command.name});
  if (shell == "bash") {
    out =
        Cat({"_heddle() {\n  local cur=${COMP_WORDS[COMP_CWORD]}\n  if [ \"$COMP_CWORD\" = 1 ]; then "
             "COMPREPLY=($(compgen -W '",
             names, "' -- \"$cur\")); return; fi\n  case ${COMP_WORDS[1]} in\n"});
    for (const CommandSpec& command : Commands()) {
      std::string flags;
      for (auto table : {command.flags, GlobalFlags()}) {
        for (const FlagSpec& flag : table) flags += Cat({" --", flag.name});
      }
      out += Cat({"    ", command.name, ") local words='", Trim(flags), "'; "});
      if (!command.verbs.empty()) out += Cat({"[ \"$COMP_CWORD\" != 2 ] || words='", command.verbs, "'; "});
      out += "COMPREPLY=($(compgen -W \"$words\" -f -- \"$cur\"));;\n";
    }
    return out + "  esac\n}\ncomplete -o default -F _heddle heddle\n";
  }
  if (shell == "zsh") {
    out = "#compdef heddle\n_heddle() {\n  local -a commands\n  commands=(\n";
    for (const CommandSpec& command : Commands())
      out += Cat({"    '", command.name, ":", ReplaceAll(std::string(command.summary), "'", "'\\''"), "'\n"});
    out += "  )\n  if (( CURRENT == 2 )); then _describe command commands; return; fi\n  case $words[2]:$CURRENT in\n";
    for (const CommandSpec& command : Commands())
      if (!command.verbs.empty()) out += Cat({"    ", command.name, ":3) compadd ", command.verbs, ";;\n"});
    return out + "    *) _files;;\n  esac\n}\ncompdef _heddle heddle\n";
  }
  if (shell == "fish") {
    for (const CommandSpec& command : Commands()) {
      out += Cat({"complete -c heddle -n __fish_use_subcommand -a ", command.name, " -d '",
                  ReplaceAll(std::string(command.summary), "'", "\\'"), "'\n"});
      if (!command.verbs.empty())
        out += Cat({"complete -c heddle -n '__fish_seen_subcommand_from ", command.name,
                    "; and not __fish_seen_subcommand_from ", command.verbs, "' -a '", command.verbs, "'\n"});
      for (const FlagSpec& flag : command.flags) {
        out += Cat({"complete -c heddle -n '__fish_seen_subcommand_from ", command.name, "' -l ", flag.name,
                    flag.value.empty() ? "" : " -r", " -d '", ReplaceAll(std::string(flag.help), "'", "\\'"), "'\n"});
      }
    }
  }
  return out;
}

}  // namespace heddle::cli
