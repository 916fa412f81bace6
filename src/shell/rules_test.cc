// Every rule's own examples, and the properties that hold for any line.
#include <doctest/doctest.h>

#include <algorithm>

#include "base/text.h"
#include "shell/analyze.h"

using namespace heddle;
using namespace heddle::shell;

namespace {

const World kWorld{.cwd = "/home/me/project", .home = "/home/me"};

bool Found(std::string_view line, std::string_view rule) {
  const auto analysis = Analyze(line, kWorld);
  REQUIRE(analysis);
  return std::any_of(analysis->findings.begin(), analysis->findings.end(),
                     [&](const Finding& f) { return f.rule == rule; });
}

template <typename Rows>
void CheckExamples(const Rows& rows) {
  for (const auto& row : rows) {
    for (auto example : row.examples) CHECK_MESSAGE(Found(example, row.id), row.id, " should match: ", example);
    if constexpr (requires { row.quiet; }) {
      for (auto example : row.quiet) CHECK_MESSAGE(!Found(example, row.id), row.id, " should not match: ", example);
    }
  }
}

}  // namespace

TEST_CASE("every rule matches its examples and nothing it promises to leave alone") {
  const RuleSet& rules = RuleSet::BuiltIn();
  CHECK(rules.tables().rules.size() > 100);
  CheckExamples(rules.tables().rules);
  CheckExamples(rules.tables().places);
  CheckExamples(rules.tables().code);
}

TEST_CASE("every rule that raises an alarm has an example") {
  for (const Rule& rule : RuleSet::BuiltIn().tables().rules) {
    if (rule.rated && rule.risk >= Risk::kHigh) CHECK_MESSAGE(!rule.examples.empty(), rule.id);
  }
}

TEST_CASE("unknown keys, names and types in a rules file are errors with file and line") {
  const auto message = [](std::string_view text) {
    const auto set = RuleSet::FromToml(text, "my.toml");
    return set ? std::string("no error") : set.error().message;
  };
  CHECK(message("[[rule]]\nid='a'\ncommand='x'\nreason='r'\ncolour='red'")
            .starts_with("my.toml:5: unknown key 'colour'"));
  CHECK(message("[[rule]]\nid='a'\ncommand='x'\nreason='r'\nrisk='big'").starts_with("my.toml:5: the risk must be"));
  CHECK(message("[[code]]\nid='a'\neffect=[]").starts_with("my.toml:3: this must be a string"));
  CHECK(message("[[rules]]\nid='a'").starts_with("my.toml:"));
  CHECK(message("[[rule]]\nid='a'").starts_with("my.toml:1: a rule needs"));
  CHECK(message("[[rule]\n").starts_with("my.toml:1: "));
  CHECK(message(std::string_view("[[\0rule]]", 9)).starts_with("my.toml: holds control"));
}

TEST_CASE("a user rule denies, allows and re-rates, but never hides a critical one") {
  const auto rules = RuleSet::FromToml(
      "[[rule]]\nid='u.deny'\ncommand='terraform apply'\naction='deny'\nreason='no'\n"
      "[[rule]]\nid='u.allow'\ncommand='reboot'\naction='allow'\nreason='fine'\n"
      "[[rule]]\nid='u.rm'\ncommand='rm'\naction='allow'\nreason='fine'\n"
      "[[rule]]\nid='u.lvm'\ncommand='lvremove'\naction='allow'\nreason='fine'\n",
      "t.toml");
  REQUIRE(rules);
  const AnalyzeOptions options{.user_rules = &*rules};
  CHECK(Analyze("terraform apply", kWorld, options)->denied);
  CHECK_FALSE(Analyze("terraform plan", kWorld, options)->denied);
  CHECK(Analyze("reboot", kWorld, options)->risk == Risk::kSafe);
  CHECK(Analyze("rm -rf --no-preserve-root /", kWorld, options)->risk == Risk::kCritical);
  CHECK(Analyze("rm -rf /", kWorld, options)->risk == Risk::kCritical);
  // A rule that is critical whatever the place, with no effect that a place could rate.
  CHECK(Analyze("lvremove -f vg0/data", kWorld, options)->risk == Risk::kCritical);
  CHECK(Analyze("rm notes.txt", kWorld, options)->risk == Risk::kSafe);
}

TEST_CASE("the subcommand, flags and operands of a command are told apart") {
  for (const std::string name :
       {"git",  "docker", "podman", "kubectl", "helm",   "apt",  "apt-get",   "systemctl", "journalctl", "npm",
        "yarn", "pip",    "pip3",   "cargo",   "go",     "brew", "dnf",       "yum",       "snap",       "flatpak",
        "ip",   "nmcli",  "gh",     "aws",     "gcloud", "az",   "terraform", "openssl",   "tmux"}) {
    CAPTURE(name);
    const auto analysis = Analyze(name + " frob --x", kWorld);
    REQUIRE(analysis->commands.size() == 1);
    CHECK(analysis->commands[0].name == name);
    CHECK(analysis->commands[0].subcommand == "frob");
    CHECK(analysis->commands[0].flags == std::vector<std::string>{"--x"});
    CHECK(analysis->commands[0].operands == std::vector<std::string>{"frob"});
    CHECK(Analyze(name, kWorld)->commands[0].subcommand.empty());
  }
  CHECK(Analyze("ls frob", kWorld)->commands[0].subcommand.empty());
  const auto found = Analyze("find . -name x -exec rm -rf {} +", kWorld);
  CHECK(found->commands[0].flags == std::vector<std::string>{"-name"});  // what follows is rm's
  CHECK(found->commands.back().name == "rm");
  std::string many;
  for (int i = 0; i < 300; ++i) many += "ls; rm x; bash -c :;";
  const auto long_line = Analyze(many, kWorld);
  CHECK(long_line->commands.size() == 200);
  CHECK(long_line->effects.size() == 200);
}
