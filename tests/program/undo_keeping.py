#!/usr/bin/env python3
"""What undo keeps: for how long, under which numbers, through changes since, kill -9 and other runs at the same time.

Usage: undo_keeping.py HEDDLE"""
import os
import random
import signal
import sqlite3
import sys
import time

from on_terminal import OnTerminal
from undoing import Home, fingerprint

ROUNDS = 50
failed = 0


def check(name, condition, said=""):
    global failed
    if not condition:
        failed += 1
        print(f"FAILED: {name}\n{said}")


def write(home, name, text):
    with open(os.path.join(home.work, name), "w", encoding="utf-8") as file:
        file.write(text)


def read(home, name):
    with open(os.path.join(home.work, name), encoding="utf-8") as file:
        return file.read()


def kept_folders(home):
    folder = os.path.join(home.data, "heddle", "trash")
    return sorted(int(name) for name in os.listdir(folder) if name.isdigit())


def changed_since(home):
    write(home, "f", "old")
    home.run("echo new > f; echo made > m; mkdir d; echo x > d/x")
    number = str(home.newest())
    write(home, "f", "newer still")
    write(home, "d/y", "mine")
    code, said = home.call("undo", number)
    check("what has changed since is left", code == 1 and read(home, "f") == "newer still" and "f: it has changed" in said, said)
    check("also a folder with something new in it", os.path.exists(f"{home.work}/d/y") and "d: it has changed" in said, said)
    check("what has not is taken back", not os.path.exists(f"{home.work}/m"), said)
    check("and what was left can still be", number in {str(entry["id"]) for entry in home.listed()})
    code, said = home.call("undo", "--force", number)
    check("with --force it is", code == 0 and read(home, "f") == "old" and not os.path.exists(f"{home.work}/d"), said)
    code, said = home.call("undo", str(home.newest()))
    check("what --force took away was kept", read(home, "f") == "newer still" and read(home, "d/y") == "mine", said)
    write(home, "g", "1")
    home.run("rm g")
    write(home, "g", "2")
    code, said = home.call("undo", str(home.newest()))
    check("nothing is put over what is there by now", code == 1 and read(home, "g") == "2" and "move it away" in said, said)
    os.rename(f"{home.work}/g", f"{home.work}/g2")
    code, said = home.call("undo", str(home.newest()))
    check("once it is moved away, it comes back", code == 0 and read(home, "g") == "1", said)
    write(home, "p", "p")
    write(home, "q", "q")
    home.run("rm p q")
    number = str(home.newest())
    code, said = home.call("undo", number, "q")
    check("one of several", code == 0 and os.path.exists(f"{home.work}/q") and not os.path.exists(f"{home.work}/p"), said)
    code, said = home.call("undo", number)
    check("and then the rest", code == 0 and os.path.exists(f"{home.work}/p"), said)
    code, said = home.call("undo", number)
    check("an entry that is taken back is gone", code == 1 and f"no entry {number}" in said, said)


def moved_parents(home):
    """A folder on the way becomes a link: undo does not follow it."""
    os.makedirs(f"{home.work}/way")
    os.makedirs(f"{home.work}/trap")
    write(home, "way/f", "f")
    home.run("rm way/f")
    os.rename(f"{home.work}/way", f"{home.work}/old")
    os.symlink("trap", f"{home.work}/way")
    code, said = home.call("undo", str(home.newest()))
    check("undo follows no link", code != 0 and not os.listdir(f"{home.work}/trap"), said)
    os.unlink(f"{home.work}/way")
    os.rename(f"{home.work}/old", f"{home.work}/way")
    code, said = home.call("undo", str(home.newest()))
    check("and works once the way is as it was", code == 0 and read(home, "way/f") == "f", said)


def numbers(home):
    write(home, "a", "a")
    home.run("rm a")
    first = home.newest()
    home.call("undo", str(first))
    home.run("rm a")
    second = home.newest()
    code, said = home.call("undo", "--purge", str(second))
    check("an entry is let go of", code == 0 and "1 entry" in said and home.newest() < second, said)
    check("with what it kept", second not in kept_folders(home), str(kept_folders(home)))
    write(home, "a", "a")
    home.run("rm a")
    third = home.newest()
    check("a number is never given again", first < second < third, f"{first} {second} {third}")
    code, said = home.call("undo", "--purge", "--all")
    check("everything is let go of", code == 0 and not home.listed(), said)
    write(home, "a", "a")
    home.run("rm a")
    check("also after that", home.newest() > third)
    for words in (["--purge"], ["--purge", "--older-than", "soon"], ["--purge", "x"], ["--purge", "1", "--all"], ["x"]):
        code, said = home.call("undo", *words)
        check(f"undo {words} is a usage error", code == 2, said)
    code, said = home.call("undo", "--purge", "999")
    check("an unknown number is an error", code == 1 and "no entry 999" in said, said)
    check("and nothing went", len(home.listed()) == 1)
    code, said = home.call("undo", "--list")
    check("the list names command and path", "rm a" in said and "deleted" in said and f"{home.work}/a" in said, said)
    entry = home.listed()[0]
    check("the JSON has them", entry["command"] == "rm a" and entry["what"] == "deleted" and entry["path"].endswith("/a"))


def age(home, number, days):
    with sqlite3.connect(os.path.join(home.data, "heddle", "trash.db"), timeout=60) as database:
        database.execute("UPDATE command SET time_ms = time_ms - ? WHERE id = ?", (int(days * 86400000), number))


def expiry(home):
    made = []
    for i in range(4):
        write(home, f"f{i}", "x" * 400_000)
        home.run(f"rm f{i}")
        made.append(home.newest())
    age(home, made[0], 31)
    age(home, made[1], 29)
    write(home, "g", "g")
    home.run("rm g")
    made.append(home.newest())
    left = {entry["id"] for entry in home.listed()}
    check("what is older than trash_days goes at the next use", left == set(made[1:]), f"{left} of {made}")
    write(home, "h", "h")
    _, said = home.run("rm h", HEDDLE_TRASH_SIZE_MB="1")
    left = {entry["id"] for entry in home.listed()}
    check("beyond trash_size_mb the oldest goes", made[1] not in left and made[2] in left, f"{left} of {made}")
    write(home, "i", "i" * 400_000)
    _, said = home.run("rm i", HEDDLE_TRASH_SIZE_MB="1")
    check("what is younger than a day stays, and that is said", made[2] in {e["id"] for e in home.listed()} and
          "younger than a day" in said, said)
    age(home, made[2], 3)
    code, said = home.call("undo", "--purge", "--older-than", "2d")
    left = {entry["id"] for entry in home.listed()}
    check("--older-than lets go of what is older", code == 0 and made[2] not in left and made[3] in left, said)
    code, said = home.call("history", "--run", str(home.remember("rm nothing")), HEDDLE_TRASH_DAYS="many")
    check("a setting that is no number is an error", code == 2 and "trash_days" in said, said)
    write(home, "j", "j")
    code, said = home.run("rm j", HEDDLE_TRASH="off")
    check("with trash off nothing is kept", code == 0 and not any(e["path"].endswith("/j") for e in home.listed()), said)


def at_once(home):
    """Ten commands and ten undos at the same time."""
    for i in range(10):
        os.mkdir(f"{home.work}/{i}")
        for j in range(50):
            write(home, f"{i}/{j}", f"{i} {j}")
    before = fingerprint(home.work)
    running = [home.start(f"rm -rf {i}") for i in range(10)]
    for terminal in running:
        terminal.wait_for("[y/N]")
    for terminal in running:
        terminal.type("y")
    codes = [terminal.end() for terminal in running]
    said = "".join(terminal.said() for terminal in running)
    check("all run", codes == [0] * 10 and not os.listdir(home.work) and "cannot take" not in said, said)
    entries = home.listed()
    check("each has a number of its own", len({entry["id"] for entry in entries}) == 10, str(entries))
    undoing = [OnTerminal([home.heddle, "undo", str(entry["id"])], home.work, home.environment) for entry in entries]
    codes = [terminal.end() for terminal in undoing]
    check("all come back", codes == [0] * 10 and fingerprint(home.work) == before, str(codes))
    write(home, "once", "x")
    home.run("rm once")
    number = str(home.newest())
    twice = [OnTerminal([home.heddle, "undo", number], home.work, home.environment) for _ in range(4)]
    codes = sorted(terminal.end() for terminal in twice)
    check("one entry is taken back once", codes[0] == 0 and codes[1] != 0 and read(home, "once") == "x", str(codes))


COMMANDS = ["rm -rf d", "sed -i s/x/y/ d/1*", "mv d e", "find d -name '1*' -delete", "for f in d/*; do echo n > $f; done",
            "cp d/1 d/2; rm d/3; mv d/4 d/5; echo n > d/6; echo n > d/new"]


def originals(prints):
    """What must not be lost; files that a killed command has made are not among it, and folders have other times."""
    return {path: entry for path, entry in prints.items() if entry[0] == 0o100000 and not path.endswith(b"/new")}


def kill_soon(terminal, chance):
    time.sleep(chance.random() * 0.08)
    try:
        os.kill(terminal.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    terminal.end()


def still_at_work(home):
    """Whether some process works in the folder: what heddle had started goes on for a moment when heddle is killed."""
    for entry in os.listdir("/proc"):
        try:
            if entry.isdigit() and os.readlink(f"/proc/{entry}/cwd").startswith(home.work):
                return True
        except OSError:
            continue
    return False


def settle(home):
    while still_at_work(home):
        time.sleep(0.002)


def start_undo(home, *words):
    return OnTerminal([home.heddle, "undo", *words], home.work, home.environment)


def start_killed(home, kind, command):
    """A command, its undo or the purge of another command, about to be killed; the other one's number."""
    if kind == "purge":
        home.run("rm -r other")
        other = home.newest()
        home.run(command)
        return start_undo(home, "--purge", str(other)), other
    terminal = home.start(command)
    terminal.wait_for("[y/N]")
    terminal.type("y")
    if kind == "undo":
        terminal.end()
        terminal = start_undo(home, str(home.newest()))
    return terminal, 0


def killed(home):
    """Whenever heddle is killed: every file is there, or comes back, but for those that it was to let go of."""
    chance = random.Random(7)
    for count in range(ROUNDS):
        home.clear()
        for folder in ("d", "other"):
            os.mkdir(f"{home.work}/{folder}")
            for i in range(100):
                write(home, f"{folder}/{i}", f"x{i}")
        before = originals(fingerprint(home.work))
        kind = ("run", "undo", "purge")[count % 3]
        command = COMMANDS[count // 3 % len(COMMANDS)]
        terminal, other = start_killed(home, kind, command)
        kill_soon(terminal, chance)
        settle(home)
        if other:
            before = {path: entry for path, entry in before.items() if b"/other/" not in path}
            purged = home.call("undo", "--purge", str(other))
            check(f"round {count}: a purge that was killed is done by the next", "1 entry" in purged[1] or "no entry" in purged[1],
                  str(purged))
        for _ in range(3):
            numbers_left = sorted({entry["id"] for entry in home.listed() if "undo" not in entry["command"]})
            for number in reversed(numbers_left):
                home.call("undo", str(number))
        after = originals(fingerprint(home.work))
        lost = {path: (entry, after.get(path)) for path, entry in before.items() if after.get(path) != entry}
        check(f"round {count}, killed in {kind} of {command}", not lost,
              f"{list(lost.items())[:3]}\n{home.call('undo')}")
        check(f"round {count}: nothing half kept stays", set(kept_folders(home)) <= {e["id"] for e in home.listed()},
              f"{kept_folders(home)} {home.call('undo')}")


def main():
    for case in (changed_since, moved_parents, numbers, expiry, at_once, killed):
        if sys.argv[2:] and case.__name__ not in sys.argv[2:]:
            continue
        home = Home(sys.argv[1])
        try:
            case(home)
        finally:
            home.remove()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
