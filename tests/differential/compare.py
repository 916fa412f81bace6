"""Holds what a model says of probes against what a shell did. A model may say a known word, several, or that it does
not know."""

import re

# The marks of src/shell/value.h. One of them is a name, which is not empty.
UNKNOWN, NAME = b"\x01\x02\x03\x04", b"\x05"
VERDICTS = ("known", "set", "unknown", "incomplete", "wrong")


def is_exact(word):
    text = bytes.fromhex(word["text"])
    return not word["glob"] and not any(byte in UNKNOWN + NAME for byte in text)


def pattern_of(word):
    """A regular expression for the words of a shell, each with a NUL behind it, that one word of a model allows."""
    text = bytes.fromhex(word["text"])
    if word["glob"]:  # names of files, of which none may be there
        text = re.split(rb"[?*+@!]\(|[*?\[\\\x01-\x05]", text)[0]
        return b"(?:" + re.escape(text) + b"[^\\x00]*\\x00)*" if text else b"(?:[^\\x00]*\\x00)*"
    # "./" and what lies there: names of files that are not known, of which there may be none.
    if text and all(byte in UNKNOWN for byte in text) or re.fullmatch(rb"(?:[^\x01-\x05]*/)?[\x01-\x04]", text):
        return b"(?:[\\s\\S]*\\x00)?"
    out = b""
    for byte in text:
        char = bytes([byte])
        out += b"[\\s\\S]*" if char in UNKNOWN else b"[^\\x00]+" if char == NAME else re.escape(char)
    return re.sub(rb"(?:\[\\s\\S\]\*)+", lambda _: b"[\\s\\S]*", out) + b"\\x00"


def covers(reading, event):
    """Whether one reading of a probe allows what a shell did."""
    if all(is_exact(word) for word in reading):
        return [bytes.fromhex(word["text"]) for word in reading] == event
    pattern = b"".join(pattern_of(word) for word in reading)
    return re.fullmatch(pattern, b"".join(word + b"\0" for word in event)) is not None


def site_of(words):
    """The number of a probe: its first word."""
    return int(words[0]) if words and words[0].isdigit() else None


def judge(answer, events):
    """For each event of a shell: (number of the probe, verdict, event, readings)."""
    readings = {}
    for reading in answer["probes"]:
        site = site_of([bytes.fromhex(word["text"]) for word in reading[:1]])
        if site is not None and reading not in readings.setdefault(site, []):
            readings[site].append(reading)
    for event in events:
        site = site_of(event)
        if site is None:
            continue
        mine = readings.get(site, [])
        yield site, verdict(answer, mine, event), event, mine


def verdict(answer, readings, event):
    if not any(covers(reading, event) for reading in readings):
        return "wrong" if answer["complete"] else "incomplete"
    if not all(is_exact(word) for reading in readings for word in reading):
        return "unknown"
    return "known" if len(readings) == 1 else "set"
