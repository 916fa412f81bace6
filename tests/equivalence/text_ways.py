"""What a template cannot say of texts: functions that give a function of (random, text), or None where they do not
apply."""
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


def with_tabs(random, text):
    if "<<" in text:
        return None
    return "bash <<- 'END_'\n" + "".join(f"\t{line}\n" for line in text.split("\n")) + "\tEND_"


def pasted(random, text):
    if "\n" in text or " " not in text:
        return None
    return "printf '%s\\n' " + " ".join(map(single, text.split(" "))) + " | paste -sd ' ' | bash"


def octal(form):
    return lambda random, text: Fill(random, {"Q": single(octal_escapes(text))})(form)


def percents(form):
    return lambda random, text: Fill(random, {"Q": single(percent_safe(text))})(form)


def slots(text):
    return {"T": text, "B": block(text), "Q": single(text), "D": double(text), "A": ansi(text, "plain"),
            "H": text + "\n", "U": here(text) + "\n"}
