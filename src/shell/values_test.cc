// What words of scripts become, through the one seam that says so (AnalyzeOptions::on_command). Random scripts are held
// against real shells in tests/differential; here stand the guards, each by the case that only it catches.
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "shell/analyze.h"
#include "shell/expand.h"

namespace heddle::shell {
namespace {

// Every reading of the command `probe`: its words in brackets, ? for what is not known, & for a name.
std::string Readings(std::string_view script) {
  std::string out;
  AnalyzeOptions options;
  options.on_command = [&out](const std::vector<Field>& argv) {
    if (argv.empty() || argv[0].text != "probe") return;
    std::string reading;
    for (size_t i = 1; i < argv.size(); ++i) {
      reading += '[';
      for (const char c : argv[i].text) reading += c == kName ? '&' : IsMark(c) ? '?' : c;
      reading += ']';
    }
    if (out.find(reading + ";") == out.npos) out += reading + ";";
  };
  (void)Analyze(script, {}, options);
  return out;
}

struct Row {
  std::string_view script, readings;
};

void Check(const std::vector<Row>& rows) {
  for (const Row& row : rows) {
    CAPTURE(row.script);
    CHECK(Readings(row.script) == row.readings);
  }
}

TEST_CASE("quotes in a pattern take the meaning from its signs") {
  Check({{"x='*a'; probe \"${x#'*'}\"", "[a];"},
         {"x=ab; probe \"${x#*}\" \"${x##*}\"", "[ab][];"},
         {"x=abc; probe \"${x%[a-c]}\" \"${x#@(a)}\"", "[ab][?];"},
         {"x=abc; probe \"${x/b/&}\" \"${x/b/-}\"", "[?][a-c];"}});
}

TEST_CASE("a default is taken both ways where nobody knows") {
  Check({{"u=$(hostid); probe \"${u:-d}\"", "[d];[?];"},
         {"unset u; probe \"${u-d}\" \"${u+s}\"", "[d][];"},
         {"u=; probe \"${u-d}\" \"${u:-d}\"", "[][d];"},
         {"probe \"${u:-'q'}\" ${u:-'a b' c}", "['q'][a b][c];"}});
}

TEST_CASE("a list of unknown length has no known places") {
  Check({{"a=($(hostid) b); probe \"${a[1]}\" ${#a[@]}", "[?][?];"},
         {"a=(\"$(hostid)\" b); probe \"${a[1]}\" ${#a[@]}", "[b][2];"},
         {"set -- $(hostid) b; probe \"$2\" $#", "[?][?];"},
         {"declare -A m=([a]=1 [b]=2); probe \"${m[@]}\" ${#m[@]} \"${m[b]}\"", "[?][2][2];"}});
}

TEST_CASE("a way that is not taken assigns nothing") {
  Check({{"n=1; probe $((0 && (n=2))) $n", "[0][1];"},
         {"n=1; probe $((1 ? 5 : (n=2))) $n", "[5][1];"},
         {"n=1; : $((n=7, 08)); probe $n", "[?];"}});
}

TEST_CASE("jumps carry their state to where they lead") {
  Check({{"x=a; for i in 1 2; do x=b; break; x=c; done; probe $x", "[a];[c];[b];"},
         {"x=a; f() { x=b; return; x=c; }; f; probe $x", "[c];[b];"}});
}

TEST_CASE("what only some ways print is not known") {
  Check({{"probe \"$(if [ -f x ]; then echo a; else echo b; fi)\"", "[?];"},
         {"probe \"$(if [ -f x ]; then echo a; else echo a; fi)\"", "[a];"},
         {"probe \"$(exit; echo a)\"", "[?];"},
         {"probe \"$(echo a >&2)\" \"$(echo a >> f)\"", "[][];"}});
}

TEST_CASE("read splits as shells do") {
  Check({{"IFS=: read x y <<< 'a:b:'; probe \"$x\" \"$y\"", "[a][b];"},
         {"IFS=: read x y <<< 'a:b:c:'; probe \"$y\"", "[b:c:];"},
         {"read x <<< ' a\\ b '; probe \"$x\"", "[a b];"},
         {"read -r x <<< 'a\\b'; probe \"$x\"", "[a\\b];"},
         {"mapfile l <<< a; probe \"${l[0]}\"", "[a\n];"}});
}

TEST_CASE("an option that is not known makes the output unknown") {
  Check({{"probe \"$(echo abc | tr -d b)\" \"$(echo abc | tr -x b)\"", "[ac][?];"},
         {"probe \"$(echo a:b | cut -d: -f2)\" \"$(echo a:b | cut -d: -f2 --complement)\"", "[b][?];"},
         {"probe \"$(printf '%03d' 5)\" \"$(printf '%d' 08)\"", "[005][?];"},
         {"probe \"$(echo YQ== | base64 -d)\" \"$(echo 'YQ= =' | base64 -d)\"", "[a][?];"}});
}

TEST_CASE("what a shell keeps changing is no value") {
  Check({{"RANDOM=5; probe \"$RANDOM\" \"$$\" \"$?\" \"$-\"", "[&][&][&][?];"}});
}

}  // namespace
}  // namespace heddle::shell
