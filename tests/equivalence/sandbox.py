"""Runs scripts in real bash where every program that could do anything only writes down its words.

Usage: sandbox.py ROOT HEDDLE, as the first process of new mount and process-id name spaces; ROOT is an empty directory
to change into. What is tried here would destroy a machine, so three things stand between it and that, each enough by
itself: every program that could do harm is a stub; nothing of the machine is there but its libraries, and these are
read-only, which is looked up and not assumed; and scripts run as a user who owns nothing.

Reads one JSON object a line and answers each with one: {"run": [SCRIPT, ...]} with the records that each script left,
{"check": [SCRIPT, ...]} with heddle's ratings, in the same place.

A record is [PROGRAM, DIRECTORY, WORD ...]. Text tools and wrappers are the real ones. As the first process of its name
space this one becomes the parent of all that a script leaves behind, so that it waits for them before the next.
"""
import ctypes
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import time

# Real programs: they run others, or change text.
REAL = """
bash sh dash busybox env nice nohup timeout setsid stdbuf ionice chrt taskset setarch prlimit setpriv flock time
xargs tr rev base64 base32 xxd od sed awk cut paste tac nl fold head tail seq expr basename dirname printf echo cat tee
true false test [ sleep date perl gzip gunzip split column sort uniq join comm printenv pwd mktemp realpath
readlink which mkfifo shuf fmt expand logger
""".split()
# As real ones, but what they are told is written down as well.
LOGGED = ["find", "make"]
# Real in /tmp, where rewritings keep their files; written down in any case.
IN_TMP = "chmod cp ln mkdir mv rm touch".split()
STUBS = """
apt-get aws black blkdiscard cargo chown cmake crontab curl dd df diff docker dropdb du eslint file free gcc gcloud git
go grep halt helm iptables jq kill killall5 kubectl ls lvremove mkfs mkfs.ext4 mongo mysql npm ping pip pkill poweroff
ps psql python3 ran-download reboot redis-cli rg rustfmt sgdisk shellcheck shred shutdown sqlite3 ssh stat sudo
systemctl tar terraform truncate umount uname unzip uptime userdel wc wget whoami wipefs yarn zpool
""".split()
ENVIRONMENT = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/home/user", "USER": "user", "LOGNAME": "user",
               "SHELL": "/bin/bash", "TERM": "dumb", "LANG": "C.UTF-8"}
WORK = "/home/user/project"
LOG = "/log/words"
SCRIPT_SECONDS = 2

MS_RDONLY, MS_NOSUID, MS_NODEV, MS_REMOUNT, MS_BIND, MS_REC, MS_PRIVATE = 1, 2, 4, 32, 4096, 16384, 1 << 18
NOBODY = 65534
WRITABLE = {"/tmp", "/log", "/proc"}
libc = ctypes.CDLL(None, use_errno=True)


def mount(source, target, kind, flags, data=""):
    encoded = [str(value).encode() for value in (source, target, kind)]
    if libc.mount(*encoded, ctypes.c_ulong(flags), data.encode()) != 0:
        raise OSError(ctypes.get_errno(), "cannot mount", str(target))


def bind_read_only(source, target):
    """Not recursive: what is mounted below `source` stays outside."""
    mount(source, target, "", MS_BIND)
    mount("", target, "", MS_REMOUNT | MS_BIND | MS_RDONLY | MS_NOSUID | MS_NODEV)


def stub(name):
    """A program that appends its name, its directory, how many words it got, and these."""
    lines = ["#!/bin/sh", f"printf '%s\\0' {name} \"$PWD\" $# \"$@\" >> {LOG}"]
    if name in ("curl", "wget"):
        lines.append("echo ran-download")
    if name in LOGGED:
        lines.append(f'case " $* " in *" -delete "*) ;; *) exec /real/{name} "$@" ;; esac')
    if name in IN_TMP:
        lines.append(f'for last; do :; done\ncase $last in /tmp/?*) exec /real/{name} "$@" ;; esac')
    return "\n".join(lines) + "\n"


def copy_program(name, folder):
    found = shutil.which(name)
    if found:
        shutil.copy(os.path.realpath(found), folder / name)


def build_programs(root):
    binaries, real = root / "usr/bin", root / "real"
    for folder in (binaries, real):
        folder.mkdir(parents=True)
    for name in ("bin", "sbin"):
        (root / name).symlink_to("usr/bin")
    (root / "usr/sbin").symlink_to("bin")
    for name in REAL:
        copy_program(name, binaries)
    for name in LOGGED + IN_TMP:
        copy_program(name, real)
    for library in pathlib.Path("/usr/libexec/coreutils").glob("*.so"):  # of stdbuf
        (root / "usr/libexec/coreutils").mkdir(parents=True, exist_ok=True)
        shutil.copy(library, root / "usr/libexec/coreutils")
    for name in sorted(set(STUBS + LOGGED + IN_TMP)):
        path = binaries / name
        path.write_text(stub(name))
        path.chmod(0o755)


def build_libraries(root):
    for name in ("lib", "lib32", "lib64", "libx32"):
        host = pathlib.Path("/", name)
        if host.is_symlink():
            (root / name).symlink_to(os.readlink(host))
        elif host.is_dir():
            (root / name).mkdir()
            bind_read_only(host, root / name)
    for name in ("usr/lib", "usr/lib64"):
        if pathlib.Path("/", name).is_dir() and not pathlib.Path("/", name).is_symlink():
            (root / name).mkdir(exist_ok=True)
            bind_read_only(f"/{name}", root / name)


def build_devices(root):
    (root / "dev").mkdir()
    for name in ("null", "zero", "full", "random", "urandom"):
        (root / "dev" / name).touch()
        mount(f"/dev/{name}", root / "dev" / name, "", MS_BIND)
    (root / "dev/fd").symlink_to("/proc/self/fd")
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        (root / "dev" / name).symlink_to(f"/proc/self/fd/{number}")
    (root / "proc").mkdir()
    try:
        mount("proc", root / "proc", "proc", 0)
    except OSError:  # a container hides parts of it: then the one that is there
        mount("/proc", root / "proc", "", MS_BIND | MS_REC)


def build_files(root):
    project = root / WORK[1:]
    for folder in (project / "src", project / ".git", project / "node_modules", root / "etc", root / "log",
                   root / "tmp", root / "var/log", root / "opt", root / "boot", root / "root"):
        folder.mkdir(parents=True)
    for name in ("notes.txt", "draft.txt", "a.txt", "b.txt", "tool.sh", "main.c", "package.json", "src/main.rs",
                 "src/app.py"):
        (project / name).write_text("")
    (project / "package.json").write_text('{"scripts": {"test": "node test.js", "build": "node build.js"}}\n')
    (root / "etc/passwd").write_text("root:x:0:0:root:/root:/bin/bash\nuser:x:1000:1000::/home/user:/bin/bash\n")
    (root / "etc/group").write_text("root:x:0:\nuser:x:1000:\n")
    for name in ("hostname", "host.conf", "shadow"):
        (root / "etc" / name).write_text("here\n")
    for name in ("ld.so.cache", "ld.so.conf"):
        if os.path.exists(f"/etc/{name}"):
            shutil.copy(f"/etc/{name}", root / "etc" / name)


def enter(root, heddle):
    """Everything but /tmp and the log becomes read-only, so that no script changes what the next one sees."""
    mount("none", "/", "", MS_REC | MS_PRIVATE)
    mount("world", root, "tmpfs", 0, "mode=755")
    shutil.copy(heddle, root / "heddle")
    build_programs(root)
    build_libraries(root)
    build_devices(root)
    build_files(root)
    for name, mode in (("tmp", "1777"), ("log", "755")):
        mount(name, root / name, "tmpfs", MS_NOSUID | MS_NODEV, f"mode={mode}")
    (root / LOG[1:]).touch()
    mount("", root, "", MS_REMOUNT | MS_RDONLY | MS_BIND)
    os.chroot(root)
    os.chdir(WORK)
    if os.environ.get("EQUIVALENCE_ROOT") == "1":
        os.chown(LOG, NOBODY, NOBODY)
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)
    refuse_writable()


def refuse_writable():
    """Nothing is run unless all that comes from the machine is read-only and owned by somebody else."""
    for line in pathlib.Path("/proc/self/mountinfo").read_text().splitlines():
        fields = line.split()
        point, flags = fields[4], fields[5].split(",")
        if point not in WRITABLE and not point.startswith(("/dev/", "/proc/")) and "ro" not in flags:
            raise OSError(0, f"{point} would be writable")
    for folder in ("/", "/usr/lib", "/lib", "/usr/bin", "/real", "/etc", "/home/user", WORK, "/dev"):
        if os.access(folder, os.W_OK):
            raise OSError(0, f"{folder} would be writable")


def reap():
    """Waits for the script and all it started; ends what takes too long."""
    deadline = time.monotonic() + SCRIPT_SECONDS
    signal.setitimer(signal.ITIMER_REAL, SCRIPT_SECONDS, 0.2)
    try:
        while True:
            try:
                os.waitpid(-1, 0)
            except InterruptedError:
                if time.monotonic() >= deadline:
                    os.kill(-1, signal.SIGKILL)
    except ChildProcessError:
        return
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def interrupted(number, stack):
    raise InterruptedError


def read_records():
    fields = pathlib.Path(LOG).read_bytes().decode("utf-8", "replace").split("\0")
    records, at = [], 0
    while at + 2 < len(fields):
        try:
            count = int(fields[at + 2])
        except ValueError:  # two programs wrote at once; such a script proves nothing
            return []
        records.append(fields[at:at + 2] + fields[at + 3:at + 3 + count])
        at += 3 + count
    return records


def empty_tmp():
    for entry in os.scandir("/tmp"):
        if entry.is_dir(follow_symlinks=False):
            shutil.rmtree(entry.path, ignore_errors=True)
        else:
            os.unlink(entry.path)


def run(script):
    os.truncate(LOG, 0)
    null = os.open("/dev/null", os.O_RDWR)
    actions = [(os.POSIX_SPAWN_DUP2, null, fd) for fd in (0, 1, 2)]
    try:
        os.posix_spawn("/bin/bash", ["bash", "-c", script], ENVIRONMENT, file_actions=actions, setsid=True,
                              setsigdef=[signal.SIGPIPE, signal.SIGALRM])
    except OSError:  # longer than one word may be
        return []
    finally:
        os.close(null)
    reap()
    empty_tmp()
    return read_records()


def check(scripts):
    lines = "".join(json.dumps({"command": script}) + "\n" for script in scripts)
    done = subprocess.run(["/heddle", "check", "--ndjson", "--cwd", WORK], input=lines.encode(), capture_output=True,
                          env=ENVIRONMENT, check=False)
    answers = [json.loads(line) for line in done.stdout.decode().splitlines()]
    if len(answers) != len(scripts):
        raise RuntimeError(f"heddle check answered {len(answers)} of {len(scripts)}: {done.stderr.decode()[-500:]}")
    return [{"risk": answer.get("risk", "error"), "rules": [each["rule"] for each in answer.get("rules", [])]}
            for answer in answers]


def main():
    root, heddle = pathlib.Path(sys.argv[1]), sys.argv[2]
    try:
        enter(root, heddle)
    except OSError as error:
        print(json.dumps({"refused": str(error)}), flush=True)
        return
    signal.signal(signal.SIGALRM, interrupted)
    print(json.dumps({"ready": True}), flush=True)
    for line in sys.stdin:
        request = json.loads(line)
        answer = [run(script) for script in request["run"]] if "run" in request else check(request["check"])
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
