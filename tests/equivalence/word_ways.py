"""What a template cannot say: functions of (random, words) that give the text, or None where they do not apply."""
import shlex

from spelling import Fill, backslashes, single, words


def each(spell):
    return lambda random, argv: None if any(spell(word) is None for word in argv) else " ".join(map(spell, argv))


def plain(argv, besides=""):
    """Whether no word holds what unquoted text could lose."""
    special = set(" \t\n'\"\\*?[]{}~$`|&;<>()#!" + besides)
    return all(word and not special & set(word) for word in argv)


def continued(random, argv):
    out = []
    for word in argv:
        at = random.randint(0, len(word))
        out.append(f"{word[:at]}\\\n{word[at:]}" if plain([word]) else shlex.quote(word))
    return " \\\n ".join(out)


def empty_quotes(random, argv):
    out = []
    for word in argv:
        at = random.randint(0, len(word))
        out.append(word[:at] + random.choice(["''", '""', "$''", '$""', "$nothing_", "${nothing_}"]) + word[at:])
    return " ".join(out) if plain(argv) else None


def sequence_braces(random, argv):
    name = argv[0]
    return f"{{{name[0]}..{name[0]}}}{name[1:]} {words(argv[1:])}" if name[0].isalpha() and len(argv) > 1 else None


def nested_braces(random, argv):
    at = random.randint(1, len(argv) - 1) if len(argv) > 1 else None
    inner = ",".join(map(shlex.quote, argv[:at]))
    if at is None or not plain(argv, ","):
        return None
    return "{" + (f"{{{inner}}}" if at > 1 else inner) + "," + ",".join(argv[at:]) + "}"


def variable_each(random, argv):
    names = [f"w{i}_" for i in range(len(argv))]
    sets = "; ".join(f"{name}={shlex.quote(word)}" for name, word in zip(names, argv))
    return sets + "; " + " ".join(random.choice([f'"${name}"', f'"${{{name}}}"']) for name in names)


def elements(random, argv):
    picks = " ".join(f'"${{list_[{i}]}}"' for i in range(len(argv)))
    return f"list_=({words(argv)}); {picks}"


def elements_from_end(random, argv):
    picks = " ".join(f'"${{list_[{i - len(argv)}]}}"' for i in range(len(argv)))
    return f"list_=({words(argv)}); {picks}"


def elements_out_of_order(random, argv):
    order = list(enumerate(argv))
    random.shuffle(order)
    return "list_=(" + " ".join(f"[{i}]={shlex.quote(w)}" for i, w in order) + '); "${list_[@]}"'


def elements_one_by_one(random, argv):
    sets = "; ".join(f"list_[{i * 3}]={shlex.quote(w)}" for i, w in enumerate(argv))
    return sets + '; "${list_[@]}"'


def elements_appended(random, argv):
    return "list_=(); " + "; ".join(f"list_+=({shlex.quote(w)})" for w in argv) + '; "${list_[@]}"'


def elements_by_arithmetic(random, argv):
    picks = " ".join(f'"${{list_[i_++]}}"' for _ in argv)
    return f"i_=0; list_=({words(argv)}); {picks}"


def associative(random, argv):
    keys = [f"k{i}" for i in range(len(argv))]
    pairs = " ".join(f"[{k}]={shlex.quote(w)}" for k, w in zip(keys, argv))
    picks = " ".join(f'"${{map_[{k}]}}"' for k in keys)
    return f"declare -A map_=({pairs}); {picks}"


def associative_one_by_one(random, argv):
    sets = "; ".join(f"map_[key {i}]={shlex.quote(w)}" for i, w in enumerate(argv))
    picks = " ".join(f'"${{map_[key {i}]}}"' for i in range(len(argv)))
    return f"declare -A map_; {sets}; {picks}"


def swapped_case(form):
    def rewrite(random, argv):
        return Fill(random, {"S": argv[0].swapcase(), "R": words(argv[1:])})(form) if argv[0].isalpha() else None
    return rewrite


def lower_only(form):
    def rewrite(random, argv):
        if argv[0] != argv[0].lower() or not argv[0].isalpha():
            return None
        return Fill(random, {"U": argv[0].upper(), "R": words(argv[1:])})(form)
    return rewrite


def set_and_shift(random, argv):
    count = random.randint(1, 3)
    junk = " ".join(["x", "-y", "z"][:count])
    return f"set -- {junk} {words(argv)}; shift {count if count > 1 or random.random() < .5 else ''}; " + '"$@"'


def positions(random, argv):
    if len(argv) > 9:
        return None
    return f"set -- {words(argv)}; " + " ".join(f'"${i + 1}"' for i in range(len(argv)))


def many_positions(random, argv):
    return f"set -- 1 2 3 4 5 6 7 8 9 {words(argv)}; " + " ".join(f'"${{{i + 10}}}"' for i in range(len(argv)))


def getopts_rebuild(random, argv):
    letters = argv[1][1:] if len(argv) > 1 and argv[1].startswith("-") and argv[1][1:].isalpha() else None
    if not letters or len(set(letters)) != len(letters):
        return None
    return (f"set -- {words(argv[1:])}; o_=-; while getopts {letters} l_; do o_=$o_$l_; done; "
            f"shift $((OPTIND - 1)); {argv[0]} $o_ \"$@\"")


def substring(random, argv):
    before, after = random.choice(["zz", "x_", "0"]), random.choice(["qq", "_9", ""])
    end = f":{len(argv[0])}" if after else random.choice(["", f":{len(argv[0])}"])
    return f"s_={shlex.quote(before + argv[0] + after)}; \"${{s_:{len(before)}{end}}}\" {words(argv[1:])}"


def substring_from_end(random, argv):
    return f"s_=xyz{shlex.quote(argv[0])}; \"${{s_: -{len(argv[0])}}}\" {words(argv[1:])}"


def letters_of_text(random, argv):
    text = "abcdefghijklmnopqrstuvwxyz0123456789-._"
    if not set(argv[0]) <= set(text):
        return None
    return f"s_={text}; " + "".join(f"${{s_:{text.index(c)}:1}}" for c in argv[0]) + " " + words(argv[1:])


def replaced_letter(form):
    def rewrite(random, argv):
        name = argv[0]
        at = random.randrange(len(name))
        letter = name[at]
        if not name.isalnum() or name.count(letter) > 1 and "//" not in form:
            return None
        return Fill(random, {"S": name.replace(letter, "Q"), "X": letter, "R": words(argv[1:])})(form)
    return rewrite


def split_by(separator, form):
    def rewrite(random, argv):
        text = separator.join(argv)
        if any(separator in word or word == "" for word in argv) or any(set("*?[") & set(word) for word in argv):
            return None
        return Fill(random, {"C": shlex.quote(text)})(form)
    return rewrite


def lines(form):
    """The words as the lines of a text."""
    def rewrite(random, argv):
        if any("\n" in word or word == "" for word in argv):
            return None
        return Fill(random, {"D": "\n".join(argv) + "\n", "C": words(argv), "J": single("\n".join(argv))})(form)
    return rewrite


def no_blanks(form, besides=""):
    def rewrite(random, argv):
        if not plain(argv, besides):
            return None
        return Fill(random, {"C": " ".join(argv), "S": argv[0], "R": " ".join(argv[1:]), "J": single(" ".join(argv)),
                             "I": str(random.randint(2, 9)), "X": " ".join(argv)[::-1],
                             "L": str(len(argv) - 1)})(form)
    return rewrite


def name_by(form, make):
    """The program's name as what a command prints; `make` disguises it."""
    def rewrite(random, argv):
        if not plain([argv[0]]):
            return None
        return Fill(random, {"S": make(argv[0]), "R": words(argv[1:]), "N": argv[0]})(form)
    return rewrite


def backslashed(random, argv):
    parts = [backslashes(word) for word in argv]
    return None if None in parts else " ".join(parts)


def select_one(random, argv):
    return (f"select c_ in no {shlex.quote(argv[0])}; do \"$c_\" {words(argv[1:])}; break; done <<< 2")


def glob_of(random, argv):
    name = argv[0]
    if not name.isalnum() or len(name) < 2:
        return None
    at = random.randrange(len(name))
    return f"/usr/bin/{name[:at]}[{name[at]}]{name[at + 1:]} {words(argv[1:])}"


def question_of(random, argv):
    return f"/bin/{argv[0][:-1]}? {words(argv[1:])}" if argv[0].isalnum() and len(argv[0]) > 1 else None


def split_env(random, argv):
    return f"env -S {single(' '.join(argv))}" if plain(argv) else None


def script_in_path(random, argv):
    script = single(f'exec {shlex.quote(argv[0])} "$@"')
    return (f"mkdir -p /tmp/own; echo {script} > /tmp/own/tool_; chmod +x /tmp/own/tool_; PATH=$PATH:/tmp/own; "
            f"tool_ {words(argv[1:])}")
