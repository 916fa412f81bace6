"""Mutants of the data of rules: a row, a key of a row, an item of a list that is missing from data/rules/*.toml, a line
or an entry that is missing from nature.txt. Each is a span of the file's text that reads as blanks."""

import re
from dataclasses import dataclass

# Keys that say what a row is about or test it; a row without them is no row.
KEPT = {"id", "command", "names", "words", "reason", "examples", "quiet", "effect@place", "place@place"}
TESTS = {"examples", "quiet", "reason", "id"}
ITEM = re.compile(r'"(?:[^"\\]|\\.)*"\s*,?')


@dataclass
class DataMutant:
    number: int
    file: str
    line: int
    function: str  # which row
    change: str  # "without row", "without key", "without item", "without entry"
    text: str
    begin: int
    end: int

    @property
    def key(self):
        return f"{self.file}: {self.function}: {self.change}: {self.text}"


def _line(text, at):
    return text.count("\n", 0, at) + 1


def _label(kind, body):
    """What a row is called: its id, or its kind with its first name."""
    found = re.search(r'^id = "([^"]*)"', body, re.MULTILINE)
    if found:
        return found.group(1)
    names = re.search(r'^(?:command|names) = \[?\s*"([^"]*)"', body, re.MULTILINE)
    keys = re.search(r'^(?:options|skip|runs|role) = \[?\s*"?([^",\]\n]*)', body, re.MULTILINE)
    return f"{kind} {names.group(1) if names else ''} {keys.group(1) if keys else ''}".strip()


def toml_mutants(text, file, first):
    out = []

    def add(row, change, what, begin, end):
        out.append(DataMutant(first + len(out), file, _line(text, begin), row, change, what, begin, end))

    starts = [found.start() for found in re.finditer(r"^\[\[\w+\]\]", text, re.MULTILINE)] + [len(text)]
    for begin, end in zip(starts, starts[1:]):
        body = text[begin:end]
        kind = body[2 : body.index("]]")]
        row = _label(kind, body)
        add(row, "without row", kind, begin, end)
        keys = list(re.finditer(r"^(\w+) = ", body, re.MULTILINE))
        for key, after in zip(keys, keys[1:] + [None]):
            stop = begin + (after.start() if after else len(body))
            name, value = key.group(1), begin + key.end()
            if name not in KEPT and f"{name}@{kind}" not in KEPT:
                add(row, "without key", name, begin + key.start(), stop)
            if name in TESTS or text[value] != "[":
                continue
            items = list(ITEM.finditer(text, value, text.rindex("]", value, stop)))
            if len(items) > 1:
                for item in items:
                    add(row, "without item", f"{name} {item.group().rstrip(', ')}", item.start(), item.end())
    return out


def nature_mutants(text, file, first):
    out, at = [], 0

    def add(line, change, what, begin, end):
        row = line[: line.index(":")]
        out.append(DataMutant(first + len(out), file, _line(text, at), row, change, what, begin, end))

    for line in text.splitlines(keepends=True):
        if line.strip() and not line.startswith("#"):
            add(line, "without row", line[line.index(":") + 1 :].strip(), at, at + len(line))
            for entry in re.finditer(r"[^,\n]+", line[line.index(":") + 1 :]):
                begin = at + line.index(":") + 1 + entry.start()
                add(line, "without entry", entry.group().strip(), begin, begin + len(entry.group()))
        at += len(line)
    return out
