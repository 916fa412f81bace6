"""Ways to spell one word or one text so that a shell reads it back as it was."""
import re
import shlex

NAMES = "alpha beta cmd delta each first gamma held item key line name part rest step task unit val word zed".split()
DELIMITERS = "END EOT STOP LAST DONE CLOSE".split()


def single(text):
    """'text', whatever stands in it."""
    return "'" + text.replace("'", "'\\''") + "'"


def double(text):
    """"text" with what double quotes expand escaped."""
    return '"' + re.sub(r'([\\"$`])', r"\\\1", text) + '"'


def here(text):
    """The body of a here-document whose delimiter is not quoted."""
    return re.sub(r"([\\$`])", r"\\\1", text)


def ansi(text, form):
    """$'text' with every byte as an escape: form is hex, octal, unicode or plain."""
    forms = {"hex": "\\x{:02x}", "octal": "\\{:03o}", "unicode": "\\u{:04x}", "long": "\\U{:08x}"}
    if form == "plain":
        return "$'" + text.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n") + "'"
    if form == "unicode" and not text.isascii():
        form = "hex"
    body = text if form in ("unicode", "long") else text.encode().decode("latin-1")
    return "$'" + "".join(forms[form].format(ord(c)) for c in body) + "'"


def backslashes(word):
    """\\w\\o\\r\\d; None where a line feed forbids it."""
    return None if "\n" in word or word == "" else "".join("\\" + c for c in word)


def words(argv):
    return " ".join(shlex.quote(word) for word in argv)


def block(text):
    """The text as a list that may be followed by a closing word."""
    if "\n" in text or "#" in text or text.rstrip().endswith(("&", ";")):
        return text + "\n"
    return text + "; "


def octal_escapes(text):
    """The text as the format of printf."""
    return "".join(f"\\{byte:03o}" for byte in text.encode())


def percent_safe(text):
    """The text as a format of printf that prints it."""
    return text.replace("\\", "\\\\").replace("%", "%%")


def mixed(random, word):
    """One word in pieces, each quoted in another way."""
    out, at = [], 0
    while at < len(word):
        length = random.randint(1, 3)
        piece = word[at:at + length]
        spell = random.choice([single, double, lambda t: ansi(t, "hex"), lambda t: backslashes(t) or single(t)])
        out.append(spell(piece))
        at += length
    return "".join(out) or "''"


class Fill:
    """Fills a template: <X> is a slot. Names that a template uses twice are the same."""

    SLOT = re.compile(r"<([A-Z][0-9]?)>")

    def __init__(self, random, slots):
        self.random = random
        self.slots = dict(slots)
        names = random.sample(NAMES, 4)
        suffix = str(random.randint(1, 99))
        self.slots.update(
            V=names[0], W=names[1] + suffix, F=names[2] + "_" + suffix, G=names[3] + suffix + "_",
            P="/tmp/" + names[0] + suffix, E=random.choice(DELIMITERS) + suffix, I=str(random.randint(2, 9)))

    def __call__(self, template):
        return self.SLOT.sub(lambda slot: self.slots[slot.group(1)], template)
