#!/usr/bin/env python3
"""Undo across file systems, with long names, many files, no room and no permission. Usage: undo_places.py HEDDLE"""
import os
import shutil
import subprocess
import sys

from on_terminal import OnTerminal
from undoing import Home, fingerprint

INSIDE = "HEDDLE_UNDO_PLACES"
failed = 0


def check(name, condition, said=""):
    global failed
    if not condition:
        failed += 1
        print(f"FAILED: {name}\n{said}")


def enter_namespace():
    """Runs this file again where it may mount; without that the cases that mount are left out, and said."""
    if INSIDE in os.environ:
        return
    mounts = subprocess.run(["unshare", "-rm", "true"], capture_output=True, check=False).returncode == 0
    if mounts:
        os.execvpe("unshare", ["unshare", "-rm", sys.executable, *sys.argv], dict(os.environ, **{INSIDE: "1"}))
    print("SKIPPED: no mounts here, so no full disk and no other file system but /dev/shm")


def mounted(path, *options):
    os.makedirs(path, exist_ok=True)
    command = ["mount", "-t", "tmpfs", "-o", ",".join(("mode=700", *options)), "none", path]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def ask(home, words, keys="y", **environment):
    """As Home.run, by a sentence: it needs no history."""
    argv = [home.heddle, "--run", *words.split()]
    terminal = OnTerminal(argv, home.work, dict(home.environment, **environment))
    for asked, key in enumerate(keys, 1):
        if terminal.wait_for("[y/N]", asked):
            terminal.type(key)
    code = terminal.end()
    return code, terminal.said()


def taken_back(home, name, command):
    before = fingerprint(home.work)
    code, said = home.run(command)
    check(f"{name}: it runs", code == 0 and fingerprint(home.work) != before, said)
    check(f"{name}: it can be taken back", "cannot take" not in said, said)
    code, told = home.call("undo", str(home.newest()))
    check(f"{name}: it is taken back", code == 0 and fingerprint(home.work) == before, said + told)


def other_file_system(home):
    """What is changed lies elsewhere than the trash, so that it is copied."""
    work = os.path.join(home.base, "elsewhere")
    if not mounted(work, "size=64m"):
        return
    home.work = work
    os.makedirs(f"{work}/dir/sub")
    for name in ("a", "b", "dir/c", "dir/sub/d"):
        with open(f"{work}/{name}", "w", encoding="utf-8") as file:
            file.write(name * 1000)
    os.symlink("nowhere", f"{work}/dir/link")
    os.mkfifo(f"{work}/dir/fifo")
    os.chmod(f"{work}/dir/c", 0o604)
    os.utime(f"{work}/dir/c", ns=(1, 123456789))
    for command in ("rm a", "rm -rf dir", "echo new > a", "sed -i s/a/X/ a", "mv a b", "mv dir gone", "cp a b",
                    "truncate -s 3 a", "find . -type f -delete", f"mv a {home.base}/away", f"mv dir {home.base}/away"):
        taken_back(home, f"another file system: {command}", command)
        leftover = os.path.join(home.base, "away")
        check(f"{command}: nothing is left where it went", not os.path.lexists(leftover))
    code, said = home.run("rm -rf dir", HEDDLE_TRASH_COPY_MB="0")
    check("what is too large to be copied is said before", "cannot take this back" in said and "trash_copy_mb" in said, said)
    check("and deleted when that is wanted", code == 0 and not os.path.exists(f"{work}/dir"), said)


def long_names(home):
    longest = "n" * 255
    wide = "ä" * 127
    deep = "/".join(["d" * 200] * 15)
    os.makedirs(f"{home.work}/{deep}")
    for name in (longest, wide, f"{deep}/{longest}"):
        with open(f"{home.work}/{name}", "w", encoding="utf-8") as file:
            file.write(name)
    raw = os.path.join(os.fsencode(home.work), b"not \xff utf8 \n line")
    with open(raw, "wb") as file:
        file.write(b"raw")
    taken_back(home, "a name of 255 bytes", f"rm {longest}")
    taken_back(home, "a wide name of 254 bytes", f"rm {wide}")
    taken_back(home, "15 long folders", f"rm -r {'d' * 200}")
    taken_back(home, "a name that is no text", "rm not*")
    taken_back(home, "everything", "rm -rf *")
    taken_back(home, "an edit of a long name", f"echo new > {longest}")


def very_deep(home):
    """Deeper than one path can name."""
    subprocess.run(["bash", "-c", "for i in {1..250}; do mkdir dddddddddddddddddddd && cd -P dddddddddddddddddddd; done; "
                    "echo x > leaf"], cwd=home.work, check=True)
    code, said = home.run("rm -rf dddddddddddddddddddd")
    check("5,000 bytes of path are deleted", code == 0 and not os.listdir(home.work), said)
    code, told = home.call("undo", str(home.newest()))
    leaf = subprocess.run(["bash", "-c", "for i in {1..250}; do cd -P dddddddddddddddddddd || exit 1; done; cat leaf"],
                          cwd=home.work, capture_output=True, check=False)
    check("and come back", leaf.stdout == b"x\n", said + told)


def many_files(home):
    for i in range(20000):
        os.makedirs(f"{home.work}/tree/{i % 100}", exist_ok=True)
        with open(f"{home.work}/tree/{i % 100}/{i}.log", "w", encoding="utf-8") as file:
            file.write(str(i))
    for command in ("rm -rf tree", "rm tree/*/*.log"):
        taken_back(home, f"20,000 files: {command}", command)


def one_pass(home):
    """Undo of many files costs each a bounded number of system calls, copies none that is only replaced, and waits for
    the disk a few times altogether."""
    strace = shutil.which("strace")
    if not strace:
        return
    count = 300
    for i in range(count):
        with open(f"{home.work}/{i}", "w", encoding="utf-8") as file:
            file.write("old\n")
    before = fingerprint(home.work)
    for command in ("sed -i s/old/new/ *", "for f in *; do echo new > $f; done", "rm *", "chmod 600 *"):
        home.run(command)
        trace = os.path.join(home.base, "trace")
        traced = subprocess.run([strace, "-f", "-o", trace, home.heddle, "undo", str(home.newest())], cwd=home.work,
                                env=home.environment, capture_output=True, check=False)
        with open(trace, encoding="utf-8", errors="replace") as file:
            calls = [line.split()[1].split("(")[0] for line in file if "(" in line]
            file.seek(0)
            made = sum("O_CREAT|O_EXCL" in line for line in file)
        waits = sum(calls.count(name) for name in ("fsync", "fdatasync", "syncfs"))
        check(f"undo of {command}", traced.returncode == 0 and fingerprint(home.work) == before, str(traced))
        check(f"undo of {command}: {waits} waits for the disk", waits < 20)
        check(f"undo of {command}: {len(calls) / count} calls a file", len(calls) < 60 * count)
        check(f"undo of {command}: {made} files made", made < 20 or ">" in command)


def repositories(home):
    """What git lists is all that it changes, or it is said that this is not known."""
    script = """git init -q -b main . && mkdir -p way/deep && for i in 1 2 3; do echo $i > $i; echo $i > way/deep/$i; done &&
                echo '*.o' > .gitignore && git add -A && git -c user.name=n -c user.email=e commit -qm m && echo n > 1 &&
                rm 2 && echo s > staged && git add staged 3 && echo o > x.o && mkdir empty built && echo o > built/y.o"""
    subprocess.run(["bash", "-c", script], cwd=home.work, check=True)
    staged = lambda: subprocess.run(["git", "status", "--short"], cwd=home.work, capture_output=True, check=True).stdout
    before = staged()
    for command in ("git reset --hard", "git checkout .", "git clean -fd", "git clean -fdx"):
        without = lambda: {path: entry for path, entry in fingerprint(home.work).items() if b"/.git" not in path}
        files = without()
        code, said = home.run(command)
        check(f"{command}: it runs and is known", code == 0 and "cannot take" not in said and files != without(), said)
        code, told = home.call("undo", str(home.newest()))
        check(f"{command}: it is taken back", code == 0 and without() == files and staged() == before, said + told)
    shutil.rmtree(f"{home.work}/way/deep")
    with open(f"{home.work}/way/deep", "w", encoding="utf-8") as file:
        file.write("a file where git wants a folder")
    code, said = home.run("git checkout .", keys="n")
    check("a file in git's way", code == 130 and "cannot take this back" in said, said)
    os.remove(f"{home.work}/way/deep")
    with open(f"{home.work}/.git/hooks/post-checkout", "w", encoding="utf-8") as file:
        file.write("#!/bin/sh\nrm -f 3\n")
    os.chmod(f"{home.work}/.git/hooks/post-checkout", 0o755)
    code, said = home.run("git checkout .", keys="n")
    check("a hook", code == 130 and "cannot take this back" in said, said)


def no_room(home):
    data = os.path.join(home.base, "small")
    if not mounted(data, "size=2m", "nr_inodes=40"):
        return
    with open(f"{home.work}/large", "wb") as file:
        file.write(os.urandom(4 << 20))
    os.mkdir(f"{home.work}/many")
    for i in range(100):
        with open(f"{home.work}/many/{i}", "w", encoding="utf-8") as file:
            file.write(str(i))
    before = fingerprint(home.work)
    code, said = ask(home, "delete the file large", keys="n", XDG_DATA_HOME=data)
    check("too little space: it is said before", "cannot take this back" in said and "space" in said, said)
    check("too little space: nothing runs", code == 130 and fingerprint(home.work) == before, said)
    code, said = ask(home, "delete the folder many", keys="yn", XDG_DATA_HOME=data)
    check("a disk that fills up: it is said before", "cannot take this back" in said and "no space" in said, said)
    check("a disk that fills up: nothing runs without a second yes", code == 130 and fingerprint(home.work) == before, said)
    kept = [name for name in os.listdir(f"{data}/heddle/trash") if name.isdigit()]
    check("a disk that fills up: no half of a copy is left", not kept, str(kept))
    code, said = ask(home, "delete the folder many", keys="yy", XDG_DATA_HOME=data)
    check("a disk that fills up: with a second yes it runs", code == 0 and not os.path.exists(f"{home.work}/many"), said)


def no_permission(home):
    data = os.path.join(home.base, "closed")
    if not mounted(data, "size=1m") or subprocess.run(["mount", "-o", "remount,ro", data], check=False).returncode != 0:
        return
    with open(f"{home.work}/a.txt", "w", encoding="utf-8") as file:
        file.write("a")
    code, said = ask(home, "delete the file a.txt", keys="n", XDG_DATA_HOME=data)
    check("a read-only home: it is said before", "there is no trash" in said and code == 130, said)
    done = subprocess.run([home.heddle, "--run", "delete", "the", "file", "a.txt"], cwd=home.work, stdin=subprocess.DEVNULL,
                          env=dict(home.environment, XDG_DATA_HOME=data), capture_output=True, check=False)
    check("and without a terminal nothing runs", done.returncode == 5 and os.path.exists(f"{home.work}/a.txt"), str(done))
    check("for that reason", b"there is no trash" in done.stderr, str(done))
    # What makes something new loses nothing.
    code, said = ask(home, "create a folder called new", keys="", XDG_DATA_HOME=data)
    check("what only makes something new loses nothing and is not asked about", code == 0, said)


def main():
    enter_namespace()
    for case in (other_file_system, long_names, very_deep, many_files, one_pass, repositories, no_room, no_permission):
        home = Home(sys.argv[1])
        try:
            if not sys.argv[2:] or case.__name__ in sys.argv[2:]:
                case(home)
        finally:
            subprocess.run(["umount", "-q", "-l", *[os.path.join(home.base, name) for name in
                            ("elsewhere", "small", "closed")]], stderr=subprocess.DEVNULL, check=False)
            home.remove()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
