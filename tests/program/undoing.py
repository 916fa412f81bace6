"""A home of its own in which heddle runs commands and takes them back, for the tests beside this file."""
import hashlib
import json
import os
import shutil
import sqlite3
import stat
import subprocess
import tempfile

from on_terminal import OnTerminal


def fingerprint(path):
    """Everything that an undo must bring back: kinds, bytes, modes, owners, times, links, attributes, shared inodes."""
    out, inodes = {}, {}
    for folder, folders, files in os.walk(os.fsencode(path)):
        for name in [b"."] + folders + files:
            full = folder if name == b"." else os.path.join(folder, name)
            info = os.lstat(full)
            entry = [stat.S_IFMT(info.st_mode), stat.S_IMODE(info.st_mode), info.st_uid, info.st_gid]
            if stat.S_ISLNK(info.st_mode):
                entry.append(os.readlink(full))
            if stat.S_ISREG(info.st_mode):
                first = inodes.setdefault(info.st_ino, full)
                with open(full, "rb") as file:
                    entry += [info.st_mtime_ns, hashlib.sha256(file.read()).hexdigest(), first]
                try:
                    entry.append([(key, os.getxattr(full, key)) for key in sorted(os.listxattr(full))])
                except OSError:
                    pass
            out[full] = entry
    return out


class Home:
    """`where`: a folder on the file system that the trash is to lie on."""

    def __init__(self, heddle, where="/var/tmp"):
        self.heddle = os.path.realpath(heddle)
        self.base = tempfile.mkdtemp(prefix="heddle-undo-", dir=where)
        self.data = os.path.join(self.base, "data")
        self.work = os.path.join(self.base, "work")
        os.mkdir(self.work)
        os.mkdir(os.path.join(self.base, "home"))
        self.environment = dict(os.environ, HOME=os.path.join(self.base, "home"), XDG_DATA_HOME=self.data,
                                XDG_CONFIG_HOME=os.path.join(self.base, "config"),
                                XDG_CACHE_HOME=os.path.join(self.base, "cache"), TERM="dumb", HEDDLE_SHELL="bash")

    def remember(self, command):
        """Puts `command` into the history; its number."""
        self.call("history")
        with sqlite3.connect(os.path.join(self.data, "heddle", "history.db"), timeout=60) as database:
            row = database.execute("INSERT INTO entry(time_ms, cwd, query, command, exit_code) "
                                   "VALUES(0, '', '', CAST(? AS TEXT), -1) RETURNING id", (os.fsencode(command),))
            return row.fetchone()[0]

    def start(self, command, **environment):
        argv = [self.heddle, "history", "--run", str(self.remember(command))]
        return OnTerminal(argv, self.work, dict(self.environment, **environment))

    def run(self, command, keys="y", **environment):
        """The exit code and what was said, with the first question answered by `keys`."""
        terminal = self.start(command, **environment)
        if keys and terminal.wait_for_any("[y/N]", "to run it."):
            terminal.type(keys if "[y/N]" in terminal.said() else keys + "\n")
        code = terminal.end()
        return code, terminal.said()

    def call(self, *words, **environment):
        done = subprocess.run([self.heddle, *words], cwd=self.work, env=dict(self.environment, **environment),
                              stdin=subprocess.DEVNULL, capture_output=True, check=False)
        return done.returncode, (done.stdout + done.stderr).decode("utf-8", "replace")

    def listed(self):
        done = subprocess.run([self.heddle, "undo", "--json"], cwd=self.work, env=self.environment,
                              stdin=subprocess.DEVNULL, capture_output=True, check=False)
        return [json.loads(line) for line in done.stdout.decode("utf-8", "replace").splitlines()]

    def newest(self):
        return max([entry["id"] for entry in self.listed()], default=0)

    def clear(self):
        """An empty folder to work in, and nothing to undo."""
        self.call("undo", "--purge", "--all")
        subprocess.run(["chmod", "-R", "u+rwX", self.work], check=False)
        shutil.rmtree(self.work)
        os.mkdir(self.work)

    def remove(self):
        subprocess.run(["chmod", "-R", "u+rwX", self.base], check=False)
        shutil.rmtree(self.base, ignore_errors=True)
