#include "cli/cases.h"

#include <stdlib.h>

#include <algorithm>
#include <iterator>

#include "base/text.h"
#include "shell/ast.h"
#include "shell/expand.h"
#include "shell/quote.h"
#include "sys/environment.h"
#include "sys/files.h"
#include "sys/processes.h"

namespace heddle::cli {
namespace {

// What a command leaves behind: every file with its mode and contents, and what a repository says of itself, for what
// git writes differs from one run to the next.
constexpr std::string_view kSnapshot = R"(
exec 2>/dev/null; echo '--- tree'
find . -name .git -prune -o -print | LC_ALL=C sort | while IFS= read -r f; do stat -c '%A %n' "$f"; done
find . -name .git -prune -o -type f -exec cksum {} + | LC_ALL=C sort
find . -name .git -prune -print | LC_ALL=C sort | while IFS= read -r g; do
  (cd "${g%.git}" && git symbolic-ref -q HEAD; git for-each-ref --format='%(refname) %(objecttype) %(subject)'
   git log --all --format='%s|%b|%an|%T' | LC_ALL=C sort; git status --porcelain; git stash list | wc -l
   git config --local -l | LC_ALL=C sort)
done)";

// The home of whoever asks is the tree, and nothing of this machine's settings counts.
constexpr std::string_view kOwnHome =
    "export HOME=\"$PWD\" TZ=UTC LC_ALL=C.UTF-8 GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_GLOBAL=\"$PWD/.gitconfig\"\n";

std::string SortedLines(std::string_view text) {
  std::vector<std::string> lines;
  for (auto line : Split(text, '\n')) {
    const auto trimmed = Trim(line);
    if (!trimmed.empty()) lines.emplace_back(trimmed);
  }
  std::sort(lines.begin(), lines.end());
  return Join(lines, "\n");
}

struct Judge {
  std::string_view name;
  Compare compare;
};
constexpr Judge kJudges[] = {{"sorted", Compare::kSorted},
                             {"stdout", Compare::kOutput},
                             {"effect", Compare::kEffect},
                             {"words", Compare::kWords}};

constexpr std::string_view kTree = "--- tree\n";  // where a snapshot begins

// What a script prints in an empty tree of its own.
Result<std::string> InSandbox(const std::string& script) {
  std::string folder = sys::CacheDirectory() + "/eval-XXXXXX";
  TRY(sys::SystemFiles().MakeDirectories(sys::CacheDirectory(), 0700));
  if (::mkdtemp(folder.data()) == nullptr) return Error{Code::kUnavailable, folder + ": cannot be made"};
  const std::string tree = folder + "/tree", scratch = folder + "/scratch";
  TRY(sys::SystemFiles().MakeDirectories(tree));
  TRY(sys::SystemFiles().MakeDirectories(scratch));
  auto result = sys::Run(
      {"bash", "-c", script},
      {.workdir = tree, .timeout_ms = 30'000, .sandbox = sys::SandboxOptions{.overlay = tree, .scratch = scratch}});
  (void)sys::SystemFiles().RemoveTree(folder);
  if (!result) return std::move(result).error();
  return std::move(result->out);
}

Result<std::string> Outcome(const std::string& setup, const std::string& command, Compare compare) {
  TRY_ASSIGN(const std::string text,
             InSandbox(Cat({"umask 022\n", setup, "\necho '--- out'\n{ ", command, "\n} 2>/dev/null", kSnapshot})));
  const size_t out = text.find("--- out\n"), files = text.rfind(kTree);
  if (out == std::string::npos || files == std::string::npos) return Error{Code::kInvalid, "the setup failed"};
  const std::string_view printed = std::string_view(text).substr(out + 8, files - out - 8);
  const std::string tree = text.substr(files);
  if (compare == Compare::kEffect) return tree;
  return Cat({compare == Compare::kOutput ? std::string(printed) : SortedLines(printed), "\n", tree});
}

void AppendNormal(const shell::Statement& statement, std::string& out) {
  using Kind = shell::Statement::Kind;
  if (statement.kind == Kind::kCommand) {
    const shell::World nowhere;
    shell::Frame frame(nowhere);
    shell::Expander expander(
        frame, {.substitute = [](std::string_view inner, bool) { return Cat({"$(", NormalForm(inner), ")"}); }});
    std::vector<std::string> flags, words;
    for (const auto& word : statement.words) {
      for (const auto& field : expander.Expand(word)) {
        const bool flag = field.text.size() > 1 && field.text[0] == '-' && statement.words[0].raw != "find";
        (flag ? flags : words).push_back(field.text);
      }
    }
    std::sort(flags.begin(), flags.end());
    out += Join(words, "\x1f") + "\x1e" + Join(flags, "\x1f");
    for (const auto& assignment : statement.assignments)
      out += Cat({"\x1e", assignment.name, "=", expander.ExpandWhole(assignment.value.raw)});
    for (const auto& redirect : statement.redirects)
      out += Cat({"\x1e", redirect.op, std::to_string(redirect.fd), expander.ExpandWhole(redirect.target.raw)});
  }
  if (statement.kind == Kind::kFor) out += Cat({"for ", statement.name, " "});
  for (const auto& child : statement.children) {
    out += statement.kind == Kind::kPipeline ? "|" : ";";
    AppendNormal(child, out);
  }
}

}  // namespace

std::string NormalForm(std::string_view command) {
  std::string text(command);
  const auto script = shell::Parse(text);
  if (!script) return text;
  std::string out;
  AppendNormal(script->root, out);
  return out;
}

Result<bool> LeavesTree(const std::string& setup, const std::string& command) {
  // In one run: what git writes differs from one to the next. It may not renew its index while it looks.
  const std::string run = Cat({"timeout 2 bash -c ", shell::Quote(command), " > /dev/null 2>&1 < /dev/null"});
  TRY_ASSIGN(const std::string out, InSandbox(Cat({"umask 022\nexport GIT_OPTIONAL_LOCKS=0\n", setup, "\n(", kSnapshot,
                                                   ")\n", run, "\n(", kSnapshot, ")"})));
  const size_t after = out.rfind(kTree), before = after > 0 ? out.rfind(kTree, after - 1) : out.npos;
  if (after == out.npos || before == out.npos) return Error{Code::kInvalid, "the setup failed"};
  return out.substr(before, after - before) == out.substr(after);
}

bool HasWords(std::string_view command, std::string_view words) {
  const auto all = SplitWords(command), wanted = SplitWords(words);
  return std::search(all.begin(), all.end(), wanted.begin(), wanted.end()) != all.end();
}

Result<bool> SameEffect(const AskCase& each, const std::string& left, const std::string& right) {
  TRY_ASSIGN(const std::string a, Outcome(each.setup, left, each.compare));
  TRY_ASSIGN(const std::string b, Outcome(each.setup, right, each.compare));
  return a == b;
}

Result<std::vector<AskCase>> ParseAskCases(std::string_view text, std::string_view file) {
  std::vector<AskCase> out;
  int number = 0;
  std::string setup;
  std::vector<std::string> never;
  for (auto raw : Split(text, '\n')) {
    ++number;
    const auto line = Trim(raw);
    if (line.empty() || line[0] == '#') continue;
    const auto value = [&](size_t prefix) { return std::string(Trim(line.substr(prefix))); };
    const auto fail = [&](std::string_view why) {
      return Error{Code::kInvalid, Cat({file, ":", std::to_string(number), ": ", why})};
    };
    if (line[0] == '>') {
      out.push_back({.line = number, .query = value(1), .never = never, .setup = setup});
      continue;
    }
    if (line.starts_with("tree:")) {  // for all that follow, until the next one
      setup = value(5);
      continue;
    }
    if (line.starts_with("setup:")) {  // likewise, from a file
      const std::string path = Cat({file.substr(0, file.rfind('/') + 1), "setups/", Trim(line.substr(6)), ".sh"});
      TRY_ASSIGN(const std::string script, sys::SystemFiles().Read(path, 1 << 20));
      setup = Cat({kOwnHome, script});
      continue;
    }
    if (line.starts_with("never:")) {  // likewise
      never.clear();
      for (auto words : Split(line.substr(6), ',')) never.emplace_back(Trim(words));
      continue;
    }
    if (out.empty()) return fail("a case begins with '> query'");
    AskCase& last = out.back();
    if (line[0] == '=')
      last.accepted.push_back(value(1));
    else if (line == "abstain")
      last.abstain = true;
    else if (line == "looks")
      last.looks = true;
    else if (line.starts_with("judge:")) {
      const auto judge = std::find_if(std::begin(kJudges), std::end(kJudges),
                                      [&](const Judge& each) { return each.name == value(6); });
      last.abstain |= value(6) == "abstain";
      if (judge == std::end(kJudges) && !last.abstain)
        return fail("a judge is sorted, stdout, effect, words or abstain");
      if (judge != std::end(kJudges)) last.compare = judge->compare;
    } else if (line.starts_with("tags:"))
      continue;  // for whoever reads the cases
    else if (line.starts_with("target:"))
      last.target = value(7);
    else if (line.starts_with("shell:"))
      last.shell = value(6);
    else
      return fail(
          "expected '> query', '= command', 'abstain', 'looks', 'judge:', 'tags:', 'never:', 'tree:', 'setup:', "
          "'target:' or 'shell:'");
  }
  for (const AskCase& each : out) {
    const int verdicts = int{!each.accepted.empty()} + int{each.abstain} + int{each.looks};
    if (verdicts != 1)
      return Error{Code::kInvalid,
                   Cat({file, ":", std::to_string(each.line), ": give one of '= command', 'abstain' and 'looks'"})};
  }
  return out;
}

Result<std::vector<CheckCase>> ParseCheckCases(std::string_view text, std::string_view file) {
  std::vector<CheckCase> out;
  int number = 0;
  for (auto raw : Split(text, '\n')) {
    ++number;
    const auto line = Trim(raw);
    if (line.empty() || line[0] == '#') continue;
    const size_t blank = line.find(' ');
    const std::string_view level = line.substr(0, blank);
    const size_t dots = level.find("..");
    if (blank == line.npos)
      return Error{Code::kInvalid,
                   Cat({file, ":", std::to_string(number), ": expected 'risk command' or 'low..high command'"})};
    out.push_back({number, std::string(Trim(line.substr(blank))), std::string(level.substr(0, dots)),
                   std::string(dots == level.npos ? level : level.substr(dots + 2))});
  }
  return out;
}

}  // namespace heddle::cli
