// What the witness of a sandbox notes. The kernel may refuse sandboxes; then there is nothing to see.
#include "sys/witness.h"

#include <doctest/doctest.h>
#include <stdlib.h>
#include <unistd.h>

#include <algorithm>

#include "base/text.h"
#include "sys/files.h"
#include "sys/processes.h"
#include "sys/veil.h"

using namespace heddle;
using namespace heddle::sys;

namespace {

struct Folder {
  Folder() {
    char name[] = "/var/tmp/heddle-witness-XXXXXX";
    path = ::mkdtemp(name);
  }
  ~Folder() { (void)SystemFiles().RemoveTree(path); }
  std::string path;
};

// Which hindrances a script met, as letters: r(ights), o(utside), m(ove), n(etwork), t(emporary), l(ink).
std::string Met(const std::string& script) {
  const Folder work, scratch;
  REQUIRE(SystemFiles().WriteAtomic(work.path + "/file", "x"));
  REQUIRE(SystemFiles().MakeDirectories(work.path + "/folder"));
  const auto notes = MakeSharedNotes();
  REQUIRE(notes);
  const SandboxOptions sandbox = {.overlay = work.path, .scratch = scratch.path, .notes = notes->get()};
  const auto run = Run({"/bin/bash", "-c", script}, {.workdir = work.path, .sandbox = sandbox});
  if (!run) FAIL(run.error().message);
  std::string out;
  for (size_t i = 0; i < kHindrances; ++i)
    if ((*notes)->notes[i].seen) out += "romntl"[i];
  return out;
}

}  // namespace

TEST_CASE("a witness notes where a sandbox stands in the way, and nothing else") {
  if (!SandboxAvailable()) return;
  struct Case {
    std::string script, met;
  };
  const Case cases[] = {
      {"echo x > new; mkdir d; ln -s a b; mv file other; rm other; chmod 700 d; touch -d 2001-01-01 d; ls -la / > list",
       ""},
      {"mv folder moved; cat /etc/passwd > mine; t=$(mktemp); echo x > $t; rm $t; find . > list", ""},
      {"(sleep 0.01; echo x > late) & wait; for i in 1 2 3 4 5 6 7 8; do (echo $i > n$i) & done; wait", ""},
      {"echo x > ../beside", "o"},
      {"[ -w .. ] || echo x > new", "o"},
      {"rm -rf /usr/bin/env; mkdir /etc/x", "o"},
      {"perl -e 'rename \"folder\", \"moved\"'", "m"},
      {"mv folder moved; mv missing moved; mv moved again", ""},  // what fails is not the copy
      {"mkdir folder/f; mv folder moved", ""},
      {"mv folder missing moved; true", ""},  // "moved" is no directory, so nothing is tried
      {"mkdir d; mv folder missing d; true", "m"},
      {"ln file other", "l"},
      {"cd folder; python3 -c 'import os; os.link(\"../file\", \"x\")'", "l"},
      {"echo x > new; ln new other; ln other /proc/$$/cwd/third; ln -s a b; ln b c", ""},
      {"ln missing other; ln file folder/no/other; true", ""},
      {"echo x > /tmp/left", "t"},
      {"(echo x > /dev/tcp/127.0.0.1/9) 2> /dev/null; true", "n"},
  };
  for (const Case& it : cases) {
    CAPTURE(it.script);
    CHECK(Met(it.script) == it.met);
  }
}

TEST_CASE("what is refused to root alone is noted for root") {
  if (!SandboxAvailable() || ::geteuid() != 0) return;
  for (const std::string script :
       {"chown 1234 file", "chmod 400 file; echo x >> file", "chmod 000 file; cat file", "chmod 4755 file; : >> file",
        "chmod 600 folder; chmod 000 folder; ls folder/x", "chmod 400 file; [ -w file ]", "chattr +i file",
        "mknod node c 1 3", "python3 -c 'import os; os.setuid(1)'"}) {
    CAPTURE(script);
    CHECK(Met(script) == "r");
  }
}

TEST_CASE("a set-user-ID bit that a write takes from root's file is noted") {
  if (!SandboxAvailable() || ::geteuid() != 0) return;
  const std::string open = "import os; f = os.open(\"new\", os.O_CREAT | os.O_WRONLY, ";
  const std::string cases[][2] = {
      {"touch new; chmod 4755 new; chmod 755 new; echo x > new", ""},
      {"exec 5> new; echo x >&5; chmod 4755 new", ""},
      {"exec 5> new; chmod 4755 new; echo x >&5", "r"},
      {"exec 5> new; chmod 4755 new; echo x >&5; chmod 755 new", "r"},
      {"exec 5> new; chmod 4755 new; echo x >&5; rm new", "r"},
      {"exec 5> new; chmod 4755 new; echo x >&5; chown 0 new", "r"},
      {"python3 -c '" + open + "0o4755); os.write(f, b\"x\")'", "r"},
      {"python3 -c '" + open + "0o755); os.write(f, b\"x\")'", ""},
      {"for i in {1..300}; do : > $i; chmod 4755 $i; done", "r"},
  };
  for (const auto& [script, met] : cases) {
    CAPTURE(script);
    CHECK(Met(script) == met);
  }
}

TEST_CASE("a directory gets one veil, unless something is mounted in it") {
  const Folder folder;
  const auto one = PlanVeils(folder.path);
  REQUIRE(one);
  REQUIRE(one->size() == 1);
  CHECK((*one)[0].kind == Veil::Kind::kOverlay);
  CHECK((*one)[0].target == folder.path.substr(1));
  const auto kernel = PlanVeils("/proc");
  REQUIRE(kernel);
  CHECK(std::all_of(kernel->begin(), kernel->end(),
                    [](const Veil& veil) { return veil.kind == Veil::Kind::kEmptyFolder; }));
  const auto mounts = PlanVeils("/dev");
  REQUIRE(mounts);
  CHECK(!mounts->empty());
}
