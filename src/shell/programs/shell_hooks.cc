// Tools whose output is meant for eval in a shell's start file.
#include "base/text.h"
#include "shell/arguments.h"
#include "shell/programs/programs.h"

namespace heddle::shell {
namespace {

// What these print is meant for eval: set-up of shells by tools that are installed for it.
constexpr std::string_view kPrintForShells[] = {
    "direnv hook",
    "starship init",
    "zoxide init",
    "pyenv init",
    "rbenv init",
    "nodenv init",
    "goenv init",
    "jenv init",
    "brew shellenv",
    "ssh-agent",
    "dircolors",
    "fnm env",
    "mise activate",
    "rtx activate",
    "opam env",
    "conda shell*",
    "kubectl completion",
    "helm completion",
    "gh completion",
    "thefuck --alias",
    "atuin init",
    "mcfly init",
    "navi widget",
    "pip completion",
    "npm completion",
    "rustup completions",
    "docker completion",
    "docker-machine env",
    "minikube docker-env",
    "minikube completion",
    "keychain",
    "luarocks path",
    "resize",
    "lesspipe",
    "perl -I*",
    "oh-my-posh init",
    "register-python-argcomplete*",
    "pandoc --bash-completion",
    "fzf --bash",
    "fzf --zsh",
    "uv generate-shell-completion",
    "poetry env",
    "podman completion",
    "flux completion",
    "k3d completion",
};

}  // namespace

bool PrintsForShells(const std::vector<Field>& argv) {
  const std::string name = Base(argv[0]);
  for (const std::string_view row : kPrintForShells) {
    if (!row.starts_with(name)) continue;
    const std::string_view rest = row.substr(name.size());
    if (rest.empty()) return true;
    if (rest[0] == ' ' && argv.size() > 1 && GlobMatch(rest.substr(1), argv[1].text)) return true;
  }
  return false;
}

}  // namespace heddle::shell
