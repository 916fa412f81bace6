#include "cli/app.h"

#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>

#include "base/text.h"
#include "cli/history.h"
#include "sys/environment.h"
#include "sys/processes.h"

namespace heddle::cli {
namespace {

std::optional<shell::Dialect> ParseDialect(std::string_view name) {
  if (name == "bash") return shell::Dialect::kBash;
  if (name == "zsh") return shell::Dialect::kZsh;
  if (name == "fish") return shell::Dialect::kFish;
  if (name == "posix" || name == "sh" || name == "dash") return shell::Dialect::kPosix;
  return std::nullopt;
}

// The shell that started heddle, else $SHELL. Runs nothing.
shell::Dialect DetectDialect() {
  for (const std::string& name : {sys::ParentProcessName(), sys::Env("SHELL")}) {
    const size_t slash = name.rfind('/');
    if (auto dialect = ParseDialect(slash == name.npos ? name : name.substr(slash + 1))) return *dialect;
  }
  return shell::Dialect::kBash;
}

// What `ls` is: busybox is one binary under many names; BSDs and macOS say so in uname.
std::string DetectSystem() {
  utsname names = {};
  if (::uname(&names) == 0 && std::string_view(names.sysname) != "Linux") return "bsd";
  const std::string ls = sys::SystemFiles().Resolve(sys::FindExecutable("ls"));
  return ls.ends_with("/busybox") ? "busybox" : "";
}

void WriteAll(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t put = ::write(fd, text.data(), text.size());
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) std::_Exit(errno == EPIPE ? 0 : kError);
    text.remove_prefix(static_cast<size_t>(put));
  }
}

}  // namespace

App::App(Config config) : config_(std::move(config)) {}

bool App::color(int fd) const {
  const std::string& choice = config_.Get("color").value;
  if (choice != "auto") return choice == "always";
  return !sys::HasEnv("NO_COLOR") && sys::Env("TERM") != "dumb" && sys::IsTerminal(fd);
}

bool App::interactive() const { return sys::IsTerminal(0) && sys::IsTerminal(1); }

Result<ask::Engine*> App::Engine(const Arguments& arguments) {
  if (engine_) return engine_.get();
  ask::EngineOptions& options = engine_options_;
  const std::string shell_name = arguments.Get("shell", config_.Get("shell").value);
  const std::string target = arguments.Get("target", config_.Get("target").value);
  if (shell_name == "auto") {
    options.dialect = DetectDialect();
  } else if (auto dialect = ParseDialect(shell_name)) {
    options.dialect = *dialect;
  } else {
    return Error{Code::kInvalid, "--shell must be bash, zsh, fish or posix"};
  }
  if (target == "auto")
    options.system = DetectSystem();
  else if (target == "gnu" || target == "linux")
    options.system = "";
  else if (target == "bsd" || target == "macos")
    options.system = "bsd";
  else if (target == "busybox")
    options.system = "busybox";
  else
    return Error{Code::kInvalid, "--target must be gnu, bsd, macos or busybox"};
  options.other_machine = arguments.Has("any-machine") || (target != "auto" && options.system != DetectSystem());
  options.cwd = sys::CurrentDirectory();
  if (const std::string given = arguments.Get("cwd", ""); !given.empty())
    options.cwd = given[0] == '/' ? given : Cat({options.cwd, "/", given});
  options.home = sys::HomeDirectory();
  options.probe_help = config_.On("help_probe");
  options.learned_path = sys::DataDirectory() + "/learned.db";
  options.facts_path = sys::CacheDirectory() + "/facts.db";
  if (!sys::SystemFiles().MakeDirectories(sys::CacheDirectory(), 0700)) options.facts_path.clear();
  if (arguments.Has("candidates")) {
    const auto count = ParseInt(arguments.Get("candidates"));
    if (!count || *count < 1 || *count > 20) return Error{Code::kInvalid, "--candidates must be a number from 1 to 20"};
    options.candidates = static_cast<int>(*count);
  }
  if (arguments.Has("trace")) {
    TRY_ASSIGN(auto sink, trace::JsonLines::Open(arguments.Get("trace")));
    trace_ = std::move(sink);
    options.trace = trace_.get();
  }
  std::string rules;
  std::string origin;
  for (const std::string& file : {std::string("/etc/heddle/rules.toml"), sys::ConfigDirectory() + "/rules.toml"}) {
    auto text = sys::SystemFiles().Read(file, 1 << 20);
    if (!text && text.error().code == Code::kNotFound) continue;
    if (!text) return std::move(text).error();
    TRY_ASSIGN(auto checked, shell::RuleSet::FromToml(*text, file));
    rules += *text + "\n";
    origin = file;
  }
  if (!rules.empty()) {
    TRY_ASSIGN(auto set, shell::RuleSet::FromToml(rules, origin));
    user_rules_ = std::move(set);
    options.user_rules = &*user_rules_;
  }
  engine_ = std::make_unique<ask::Engine>(options);
  return engine_.get();
}

std::string App::shell_name() const {
  switch (engine_options_.dialect) {
    case shell::Dialect::kBash: return "bash";
    case shell::Dialect::kZsh: return "zsh";
    case shell::Dialect::kFish: return "fish";
    case shell::Dialect::kPosix: return "posix";
  }
  return "bash";
}

std::string App::target_name() const { return engine_options_.system.empty() ? "gnu" : engine_options_.system; }

int App::Fail(const Error& error) const {
  Err(Cat({"heddle: ", ForTerminal(error.message), "\n"}));
  switch (error.code) {
    case Code::kInvalid:
    case Code::kTooLarge: return kUsage;
    case Code::kDenied: return kBlocked;
    case Code::kUnavailable: return kUnavailable;
    case Code::kCancelled: return kCancelled;
    default: return kError;
  }
}

void App::Out(std::string_view text) const { WriteAll(1, text); }
void App::Err(std::string_view text) const { WriteAll(2, text); }

void App::Remember(const std::string& query, const std::string& command, int exit_code) const {
  if (!config_.On("history")) return;
  cli::Remember({.time_ms = sys::SystemClock().UnixMs(),
                 .cwd = engine_options_.cwd.empty() ? sys::CurrentDirectory() : engine_options_.cwd,
                 .query = query,
                 .command = command,
                 .exit_code = exit_code});
}

std::string Paint(std::string_view text, std::string_view code, bool on) {
  return on ? Cat({"\x1b[", code, "m", text, "\x1b[0m"}) : std::string(text);
}

std::string RiskColor(shell::Risk risk) {
  constexpr const char* kCodes[] = {"32", "35", "33", "31", "1;37;41"};
  return kCodes[static_cast<size_t>(risk)];
}

}  // namespace heddle::cli
