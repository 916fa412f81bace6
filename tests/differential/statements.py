"""Constructs of statements and builtins: what state they leave behind."""

from script import ALL, construct
from programs import text

Q = '"'


def state(w, *names):
    return w.probe(*(f'"${{{name}-none}}"' for name in names))


@construct("assignment", ALL, 2)
def assignments(w):
    lines = [f"x={w.quote(w.value())}"]
    lines.append(w.pick("y=$x", 'y="$x$x"', "y=$x:$x", "y=${x}z", "y=`echo hi`", "y=$(echo \"$x\")", "y=$x z=$y",
        "x=$x$x", "y='$x'", "y=$x; x=new", "y=\"a'b\"", "y=~/x", "y=*", "y=$(printf '%s\\n\\n' \"$x\")",
        "y=`echo \\`echo in\\``"))
    return [*lines, w.probe('"$x"', '"${y-none}"'), f"x=temp true; {w.probe(Q + '$x' + Q)}"]


@construct("assignment.bash", weight=2)
def assignments_of_bash(w):
    value = w.quote(w.value())
    line = w.pick(f"x+={value}", f"declare -u x; x={value}", f"declare -l x={value}", "declare -i x; x=2+3",
        "declare -i x=5; x+=3", "x=1; readonly x2=7; x2=8; x=2", f"declare x={value}", f"export x={value}",
        "declare -i x=0x10", f"typeset x={value} y={value}", f"declare -n r=x; r={value}", "declare -n r=arr; r=(1 2)",
        "x=a x=b", "declare x; x=5", f"declare -c x={value}", "local x=3", "x[2]=q", "x=(1 2); x+=3", "x=(1 2); x=9",
        f"declare -ux x={value}", "declare +i x; x=1+1", "unset x; x+=tail")
    return ["unset -n r; unset x y r arr", f"x={w.quote(w.value())}" if w.chance(0.5) else ":",
        f"{{ {line}; }} 2>/dev/null", w.probe('"${x-none}"', '"${x[*]-none}"', '"${arr[*]-none}"', "${x2-none}"),
        "unset -n r; unset x y; declare +ulci x 2>/dev/null; unset x"]


@construct("arrays", weight=5)
def arrays(w):
    name = w.array()
    elements = [
        w.pick(
            w.quote(w.value()), w.plain(), "[5]=" + w.plain(), "$x", "{1..3}", Q + "$x" + Q, "$(echo p q)", "[1]=one",
            "[2+1]=" + w.plain())
        for _ in range(w.number(0, 4))]
    lines = [f"unset {name}; {name}=({' '.join(elements)})"]
    if w.chance(0.5):
        lines.append("{ " + w.pick(f"{name}[1]={w.quote(w.value())}", f"{name}+=({w.plain()} {w.plain()})",
            f"unset '{name}[1]'", f"{name}[7]=seven", f"{name}=({Q}${{{name}[@]}}{Q} more)", f"{name}[-1]=last",
            f"{name}[0]+=x", f"unset {name}", f"{name}=()", f"{name}=scalar", f"{name}[n+1]=k",
            f"{name}=({Q}${{{name}[@]:1}}{Q})", f"unset '{name}[-1]'", f"{name}[$((1+1))]=w") + "; } 2>/dev/null")
    form = w.pick("${N[@]}", '"${N[@]}"', '"${N[*]}"', '"${N[0]}"', '"${N[1]}"', '"$N"', '"${N[-1]}"', "${#N[@]}",
        "${#N}", '"${!N[@]}"', '"${N[@]:1}"', '"${N[@]:1:2}"', '"${N[@]: -1}"', '"${N[@]/a/b}"', '"${N[@]#a}"',
        '"${N[@]^^}"', "${N[*]}", '"${N[@]:-none}"', '"${N[@]@Q}"', '"x${N[@]}y"', '"${N[2]-unset}"', '"${N[5]+set}"',
        '"${N[n]}"', "${#N[1]}", "${N[0]:0:2}", '"${N[*]%o}"', '"${N[@]@A}"', '"${N[@]@K}"', '"${N[@]+set}"',
        '"${N[9]:=new}"', '"${N[@]@a}"', '"${N[*]:0:1}"', '"${N[@]:0}"', '"${N[-2]-e}"', '"${!N[*]}"')
    return [f"x={w.quote(w.value())}; n={w.number(0, 3)}", *lines, "{ " + w.probe(form.replace("N", name))
        + "; } 2>/dev/null", w.probe(f'"${{{name}[@]-}}"')]


@construct("arrays.associative", weight=3)
def associative(w):
    key = w.pick("k", "a", "one", "$x", '"$x"', "'a b'", "k.1", "1+1")
    lines = ["unset M; declare -A M", w.pick(f"M=([k]=v [a]=1 [one]={w.quote(w.value())})",
        f"M[k]={w.quote(w.value())}; M[a]=2", "M=(k v a b)", "M=([k]=1); M+=([z]=2)", "M[k]=x; M[k]+=y",
        "M['a b']=sp; M[$x]=dyn", "M=()", "M=([k]=1 [k]=2)", "M[a]=1; unset 'M[a]'", "M=([$x]=v)", 'M["$x"]=v',
        "M=(['a b']=v)")]
    form = w.pick(f'"${{M[{key}]}}"', f'"${{M[{key}]-none}}"', "${#M[@]}", f'"${{M[{key}]:-def}}"',
        f'"${{M[{key}]+set}}"', '"${!M[k]}"', f'"${{#M[{key}]}}"', f'"${{M[{key}]^^}}"', '"$M"', '"${M[0]}"')
    return [f"x={w.pick('k', 'a', 'zz', w.quote(w.value()))}; [ -n \"$x\" ] || x=k", *lines, "{ " + w.probe(form)
        + "; } 2>/dev/null", w.probe("${#M[@]}", '"${M[k]-none}"')]


@construct("arrays.order")
def associative_order(w):
    return ["unset M; declare -A M=([k]=1 [b]=2 [zeta]=3 [d]=4)", w.probe(w.pick('"${M[@]}"', '"${!M[@]}"', '"${M[*]}"',
        '"${M[@]:1:1}"', '"${M[@]@K}"', "${!M[*]}"))]


@construct("namerefs", weight=2)
def namerefs(w):
    line = w.pick("declare -n r=t; r=new", "declare -n r=t; r+=more", "declare -n r='t[1]'; r=el",
        "declare -n r; r=t; r=z", "declare -n r=t; unset r", "declare -n r=t; unset -n r; r=own",
        "f() { local -n r=$1; r=$2; }; f t fromf", "declare -n r=s r2=r; r2=deep",
        "declare -n r=t; for r in s u; do r=loop; done", "declare -n r=t; declare r=dr",
        "declare -n r=t; read r <<<inp", "declare -n r=t; printf -v r %s pv", "declare -n r=t; ((r=5))",
        "declare -n r=t; r=(1 2)", "declare -n r=t; local q 2>/dev/null; r[0]=zero", "declare -n r=nope; r=made",
        "f() { declare -n r=t; r=inf; }; f; r=out")
    return ["unset -n r r2; unset r r2 t s u; t=old s=sold", "{ " + line + "; } 2>/dev/null", w.probe('"${t-none}"',
        '"${s-none}"', '"${u-none}"', '"${r-none}"', '"${t[1]-none}"'), w.probe('"${!r-x}"'),
        "unset -n r r2; unset r r2 t s u"]


@construct("read", ALL, 2)
def read(w):
    content = w.pick(w.value(), w.words_text(), "a:b:c", " x  y ", "a\\tb\\", "one\ntwo", "a b c d")
    names = w.pick("x", "x y", "x y z")
    ifs = w.pick("", "", "IFS=: ", "IFS= ", "IFS=', ' ", "IFS=X ")
    option = w.pick("", "", "-r ", "-r ")
    after = w.probe('"${x-none}"', '"${y-none}"', '"${z-none}"')
    if w.shell == "zsh" and "\\" in content:
        return []
    return ["unset x y z", f"{ifs}read {option}{names} <<'E'\n{content}\nE", after]


@construct("read.bash", weight=3)
def read_of_bash(w):
    content = w.pick(w.value(), w.words_text(), "a:b:c", " x  y ", "a\\tb", "one\ntwo\nthree", "a b c d", "")
    option = w.pick("", "-r", "-a arr", "-ra arr", "-d :", "-n 2", "-N 3", "-r -d ''", "-d ' '", "-p x", "-t 1", "-u 0",
        "-s", "-rn1", "-e", "-a arr -d :", "-rd o", "-i q", "-N 1 -r")
    names = "" if "arr" in option else w.pick("", "x", "x y", "arr[1]")
    ifs = w.pick("", "IFS=: ", "IFS= ", "IFS=$'\\n' ", "IFS=o ")
    form = w.pick(f"{ifs}read {option} {names} <<<{w.quote(content)}",
        f"{ifs}read {option} {names} < <(printf %s {w.quote(content)})",
        f"{{ {ifs}read {option} {names}; read more; }} <<<{w.quote(content)}",
        f"printf '%s\\n' {w.quote(content)} | {{ {ifs}read {option} {names}; PROBE; }}")
    inner = w.probe('"${x-none}"', '"${arr[*]-none}"', '"${REPLY-none}"')
    return ["unset x y arr REPLY more", "{ " + form.replace("PROBE", inner) + "; } 2>/dev/null", w.probe('"${x-none}"',
        '"${y-none}"', '"${arr[@]-none}"', '"${REPLY-none}"', '"${more-none}"')]


@construct("read.loop", ("bash",), 3)
def read_loop(w):
    content = text(w, 4)
    inner = w.probe('"$line"', w.pick("", "$i"))
    form = w.pick("while read -r line; do {p}; last=$line; done <<'E'\n{t}\nE",
        "printf '%s\\n' {q} | while read -r line; do {p}; last=$line; done",
        "while IFS= read -r line; do {p}; last=$line; i=x$i; done < words",
        "while read line rest; do {p}; last=$rest; done <<'E'\n{t}\nE",
        "while IFS=: read -r line last; do {p}; done <<'E'\n{t}\nE",
        "cat words | while read -r line; do {p}; break; done",
        "while read -r line; do [ \"$line\" = foo ] && continue; {p}; last=$line; done <<'E'\n{t}\nE",
        "while read -r line || [ -n \"$line\" ]; do {p}; done <<'E'\n{t}\nE",
        "{{ read -r line; read -r last; {p}; }} <<'E'\n{t}\nE", "until ! read -r line; do {p}; done <<'E'\n{t}\nE")
    if w.shell == "zsh" and ("\\" in content):
        return []
    return ["last=none; i=", form.format(p=inner, t=content, q=w.quote(content)), w.probe('"$last"', '"${line-unset}"')]


@construct("lastpipe")
def lastpipe(w):
    return [w.pick("shopt -s lastpipe", "shopt -u lastpipe"), "v=before", w.pick("echo a b | read v",
        "printf '1\\n2\\n' | while read l; do v=$l; done", "echo x | v=after", "echo x | { v=in; cat; } | cat",
        "v=first | v=second", "echo z | mapfile -t v"), w.probe('"$v"', '"${v[*]}"'), "shopt -u lastpipe; unset v"]


@construct("mapfile", weight=2)
def mapfile(w):
    option = w.pick("", "-t", "-t -n 2", "-t -O 1", "-t -s 1", "-d :", "-td:", "-t -c 1 -C true", "-n 1", "-tn1",
        "-t -u 0", "-d ''", "-ts1", "-n 0 -t")
    source = w.pick(f"<<<{w.quote(text(w))}", "< words", f"< <(printf '%s\\n' {w.quote(w.value())})", "<<'E'\n" + text(
        w) + "\nE", "< /dev/null", "< nosuch")
    return ["unset L MAPFILE", "L=(old one)" if w.chance(0.3) else ":",
        f"{{ {w.pick('mapfile', 'readarray')} {option} {w.pick('L', '', 'L')} {source}\n}} 2>/dev/null", w.probe(
        '"${L[@]-none}"', "${#L[@]}", '"${MAPFILE[0]-none}"'), w.probe('"${L[0]-none}"', '"${L[1]-none}"')]


@construct("set-shift", ALL, 2)
def set_shift(w):
    lines = [w.pick("set -- {w}", "set {p}", "set -- ", "set -e; set +e; set -- {w}", "set -f -- {w}; set +f",
        "set - {p}", "set -u; set +u; set -- z", "set -- -e x", "set -- \"$@\" more", "set -- first \"$@\"",
        "set a b c; set -- $1 $3", "set +x {p}", "set -o noglob; set +o noglob; set -- q").format(w=w.words_text(),
        p=w.plain())]
    if w.chance(0.5):
        lines.append("[ $# -lt 2 ] || shift " + w.pick("", "1", "2"))
    return [*lines, w.probe("$#", '"$@"'), w.probe('"${1-none}"', '"$*"')]


@construct("functions", ALL, 3)
def functions(w):
    body = w.pick("{p}; x=in", "x=$1; {p}", "{p}; return 0; x=never", "set -- z; {p}", "shift; {p}",
        "[ \"$1\" = a ] && return; x=late; {p}", "( x=sub; {p} )",
        "if [ $# -gt 1 ]; then x=two; return 1; fi; x=one; {p}",
        "for k in \"$@\"; do x=$k; [ $k = b ] && return; done; {p}", "x=1; return; {p}", "eval 'x=ev'; {p}",
        "while :; do x=w; break; x=n; done; {p}", "case $1 in a) x=ca; return ;; *) x=cb ;; esac; {p}")
    inner = w.probe('"$x"', '"$#"', '"${1-none}"', '"$*"')
    return ["set -- outer; x=out", "f() { " + body.format(p=inner) + "; }", w.pick("f a", "f a b", "f", "f b a c",
        "x=pre f a", "f 'a b' || :", "f a; f b", "( f a )", "y=$(f a)", "f a | cat", "f a && f b c", "! f b"), w.probe(
        '"$x"', '"$1"', '"$#"')]


@construct("functions.local", weight=2)
def functions_local(w):
    body = w.pick("local x=in; {p}", "local x; {p}; x=mod", "local x=$1 y=$x; {p}", "local -a arr=(1 2); {p}",
        "declare x=d; {p}", "declare -g x=glob; {p}", "local x=l; g; {p}", "local -i x=2+2; {p}",
        "local x=l; unset x; {p}", "local -; set -f; {p}", "typeset x=t; return; {p}",
        "local x=a; f2() {{ x=b; }}; f2; {p}", "local x=q; x+=r; {p}", "export x=e; {p}", "local -u x=up; {p}",
        "local arr; arr=(n); {p}", "readonly rr=1; local x=k; {p}", "local x=$(echo sub); {p}", "local y=$x x=two; {p}",
        "local x=${{x}}z; {p}")
    inner = w.probe('"${x-none}"', '"${arr[*]-none}"', '"${y-none}"')
    return ["unset x y arr; x=out; arr=(g h); g() { x=gmod; }", "{ f() { " + body.format(p=inner) + "; }; f " + w.pick(
        "a", "b", "") + "; } 2>/dev/null", w.probe('"${x-none}"', '"${arr[*]-none}"', '"${y-none}"')]


@construct("conditions", ALL, 4)
def conditions(w):
    test = w.pick("true", "false", "[ \"$x\" = a ]", "[ -n \"$x\" ]", "[ -f words ]", "[ -d nosuch ]", "test $n -gt 1",
        "[ $n -eq 2 ] && true", "! true", "x=cond; true", "(exit 1)", "[ -z \"$x\" ] || [ $n = 1 ]",
        "case $x in a*) true ;; *) false ;; esac", "echo q | grep -q q", "command -v cat >/dev/null", "x=$(false)", ":")
    form = w.pick("if {t}; then x=yes; else x=no; fi", "if {t}; then x=yes; fi", "{t} && x=and", "{t} || x=or",
        "{t} && x=a || x=b", "if {t}; then :; elif true; then x=elif; else x=no; fi", "{{ {t}; }} && {{ x=g; y=h; }}",
        "if {t}; then x=1; y=2; else y=3; fi", "! {t} && x=neg", "{t} && x=1 && y=2 || y=9", "if ! {t}; then x=ng; fi",
        "{t}; x=seq", "{t} || {{ x=grp; false; }} || y=z", "if {t}; then exit_code=0; x=$n; fi", "({t}) && x=sub")
    return [f"x={w.pick('a', 'b', chr(39) * 2, 'abc')} n={w.number(0, 3)}; y=y0", form.format(t=test), w.probe('"$x"',
        '"$y"')]


@construct("case", ALL, 3)
def cases(w):
    arms = []
    for _ in range(w.number(1, 4)):
        pattern = w.pick("a", "foo|bar", "*", "?", "[ab]*", "'*'", "$p", '"$p"', "a*b", "*.txt", '""', "\\*", "~",
            "[!a]*", "-*")
        body = w.pick("x=1", "x=2; y=3", ":", f"x={w.plain()}", "y=$x", w.probe('"$x"'), "", "return 2>/dev/null; x=r"
            if False else "x=$x$x")
        end = w.pick(";;", ";;", ";;", ";&", ";;&") if w.shell == "bash" else ";;"
        arms.append(f"{w.pick('(', '')}{pattern}) {body} {end}")
    return [f"p={w.quote(w.pick('a*', 'foo', '*', 'a'))}; x={w.quote(w.value())}; y=y0",
        f"case {w.pick('$x', Q + '$x' + Q, '$x$y', 'a', 'x.txt')} in\n" + "\n".join(arms) + "\nesac", w.probe('"$x"',
        '"$y"')]


@construct("double-brackets", weight=3)
def double_brackets(w):
    test = w.pick("$x == a*", "$x = \"a*\"", "$x != $p", "$x =~ ^([a-z]+)([0-9]*) ", "$x =~ (o+) ",
        "$x =~ ^(.*)=(.*)$ ", "-n $x", "-z $x", "$x < b", "$n -eq 2", "n -gt 1", "-f words", "$x == @(a|b)",
        "! $x == a", "( -n $x && $n -gt 0 )", "$x =~ $p", "-v x", "-v nosuch", "a == a", "$x =~ a.c", "$n -lt m++")
    form = w.pick("[[ {t} ]] && x=yes", "if [[ {t} ]]; then x=yes; else x=no; fi", "[[ {t} ]] || x=no",
        "[[ {t} ]]; y=$?", "[[ {t} ]] && y=${{BASH_REMATCH[0]}} z=${{BASH_REMATCH[1]}}",
        "while [[ {t} ]]; do x=done; y=w; n=9; break; done")
    return [
        f"x={w.quote(w.value())} n={w.number(0, 3)} m=1; p={w.quote(w.pick('a*', 'foo', '^f', '*'))}; "
        "y=y0 z=z0; BASH_REMATCH=()",
        "{ " + form.format(t=test) + "; } 2>/dev/null", w.probe('"$x"', '"$y"', '"$z"', '"$n"', '"$m"'), w.probe(
        '"${BASH_REMATCH[0]}"', '"${BASH_REMATCH[1]}"')]


@construct("loops", ALL, 4)
def loops(w):
    inner = w.probe('"$i"', '"$x"')
    form = w.pick("for i in {w}; do {p}; x=$i; done", "for i in a b c; do [ $i = b ] && break; x=$x$i; {p}; done",
        "for i in a b c; do [ $i = b ] && continue; x=$x$i; {p}; done", "for i; do x=$i; {p}; done",
        "for i in; do x=never; {p}; done", "i=0; while [ $i -lt 3 ]; do i=$((i+1)); x=$x-; {p}; done",
        "i=0; until [ $i -ge 2 ]; do i=$((i+1)); {p}; done", "for i in \"$@\"; do x=$i; {p}; done",
        "for i in $u; do x=$i; {p}; done", "for i in *.txt; do x=$i; {p}; done",
        "while false; do x=never; done; i=z; {p}",
        "i=0; while :; do i=$((i+1)); x=$i; [ $i -eq 4 ] && break; done; {p}",
        "for i in a b; do for j in 1 2; do x=$i$j; [ $j = 1 ] && continue 2; {p}; done; done",
        "for i in 1 2; do for j in a b; do x=$j; break 2; done; done; {p}",
        "i=0; while [ $i -lt 30 ]; do i=$((i+1)); x=$i; done; {p}", "for i in $(seq 20); do x=$i; done; {p}",
        "for i in 1 2 3; do x=$i; if [ $i = 2 ]; then y=brk; break; fi; y=end; done; {p}",
        "for i in a b; do x=$i; done; {p}; for i in; do x=q; done",
        "for i in 1 2; do case $i in 1) x=one; continue ;; esac; {p}; x=two; done",
        "for i in x y; do ( x=$i; {p} ); done")
    return [f"set -- p q; x=; y=y0; i=i0; u={w.quote(w.words_text())}", form.format(w=w.words_text(), p=inner), w.probe(
        '"$x"', '"$i"', '"$y"')]


@construct("loops.bash", weight=2)
def loops_of_bash(w):
    inner = w.probe('"$i"', '"$x"')
    form = w.pick("for ((i=0; i<3; i++)); do x=$x$i; {p}; done", "for ((i=5; i>0; i-=2)); do x=$i; done",
        "for ((;;)); do x=once; break; done", "for i in {{1..4}}; do x=$i; {p}; done",
        "for ((i=0,j=9; i<j; i+=4)); do x=$j; {p}; done", "select i in a b; do x=$i; {p}; break; done <<<2",
        "for i in \"${{arr[@]}}\"; do x=$i; {p}; done", "for i in ${{!arr[@]}}; do x=$i; {p}; done",
        "for ((i=0; i<40; i++)); do x=$i; done", "i=3; while ((i--)); do x=$i; {p}; done",
        "for ((i=0; i<2; i++)) {{ x=b$i; {p}; }}", "select i in one two; do x=$REPLY; {p}; done <<<1",
        "until ((i++ > 2)); do x=u$i; done")
    return ["x= i=0; arr=(p 'q r')", "{ " + form.format(p=inner) + "; } 2>/dev/null", w.probe('"$x"', '"$i"')]


@construct("subshells", ("bash",), 2)
def subshells(w):
    form = w.pick("( x=sub; {p} )", "y=$(x=cs; {p}; echo \"$x\")", "x=pipe | cat", "echo a | {{ x=$(cat); {p}; }}",
        "x=bg & wait", "( cd sub; x=$PWD ); y=${{PWD##*/}}", "{{ x=group; {p}; }}", "(exit 3); y=$?",
        "y=$(echo one; echo two)", "y=$( (echo in) )", "y=$(printf '%s\\n' a '' '')",
        "x=$(x=nested; echo $x$(x=deep; echo $x))", "( set -- q; x=$1 ); y=$#", "y=`echo $x`", "y=$(cat <<E\n$x\nE\n)",
        "eval 'x=evaled'; {p}", "y='x=ev2'; eval \"$y\"; {p}", "eval x=\\$y", "( unset x ); y=${{x-gone}}",
        "y=$(echo \"$(echo \"q $x\")\")", "trap 'x=trap' 0; x=after; {p}; trap - 0", "y=$(exit 2; echo never)",
        "y=$(echo a\n# comment )\necho b)", ". ./lib.sh; {p}", ". ./lib.sh arg; y=$lib")
    return ["set -- s1; x=x0 y=y0", form.format(p=w.probe('"$x"', '"$y"', '"$#"')), w.probe('"$x"', '"$y"')]


@construct("here-documents", ("bash", "dash", "busybox"), 3)
def here_documents(w):
    body = w.pick("plain", "$x", "${x}z", "`echo bt`", "$(echo cs)", "\\$x", "a\\\\b", "\"q\" 'r'", "\\\"x",
        "tab\there", "$((1+2))", "back\\", "line\n$x\nend", "${u:-def}", "${u:-\"d q\"}", "*", "~", "\\`x\\`",
        "con\\\ntinued", "", "$", "$ x", "${x#a}", "{a,b}", "\ttabbed\n\t\t$x")
    kind = w.pick("E", "'E'", '"E"', "\\E")
    dash = w.pick("", "", "-")
    lines = f"y=$(cat <<{dash}{kind}\n{body}\n{'' if not dash else w.pick('', chr(9))}E\n)"
    if w.shell == "bash" and w.chance(0.3):
        word = w.pick(w.quote(w.value()), "$x", Q + "$x" + Q, "$x$x", "ab", "*", "~", "{a,b}")
        lines = f"y=$(cat <<<{word})"
    return [f"unset u; x={w.quote(w.value())}", lines, w.probe('"$y"')]


@construct("traps", ALL)
def traps(w):
    number = w.probe('"$x"')
    return ["x=x0", w.pick(f"( trap '{number}' EXIT; x=end )", f"( trap \"{number.replace(Q, '')}\" EXIT; x=end )",
        f"( x=a; trap '{number}' 0; trap - 0; x=b )",
        f"( trap '{number}; x=t' USR1; kill -USR1 $$ 2>/dev/null; x=k ) 2>/dev/null", f"( trap '' EXIT; x=n )",
        f"( f() {{ {number}; }}; trap f EXIT; x=fn )", f"( trap '{number}' EXIT; x=mid; exit 1; x=late )"), w.probe(
        '"$x"')]


@construct("traps.bash")
def traps_of_bash(w):
    number = w.probe('"$x"')
    return ["x=x0", w.pick(f"( trap '{number}' ERR; x=e; false; x=f )", f"( trap '{number}' DEBUG; x=d; : )",
        f"f() {{ trap '{number}' RETURN; x=r; }}; f; trap - RETURN",
        f"( trap '{number}; x=h' ERR; false; {w.probe(Q + '$x' + Q)} )"), w.probe('"$x"')]


@construct("coprocesses")
def coprocesses(w):
    return [w.pick("coproc { read l; echo \"got $l\"; }", "coproc P { echo hi; }", "coproc cat"), w.pick(
        "echo q >&${COPROC[1]}; read x <&${COPROC[0]}", "read x <&${P[0]}", "read -t 1 x <&${COPROC[0]:-0}")
        + " 2>/dev/null </dev/null" if False else "x=$REPLY", w.probe('"${x-none}"'),
        "kill $! 2>/dev/null; wait 2>/dev/null"]


@construct("getopts", ALL)
def getopts(w):
    inner = w.probe('"$o"', '"${OPTARG-none}"')
    return [f"set -- {w.pick('-a -b val', '-ab val x', '-c', '-b', '-a -- -b', 'x -a', '-bval', '', '-a -a')}",
        "OPTIND=1 o=o0; unset OPTARG", "while getopts " + w.pick("ab:", ":ab:", "'ab:c'") + " o; do " + w.pick(
        "case $o in a) x=A ;; b) x=$OPTARG ;; *) x=bad ;; esac; ", "") + inner + "; done 2>/dev/null", w.probe('"$o"',
        '"${x-none}"') if w.chance(0.5) else w.probe('"$OPTIND"', '"$#"'), "shift $((OPTIND-1))", w.probe('"$@"')]


@construct("aliases")
def aliases(w):
    return ["shopt -s expand_aliases", "alias " + w.pick("pa='probe", "pa='x=al; probe", "pa=' probe").replace("probe",
        w.probe(), 1) + "'", "alias val='aliased'", w.pick("pa one", "pa val", "pa 'q r'; unalias pa",
        "\\pa x 2>/dev/null", "unalias pa; pa 2>/dev/null", "pa val two"), "unalias -a; shopt -u expand_aliases"]


@construct("redirects", ALL)
def redirects(w):
    return ["{ " + w.pick("y=$(echo a 2>&1)", "y=$(echo a >&2)", "y=$(echo a; echo b >&2)",
        "y=$({ echo o; echo e >&2; } 2>&1)", "y=$(echo a > /dev/null)", "y=$(cat < words)",
        "exec 3< words; read y <&3; exec 3<&-", "y=$(echo a 1>&2)", "y=$(echo x >/dev/stderr)",
        "y=$(echo a | tee /dev/null)", "y=$(echo a >out2; cat out2)", "y=$(cat nosuch || echo fb)",
        "y=$(> out2; cat out2)", "y=$(echo q >&1)", "exec 3<<'E'\none\ntwo\nE\nread y <&3; read y <&3; exec 3<&-",
        "y=$(echo a >&-)", "y=$(cat <&0 < a.txt)", "y=$(echo err 1>&2 2>&1)", "y=$(echo x 3>&1 >&3)",
        "y=$(true > out2; echo n >> out2; cat < out2)", "y=$(cat words > out2 < a.txt; cat out2)",
        "y=$( { echo a; } > out2; cat out2)", "y=$(echo data > /dev/stdout)") + "\n} 2>/dev/null", w.probe(
        '"${y-none}"'), "unset y; rm -f out2"]


@construct("exits", ALL)
def exits(w):
    inner = w.probe('"$x"')
    return ["x=x0", w.pick(f"( x=a; exit; {inner} )", f"( x=a; {inner}; exit 1; x=b; {w.probe('never')} )",
        f"( set -e; x=s; false; x=t; {inner} )", f"( [ -f words ] || exit; x=is; {inner} )",
        f"( [ -f nosuch ] && exit; x=go; {inner} )", f"( set -u; x=$undefined_name; {inner} ) 2>/dev/null",
        f"( x=q; exec true; {inner} )", f"( if true; then x=i; exit; fi; {inner} )", f"{{ x=g; {inner}; }}"), w.probe(
        '"$x"')]


@construct("options.text")
def odd_syntax(w):
    return [w.pick("x=a\\\nb", "x='a\nb'", "x=\"a\\\nb\"", "x=a # comment", "x=a#b", "x=$'a'#b",
        "function f { x=fk; }; f", "f() ( x=sub; ); x=o; f", "{ x=1; } ; x=$x;", "x=1 y=2 eval 'z=$x'", "time x=t",
        "! x=neg", "x=a; ;" if False else "x=a;", "if :; then x=b; fi", "while :; do x=c; break; done", "((1)) && x=d",
        "[[ a ]] && x=e", "x=$(echo a)$(echo b)", "x=${y:-a}${y:-b}", "x=\"$(echo \"a b\")\"", "coproc true; x=z; wait",
        "case a in a) x=ar;; esac", "x='`'", "x=\\`", "x=\"\\`\"", "true & x=amp; wait", "x=$((1+1))$((2))",
        "x=`echo \"a\\`echo b\\`\"`", "x=$(case a in a) echo c;; esac)", "x=$(# com\necho k)", "x=a\\ b", "x=$'\\''",
        "declare x=$'q\\nr'", "x=\"${x:-\"in\"}\"", "x=\"${y-'q'}\"", "x=${y-'q'}", "x=\"${y-\\}}\"", "x=${y-\\}}",
        "x=\"${y:-$(echo \"}\")}\"") + "\n:", w.probe('"${x-none}"'), "unset x y"]
