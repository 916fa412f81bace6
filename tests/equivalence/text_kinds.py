"""Rewritings of any text that a shell runs.

A row is (name, how), as in word_kinds. Slots: <T> the text; <B> the text as a list that a closing word may follow; <Q>
single-quoted, <D> double-quoted, <A> as $'..', <H> the body of a here-document with a quoted delimiter, <U> of one
without; <V> <W> <F> <G> <P> <E> <I> as there.
"""
import base64
import codecs

from spelling import Fill, ansi, block, double, here, octal_escapes, percent_safe, single


def one_line(form):
    return lambda random, text: None if "\n" in text else fill(form, random, text)


def fill(form, random, text):
    return Fill(random, slots(text))(form)


def encoded(form, make):
    """The text in a code that `make` gives, single-quoted."""
    return lambda random, text: Fill(random, {"Q": single(make(text))})(form)


def encoded_line(form, make):
    return lambda random, text: None if "\n" in text else Fill(random, {"Q": single(make(text))})(form)


def nested(shell, levels):
    def rewrite(random, text):
        for _ in range(levels):
            text = f"{shell} {single(text)}"
        return text if len(text) < 60_000 else None
    return rewrite


def pieces(form):
    """The text cut in three, each in a variable."""
    def rewrite(random, text):
        if len(text) < 3:
            return None
        a, b = sorted(random.sample(range(1, len(text)), 2))
        cut = [text[:a], text[a:b], text[b:]]
        sets = "; ".join(f"t{i}_={single(piece)}" for i, piece in enumerate(cut))
        return f"{sets}; " + Fill(random, {"X": '"$t0_$t1_$t2_"'})(form)
    return rewrite


def padding(make):
    """Something harmless before the text, many times."""
    def rewrite(random, text):
        return make(random) + "\n" + text
    return rewrite


def deep(opening, closing, most):
    def rewrite(random, text):
        levels = random.randint(2, most)
        return opening * levels + block(text) + closing * levels
    return rewrite


def b64(text):
    return base64.b64encode((text + "\n").encode()).decode()


def b32(text):
    return base64.b32encode((text + "\n").encode()).decode()


def rot13(text):
    return codecs.encode(text, "rot13")


def awk_text(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def awk(form):
    return lambda random, text: f"awk {single(form.replace('<X>', awk_text(text)))} < /dev/null"


def perl(form):
    return lambda random, text: "perl -e " + single(form.replace(
        "<X>", "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"))


def make_file(random, text):
    recipe = text.replace("$", "$$")
    return None if "\n" in text or "#" in text else Fill(random, {"Q": single(f"all:\n\t@{recipe}\n")})(
        "printf %s <Q> > <P>; make -s -f <P> SHELL=/bin/bash")


def octal(form):
    return lambda random, text: Fill(random, {"Q": single(octal_escapes(text))})(form)


def percents(form):
    return lambda random, text: Fill(random, {"Q": single(percent_safe(text))})(form)


# Slots that need the whole text to be one line are marked so; bash decides about the rest.
TEXT_KINDS = [
    # run again
    ("eval", "eval <Q>"),
    ("eval of double quotes", "eval <D>"),
    ("eval of ansi quotes", "eval <A>"),
    ("eval of a variable", '<V>=<Q>; eval "$<V>"'),
    ("eval of pieces", pieces("eval <X>")),
    ("eval of eval", nested("eval", 2)),
    ("eval five deep", nested("eval", 4)),
    ("command eval", "command eval <Q>"),
    ("builtin eval", "builtin eval -- <Q>"),
    ("eval of an array's element", '<V>=(x <Q>); eval "${<V>[1]}"'),
    ("eval of an associative element", 'declare -A <V>=([run]=<Q>); eval "${<V>[run]}"'),
    ("eval of printf", 'eval "$(printf %s <Q>)"'),
    ("eval of a here-document", "eval \"$(cat << '<E>'\n<H><E>\n)\""),
    ("eval of echo", one_line("eval \"$(echo <Q>)\"")),
    ("eval of a file", 'printf %s <Q> > <P>; eval "$(< <P>)"'),
    ("eval of cat", 'printf %s <Q> > <P>; eval "$(cat <P>)"'),
    ("eval of mapfile", "mapfile <V> <<< <Q>; eval \"${<V>[*]}\""),
    ("eval of read", 'IFS= read -r -d "" <V> <<< <Q>; eval "$<V>"'),
    ("eval of octal printf", octal('eval "$(printf <Q>)"')),
    ("bash -c", "bash -c <Q>"),
    ("bash -c of double quotes", "bash -c <D>"),
    ("bash -c of ansi quotes", "bash -c <A>"),
    ("bash -c of a variable", '<V>=<Q>; bash -c "$<V>"'),
    ("bash -c of pieces", pieces("bash -c <X>")),
    ("bash -c of an exported variable", "export <V>=<Q>; bash -c 'eval \"$<V>\"'"),
    ("bash -c of its words", "bash -c 'eval \"$1\"' _ <Q>"),
    ("bash -c of all its words", "bash -c 'eval \"$*\"' _ <Q>"),
    ("bash -lc", "bash -lc <Q>"),
    ("bash with options -c", "bash --norc -e -o pipefail +x -c <Q> name word"),
    ("bash -O extglob -c", "bash -O extglob -c <Q>"),
    ("sh -c", "sh -c <Q>"),
    ("dash -c", "/bin/dash -c <Q>"),
    ("busybox sh -c", "busybox sh -c <Q>"),
    ("env bash -c", "/usr/bin/env -S bash -c <Q>"),
    ("exec bash -c", "exec bash -c <Q>"),
    ("bash -c twice", nested("bash -c", 2)),
    ("bash -c five deep", nested("bash -c", 5)),
    ("sh -c in bash -c", lambda r, t: nested("sh -c", 1)(r, nested("bash -c", 1)(r, t))),
    # here-documents and input
    ("here-document to bash", "bash << '<E>'\n<H><E>"),
    ("expanding here-document to bash", "bash << <E>\n<U><E>"),
    ("here-document with tabs",
     lambda r, t: "bash <<- 'END_'\n" + "".join(f"\t{line}\n" for line in t.split("\n")) + "\tEND_" if "<<" not in t else None),
    ("here-string to bash", "bash <<< <Q>"),
    ("here-string to sh", "sh <<< <Q>"),
    ("here-string to bash -s", "bash -s x y <<< <Q>"),
    ("here-document to bash -", "bash - << \\<E>\n<H><E>"),
    ("here-document through cat", "cat << '<E>' | bash\n<H><E>"),
    ("here-document to a group", "{ bash; } << '<E>'\n<H><E>"),
    ("here-document to a function", "<F>() { bash; }\n<F> << '<E>'\n<H><E>"),
    ("here-document to source", "source /dev/stdin << '<E>'\n<H><E>"),
    ("source of a here-string", ". /dev/stdin <<< <Q>"),
    ("source of /dev/fd/0", "source /dev/fd/0 <<< <Q>"),
    ("bash /dev/stdin", "bash /dev/stdin <<< <Q>"),
    ("bash of a descriptor", "bash /dev/fd/3 3<<< <Q>"),
    ("bash of /proc/self/fd", "bash /proc/self/fd/4 4<<< <Q>"),
    ("input from an open descriptor", "exec 5<<< <Q>; bash <&5"),
    ("input of exec", "exec <<< <Q>; bash"),
    ("source of a descriptor", "exec 6<<< <Q>; source /dev/fd/6"),
    ("bash of a process", "bash <(printf '%s\\n' <Q>)"),
    ("source of a process", "source <(printf %s <Q>)"),
    (". of a process with cat", ". <(cat << '<E>'\n<H><E>\n)"),
    ("bash from a process", "bash < <(printf '%s\\n' <Q>)"),
    ("tee into a process", "printf '%s\\n' <Q> | tee >(bash) > /dev/null; sleep 0.05"),
    ("output into a process", "printf '%s\\n' <Q> > >(bash); sleep 0.05"),
    ("bash of a function's process", "<F>() { printf '%s\\n' <Q>; }; bash <(<F>)"),
    # pipes
    ("echo into sh", one_line("echo <Q> | sh")),
    ("printf into bash", "printf '%s\\n' <Q> | bash"),
    ("printf into bash -s", "printf '%s\\n' <Q> | bash -s -- a b"),
    ("printf of the text", percents("printf <Q> | bash")),
    ("printf into env bash", "printf '%s\\n' <Q> | env -i PATH=/bin bash"),
    ("printf into a path", "printf '%s\\n' <Q> | /bin/bash -"),
    ("pipe of several", "printf '%s\\n' <Q> | cat | cat - | tee /dev/null | bash"),
    ("pipe into a group", "printf '%s\\n' <Q> | { cat; echo :; } | ( bash )"),
    ("pipe into a loop", one_line("printf '%s\\n' <Q> | while IFS= read -r <V>; do eval \"$<V>\"; done")),
    ("loop over a here-document", one_line("while IFS= read -r <V>; do eval \"$<V>\"; done << '<E>'\n<H><E>")),
    ("loop over a process", one_line("while IFS= read -r <V>; do bash -c \"$<V>\"; done < <(echo <Q>)")),
    ("pipe into xargs", one_line("printf '%s\\n' <Q> | xargs -d '\\n' -n 1 bash -c")),
    ("pipe into xargs -0", "printf '%s\\0' <Q> | xargs -0 bash -c"),
    ("pipe into xargs -I", "printf '%s\\0' <Q> | xargs -0 -I{} sh -c {}"),
    ("xargs with a place in words", "printf '%s\\0' <Q> | xargs -0 -I% bash -c 'eval \"$1\"' _ %"),
    ("shell in the middle of a pipe", "printf '%s\\n' <Q> | bash 2>&1 | cat > /dev/null"),
    ("left of a pipe", "{ <B>} | cat > /dev/null"),
    ("right of a pipe", "true | { <B>}"),
    ("pipe of errors", "{ <B>} |& cat > /dev/null"),
    ("loop at the end of a pipe", "echo x | while read -r <V>; do <B>done"),
    # decoders
    ("base64 into bash", encoded("echo <Q> | base64 -d | bash", b64)),
    ("base64 long option", encoded("base64 --decode <<< <Q> | sh", b64)),
    ("base64 in eval", encoded('eval "$(echo <Q> | base64 -di)"', b64)),
    ("base64 in bash -c", encoded('bash -c "$(base64 -d <<< <Q>)"', b64)),
    ("base64 of a file", encoded("echo <Q> > <P>; base64 -d <P> | bash", b64)),
    ("base64 in a process", encoded("source <(base64 -d <<< <Q>)", b64)),
    ("base32 into bash", encoded("echo <Q> | base32 -d | bash", b32)),
    ("base64 twice", encoded("echo <Q> | base64 -d | base64 -d | bash", lambda t: b64(b64(t)))),
    ("xxd into bash", encoded("echo <Q> | xxd -r -p | bash", lambda t: (t + "\n").encode().hex())),
    ("xxd in eval", encoded('eval "$(xxd -r -p <<< <Q>)"', lambda t: t.encode().hex())),
    ("octal printf into bash", octal("printf <Q> | bash")),
    ("octal %b into bash", octal("printf '%b\\n' <Q> | bash")),
    ("echo -e into bash",
     lambda r, t: f"echo -e {single(''.join(chr(92) + 'x%02x' % b for b in t.encode()))} | bash"),
    ("rev into bash", encoded_line("echo <Q> | rev | bash", lambda t: t[::-1])),
    ("rev in eval", encoded_line('eval "$(rev <<< <Q>)"', lambda t: t[::-1])),
    ("rot13 into bash", encoded("tr A-Za-z N-ZA-Mn-za-m <<< <Q> | bash", rot13)),
    ("rot13 in eval", encoded('eval "$(echo <Q> | tr A-Za-z N-ZA-Mn-za-m)"', rot13)),
    ("case from tr", encoded_line("echo <Q> | tr '[:upper:][:lower:]' '[:lower:][:upper:]' | bash", str.swapcase)),
    ("tr -d into bash", encoded_line("echo <Q> | tr -d @ | bash", lambda t: "@" + t + "@")),
    ("tr of a letter for blanks",
     lambda r, t: None if "_" in t or "\n" in t else f"echo {single(t.replace(' ', '_'))} | tr _ ' ' | bash"),
    ("sed that takes off a prefix", encoded_line("echo <Q> | sed 's/^# *//' | bash", lambda t: "#  " + t)),
    ("sed that replaces a mark",
     lambda r, t: None if "@" in t or "\n" in t else f"sed 's/@/ /g' <<< {single(t.replace(' ', '@'))} | bash"),
    ("sed -n p", "sed -n p <<< <Q> | bash"),
    ("sed -n of a line", one_line("printf '%s\\n' x <Q> y | sed -n 2p | bash")),
    ("sed that runs", one_line("sed -n '1e '<Q> /etc/hostname")),
    ("sed that runs its input", one_line("echo <Q> | sed e")),
    ("sed that runs what it replaced", one_line("echo x | sed 's/.*/'<Q>'/e'")),
    ("cut of a prefix", encoded_line("echo <Q> | cut -c3- | bash", lambda t: "# " + t)),
    ("cut of a field", encoded_line("echo <Q> | cut -d'^' -f2 | bash", lambda t: "x^" + t)),
    ("awk that prints the rest",
     encoded_line("echo <Q> | awk '{ print substr($0, 4) }' | bash", lambda t: "xyz" + t)),
    ("head", "printf '%s\\n' <Q> 'exit 0' | head -n -1 | bash"),
    ("head -c", lambda r, t: f"printf '%s' {single(t + 'xyz')} | head -c {len(t.encode())} | bash"),
    ("tail", one_line("printf '%s\\n' 'no such' <Q> | tail -n 1 | bash")),
    ("tail -n +2", "printf '%s\\n' 'no such' <Q> | tail -n +2 | bash"),
    ("tac", one_line("printf '%s\\n' <Q> : | tac | bash")),
    ("sort -n", one_line("printf '%s\\n' '2 :' '1 '<Q> | sort -n | cut -c3- | bash")),
    ("paste of letters",
     lambda r, t: None if "\n" in t or " " not in t else "printf '%s\\n' " + " ".join(single(w) for w in t.split(" ")) + " | paste -sd ' ' | bash"),
    ("fold", one_line("fold -w 4000 <<< <Q> | bash")),
    ("nl and cut", one_line("nl -ba <<< <Q> | cut -f2- | bash")),
    ("column", one_line("tr -s x x <<< <Q>x | sed 's/x$//' | bash")),
    ("gzip", "printf '%s\\n' <Q> | gzip | gunzip | bash"),
    ("od and back", "printf '%s\\n' <Q> | xxd -p | xxd -r -p | bash"),
    ("tee and sort", one_line("echo <Q> | sort -u | uniq | bash")),
    ("grep-like with sed", one_line("printf '%s\\n' 'x y' <Q> | sed 1d | bash")),
    # other languages and programs that run text
    ("awk system", awk("BEGIN { system(<X>) }")),
    ("awk pipe", awk('BEGIN { print <X> | "bash" }')),
    ("awk getline", awk("BEGIN { <X> | getline }")),
    ("awk system of input", one_line("awk '{ system($0) }' <<< <Q>")),
    ("awk pipe of input", one_line("awk '{ print | \"sh\" }' <<< <Q>")),
    ("awk variable", lambda r, t: None if "\\" in t else f"awk -v x_={single(t)} 'BEGIN {{ system(x_) }}'"),
    ("awk environment", "export <V>=<Q>; awk 'BEGIN { system(ENVIRON[\"<V>\"]) }'"),
    ("perl system", perl("system(<X>)")),
    ("perl exec", perl("exec <X>")),
    ("perl backquotes", perl("my $x = <X>; `$x`")),
    ("perl open", perl("open(F, '|-', <X>)")),
    ("perl system of a list", perl("system('bash', '-c', <X>)")),
    ("perl of input",
     lambda r, t: "perl <<< " + single("system(" + "'" + t.replace("\\", "\\\\").replace("'", "\\'") + "'" + ")")),
    ("make", make_file),
    ("find -exec bash -c", "find /etc/hostname -exec bash -c <Q> \\;"),
    ("find -exec with a name", "find /etc -maxdepth 0 -exec sh -c <Q> _ {} +"),
    ("split --filter", "echo x | split --filter=<Q>"),
    ("flock -c", "flock <P> -c <Q>"),
    ("timeout", "timeout 4 bash -c <Q>"),
    ("nohup", "nohup bash -c <Q> > /dev/null"),
    ("nice and setsid", "nice -n 3 setsid -w bash -c <Q>"),
    ("stdbuf", "stdbuf -o0 bash -c <Q>"),
    ("env -i", "env -i PATH=/usr/bin:/bin HOME=/home/user bash -c <Q>"),
    ("setarch", "setarch x86_64 bash -c <Q>"),
    ("xargs -a", "printf '%s\\0' <Q> > <P>; xargs -0 -a <P> bash -c"),
    # files
    ("write, then run", "printf '%s\\n' <Q> > <P>; bash <P>"),
    ("write, then source", "printf '%s\\n' <Q> > <P>; . <P>"),
    ("write with a here-document", "cat > <P> << '<E>'\n<H><E>\nbash <P>"),
    ("write in pieces", pieces("printf %s <X> > /tmp/z_; bash /tmp/z_")),
    ("append, then run", "echo : > <P>; printf '%s\\n' <Q> >> <P>; sh <P>"),
    ("tee, then run", "tee <P> <<< <Q> > /dev/null; bash <P>"),
    ("executable file", "printf '%s\\n' '#!/bin/bash' <Q> > <P>; chmod +x <P>; <P>"),
    ("executable file, env",
     "printf '%s\\n' '#!/usr/bin/env bash' <Q> > <P>; chmod 755 <P>; cd /tmp && cd - > /dev/null; <P>"),
    ("copied file", "printf '%s\\n' <Q> > <P>; cp <P> <P>.2; bash <P>.2"),
    ("moved file", "printf '%s\\n' <Q> > <P>; mv <P> <P>.2; bash <P>.2"),
    ("linked file", "printf '%s\\n' <Q> > <P>; ln -s <P> <P>.2; bash <P>.2"),
    ("cat of a file", "printf '%s\\n' <Q> > <P>; cat <P> | bash"),
    ("file as input", "printf '%s\\n' <Q> > <P>; bash < <P>"),
    ("file by a pattern", "printf '%s\\n' <Q> > <P>.run; bash /tmp/*.run"),
    ("file in a directory", "mkdir -p <P>; printf '%s\\n' <Q> > <P>/run; bash <P>/run"),
    ("file by cd", "cd /tmp; printf '%s\\n' <Q> > x_; cd - > /dev/null; bash /tmp/x_"),
    ("file of mktemp", "<V>=$(mktemp); printf '%s\\n' <Q> > \"$<V>\"; bash \"$<V>\""),
    ("file opened by exec", "exec 7> <P>; printf '%s\\n' <Q> >&7; exec 7>&-; bash <P>"),
    ("group writes a file", "{ echo :; printf '%s\\n' <Q>; } > <P>; bash <P>"),
    ("loop writes a file", one_line("for <V> in <Q>; do echo \"$<V>\"; done > <P>; bash <P>")),
    ("BASH_ENV", "printf '%s\\n' 'unset BASH_ENV' <Q> > <P>; BASH_ENV=<P> bash -c :"),
    ("exported BASH_ENV", "printf '%s\\n' 'unset BASH_ENV' <Q> > <P>; export BASH_ENV=<P>; bash -c true"),
    ("rcfile", "printf '%s\\n' <Q> > <P>; bash --rcfile <P> -i -c : 2> /dev/null"),
    ("fifo", "mkfifo <P>; printf '%s\\n' <Q> > <P> & bash <P>"),
    ("source by PATH", "mkdir -p /tmp/own; printf '%s\\n' <Q> > /tmp/own/lib_; PATH=/tmp/own:$PATH; . lib_"),
    ("bash by PATH", "printf '%s\\n' <Q> > <P>; PATH=/tmp:$PATH bash <P>"),
    # compound commands
    ("subshell", "( <B>)"),
    ("group", "{ <B>}"),
    ("deep subshells", deep("( ", " )", 30)),
    ("deep groups", lambda r, t: "{ { { " + block(t) + "}; }; }"),
    ("if condition", "if <B>then :; fi"),
    ("if body", "if true; then <B>fi"),
    ("else", "if false; then :; else <B>fi"),
    ("elif condition", "if false; then :; elif <B>then :; fi"),
    ("elif body", "if false; then :; elif :; then <B>fi"),
    ("if of a test", "if [ -d /etc ] && [[ 1 -lt 2 ]]; then <B>fi"),
    ("deep ifs", lambda r, t: "if :; then " * 8 + block(t) + "fi; " * 7 + "fi"),
    ("while condition", "while <B>false; do :; done"),
    ("while body", "while :; do <B>break; done"),
    ("until condition", "until <B>true; do :; done"),
    ("until body", "until false; do <B>break; done"),
    ("for once", "for <V> in x; do <B>done"),
    ("for twice", "for <V> in 1 2; do <B>done"),
    ("for over positions", "set -- x; for <V>; do <B>done"),
    ("for over a sequence", "for <V> in {1..2}; do <B>done"),
    ("counting loop", "for ((<V> = 0; <V> < 1; <V>++)); do <B>done"),
    ("endless loop that breaks", "for ((;;)); do <B>break; done"),
    ("counting loop down", "<V>=3; while ((--<V> > 1)); do :; done; <B>"),
    ("loop that continues", "for <V> in a b; do [ \"$<V>\" = a ] && continue; <B>done"),
    ("loop in a loop", "for <V> in a b; do for <W> in c d; do <B>break 2; done; done"),
    ("late round", "for <V> in {1..30}; do if ((<V> == 30)); then <B>fi; done"),
    ("case", "case x in x) <B>;; esac"),
    ("case default", "case x in y) : ;; *) <B>;; esac"),
    ("case pattern list", "case abc in z | a*) <B>;; esac"),
    ("case falling through", "case x in x) : ;& y) <B>;; esac"),
    ("case tried on", "case x in x) : ;;& *) <B>;; esac"),
    ("case of a variable", "<V>=run; case $<V> in r?n) <B>;; esac"),
    ("select", "select <V> in a b; do <B>break; done <<< 1"),
    ("and", "true && { <B>}"),
    ("or", "false || { <B>}"),
    ("not and", "! false && { <B>}"),
    ("and or", "false && : || { <B>}"),
    ("after a failed test", "[[ a == b ]] || { <B>}"),
    ("after arithmetic", "((1 < 2)) && { <B>}"),
    ("after a match", "[[ abc =~ ^a(.)c$ ]] && { <B>}"),
    ("negated group", "! { <B>}"),
    ("timed", "time { <B>}"),
    ("sequence", "true; :; <T>"),
    ("in the background", "{ <B>} & wait"),
    ("subshell in the background", "( <B>) & wait $!"),
    ("background in a subshell", "( { <B>} & wait )"),
    ("disowned", "{ <B>} & disown; sleep 0.05"),
    ("coprocess", "coproc { <B>}; wait"),
    ("named coprocess", "coproc <V> { <B>}; wait"),
    ("coprocess that is told", "coproc bash; printf '%s\\n' <Q> >&\"${COPROC[1]}\"; exec {COPROC[1]}>&-; wait"),
    # functions and aliases
    ("function", "<F>() { <B>}; <F>"),
    ("function keyword", "function <F> { <B>}\n<F>"),
    ("function of a subshell", "<F>() ( <B>)\n<F>"),
    ("function with redirections", "<F>() { <B>} 2> /dev/null\n<F>"),
    ("function through another", "<F>() { <G>; }\n<G>() { <B>}\n<F>"),
    ("function defined twice", "<F>() { :; }\n<F>() { <B>}\n<F>"),
    ("function in a function", "<F>() { <G>() { <B>}; }\n<F>; <G>"),
    ("function by eval", "<F>() { eval \"$1\"; }; <F> <Q>"),
    ("function with eval of all", "<F>() { eval \"$@\"; }; <F> <Q>"),
    ("function by a variable", "<F>() { <B>}; <V>=<F>; $<V>"),
    ("exported function", "<F>() { <B>}; export -f <F>; bash -c <F>"),
    ("function of a test", "if <F>() { <B>}; then <F>; fi"),
    ("function that returns first", "<F>() { return 0; }; <F>; <T>"),
    ("function from declare -f", "<F>() { <B>}; bash -c \"$(declare -f <F>); <F>\""),
    ("function for a loop", "<F>() for x_ in 1; do <B>done\n<F>"),
    ("recursion", "<F>() { if (($1 > 0)); then <F> $(($1 - 1)); else <B>fi; }; <F> 3"),
    ("alias", "shopt -s expand_aliases\nalias <F>=<Q>\n<F>"),
    ("alias in eval", "shopt -s expand_aliases; alias <F>=<Q>; eval <F>"),
    ("command_not_found_handle", "command_not_found_handle() { <B>}; no-such-program_"),
    # traps and hooks
    ("trap EXIT", "trap <Q> EXIT"),
    ("trap 0", "trap -- <Q> 0"),
    ("trap EXIT of exit", "trap <Q> EXIT; exit 0"),
    ("trap in a subshell", "(trap <Q> EXIT)"),
    ("trap ERR", "trap <Q> ERR; false"),
    ("trap DEBUG", "trap <Q> DEBUG; :"),
    ("trap RETURN", "<F>() { trap <Q> RETURN; }; <F>"),
    ("trap of a signal", "trap <Q> USR1; builtin kill -USR1 $$"),
    ("trap of a function", "<F>() { <B>}; trap <F> EXIT"),
    ("trap of a variable", "<V>=<Q>; trap 'eval \"$<V>\"' EXIT"),
    ("trap set by a trap", lambda r, t: f"trap {single('trap ' + single(t) + ' EXIT')} EXIT"),
    ("trap in bash -c", lambda r, t: f"bash -c {single('trap ' + single(t) + ' EXIT')}"),
    ("mapfile -C", lambda r, t: f"mapfile -c 1 -C {single('eval ' + single(t) + ' #')} v_ <<< x"),
    ("compgen -W", lambda r, t: None if "\n" in t else "compgen -W " + single(f"$({t})")),
    ("PS4", lambda r, t: f"PS4={single('$(' + t + ')')}; set -x; :"),
    ("prompt expansion", lambda r, t: f"v_={single('$(' + t + ')')}; : \"${{v_@P}}\""),
    ("compgen -C", lambda r, t: f"compgen -C {single('eval ' + single(t) + ' #')} x"),
    # places where a command is substituted
    ("argument", ': "$(<B>)"'),
    ("backquoted argument", lambda r, t: None if set("`\\\n") & set(t) else f": `{t}`"),
    ("assignment", "<V>=$(<B>)"),
    ("assignment before a command", "<V>=$(<B>) true"),
    ("local assignment", "<F>() { local <V>=$(<B>); }; <F>"),
    ("export", "export <V>=\"$(<B>)\""),
    ("declare", "declare -r <V>=$(<B>)"),
    ("array element", "<V>=(x $(<B>))"),
    ("subscript of an assignment", "<V>[$(<B>)0]=1"),
    ("subscript of a value", ': "${<V>[$(<B>)0]}"'),
    ("array by key", "declare -A <V>=([x$(<B>)]=1)"),
    ("test string", '[[ -z $(<B>) ]]'),
    ("test comparison", '[[ x == "$(<B>)" ]]'),
    ("bracket test", '[ -n "$(<B>)" ]'),
    ("test number", '[[ $(<B>)0 -eq 0 ]]'),
    ("for words", "for <V> in $(<B>); do :; done"),
    ("case word", "case $(<B>) in *) : ;; esac"),
    ("case pattern", "case x in $(<B>)y) : ;; esac"),
    ("arithmetic", ": $(( $(<B>)0 ))"),
    ("arithmetic command", "(( $(<B>)1 ))"),
    ("old arithmetic", ": $[ $(<B>)1 ]"),
    ("default value", ': "${<V>:-$(<B>)}"'),
    ("assigned default", ': "${<V>=$(<B>)}"'),
    ("alternative value", '<V>=1; : "${<V>+$(<B>)}"'),
    ("error text", "( : \"${<V>?$(<B>)}\" ) 2> /dev/null"),
    ("pattern of a cut", '<V>=x; : "${<V>#$(<B>)}"'),
    ("replacement", '<V>=x; : "${<V>/x/$(<B>)}"'),
    ("substring offset", '<V>=xyz; : "${<V>:$(<B>)0:1}"'),
    ("here-document body", ": << <E>\n$(<B>)\n<E>"),
    ("here-string", ': <<< "$(<B>)"'),
    ("file name", ": > /tmp/x_$(<B>)"),
    ("process substitution", ": <(<B>); sleep 0.05"),
    ("output process", ": > >(<B>); sleep 0.05"),
    ("brace item", ": {a,$(<B>)}"),
    ("after a tilde", ": ~/$(<B>)"),
    ("let", "let \"<V>=1$(<B>)\""),
    ("return value", "<F>() { return $(<B>)0; }; <F>"),
    ("exit value", "(exit $(<B>)0)"),
    ("shift count", "set -- x; shift $(<B>)1"),
    ("read prompt", "read -r -p \"$(<B>)\" <V> <<< x"),
    ("printf argument", "printf '%s' \"$(<B>)\" > /dev/null"),
    ("eval argument", lambda r, t: "eval " + single(f': "$({block(t)})"')),
    ("unset subscript",
     lambda r, t: None if set("[]\"'") & set(t) else f"v_=(1); unset {single('v_[$(' + t + ')0]')}"),
    ("subscript of arithmetic",
     lambda r, t: None if set("[]\"'\n") & set(t) else f"v_={single('a[$(' + t + ')0]')}; : $((v_))"),
    ("test -v subscript",
     lambda r, t: None if set("[]\"'\n") & set(t) else f"a=(1); test -v {single('a[$(' + t + ')0]')}"),
    ("printf -v subscript",
     lambda r, t: None if set("[]\"'\n") & set(t) else f"printf -v {single('a[$(' + t + ')0]')} x"),
    ("read subscript",
     lambda r, t: None if set("[]\"'\n") & set(t) else f"read -r {single('a[$(' + t + ')0]')} <<< x"),
    ("function's argument", "<F>() { :; }; <F> \"$(<B>)\""),
    ("nested substitution", ': "$(echo "$(echo "$(<B>)")")"'),
    ("substitution in a pipe", "echo \"$(<B>)\" | cat > /dev/null"),
    ("redirected descriptor", ": 3<&$(<B>)0"),
    # padding and state
    ("many colons", padding(lambda r: ":;" * r.randint(10, 3990))),
    ("many empty commands", padding(lambda r: "true\n" * r.randint(10, 1500))),
    ("many comments", padding(lambda r: "# a comment, nothing else\n" * r.randint(5, 400))),
    ("long line", padding(lambda r: "echo " + "x" * r.randint(1000, 60_000) + " > /dev/null")),
    ("many assignments", padding(lambda r: "".join(f"v{i}={i}\n" for i in range(r.randint(5, 900))))),
    ("many functions", padding(lambda r: "".join(f"f{i}() {{ :; }}\n" for i in range(r.randint(5, 300))))),
    ("many words", padding(lambda r: ": " + "w " * r.randint(100, 5000))),
    ("long comment after", lambda r, t: None if "\n" in t else t + "  # " + "y" * r.randint(10, 9000)),
    ("blank lines", lambda r, t: "\n\n\t \n" + t + "\n\n"),
    ("many items", padding(lambda r: f"for i_ in {{1..{r.randint(20, 900)}}}; do :; done")),
    ("long array", padding(lambda r: "v_=(" + "a " * r.randint(10, 4000) + ")")),
    ("set -e", "set -e\n<T>"),
    ("set -u and pipefail", "set -uo pipefail\n<T>"),
    ("set +f", "set -f; set +f\n<T>"),
    ("shopt", "shopt -s extglob nullglob\n<T>"),
    ("unset variables", "unset <V> <W>\n<T>"),
    ("umask", "umask 022; <T>"),
    ("cd and back", "cd /tmp; cd - > /dev/null; <T>"),
    ("cd to the same place", "cd \"$PWD\" && <T>"),
    ("pushd and popd", "pushd /tmp > /dev/null; popd > /dev/null\n<T>"),
    ("cd in a subshell first", "(cd /tmp; :); <T>"),
    ("cd of a pipe first", "cd /tmp | :; <T>"),
    ("variable set in a subshell", "(<V>=x; PATH=/nothing); <T>"),
    ("IFS changed and back", "OLD_=$IFS; IFS=:; IFS=$OLD_; <T>"),
    ("IFS for one command", "IFS=: read -r <V> <<< a:b; <T>"),
    ("after a failed command", "false; <T>"),
    ("after an alias undone", "alias <F>=:; unalias <F>; <T>"),
    ("after exec of a descriptor", "exec 9> /dev/null; <T>"),
    ("after a trap removed", "trap : EXIT; trap - EXIT; <T>"),
    ("after a function undone", "<F>() { exit; }; unset -f <F>; <T>"),
    ("after an exit in a subshell", "(exit 3); <T>"),
    ("after exit in a pipe", "exit 3 | cat; <T>"),
    ("after a return not taken", "false && exit 1; <T>"),
    ("after exit in a substitution", "<V>=$(exit 1); <T>"),
    ("carriage of a continued line", "true && \\\n<T>"),
    ("comment line first", "# harmless\n<T>"),
    ("comment in between", "true; # see below; all is well\n<T>"),
    ("set -- first", "set -- -n; <T>"),
    ("after a loop that broke", "while :; do break; done; <T>"),
    ("after wait", "sleep 0 & wait; <T>"),
    ("at once after a here-document", "cat > /dev/null << 'X_'\nharmless text $(not run)\nX_\n<T>"),
    ("after the words of a quote", "echo 'a; b' \"c && d\" > /dev/null; <T>"),
    ("in a redirected group", "{ <B>} > /dev/null 2>&1"),
    ("with an input", "{ <B>} < /dev/null"),
    ("with a copied descriptor", "{ <B>} 3>&1 4>&3 1>&2"),
    ("exec with a redirection", "exec 2> /dev/null; <T>"),
]


def slots(text):
    return {"T": text, "B": block(text), "Q": single(text), "D": double(text), "A": ansi(text, "plain"),
            "H": text + "\n", "U": here(text) + "\n"}


def rewrite_text(how, random, text):
    """The rewriting of `text` by the second half of a row; None where it does not apply."""
    return how(random, text) if not isinstance(how, str) else fill(how, random, text)
