"""Runs scripts in real shells: each in a fresh folder of known files, with limits, and with nothing on its PATH but
tools that read and print. Every `probe WORD...` of a script is logged."""

import os
import shutil
import signal
import subprocess
import tempfile

TOOLS = """
awk base32 base64 basename bash cat cp cut date dd dirname env find fold grep head hostid kill ln ls mktemp mv nice
nl od openssl paste printenv printf readlink realpath rev rm sed seq sh sleep sort tac tail tee test timeout tr true
false touch truncate uname uniq wc xargs xxd which git
""".split()
CONTENTS = {"a.txt": "alpha\n", "b.txt": "beta\nbravo\n", "c.log": "log line\n",
    "data.csv": "id,name\n1,foo\n2,bar baz\n", "foo.c": "int x;\n", "foo.h": "", "words": "foo\nbar baz\nqux\n",
    "sub/x.txt": "inner\n", "sub/y": "why\n", ".hidden": "h\n", "home/note": "n\n", "lib.sh": "lib=$1; x=fromlib\n"}
COMMANDS = {"bash": ["bash", "--norc", "--noprofile"], "dash": ["dash"], "zsh": ["zsh", "-f"], "busybox": ["busybox",
    "sh"]}
# What each shell is told first; the model does not see it.
PREAMBLE = "probe() { printf '%s\\0' \"$#\" \"$@\" >&9; }\n"
PROGRAM = "#!/bin/sh\nprintf '%s\\0' \"$#\" \"$@\" >&9\n"
SECONDS = 5


def present():
    """The shells of COMMANDS that are installed."""
    return [name for name, command in COMMANDS.items() if shutil.which(command[0])]


class Room:
    """A folder in which scripts are run, one at a time. Shells and model share it, since scripts see its path."""

    def __init__(self, shell):
        self.shell = shell
        self.top = tempfile.mkdtemp(prefix="heddle-differential-")
        self.work = os.path.join(self.top, "work")
        self.tools = os.path.join(self.top, "bin")
        os.mkdir(self.tools)
        for tool in TOOLS:
            found = shutil.which(tool, path="/usr/bin:/bin")
            if found:
                os.symlink(found, os.path.join(self.tools, tool))
        program = os.path.join(self.tools, "probe")
        with open(program, "w") as out:
            out.write(PROGRAM)
        os.chmod(program, 0o755)
        self.command = [shutil.which(COMMANDS[shell][0]), *COMMANDS[shell][1:]]

    def environment(self):
        # Those of the user's own choice, which the model takes for the usual ones where nothing says so, are told.
        chosen = {name: "none" for name in ("EDITOR", "VISUAL", "PAGER", "BROWSER", "SHELL")}
        return {"PATH": self.tools, "HOME": os.path.join(self.work, "home"), "TMPDIR": self.top, **chosen}

    def files(self):
        return {os.path.join(self.work, name): text for name, text in CONTENTS.items()}

    def request(self, script):
        """What the model is asked."""
        return {"script": script, "shell": self.shell, "cwd": self.work, "home": self.environment()["HOME"],
            "environment": self.environment(), "files": self.files()}

    def run(self, script, locale="C"):
        """The words of every probe that ran, as lists of bytes."""
        shutil.rmtree(self.work, ignore_errors=True)
        for path, text in self.files().items():
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "w") as out:
                out.write(text)
        with open(os.path.join(self.top, "script"), "w", encoding="utf-8") as out:
            out.write(PREAMBLE + script + "\n")
        log = os.path.join(self.top, "log")
        open(log, "w").close()
        line = f'ulimit -t {SECONDS}; ulimit -f 4096; ulimit -c 0; exec "$@" 9>> "$0"'
        process = subprocess.Popen(["/bin/sh", "-c", line, log, *self.command, os.path.join(self.top, "script")],
            cwd=self.work, env={**self.environment(), "LC_ALL": locale}, stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
        try:
            process.wait(SECONDS)
        except subprocess.TimeoutExpired:
            pass
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        process.wait()
        with open(log, "rb") as written:
            return parse_log(written.read())

    def close(self):
        shutil.rmtree(self.top, ignore_errors=True)


def parse_log(log):
    fields = log.split(b"\0")[:-1]
    out = []
    while fields:
        if not fields[0].isdigit():
            return out
        count = int(fields[0])
        if len(fields) < count + 1:
            return out
        out.append(fields[1:count + 1])
        del fields[:count + 1]
    return out
