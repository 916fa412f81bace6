"""How values travel between a candidate and its judge: as text of a closed set of types (docs/bench.md has the table).

JSON carries what JSON has: None, booleans, short integers, floats (NaN and the infinities too), texts and lists. Every
JSON object is a tag with its payload, and the table of tags is closed, so that reading can make nothing but values of
built-in and standard types, whoever wrote the bytes. An instance of a subclass is sent as the value that it holds:
methods never travel. What is none of these types is `foreign`: a number and the name of its type."""

import array
import collections
import collections.abc
import datetime
import decimal
import fractions
import hashlib
import json
import pathlib

MAX_BYTES = 256 << 20   # of one text; what is shared counts as often as it is reached
MAX_DEPTH = 400
PIECES = 4096           # of a text, before they are joined
MAX_DRAWN = 1_000_000   # of an iterator
SHORT = 10 ** 18        # integers below it are written in decimal
TYPES = {kind.__name__: kind for kind in (bool, int, float, complex, str, bytes, bytearray, list, tuple, dict, set,
                                          frozenset, range, type(None))}


class NotPlain(Exception):
    """A value that cannot be written."""


class TooLarge(NotPlain):
    """A value whose text is too long."""


_json = json.JSONEncoder(check_circular=False).encode
_NONE = type(None)
_SIMPLE = {bool, _NONE, float}


def _whole(value):
    return int.__repr__(value) if -SHORT < value < SHORT else '{"int":"%x"}' % value


def _text(value):
    if value.isascii():
        return _json(value)
    try:
        value.encode()
    except UnicodeEncodeError:  # JSON would make one character of two halves
        return '{"text":%s}' % _json(list(map(ord, value)))
    return _json(value)


def _seconds(delta):
    return [delta.days, delta.seconds, delta.microseconds]


def _zone(value):
    offset = value.utcoffset()
    return None if offset is None else _seconds(offset)


def _clock(value):
    return [value.hour, value.minute, value.second, value.microsecond, value.fold, _zone(value)]


# What is written as a tag with a payload of JSON's own values.
_TAGGED = {
    bytes: lambda value: ("bytes", value.hex()),
    bytearray: lambda value: ("bytearray", value.hex()),
    memoryview: lambda value: ("bytes", value.tobytes().hex()),
    complex: lambda value: ("complex", [value.real, value.imag]),
    decimal.Decimal: lambda value: ("Decimal", str(value)),
    datetime.timedelta: lambda value: ("timedelta", _seconds(value)),
    datetime.date: lambda value: ("date", [value.year, value.month, value.day]),
    datetime.time: lambda value: ("time", _clock(value)),
    datetime.datetime: lambda value: ("datetime", [value.year, value.month, value.day] + _clock(value)),
}
# What is written as a tag with a list of values.
_LISTED = {
    tuple: ("tuple", tuple.__iter__),
    set: ("set", set.__iter__),
    frozenset: ("frozenset", frozenset.__iter__),
    collections.deque: ("deque", collections.deque.__iter__),
    range: ("range", lambda value: (value.start, value.stop, value.step)),
    slice: ("slice", lambda value: (value.start, value.stop, value.step)),
    fractions.Fraction: ("Fraction", lambda value: (value.numerator, value.denominator)),
    array.array: ("array", lambda value: [value.typecode] + value.tolist()),
    type({}.keys()): ("keys", list),
    type({}.values()): ("values", list),
    type({}.items()): ("items", lambda value: [each for pair in value for each in pair]),
    dict: ("dict", lambda value: [each for pair in dict.items(value) for each in pair]),
    collections.Counter: ("Counter", lambda value: [each for pair in dict.items(value) for each in pair]),
    collections.OrderedDict: ("OrderedDict", lambda value: [each for pair in value.items() for each in pair]),
}
_ITERATORS = {type(_ for _ in ()), map, filter, zip, enumerate, reversed, type(iter([])), type(iter(())),
              type(iter("")), type(iter({})), type(iter(set())), type(iter(range(0))), type(reversed([]))}
# A subclass of the first is sent as what the second makes of it, whatever methods it has.
_HELD = ((int, int.__index__), (float, float.__float__), (str, str.__str__),
         (complex, lambda value: complex(complex.real.__get__(value), complex.imag.__get__(value))),
         (bytes, lambda value: bytes.__getitem__(value, slice(None)) + b""), (bytearray, bytearray.copy),
         (tuple, lambda value: tuple(tuple.__iter__(value))), (list, lambda value: list(list.__iter__(value))),
         (collections.Counter, lambda value: collections.Counter(dict(dict.items(value)))),
         (dict, lambda value: dict(dict.items(value))), (set, lambda value: set(set.__iter__(value))),
         (frozenset, lambda value: frozenset(frozenset.__iter__(value))),
         (collections.deque, lambda value: collections.deque(collections.deque.__iter__(value))),
         (collections.abc.Mapping, lambda value: {key: value[key] for key in value}),
         (collections.UserList, lambda value: list(value.data)),
         (collections.UserString, lambda value: str(value.data)))


def _held(value):
    """The value that an instance of a subclass holds; NotPlain where there is none."""
    for kind, plain in _HELD:
        if isinstance(value, kind):
            held = plain(value)
            if type(held) is not type(value):
                return held
    if type(value).__module__ == "numpy" and getattr(value, "shape", None) == ():
        held = value.item()
        if type(held) is not type(value):
            return held
    raise NotPlain(type(value).__name__)


class Writer:
    """`foreign`: what to write for an object that does not travel, given that object; None: it cannot be written.
    `draw`: whether iterators are written as what they give. `most`: bytes, or TooLarge."""

    def __init__(self, foreign=None, draw=False, most=MAX_BYTES):
        self.foreign, self.draw, self.most = foreign, draw, most
        self.out, self.open, self.done, self.size = [], set(), [], 0

    def text(self, value):
        self._put(value)
        self._flush()
        return "".join(self.done)

    def _flush(self):
        """Called as often as there are many pieces, so that what has no end is found out before memory ends."""
        piece = "".join(self.out)
        self.out = []
        self.size += len(piece)
        if self.size > self.most:
            raise TooLarge("a value of more than %d bytes" % self.most)
        self.done.append(piece)

    def _put(self, value):
        kind = type(value)
        if kind is int:
            self.out.append(_whole(value))
        elif kind is str:
            self.out.append(_text(value))
        elif kind in _SIMPLE:
            self.out.append(_json(value))
        elif kind is list:
            self._inside(value, "[", value, "]")
        elif kind in _LISTED:
            tag, parts = _LISTED[kind]
            self._inside(value, '{"%s":[' % tag, parts(value), "]}")
        elif kind in _TAGGED:
            self.out.append('{"%s":%s}' % (_TAGGED[kind](value)[0], _json(_TAGGED[kind](value)[1])))
        else:
            self._other(value)

    def _other(self, value):
        if isinstance(value, pathlib.PurePath):
            self.out.append('{"path":%s}' % _text(str(value)))
        elif isinstance(value, type) and TYPES.get(value.__name__) is value:
            self.out.append('{"type":"%s"}' % value.__name__)
        elif self.draw and type(value) in _ITERATORS:
            items = [each for each, _ in zip(value, range(MAX_DRAWN))]
            self._inside(items, '{"iterator":[', items, "]}")
        else:
            try:
                held = _held(value)
            except NotPlain:
                if self.foreign is None:
                    raise
                self.out.append(self.foreign(value))
                return
            self._put(held)

    def _inside(self, value, opening, parts, closing):
        if id(value) in self.open or len(self.open) >= MAX_DEPTH:
            raise NotPlain("a value that holds itself" if id(value) in self.open else "a value nested too deeply")
        self.open.add(id(value))
        self.out.append(opening)
        parts = parts if type(parts) is list else list(parts)
        if self._quick(opening, parts):
            self.out.append(_json(parts)[1:-1])
        else:
            self._each(opening, parts)
        self.out.append(closing)
        self.open.discard(id(value))

    def _quick(self, opening, parts):
        """Whether JSON's own writer gives the same text: it is many times faster."""
        kinds = set(map(type, parts))
        if kinds == {int}:
            return -SHORT < min(parts) and max(parts) < SHORT
        if kinds == {str}:
            return "".join(parts).isascii()
        return bool(kinds) and kinds <= _SIMPLE

    def _each(self, opening, parts):
        for at, each in enumerate(parts):
            if at:
                self.out.append(",")
            self._put(each)
            if len(self.out) > PIECES:
                self._flush()


class Digester(Writer):
    """Of a value of any size: equal data of the same types has the same digest, whatever the order of its sets."""
    _UNORDERED = {'{"set":[': 1, '{"frozenset":[': 1, '{"dict":[': 2, '{"Counter":[': 2}

    def __init__(self):
        super().__init__()
        self.hash, self.sorting = hashlib.sha256(), 0

    def digest(self, value):
        self._put(value)
        self._flush()
        return self.hash.hexdigest()

    def _flush(self):
        if not self.sorting:
            self.hash.update("".join(self.out).encode("ascii"))
            self.out = []

    def _quick(self, opening, parts):
        return opening not in self._UNORDERED and super()._quick(opening, parts)

    def _each(self, opening, parts):
        if opening not in self._UNORDERED:
            return super()._each(opening, parts)
        outer, texts = self.out, []
        self.sorting += 1
        for each in parts:
            self.out = []
            self._put(each)
            texts.append("".join(self.out))
        self.sorting -= 1
        self.out = outer
        self.out.append(",".join(sorted(map(",".join, zip(*[iter(texts)] * self._UNORDERED[opening])))))


def write_foreign(number, kind):
    return '{"foreign":[%d,%s]}' % (number, _text(kind[:80]))


def write(value, foreign=None, draw=False, most=MAX_BYTES):
    return Writer(foreign, draw, most).text(value)


def digest(value):
    """NotPlain: something in the value does not travel."""
    return Digester().digest(value)
