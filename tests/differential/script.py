"""Random scripts: the writer that hands out numbers, texts and quotes, and the register of constructs."""

import random

# zsh differs where a construct asks which shell it is: it splits no parameters, ends a tilde's name at a quote, reads
# $10 as ${10}, keeps NUL bytes of a substitution, reads 010 as ten, and refuses patterns that match nothing. The model
# does not follow it there, so it is not asked.
ALL = ("bash", "dash", "zsh", "busybox")
CONSTRUCTS = []  # (label, function, shells), in the order of registration


def construct(label, shells=("bash",), weight=1):
    """Registers a function that writes one construct: a list of lines that probe what it does."""

    def register(function):
        CONSTRUCTS.extend([(label, function, shells)] * weight)
        return function

    return register


PIECES = ["a", "b", "foo", "bar", "Baz", "QUX", "x1", "10", "007", "3", "-n", "-e", "a.b", "f.txt", "d/e", "/usr/lib",
          "v1.2.3", "key=val", "a:b:c", "a,b", "one two", "  lead", "trail  ", "t\tab", "*", "?", "[ab]", "*.txt", "~",
          "a*b", "$x", "'", '"', "\\", "\\n", "a\\tb", "%s", "#", "!", "&", ";", "(", "}", "{a,b}", "-", "--", "=", "@",
          "+", "^", "|", "é", "line\nnext", "", "abcabc", "aXbXc", "foofoo", "hello world", "x=1;y=2"]
PLAIN = ["a", "b", "foo", "bar", "Baz", "QUX", "x1", "10", "3", "f.txt", "d/e", "v1.2.3", "abcabc", "aXbXc", "foofoo",
         "key=val", "a:b:c", "a,b", "under_score", "/usr/lib", "a.b.c", "hello"]
FILES = ["a.txt", "b.txt", "c.log", "data.csv", "foo.c", "foo.h", "words", "sub/x.txt", "sub/y", ".hidden"]


class Writer:
    """Writes one script. `shell` is the one that will run it."""

    def __init__(self, seed, shell="bash"):
        self.random = random.Random(seed)
        self.shell = shell
        self.labels = {}
        self.label = ""

    def chance(self, share):
        return self.random.random() < share

    def pick(self, *choices):
        return self.random.choice(choices)

    def number(self, low, high):
        return self.random.randint(low, high)

    def name(self):
        return self.pick("a", "b", "c", "x", "y", "var", "V2", "_u")

    def array(self):
        return self.pick("arr", "list", "A1")

    def plain(self):
        """A text without blanks, quotes and wildcards."""
        return self.pick(*PLAIN)

    def value(self):
        """Any text that a variable may hold."""
        if self.chance(0.4):
            return self.plain()
        return "".join(self.pick(*PIECES) for _ in range(self.number(1, 3)))

    def words_text(self):
        """A few plain words with blanks between."""
        return " ".join(self.plain() for _ in range(self.number(1, 4)))

    def single(self, text):
        return "'" + text.replace("'", "'\\''") + "'"

    def double(self, text):
        for char in '\\"$`':
            text = text.replace(char, "\\" + char)
        return '"' + text + '"'

    def ansi(self, text):
        out = ""
        for char in text:
            if char in "\\'":
                out += "\\" + char
            elif char == "\n":
                out += "\\n"
            elif char == "\t":
                out += "\\t"
            elif char.isascii() and self.chance(0.15):
                out += self.pick("\\x%02x", "\\%03o", "\\u%04x") % ord(char)
            else:
                out += char
        return "$'" + out + "'"

    def quote(self, text):
        """`text` as one word, spelt in one of many ways."""
        safe = text and all(c.isascii() and (c.isalnum() or c in "_/.,:+@%-") for c in text) and text[0] not in "-"
        styles = [self.single, self.double]
        if self.shell == "bash":
            styles.append(self.ansi)
        if safe:
            styles.append(lambda plain: plain)
        if text and "\n" not in text and text.isascii():
            styles.append(lambda plain: "".join("\\" + c if self.chance(0.4) or not c.isalnum() else c for c in plain))
        if len(text) > 1 and self.chance(0.25):
            cut = self.number(1, len(text) - 1)
            return self.pick(*styles[:2])(text[:cut]) + self.pick(*styles[:2])(text[cut:])
        return self.pick(*styles)(text)

    def set(self, name=None, text=None):
        """An assignment, and the name it sets."""
        name = name or self.name()
        return f"{name}={self.quote(self.value() if text is None else text)}", name

    def probe(self, *words):
        """The command that logs its words; its first one says where it stands."""
        number = len(self.labels)
        self.labels[number] = self.label
        return " ".join(["probe", str(number), *words])

    def items(self, count):
        """`count` constructs, each a list of lines."""
        known = [entry for entry in CONSTRUCTS if self.shell in entry[2]]
        out = []
        for _ in range(count):
            self.label, function, _ = self.pick(*known)
            lines = function(self)
            out.append([lines] if isinstance(lines, str) else list(lines))
        return out
