"""Random directories and random commands on them, the same for the same seed, for the test try_differential."""
import os
import random
import shutil
import struct

NAMES = ["a", "b", "c", "notes.txt", "main.c", "two words", "-dash", "new\nline", "ü", "[x]*", "it's", ".hidden", "r.py",
         "\udcff\udcfe", "$HOME", "back\\slash"]
FOLDERS = ["d", "e", "sub dir", "deep", ".config", "f"]
MODES = [0o644, 0o600, 0o755, 0o664, 0o444, 0o640, 0o4755, 0o2755]
FOLDER_MODES = [0o755, 0o755, 0o755, 0o700, 0o775, 0o2775, 0o1777, 0o555]
DATES = ["2001-02-03T04:05:06.123456789Z", "1999-12-31T23:59:59Z", "2033-01-01T00:00:00.5Z"]
OWNERS = [0, 1234, 65534]
WORDS = ["alpha", "beta", "gamma", "delta", "x", "42", "old", "new"]
PAST_NS = 1_000_000_000_123_456_789


def quoted(name):
    """A word of Bash, in plain ASCII."""
    return "$'" + "".join(chr(b) if chr(b).isalnum() or b in b"/._-" else f"\\x{b:02x}" for b in os.fsencode(name)) + "'"


def access_list(entries):
    """The bytes of a POSIX access control list."""
    return struct.pack("<I", 2) + b"".join(struct.pack("<HHI", *entry) for entry in entries)


NO_ID = 0xFFFFFFFF


class Maker:
    """Makes one directory at random; `files` and `folders` are the paths in it that commands are about. `outside`: a file
    elsewhere that links lead to. It must be one of the test's own, as commands really run: root writes through links."""

    def __init__(self, random_numbers, top, outside):
        self.random = random_numbers
        self.top = top
        self.outside = outside
        self.files, self.folders, self.pipes = [], [], []
        os.mkdir(top)
        self.fill("", 0)
        self.link_some()
        self.set_attributes()

    def at(self, path):
        return os.path.join(self.top, path)

    def fill(self, folder, depth):
        for name in self.random.sample(NAMES, self.random.randint(1, 4)):
            self.files.append(os.path.join(folder, name))
            with open(self.at(self.files[-1]), "wb") as file:
                self.write(file)
        if depth == 3:
            return
        for name in self.random.sample(FOLDERS, self.random.randint(0, 2)):
            self.folders.append(os.path.join(folder, name))
            os.mkdir(self.at(self.folders[-1]))
            self.fill(self.folders[-1], depth + 1)

    def write(self, file):
        kind = self.random.random()
        if kind < 0.7:
            lines = [" ".join(self.random.choices(WORDS, k=3)) for _ in range(self.random.randint(0, 6))]
            file.write("".join(line + "\n" for line in lines).encode())
        elif kind < 0.85:
            file.write(self.random.randbytes(self.random.randint(1, 20000)))
        else:
            file.seek(self.random.randint(1, 20) * 65536)
            file.write(b"end")

    def link_some(self):
        for _ in range(self.random.choice([0, 0, 1, 2])):
            self.add("link", lambda path: os.symlink(self.random.choice(self.files + ["nowhere", self.outside]), path))
        if self.random.random() < 0.3:
            self.add("hard", lambda path: os.link(self.at(self.random.choice(self.files)), path, follow_symlinks=False))
        if self.random.random() < 0.2:
            self.add("pipe", os.mkfifo)
            self.pipes.append(self.files.pop())  # reading one would wait for ever

    def add(self, name, make):
        folder = self.random.choice([""] + self.folders)
        path = os.path.join(folder, f"{name}{len(self.files)}")
        make(self.at(path))
        self.files.append(path)

    def set_attributes(self):
        for path in self.files:
            if os.path.islink(self.at(path)):
                continue
            if self.random.random() < 0.15:
                os.setxattr(self.at(path), "user.note", self.random.randbytes(5))
            if self.random.random() < 0.1:
                entries = [(1, 6, NO_ID), (2, 4, 1234), (4, 4, NO_ID), (16, 6, NO_ID), (32, 4, NO_ID)]
                os.setxattr(self.at(path), "system.posix_acl_access", access_list(entries))
        for path in self.files:
            if not os.path.islink(self.at(path)) and self.random.random() < 0.4:
                os.chmod(self.at(path), self.random.choice(MODES))
        for path in self.folders[::-1] + [""]:
            if self.random.random() < 0.1:
                entries = [(1, 7, NO_ID), (2, 5, 1234), (4, 5, NO_ID), (16, 7, NO_ID), (32, 5, NO_ID)]
                os.setxattr(self.at(path), "system.posix_acl_default", access_list(entries))
            os.chmod(self.at(path), self.random.choice(FOLDER_MODES if path else [0o755, 0o755, 0o2755]))
        for path in self.files + self.pipes + self.folders[::-1] + [""]:
            os.utime(self.at(path), ns=(PAST_NS, PAST_NS + len(path)), follow_symlinks=False)


class Commands:
    """Makes commands at random about the paths of a Maker. Each kind is a method that returns a line of Bash."""

    def __init__(self, random_numbers, maker):
        self.random = random_numbers
        self.maker = maker
        self.copies = 0
        self.kinds = [getattr(self, name) for name in sorted(dir(self)) if name.startswith("do_")]

    def script(self):
        lines = [self.random.choice(self.kinds)() for _ in range(self.random.choice([1, 1, 2, 2, 3, 4, 6]))]
        return self.random.choice(["; ", "\n", " && ", "\n"]).join(lines)

    def pick(self, *choices):
        return self.random.choice(choices)

    def file(self):
        return quoted("./" + self.random.choice(self.maker.files))

    def folder(self):
        return quoted("./" + self.random.choice(self.maker.folders + [""]).rstrip("/")) if self.maker.folders else "."

    def entry(self):
        """As any, or a pipe."""
        return quoted("./" + self.random.choice(self.maker.pipes)) if self.maker.pipes and self.random.random() < 0.3 \
            else self.any()

    def deep(self):
        """A directory below the first one."""
        return quoted("./" + self.random.choice(self.maker.folders)) if self.maker.folders else "nowhere"

    def any(self):
        return self.file() if self.random.random() < 0.6 else self.folder()

    def new(self):
        folder = self.random.choice(self.maker.folders + ["", ""])
        name = self.random.choice(["new", "new2", "made it", "z.txt", "n\nl", "later"])
        path = os.path.join(folder, name)
        if self.random.random() < 0.3:
            (self.maker.files if self.random.random() < 0.7 else self.maker.folders).append(path)
        return quoted("./" + path)

    def target(self):
        return self.pick(self.new, self.new, self.any)()

    def words(self):
        return " ".join(self.random.choices(WORDS, k=2))

    def do_append(self):
        return f"echo {self.words()} >> {self.pick(self.file(), self.new())}"

    def do_acl(self):
        tag = self.pick(2, 8)
        return (f"python3 -c 'import os, struct, sys; os.setxattr(sys.argv[1], \"system.posix_acl_access\", "
                f"struct.pack(\"<I\", 2) + b\"\".join(struct.pack(\"<HHI\", *e) for e in "
                f"[(1, 7, 2**32 - 1), ({tag}, 5, os.getuid()), (4, 5, 2**32 - 1), (16, 7, 2**32 - 1), "
                f"(32, 4, 2**32 - 1)]))' {self.any()}")

    def do_chmod(self):
        mode = self.pick("600", "755", "u+x", "go-rwx", "4755", "2755", "1777", "a-w", "g+s", "000", "u=rwX,go=rX")
        return f"chmod {self.pick('', '-R ')}{mode} {self.entry()}"

    def do_chown(self):
        owner = self.pick("1234", "0:1234", "65534:65534", '"$(id -u)"', '"$(id -u):$(id -g)"')
        return f"chown {self.pick('', '-h ', '-R ')}{owner} {self.entry()}"

    def do_copy(self):
        options = self.pick("", "-a", "-p", "-r", "-l", "-s", "-rl", "-d", "--sparse=always", "--preserve=all", "-n", "-u",
                            "--remove-destination", "-aT", "-b", "--attributes-only")
        if self.random.random() < 0.3:  # of a directory, and never into itself: how far that gets is by chance
            self.copies += 1
            return f"mkdir copies; cp -{self.pick('a', 'r', 'rp', 'rl')} {self.deep()} copies/{self.copies}"
        return f"cp {options} {self.file()} {self.target()}"

    def do_dd(self):
        return self.pick(f"dd if={self.file()} of={self.target()} conv=sparse bs=4096 2> /dev/null",
                         f"dd if=/dev/zero of={self.file()} bs=1 count=3 seek=2 conv=notrunc 2> /dev/null",
                         f"dd if={self.file()} of={self.target()} bs=7 skip=1 2> /dev/null")

    def do_descriptors(self):
        return f"exec 5<> {self.file()}; echo {self.words()} >&5; exec 5>&-"

    def do_fallocate(self):
        return self.pick(f"fallocate -l 20000 {self.file()}", f"fallocate -p -o 0 -l 65536 {self.file()}",
                         f"fallocate -d {self.file()}")

    def do_find(self):
        return self.pick(f"find {self.folder()} -name '*.txt' -delete", f"find {self.folder()} -type f -size -2 -delete",
                         f"find {self.folder()} -depth -mindepth 1 -delete",
                         f"find {self.folder()} -type f -exec chmod g+w {{}} +",
                         f"find {self.folder()} -type f -print0 | sort -z | head -z -n 2 | xargs -0r rm -f",
                         f"find {self.folder()} -type l -delete")

    def do_git(self):
        folder = self.folder()
        first = f"git -C {folder} init -q -b main; git -C {folder} config gc.auto 0"
        second = self.pick(f"git -C {folder} add -A && git -C {folder} commit -q -m first",
                           f"git -C {folder} add -A && git -C {folder} commit -q -m first && "
                           f"git -C {folder} checkout -q -b other && git -C {folder} rm -rq . ; "
                           f"git -C {folder} checkout -q main",
                           f"git -C {folder} add -A && git -C {folder} commit -q -m x && "
                           f"git -C {folder} stash -qu; git -C {folder} clean -fdxq")
        return f"{first} && {second}"

    def do_gzip(self):
        return self.pick(f"gzip -n {self.file()}", f"gzip -nk {self.file()}", f"xz -k {self.file()}",
                         f"gzip -nc {self.file()} > {self.new()}")

    def do_install(self):
        return self.pick(f"install -m 750 {self.file()} {self.target()}", f"install -d -m 711 {self.new()}",
                         f"install -p {self.file()} {self.target()}")

    def do_link(self):
        return self.pick(f"ln {self.file()} {self.target()}", f"ln -f {self.file()} {self.target()}",
                         f"ln -s {self.entry()} {self.target()}", f"ln -sfn {self.any()} {self.target()}",
                         f"ln -s {quoted(self.maker.outside)} {self.new()}")

    def do_loop(self):
        return self.pick(f"for i in 1 2 3; do echo $i > {self.folder()}/n$i; done",
                         f"for f in *; do [ -f \"$f\" ] && cp -- \"$f\" \"$f.bak\"; done",
                         # Read first: the file may be the one that is written to, which would never end.
                         f"mapfile -t lines < {self.file()}; for line in \"${{lines[@]}}\"; do echo \"$line\" >> "
                         f"{self.new()}; done",
                         "for d in */; do touch -- \"$d/mark\"; done")

    def do_make_folder(self):
        return self.pick(f"mkdir {self.new()}", f"mkdir -p {self.new()}/x/y", f"mkdir -m 2770 {self.new()}",
                         f"rm -rf {self.any()}; mkdir {self.new()}")

    def do_move(self):
        return f"mv {self.pick('', '-f', '-n', '-T', '-b', '-u')} {self.entry()} {self.target()}"

    def do_pipe(self):
        # Its name is never used again: who opened it would wait for ever.
        name = quoted("./" + os.path.join(self.random.choice(self.maker.folders + [""]), f"pipe{self.random.random()}"))
        return self.pick(f"mkfifo {name}", f"mkfifo -m 600 {name}")

    def do_pipeline(self):
        return self.pick(f"sort {self.file()} | uniq > {self.new()}", f"x=$(cat {self.file()} | base64); echo $x | tee {self.target()}",
                         f"tr a-z A-Z < {self.file()} > {self.target()}", f"ls -A {self.folder()} > {self.new()}",
                         f"s=$(find . -type f | sort | sha256sum); echo $s | tee -a {self.target()} > /dev/null")

    def do_python(self):
        body = self.pick(f"os.rename(sys.argv[1], sys.argv[2])", "os.replace(sys.argv[1], sys.argv[2])",
                         "os.link(sys.argv[1], sys.argv[2])", "shutil.move(sys.argv[1], sys.argv[2])",
                         "shutil.copytree(sys.argv[1], \"copied\", symlinks=True)" if self.maker.folders else "pass",
                         "open(sys.argv[2], \"wb\").write(open(sys.argv[1], \"rb\").read())",
                         # Whatever fails: how far it gets before would be by the order in which directories list.
                         "os.truncate(sys.argv[1], 5)", "shutil.rmtree(sys.argv[1], ignore_errors=True)")
        first = self.deep() if "copytree" in body else self.any()
        return f"python3 -c 'import os, shutil, sys; {body}' {first} {self.target()}"

    def do_memory(self):
        return (f"python3 -c 'import mmap, sys; f = open(sys.argv[1], \"r+b\"); m = mmap.mmap(f.fileno(), 0); "
                f"m[0:1] = b\"M\"; m.flush()' {self.file()}")

    def do_remove(self):
        return self.pick(f"rm -f {self.file()}", f"rm -rf {self.entry()}", f"rmdir {self.folder()}", f"unlink {self.file()}",
                         f"rm -rf {self.folder()}; mkdir -p {self.folder()}; echo again > {self.new()}",
                         f"rm -rf {self.file()}; mkdir {self.file()}; echo inside > {self.file()}/inside",
                         f"rm -rf {self.folder()}/* ; true", "rm -rf -- * .[!.]*")

    def do_sed(self):
        return self.pick(f"sed -i 's/a/A/g' {self.file()}", f"sed -i.bak 2d {self.file()}",
                         f"perl -pi -e 's/e/E/' {self.file()}", f"sed -n '1w {self.pick('w1', 'w2')}' {self.file()}")

    def do_split(self):
        return self.pick(f"split -b 3000 {self.file()} part.", f"shred -n 0 -z {self.file()}",
                         f"printf '%s\\n' {self.words()} | split -l 1 - piece.")

    def do_tar(self):
        return self.pick(f"tar cf {self.new()} --sort=name --mtime=2020-01-01 --exclude=.git {self.folder()} 2> /dev/null",
                         f"mkdir -p out; tar cf - --exclude=./out {self.any()} 2> /dev/null | tar xf - -C out",
                         f"mkdir -p out; tar cf - --exclude=./out --xattrs {self.any()} 2> /dev/null | "
                         "tar xpf - --xattrs -C out",
                         f"mkdir -p out; cp -a {self.file()} out/; tar czf out.tgz --sort=name --mtime=2020-01-01 out; rm -rf out")

    def do_temporary(self):
        return (f"t=$(mktemp) && sort {self.file()} > $t && cat $t > {self.target()}; rm -f $t; "
                f"[ -w {self.file()} ] && echo writable > {self.new()}")

    def do_touch(self):
        return self.pick(f"touch {self.target()}", f"touch -d {self.pick(*DATES)} {self.any()}", f"touch -c {self.any()}",
                         f"touch -h -d {self.pick(*DATES)} {self.any()}", f"touch -r {self.any()} {self.any()}",
                         f"touch -d {self.pick(*DATES)} .", f"touch -a {self.any()}")

    def do_truncate(self):
        return self.pick(f"truncate -s {self.pick('0', '10', '1M', '+5')} {self.file()}", f"> {self.file()}",
                         f": > {self.new()}")

    def do_xattr(self):
        return self.pick(
            f"python3 -c 'import os, sys; os.setxattr(sys.argv[1], \"user.mark\", b\"1\")' {self.any()}",
            f"python3 -c 'import os, sys; os.removexattr(sys.argv[1], \"user.note\")' {self.file()}",
            f"python3 -c 'import os, sys; os.setxattr(sys.argv[1], \"user.overlay.opaque\", b\"y\")' {self.any()}")

    def do_rsync(self):
        if not shutil.which("rsync"):
            return self.do_copy()
        return self.pick(f"rsync -aHAX {self.deep()}/ synced/", f"rsync -a --delete {self.deep()}/ mirrored/",
                         f"rsync -a --inplace {self.file()} {self.target()}")
