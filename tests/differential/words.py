"""Constructs of words: quotes, parameters and their operators, arithmetic, braces, tildes, wildcards."""

from script import ALL, construct

PATTERNS = ["a", "b", "foo", "*", "?", "a*", "*a", "*.", ".*", "*/", "/*", "[ab]", "[!a]", "[a-c]*", "??", "*o", "o*",
            "x", "*X", "X*", "", "*:", ":*", "*=", "[[:lower:]]", "[0-9]", "*[0-9]", "'*'", '"?"', "\\*", "b?", "[^a]*",
            "[[:upper:]]*", "$p", '"$p"', "a*b", "*b*", "[]a]", "[a", "foo*", "f??"]
EXTENDED = ["@(a|b)", "+(foo)", "*([a-z])", "?(a)b", "!(foo)", "+([0-9])", "@(foo|bar)*", "!(*.txt)", "*(a|b)c"]


def shown(w, inside):
    """An expansion, quoted or not."""
    return '"${' + inside + '}"' if w.chance(0.75) else "${" + inside + "}"


@construct("quoting", ALL, 3)
def quoting(w):
    return w.probe(*(w.quote(w.value()) for _ in range(w.number(1, 4))))


@construct("quoting.double", ALL)
def double_quotes(w):
    line, name = w.set()
    return [line, w.probe(
        f'"{w.plain()}\\$x \\a \\\\ \\` \\" ${name} \'${name}\' {w.pick("$", "~", "*", "!", "{a,b}")}"')]


@construct("quoting.ansi")
def ansi_quotes(w):
    parts = [w.pick("\\n", "\\t", "\\x41", "\\x4", "\\101", "\\7", "\\e", "\\E", "\\a", "\\\\", "\\'", '\\"', "\\?",
        "\\cA", "\\u41", "\\u00e9", "\\U1F600", "\\q", "a", " ", "\\x4g", "\\1011", "\\08", "b", "\\x", "\\u", "\\c?")
        for _ in range(w.number(1, 5))]
    return w.probe("$'" + "".join(parts) + "'", '$"' + w.plain() + '"')


@construct("words.splitting", ALL, 2)
def splitting(w):
    if w.shell == "zsh":
        return []
    line, name = w.set()
    ifs = w.pick("", "", "", "IFS=:", "IFS=,", "IFS=' :'", "IFS=X", "IFS=", "IFS=$' \\t'" if w.shell == "bash"
        else "IFS=' '")
    body = [w.probe(f"${name}", f"{w.plain()}${name}{w.pick('', 'z', '${' + name + '}')}")]
    if ifs:
        return [line, f"old=$IFS; {ifs}", *body, 'IFS=$old' if w.chance(0.9) else "unset IFS"]
    return [line, *body]


@construct("words.splitting-marks", ALL)
def splitting_other(w):
    if w.shell == "zsh":
        return []
    text = "".join(w.pick("a", "b", ":", ":", " ", ",", "", "cc") for _ in range(w.number(2, 8)))
    line, name = w.set(text=text)
    return [line, f"IFS={w.quote(w.pick(':', ' :', ',', ':,', ', '))}", w.probe(f"${name}"), w.probe(f"-${name}-",
        f'"${name}"'), "unset IFS"]


@construct("words.joining")
def joining(w):
    words = " ".join(w.quote(w.value()) for _ in range(w.number(0, 4)))
    star = w.pick("$*", '"$*"', '"$@"', "$@", '"x$@y"', '"${*}"', 'x"$@"', "${@}", '"a $* b"', '"$@$@"')
    return [f"set -- {words}", f"IFS={w.quote(w.pick(':', ' ', '', ',x', '-'))}", w.probe(star),
        f"v=$*; {w.probe(chr(34) + '$v' + chr(34))}", f"v=$@; {w.probe(chr(34) + '$v' + chr(34))}", "unset IFS"]


@construct("parameter.default", ALL, 3)
def default_value(w):
    line, name = w.set(text=w.pick("", w.value()))
    start = w.pick(line, f"unset {name}", line)
    op = w.pick(":-", "-", ":+", "+", ":=", "=")
    word = w.pick(w.plain(), w.double(w.value()), "$b", '"$b"', "$(echo hi)", "a b", "'q r'", "${c:-deep}", "~", "")
    lines = [start, w.probe(shown(w, name + op + word)), w.probe(f'"${{{name}-unset}}"')]
    return lines


@construct("parameter.error", ALL)
def error_value(w):
    line, name = w.set()
    return [line, f"( {w.probe(shown(w, name + w.pick(':?', '?') + w.plain()))} ) 2>/dev/null",
            f"( unset {name}; : ${{{name}:?gone}}; {w.probe('never')} ) 2>/dev/null"]


@construct("parameter.unknown", ALL)
def of_unknown(w):
    """A value that no model knows, under every operator."""
    source = w.pick("$(hostid)", "$(cat words | sort -R | head -n 1)", "$(uname -r)", "$(true)", "$(cat /dev/null)")
    op = w.pick(":-d", "-d", ":+d", "+d", "#?", "%?", ":=d", "##*", "%%*")
    return [f"u={source}", w.probe('"${u' + op + '}"'), w.probe('"$u"')]


@construct("parameter.affix", ("bash",), 4)
def affixes(w):
    line, name = w.set(text=w.pick(w.value(), w.plain(), "/usr/local/lib/x.tar.gz", "a.b.c", "foo=bar=baz"))
    extended = w.shell == "bash" and w.chance(0.15)
    pattern = w.pick(*(EXTENDED if extended else PATTERNS))
    lines = ["shopt -s extglob"] if extended else []
    return [*lines, f"p={w.quote(w.pick('a*', '*', 'foo', '?', '*.', 'b'))}", line,
            w.probe(shown(w, name + w.pick("#", "##", "%", "%%") + pattern))]


@construct("parameter.replace", weight=4)
def replacements(w):
    line, name = w.set(text=w.pick(w.value(), w.plain(), "abcabc", "a/b/c", "foo bar foo", "x.y.z"))
    extended = w.chance(0.15)
    pattern = w.pick(*(EXTENDED if extended else PATTERNS)).replace("/", "\\/")
    with_ = w.pick("", "/", "/" + w.plain(), "/$p", '/"$p"', "/'q'", "/\\/", "/&", "/[&]", "/\\&", '/"&"', "/a b", "/~",
        "/$(echo z)", "/\\n", "/\\\\")
    lines = ["shopt -s extglob"] if extended else []
    return [*lines, f"p={w.quote(w.pick('a*', '*', 'foo', '?', 'b', '/', '&'))}", line,
            w.probe(shown(w, name + w.pick("/", "//", "/#", "/%") + pattern + with_))]


@construct("parameter.case", weight=2)
def case_change(w):
    line, name = w.set()
    return [line, w.probe(shown(w, name + w.pick("^", "^^", ",", ",,", "~", "~~") + w.pick("", "", "", "[aeiou]", "?",
        "a", "[a-m]", "*", "foo")))]


@construct("parameter.transform", weight=2)
def transforms(w):
    line, name = w.set()
    attributes = w.pick("", "", f"declare -{w.pick('r', 'x', 'i', 'l', 'u', 'xl')} {name}2=10")
    target = name + "2" if attributes and w.chance(0.5) else name
    return [line, attributes, w.probe(shown(w, target + "@" + w.pick("Q", "U", "L", "u", "a", "A", "E", "K", "k",
        "P")))]


@construct("parameter.slice", weight=3)
def slices(w):
    line, name = w.set()
    offset = w.pick("0", "1", "2", " -1", " -3", "(-2)", "100", " -100", "1+1", "$n", "n", "", "${#n}", " 0")
    length = w.pick("", "", ":1", ":2", ":0", ": -1", ":100", ":n", ":$((1+1))", ":-2", ":")
    return [line, f"n={w.number(0, 3)}", f"( {w.probe(shown(w, name + ':' + offset + length))} ) 2>/dev/null"]


@construct("parameter.length", ALL, 2)
def lengths(w):
    line, name = w.set()
    return [line, w.probe("${#" + name + "}", '"${#' + name + '}"'), f"set -- {w.words_text()}", w.probe("$#", "${#}",
        "${#1}")]


@construct("parameter.indirect", weight=2)
def indirects(w):
    line, name = w.set()
    op = w.pick("", "", ":-d", "#a", "%b", "/a/b", ":1", "^^", "-z", "+s", "@Q")
    return [line, f"ref={w.pick(name, name, 'nothing', '1', 'arr[1]', 'arr[@]', '@', 'arr')}", "arr=(p q r)",
        "set -- one two", w.probe('"${!ref' + op + '}"'), w.probe("${!ar*}" if w.chance(0.5) else '"${!re@}"')]


@construct("parameter.prefix")
def prefixes(w):
    return ["pre_a=1 pre_b=2", w.pick("", "unset pre_a", "pre_c=(x)", "declare pre_d", "export pre_0=z"),
            w.probe(w.pick("${!pre_*}", '"${!pre_@}"', '"${!pre_*}"')), "unset pre_a pre_b pre_c pre_d pre_0"]


@construct("parameter.positional", ALL, 2)
def positionals(w):
    lines = [f"set -- {' '.join(w.quote(w.value()) for _ in range(w.number(0, 12)))}"]
    if w.chance(0.4):
        lines.append(w.pick("shift", "shift 2", "shift 0", "shift 1; shift") + (" 2>/dev/null" if w.shell == "bash"
            else " 2>/dev/null || :") if w.shell == "bash" else "[ $# -eq 0 ] || shift")
    lines.append(w.probe('"$1"', '"${2}"', '"$#"', '"${10}"' if w.shell == "zsh" or w.chance(0.5) else '"$10"'))
    lines.append(w.probe('"$@"'))
    return lines


@construct("parameter.positional-slice", weight=2)
def positional_slices(w):
    return [f"set -- {w.words_text()} {w.words_text()}", w.probe(w.pick('"${@:2}"', '"${@:1:2}"', '"${@: -1}"',
        '"${*:2}"', "${@:2:1}", '"${@:0:1}"', '"${@: -2:1}"', '"${@:3:9}"', '"${@:$#}"', '"${@:99}"', '"${@:1:0}"',
        '"${@: -9}"')), w.probe(w.pick('"${@#a}"', '"${@/o/0}"', '"${@^^}"', '"${*%b}"', '"${@@Q}"', '"${*//a/b}"',
        '"${@,}"', '"${@:-x}"', '"${@+y}"'))]


@construct("parameter.special", ALL)
def specials(w):
    return [w.pick("true", "false", "(exit 3)", ":"), w.probe("$?", w.pick('"$$"', '"$-"', '"$0"', '"$!"', '"$PPID"')),
        w.probe(w.pick('"$HOME"', '"$PWD"', '"$IFS"', '"$OPTIND"', '"$PATH"', '"$TERM"', '"$USER"', '"$TMPDIR"',
        '"$EDITOR"', '"$SHELL"'))]


@construct("parameter.special-bash")
def specials_of_bash(w):
    return [w.probe(w.pick('"$RANDOM"', '"$SECONDS"', '"$BASHPID"', '"$LINENO"', '"$BASH_VERSION"', '"$UID"', '"$EUID"',
        '"$HOSTNAME"', '"$OSTYPE"', '"$BASH_SUBSHELL"', '"$SHLVL"', '"$BASH"', '"$SHELLOPTS"', '"$_"', '"$FUNCNAME"',
        '"$GROUPS"', '"$EPOCHSECONDS"', '"${PIPESTATUS[0]}"', '"${BASH_VERSINFO[0]}"', '"$DIRSTACK"', '"$OLDPWD"',
        '"$PS4"', '"$OPTERR"', '"$COLUMNS"'))]


def operand(w):
    return w.pick("1", "2", "3", "0", "10", "-1", "7", "0x1f", "017", "2#101", "36#z", "64#_", "9223372036854775807",
        "n", "m", "$n", "${m}", "arr[1]", "arr[n]", "un", "(1+2)", "-n", "!n", "~m", "'3'", "1_0", "08", "16#FF",
        "10#09", "+4")


def expression(w, depth=0):
    form = w.number(0, 9 if depth < 3 else 1)
    if form < 2:
        return operand(w)
    if form < 6:
        op = w.pick("+", "-", "*", "/", "%", "**", "<<", ">>", "<", ">", "<=", ">=", "==", "!=", "&", "|", "^", "&&",
            "||")
        return f"{expression(w, depth + 1)} {op} {expression(w, depth + 1)}"
    if form == 6:
        return f"{operand(w)} ? {expression(w, depth + 1)} : {expression(w, depth + 1)}"
    if form == 7:
        return f"({expression(w, depth + 1)})"
    if form == 8:
        target = w.pick("n", "m", "k", "arr[2]")
        op = w.pick("=", "+=", "-=", "*=", "<<=", "|=", "^=", "%=", "/=", ">>=", "&=")
        return f"({target} {op} {expression(w, depth + 1)})"
    return w.pick("n++", "n--", "++n", "--m", "(1, 2)", "arr[1]++", "- -1", "!!n", "(n=2, m=n+1)")


@construct("arithmetic", weight=5)
def arithmetic(w):
    lines = [f"n={w.number(-3, 9)} m={w.pick('2', 'n', '010', 'n+1', '')}; arr=(4 5 6); unset k un"]
    form = w.pick("$((E))", '"$((E))"', "$[E]")
    value = w.probe(form.replace("E", expression(w)))
    after = w.probe('"$n"', '"$m"', '"${arr[*]}"', "${k-none}")
    lines.append(f"( {value}; {after} ) 2>/dev/null")
    return lines


@construct("arithmetic.command", weight=2)
def arithmetic_commands(w):
    lines = [f"n={w.number(-3, 9)} m={w.number(0, 4)}; arr=(4 5 6); unset k un"]
    form = w.pick("(( E ))", "let 'E'", "declare -i n='E'", 'arr[E]=q', "((E)) && n=yes", "((E)) || n=no")
    lines.append(f"{{ {form.replace('E', expression(w))}; }} 2>/dev/null")
    lines.append(w.probe('"$n"', '"$m"', '"${arr[*]}"', "${k-none}"))
    return lines


@construct("arithmetic.posix", ALL)
def posix_arithmetic(w):
    a, b = w.number(-20, 20), w.number(1, 9)
    op = w.pick("+", "-", "*", "/", "%", "<", ">", "==", "!=", "&", "|", "^", "&&", "||", "<<")
    return [f"n={a}", w.probe(f"$((n {op} {b}))", f"$(( ({a}) {op} {b} ))", f"$((n+=1))", '"$n"',
        f"$((n > {b} ? 1 : 2))", "$((0x10))", "$((!n))", "$((-n))")]


@construct("braces", weight=3)
def braces(w):
    def one(depth=0):
        kind = w.number(0, 6)
        if kind == 0:
            return w.pick("{1..3}", "{3..1}", "{a..e}", "{01..10..3}", "{1..10..2}", "{-2..2}", "{c..a}", "{a..e..2}",
                "{1..3..0}", "{5..1..2}", "{Z..b}", "{1..a}", "{-05..5..5}", "{1..2..-1}", "{a..c..-1}", "{001..3}",
                "{+1..3}", "{1...3}", "{1..}", "{0x1..3}", "{a..1}")
        if kind == 1 and depth < 2:
            return "{" + one(depth + 1) + "," + one(depth + 1) + "}"
        if kind == 2:
            return "{" + w.pick("a,b", "a,", ",b", "a,b,c", "x", "", "a b", "a\\,b", "'a,b',c", '"x","y"', "$n,b",
                "a,{b", "a},b", "a,${n},c", "$(echo 1,2),z", "..") + "}"
        if kind == 3 and depth < 2:
            return w.pick("p", "", "$n", "'q'") + one(depth + 1) + w.pick("s", "", "/", '"$n"')
        if kind == 4 and depth < 2:
            return one(depth + 1) + one(depth + 1)
        return w.plain()

    return [f"n={w.pick('5', 'a b', 'z')}", w.probe(*(one() for _ in range(w.number(1, 3)))),
        f"v={one()}; {w.probe(chr(34) + '$v' + chr(34))}"]


@construct("tilde", ALL)
def tildes(w):
    word = w.pick("~", "~/x", "~/", '"~"', "~root", "a~", "~nobody_here", "\\~/x", "~/q" if w.shell == "zsh"
        else "~'/x'", "~/$v", "/~", "'~'/x")
    return ["v=w", w.probe(word),
        f"t={w.pick('~', '~/b', 'a:~/b', '~:~/c', chr(34) + '~' + chr(34), 'x~')}; {w.probe(chr(34) + '$t' + chr(34))}"]


@construct("tilde.bash")
def tildes_of_bash(w):
    return [w.pick("cd sub; cd ..", ":"), w.probe(w.pick("~+", "~-", "~+/x", "~0", "~1", "x=~", "--prefix=~/x",
        "PATH=~/a:~/b", "~$v")), "v=/q"]


@construct("wildcards", ALL, 2)
def wildcards(w):
    pattern = w.pick("*.txt", "*", "?.txt", "[ab].txt", "[!a].txt", "*/", "sub/*", "none*", "*.none", "foo.?", "[a-c]*",
        '"*".txt', "\\*.txt", "'*'", ".h*", "*/*", "a.tx[t]", "[a", "*'.'txt", "./*.txt")
    quiet = "setopt no_nomatch; " if w.shell == "zsh" else ""
    return [quiet + w.probe(pattern), f"g={w.single(pattern)}; {w.probe('$g', chr(34) + '$g' + chr(34))}", quiet
        + f"v={pattern}; {w.probe(chr(34) + '$v' + chr(34))}"]


@construct("wildcards.options")
def wildcard_options(w):
    option = w.pick("shopt -s extglob", "shopt -s nullglob", "set -f", "shopt -s dotglob", "shopt -s globstar",
        "shopt -s nocaseglob")
    off = option.replace("shopt -s", "shopt -u").replace("set -f", "set +f")
    return [option, w.probe(w.pick("@(a|b).txt", "!(*.txt)", "none*", "**", "*.TXT", "+([a-z]).txt", "?(a).txt",
        "x@(y|z)", "*"), *(["$g"] if w.chance(0.2) else [])), off]
