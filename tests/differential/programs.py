"""Constructs of commands whose output is modelled: what they print for random words, options and input."""

from script import ALL, construct

LINES = ["foo", "bar", "baz qux", "a:b:c", "a,b,c", "one\ttwo\tthree", "", "  x  y", "10", "9", "007", "-5", "Foo",
    "key=value", "a.b", "/usr/bin/x", "aXbXc", "foo", "zz", "abc abc", "back\\slash", "50%", "tab\t", "é", "*",
    "x y z", "1.5"]


def text(w, most=5):
    return "\n".join(w.pick(*LINES) for _ in range(w.number(1, most)))


def fed(w, command, content=None):
    """`command` with some input, as a substitution."""
    content = text(w) if content is None else content
    form = w.number(0, 5 if w.shell == "bash" else 3)
    if form == 0:
        return f"printf '%s\\n' {w.quote(content)} | {command}"
    if form == 1:
        return f"printf %s {w.quote(content)} | {command}"
    if form == 2:
        return f"{command} <<'END'\n{content}\nEND\n"
    if form == 3:
        return f"printf '%s\\n' {' '.join(w.quote(line) for line in content.split(chr(10)))} | {command}"
    if form == 4:
        return f"{command} <<<{w.quote(content)}"
    return f"echo {w.quote(content)} | {command}"


def prints(w, command, content=None):
    return [w.probe('"$(' + fed(w, command, content) + ')"')]


def printed(w, command):
    return [w.probe(f'"$({command} 2>/dev/null)"')]


@construct("echo", ("bash", "dash", "busybox"), 3)
def echo(w):
    flags = w.pick("", "", "-n ", "-e ", "-ne ", "-E ", "-en ", "-nE ", "-x ", "-- ", "-n -e ", "-e -E ", "- ", "-nn ",
        "-eE ")
    words = w.pick(w.quote(w.value()), "'a\\tb'", "'x\\ny'", "'c\\cd'", "'\\x41\\0101\\101'", "'\\e[0m'", "'\\u00e9'",
        "'a\\\\b'", "'tail\\'", "$'a\\nb'", "'\\q'", "a  b   c", "'\\q'" if w.shell == "zsh" else "'\\0'")
    if w.shell != "bash":
        words = words.replace("$'", "'")
    return [w.probe(f'"$(echo {flags}{words})"', f'"$(echo {flags}{words}; echo .)"')]


@construct("printf", ("bash", "dash"), 4)
def printf(w):
    parts = [w.pick("%s", "%d", "%s\\n", "%5s", "%-5s", "%05d", "%.2s", "%x", "%X", "%o", "%u", "%c", "%%", "%i", "%b",
        "%+d", "% d", "%#x", "%#o", "%.3d", "%*s" if w.shell != "busybox" else "%s", "%-*s|", "%5.1s", "x", " ", ":",
        "\\t", "\\n", "\\101", "\\x41", "\\e", "\\\\", "\\\"", "%e", "%.2f", "%g", "%s%%", "%10d|", "%-10d|", "%c",
        "\\c") for _ in range(w.number(1, 4))]
    words = [w.pick(w.quote(w.value()), "5", "-3", "0x1f", "010", "'\"a'", "abc", "''", "3", "1.5", "'\\t'", "'a\\nb'",
        "\"'A\"", "12abc", "08", "99999999999999999999", "'\\0101'", "'x\\cy'", "+7", "' 4'") for _ in range(w.number(0,
        4))]
    return printed(w, f"printf {w.pick('', '', '-- ')}{w.single(''.join(parts))} {' '.join(words)}")


@construct("printf.bash", weight=2)
def printf_of_bash(w):
    form = w.pick("%q", "%q %q", "%5q", "%(%Y)T", "%(x)T", "\\u0041", "%Q", "%n", "\\u00e9", "%ld", "%hhd", "%'d",
        "%5%", "%z", "%", "%5", "%s\\c%s", "\\U1F600")
    if w.chance(0.5):
        return printed(w, f"printf {w.single(form)} {w.quote(w.value())} {w.plain()}")
    name = w.pick("v", "v", "arr[1]", "arr[n]")
    form = w.quote(w.pick("%s", "%s-", "%d", "%s\\n", "%03d", "%b", "x%sy"))
    return ["n=1; v=before; arr=(o o)",
        f"printf -v {name} {form} {w.quote(w.value())} {w.quote(w.value())} 2>/dev/null", w.probe('"$v"',
        '"${arr[1]}"')]


@construct("tr", ALL, 3)
def tr(w):
    sets = ["a-z", "A-Z", "abc", "xyz", "[:lower:]", "[:upper:]", "[:space:]", "[:digit:]", "[:alnum:]", "[:punct:]",
        "\\n", " ", ":", ",", "a-c", "\\t", "0-9", "[a-z]", "o", "'\\'", "-", "a-", "c-a", "\\141", "[=a=]", "[x*]",
        "[x*3]", "\\\\", "z-a", "[:blank:]", "ab-d", "é", ""]
    pick = lambda: w.single(w.pick(*sets))
    option = w.pick("", "", "", "-d ", "-s ", "-c ", "-cd ", "-ds ", "-C ", "-t ", "-dc ", "--delete ", "-sc ", "-- ")
    return prints(w, f"tr {option}{pick()}{' ' + pick() if w.chance(0.75) else ''} 2>/dev/null")


@construct("sed", ALL, 5)
def sed(w):
    pattern = w.pick("a", "o", "foo", "b", "^", "$", "^f", "r$", "[ab]", "a*", ".", "x\\|y", "\\(o\\)", "\\.", "a.c",
        "[^:]*", ":", "[0-9]\\+", "\\t", "", "\\n", "o\\{2\\}", "b ", "A", "\\/", "\\*", "*")
    with_ = w.pick("X", "", "&", "[&]", "\\1", "\\n", "\\&", "x y", "\\t", "\\U&", "\\/", "a\\\\b", "Q&Q", ".", "$",
        "*")
    flag = w.pick("", "", "g", "2", "I", "gI", "p", "g2")
    delimiter = w.pick("/", "/", "/", "|", ",", "#", ":", "s")
    if delimiter in pattern + with_:
        delimiter = "/"
    script = w.pick(f"s{delimiter}{pattern}{delimiter}{with_}{delimiter}{flag}",
        f"s{delimiter}{pattern}{delimiter}{with_}{delimiter}{flag}", "y/abc/xyz/", "y/ab/b/", "1d", "$d", "2q", "2p",
        "/foo/d", "s/a/b/;s/b/c/", "1s/o/0/", "y/a\\/b/123/", "=", "1!G;h;$!d", "s/a/b/ ; s/o/0/g", "s/o/0/3",
        "s/a/b/w out", "N;s/\\n/ /", "y/a\\nb/x y/", "s/a\\/b/X/")
    option = w.pick("", "", "", "-n ", "-E ", "-e ", "-r ", "-s ", "-z ", "-u ", "--expression=", "-ne ")
    more = w.pick("", "", "", " -e s/b/B/")
    if more and "-e" not in option and "express" not in option:
        more = ""
    return prints(w, f"sed {option}{w.single(script)}{more} 2>/dev/null")


@construct("cut", ALL, 3)
def cut(w):
    part = w.pick("1", "2", "1,3", "2-", "-2", "1-2", "3,1", "5", "2-3,1", "1-", "0", "a", "3-2", "1,1", "-", "1 2",
        "2,2-3")
    how = w.pick("-c", "-c ", "-b", "-d: -f", "-d : -f ", "-d, -f", "-f", "-d ' ' -f", "-d ' ' -s -f",
        "-d: --complement -f", "-d: --output-delimiter=+ -f", "-sd: -f", "--characters=", "--delimiter=: --fields=",
        "-d '' -f", "-z -f", "--complement -c", "-f1 -d", "-d:: -f", "-nb")
    return prints(w, f"cut {how}{part if how != '-f1 -d' else ':'} 2>/dev/null")


@construct("head-tail", ALL, 3)
def head_tail(w):
    option = w.pick("", "-n 2", "-n2", "-2", "-1", "-n 0", "-c 3", "-c5", "-n -1", "-c -2", "-n +2", "-c +3",
        "--lines=2", "--bytes=4", "-q -n 1", "-n 1 -c 2", "-c 2 -n 1", "-n 1k", "-z -n 1", "-n +0", "-v -n 1",
        "--lines 1", "-qn1", "-c 1b", "-n x", "-n 99")
    files = w.pick("", "", "", " words", " words a.txt", " -")
    return prints(w, f"{w.pick('head', 'tail')} {option}{files} 2>/dev/null")


@construct("lines", ALL, 3)
def line_tools(w):
    command = w.pick("rev", "tac", "sort", "sort -r", "sort -n", "sort -u", "uniq", "uniq -c", "uniq -d", "uniq -u",
        "uniq -i", "sort -k2", "wc -l", "wc -c", "wc -w", "wc", "nl", "cat -n", "cat", "cat -", "cat -A", "cat -s",
        "cat -e", "tee out", "tee out out2", "paste -s", "paste -sd,", "fold -w 3", "sort -t: -k2", "sort -o out",
        "rev words", "tac -s :", "tac words", "sort words", "sort -c", "uniq -f 1", "cat words -", "cat words nofile",
        "sort -z", "tee -a out", "tac -b")
    return prints(w, command + " 2>/dev/null", text(w, w.pick(1, 2, 5)))


@construct("encoding", ALL, 2)
def encodings(w):
    content = w.value() + w.value() + w.value()
    command = w.pick("base64", "base64 -w 10", "base64 -w0", "base64 | base64 -d", "base64 -d", "xxd -p",
        "xxd -p | xxd -r -p", "xxd", "xxd -r -p", "base64 -di", "base32", "base32 | base32 -d", "xxd -r",
        "base64 --wrap=8", "od -An -tx1", "xxd -p -c 4", "base64 --decode", "base64 -i -d", "openssl base64",
        "openssl base64 -A", "openssl base64 | openssl base64 -d", "openssl enc -base64", "xxd -u -p",
        "openssl base64 -d", "xxd -ps -r")
    return prints(w, command + " 2>/dev/null", w.pick(content, content * 8, "aGVsbG8gd29ybGQ=", "aGVsbG8=x",
        "68656c6c6f", "aGVs\nbG8=", "68 65 6c", "6", "zz", "aGVsbG8", "!!!!", "YQ==YQ=="))


@construct("paths", ALL, 3)
def paths(w):
    path = w.quote(w.pick("/usr/lib/x.so", "a/b/c", "a", "a/", "/", "//", "", "a//b", "./a", "../x", "/a", "a.tar.gz",
        "/usr/", "a/b/", "x y/z w", "///a///", ".", "..", "-x", "a\nb", "sub/x.txt", "sub/../a.txt", "nosuch/x"))
    command = w.pick("basename %s", "basename %s .gz", "dirname %s", "basename -s .txt %s", "basename -a %s b/c",
        "dirname %s a/b", "basename -- %s", "realpath -m %s", "realpath -s %s", "dirname -- %s", "basename %s c",
        "realpath %s", "readlink %s", "readlink -f %s", "basename -z %s", "dirname -z %s | tr '\\0' .",
        "realpath --relative-to=. %s", "basename %s b c", "readlink -m %s", "realpath -e %s", "basename a %s",
        "basename %s a")
    return printed(w, command.replace("%s", path))


@construct("seq", ALL, 2)
def seq(w):
    return printed(w, w.pick("seq 3", "seq 2 5", "seq 1 2 7", "seq 5 1", "seq 5 -2 1", "seq -s, 3", "seq -w 8 11",
        "seq 0", "seq -2 2", "seq 1 0.5 3", "seq 01 03", "seq -f %02g 3", "seq 3 | tail -n 1", "seq a", "seq", "seq +3",
        "seq -- 2 3", "seq 1 0 3", "seq 9223372036854775806 9223372036854775807", "seq 1 1", "seq --separator=: 3",
        "seq -5", "seq 2 -1", "seq 0x3", "seq ' 3'"))


@construct("date", ALL)
def date(w):
    return printed(w, w.pick("date +x", "date '+a b'", "date +%%", "date '+%%Y'", "date -u +x", "date -d @0 -u +%Y",
        "date +%n", "date +%t.", "date -d x +y", "date '+plain' -u", "date +%H", "date -r words +k",
        "date -d nonsense +q"))


@construct("directories", ALL)
def directories(w):
    return printed(w, w.pick("pwd", "pwd -P", "cd sub; pwd", "cd sub && pwd", "cd nosuch; pwd", "cd ..; cd - ",
        "cd /; pwd", "pwd -L", "printenv HOME", "printenv NOPE", "cd ./sub/..; pwd", "cd; pwd", "cd -- sub; pwd",
        "cd sub/..; pwd", "cd ''; pwd", "cd sub; cd - >/dev/null; pwd", "printenv HOME PATH", "cd //; pwd",
        "cd /.; pwd", "printenv v", "cd sub; printenv PWD"))


@construct("which", ALL)
def which(w):
    return printed(w, w.pick("command -v cat", "command -v nosuch", "type cat", "command -V cat", "command -v echo",
        "command -v probe", "type -t cat", "type nosuch", "command -v cat tr", "type -p cat", "which cat",
        "which nosuch", "type -t if", "command -v -- cat", "which tr cat"))


@construct("files.read", ALL, 2)
def reading(w):
    return printed(w, w.pick("cat words", "cat a.txt b.txt", "cat < a.txt", "cat nosuch", "head -n 1 words",
        "tail -n 1 data.csv", "grep foo words", "cat words | grep -c o", "cut -d, -f2 data.csv", "sed -n 1p words",
        "tr a-z A-Z < words", "cat sub/x.txt", "cat *.txt", "ls", "ls sub", "find sub -type f | sort", "ls *.txt",
        "cat - < a.txt", "wc -l < words", "grep -v a words", "awk '{print $1}' words", "awk -F, '{print $2}' data.csv",
        "ls -d sub", "cat 'a.txt'", "cat a.txt - < b.txt", "cat ./a.txt", "find . -name '*.txt' | sort",
        "git --version | head -c 3", "cat < nosuch", "mktemp -u x.XXX", "grep o < words", "test -f words; echo $?",
        "[ -f words ] && echo y", "sort words | uniq"))


@construct("files.written", ("bash",), 2)
def writing(w):
    value = w.quote(w.value())
    write = w.pick(f"printf %s {value} > out", f"echo {value} > out", f"echo {value} > out; echo more >> out",
        f"cat > out <<'E'\n{text(w)}\nE\n", f"echo {value} | tee out > /dev/null", f"{{ echo {value}; echo z; }} > out",
        f"( echo {value} ) > out", f"echo {value} > out; cp out out3; mv out3 out", "cp words out",
        "cat words > out; : > out", "echo x > out; rm out; echo y >> out", f"echo {value} 2> /dev/null > out",
        "echo a > out; echo b > out", "cp a.txt b.txt out 2>/dev/null", "echo x > out; truncate -s 0 out",
        "echo hello > out; sed -i s/l/L/ out", "ln -sf words out", f"echo {value} > sub/o; cp sub/o out",
        "for i in 1 2; do echo $i; done > out", "if true; then echo t; else echo f; fi > out",
        "echo a >&2 2>/dev/null; echo b > out", "printf 'b\\na\\n' > out; sort -o out out",
        "echo old > out; echo new > ./out", "echo k > $PWD/out",
        "set -o noclobber; echo 1 > out; echo 2 > out; set +o noclobber", "exec 4> out; echo via >&4; exec 4>&-",
        "echo a > out; mv out out9; echo c >> out", "cat a.txt b.txt > out",
        "echo q > out; dd if=words of=out 2>/dev/null", "echo e 1> out", "echo both > out 2>&1", "echo f &> out"
        if w.shell in ("bash", "zsh") else "echo f > out", "echo 1 > out; echo 2 > sub/../out")
    return ["rm -f out", "{ " + write + "\n} 2>/dev/null", w.probe('"$(cat out 2>/dev/null)"'), w.probe(
        '"$(tail -n 1 out 2>/dev/null)"'), "rm -f out"]


@construct("commands.wrapped", ALL)
def wrapped(w):
    form = w.pick("env P", "nice P", "command env P", "env A=b P", 'env -i PATH="$PATH" P', "timeout 5 P",
        "printf 'a b' | xargs P", "echo 'x y' | xargs -n 1 P", "eval P", "eval 'P'", "sh -c 'P'", "sh -c 'P \"$@\"' sh",
        "bash -c 'P'", "env -u x P", "exec 5>&1; P", "A=b P", "! P", "time P" if w.shell == "bash" else "P",
        "find . -maxdepth 0 -exec P {} \\; #", "command P #")
    return ["x=xv", "{ " + form.replace("P", w.probe()).replace("command probe", "command env probe") + " " + w.pick(
        "x", "'a b'", "$x", '"$HOME"') + "\n} 9>&9"]
