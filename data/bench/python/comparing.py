"""When two values are the same, as the suites mean it, and how a value is shown. All that comes here is of a built-in
or standard type (values.py): no method of a candidate's runs."""

import collections
import math

SHOWN = 300
BRACKETS = {list: "[]", tuple: "()", set: "{}", frozenset: ("frozenset({", "})")}


def _pieces(value):
    """The repr of a value, piece by piece, so that the reader of a small part of it can stop."""
    kind = type(value)
    if kind in (str, bytes):
        yield repr(value[:SHOWN])
    elif kind is int and value.bit_length() > 4 * SHOWN:
        yield "<int of %d bits>" % value.bit_length()
    elif kind in (list, tuple, set, frozenset, collections.deque) and value:
        opening, closing = BRACKETS.get(kind, (kind.__name__ + "([", "])"))
        yield opening
        for at, each in enumerate(value):
            yield ", " if at else ""
            yield from _pieces(each)
        yield ("," if kind is tuple and len(value) == 1 else "") + closing
    elif isinstance(value, dict) and value:
        yield "{" if kind is dict else kind.__name__ + "({"
        for at, (key, each) in enumerate(value.items()):
            yield ", " if at else ""
            yield from _pieces(key)
            yield ": "
            yield from _pieces(each)
        yield "}" if kind is dict else "})"
    else:
        yield repr(value)


def shown(value):
    text = ""
    try:
        for piece in _pieces(value):
            text += piece
            if len(text) > SHOWN:
                return text[:SHOWN] + "..."
    except Exception as error:
        text += "<%s>" % type(error).__name__
    return text


def _floats(value):
    if isinstance(value, (list, tuple)):
        return len(value) > 0 and all(map(_floats, value))
    return isinstance(value, float)


def close(got, want, tolerance):
    """numpy.testing.assert_allclose with rtol 1e-07, element by element."""
    if isinstance(want, (list, tuple)):
        return type(got) is type(want) and len(got) == len(want) and all(
            close(a, b, tolerance) for a, b in zip(got, want))
    if isinstance(want, dict):
        return isinstance(got, dict) and got.keys() == want.keys() and all(
            close(got[key], want[key], tolerance) for key in want)
    if isinstance(want, (int, float, complex)) and isinstance(got, (int, float, complex)):
        if got == want:
            return True
        if isinstance(want, float) and isinstance(got, float) and math.isnan(want):
            return math.isnan(got)
        if math.isinf(abs(want)):
            return False  # nothing but itself is near it
        return abs(got - want) <= tolerance + 1e-7 * abs(want)
    return got == want


def _set(value):
    try:
        return set(value)
    except TypeError:
        return set(map(repr, value))


def _key(value):
    """The text that JSON has for a key."""
    words = {True: "true", False: "false", None: "null"}
    return words[value] if value is None or type(value) is bool else str(value)


def as_json(value):
    """A value as JSON would give it back: it knows no tuples, and no keys but texts."""
    if isinstance(value, (list, tuple)):
        return list(map(as_json, value))
    if not isinstance(value, dict):
        return value
    out = {_key(key): as_json(each) for key, each in value.items() if isinstance(key, (str, int, float, type(None)))}
    return out if len(out) == len(value) else value


def same(got, want, task, arguments):
    """`arguments`: a function that gives the input."""
    if task["oracle"] == "truth":  # an object is true
        return bool(got) == bool(want)
    if task["oracle"] == "set":
        return _set(got) == _set(want)
    if task["oracle"] == "root":  # of the polynomial whose coefficients are the input
        return isinstance(got, (int, float)) and abs(
            sum(factor * got ** power for power, factor in enumerate(arguments()[0]))) <= max(task["atol"], 1e-6)
    if got == want:
        return True
    if task["json"]:
        got, want = as_json(got), as_json(want)
    tolerance = task["atol"] or (1e-6 if _floats(want) else 0)
    return got == want or tolerance > 0 and close(got, want, tolerance)
