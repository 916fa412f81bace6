#!/usr/bin/env python3
"""Where a command runs, what must be typed before a critical one, and names that look like options.

Usage: run_question.py HEDDLE"""
import os
import re
import sys

from on_terminal import OnTerminal
from undoing import Home

failed = 0


def check(name, condition, said=""):
    global failed
    if not condition:
        failed += 1
        print(f"FAILED: {name}\n{said}")


def shown_target(said):
    found = re.findall(r"Type (.*) to run it\.", said)
    return found[-1] if found else None


def critical(home):
    """Everything that `mkfs` stands for here is a file of ours: a program of this name that only notes its words."""
    tools = os.path.join(home.base, "tools")
    os.mkdir(tools)
    with open(f"{tools}/mkfs.ext4", "w", encoding="utf-8") as file:
        file.write(f"#!/bin/sh\nprintf '%s' \"$1\" > {home.base}/noted\n")
    os.chmod(f"{tools}/mkfs.ext4", 0o755)
    path = f"{tools}:{os.environ['PATH']}"
    targets = ["/dev/sda1", "/dev/disk/by-label/two  words", "/dev/new\nline", "/dev/it's \"quoted\"", "/dev/\udcff\udcfe",
               "/dev/ähm", "/dev/" + "long" * 100, "/dev/tab\there", "/dev/trailing ", "/dev/\x1b[31mred", "/dev/$HOME"]
    for target in targets:
        quoted = "'" + target.replace("'", "'\\''") + "'"
        for right in (False, True):
            if os.path.exists(f"{home.base}/noted"):
                os.unlink(f"{home.base}/noted")
            terminal = home.start(f"mkfs.ext4 {quoted}", PATH=path)
            asked = terminal.wait_for("to run it.")
            shown = shown_target(terminal.said())
            check(f"{target!r} is asked for", asked and shown, terminal.said())
            terminal.type((shown if right else "y") + "\n")
            code = terminal.end()
            ran = os.path.exists(f"{home.base}/noted")
            check(f"{target!r}: {'what is shown' if right else 'another word'} is typed", ran == right and
                  code == (0 if right else 130), terminal.said())
            check(f"{target!r}: it is one short line of visible characters", shown is not None and len(shown) <= 60 and
                  not any(ord(c) < 32 for c in shown), repr(shown))
    terminal = home.start("echo x > first.txt; mkfs.ext4 /dev/sdz9", PATH=path)
    terminal.wait_for("to run it.")
    check("it is the worst target that is asked for", shown_target(terminal.said()) == "/dev/sdz9", terminal.said())
    terminal.type("no\n")
    terminal.end()


def elsewhere(home):
    far = os.path.join(home.base, "far")
    os.mkdir(far)
    for folder in (far, home.work):
        with open(f"{folder}/gone.txt", "w", encoding="utf-8") as file:
            file.write(folder)
    terminal = OnTerminal([home.heddle, "--cwd", far, "--run", "delete", "the", "file", "gone.txt"], home.work,
                          home.environment)
    terminal.wait_for("[y/N]")
    terminal.type("y")
    code = terminal.end()
    check("--cwd is where it runs", code == 0 and not os.path.exists(f"{far}/gone.txt") and
          os.path.exists(f"{home.work}/gone.txt"), terminal.said())
    code, said = home.call("undo", str(home.newest()))
    check("and where it is taken back", os.path.exists(f"{far}/gone.txt"), said)


def like_options(home):
    names = ["-rf", "--help", "-x.txt"]
    for name in names:
        for request, effect in (("delete the file", lambda n: not os.path.exists(n)),
                                ("make executable", lambda n: os.access(n, os.X_OK)),
                                ("copy to copied.txt", lambda n: os.path.exists(f"{home.work}/copied.txt")),
                                ("rename to -y.txt", lambda n: os.path.exists(f"{home.work}/-y.txt"))):
            for left in os.listdir(home.work):
                os.unlink(f"{home.work}/{left}")
            for each in names + ["bystander"]:
                with open(f"{home.work}/{each}", "w", encoding="utf-8") as file:
                    file.write("x\n")
                os.chmod(f"{home.work}/{each}", 0o644)
            verb, _, rest = request.partition(" ")
            words = f"{request} {name}" if rest == "the file" else f"{verb} {name} {rest}"
            terminal = OnTerminal([home.heddle, "ask", "--run", words], home.work, home.environment)
            if terminal.wait_for("[y/N]"):
                terminal.type("y")
            terminal.end()
            check(f"{words}", effect(f"{home.work}/{name}") and os.path.exists(f"{home.work}/bystander"), terminal.said())
    for words in ("show the contents of -x.txt", "count lines in -x.txt", "sort -x.txt", "compare -x.txt and --help",
                  "show the first 5 lines of -x.txt", "search for foo in -x.txt", "size of -x.txt"):
        code, said = home.call("ask", "-q", words)
        check(words, code == 0 and not re.search(r"(?<!-e) -(x\.txt|-help)", said), said)


def main():
    for case in (critical, elsewhere, like_options):
        home = Home(sys.argv[1])
        try:
            case(home)
        finally:
            home.remove()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
