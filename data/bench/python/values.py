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

MAX_BYTES = 256 << 20   # of one text
MAX_NODES = 20_000_000  # of one value; what is shared counts as often as it is reached
MAX_DEPTH = 400
MAX_DRAWN = 1_000_000   # of an iterator
SHORT = 10 ** 18        # integers below it are written in decimal
MAX_RATIO_BITS = 1 << 20
ARRAYS = "bBhHiIlLqQfd"
TYPES = {kind.__name__: kind for kind in (bool, int, float, complex, str, bytes, bytearray, list, tuple, dict, set,
                                          frozenset, range, type(None))}


class NotPlain(Exception):
    """A value that cannot be written."""


class Foreign:
    """A value of a type that does not travel. It equals nothing but itself."""

    def __init__(self, number, kind):
        self.kind = kind

    def __repr__(self):
        return "<%s>" % self.kind


# --- writing

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
_ITERATORS = {type(_ for _ in ()), map, filter, zip, enumerate, reversed, type(iter([])), type(iter(())), type(iter("")),
              type(iter({})), type(iter(set())), type(iter(range(0))), type(reversed([]))}
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
         (collections.UserList, lambda value: list(value.data)), (collections.UserString, lambda value: str(value.data)))


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
    `draw`: whether iterators are written as what they give. `sort`: sets and dictionaries in an order of their own."""

    def __init__(self, foreign=None, draw=False, sort=False):
        self.foreign, self.draw, self.sort = foreign, draw, sort

    def text(self, value):
        self.out, self.left, self.open = [], MAX_NODES, set()
        self._put(value)
        text = "".join(self.out)
        if len(text) > MAX_BYTES:
            raise NotPlain("a value of %d bytes" % len(text))
        return text

    def _put(self, value):
        self.left -= 1
        if self.left < 0:
            raise NotPlain("a value of too many parts")
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
        if type(parts) is list and self._quick(parts):
            self.out.append(_json(parts)[1:-1])
            self.left -= len(parts)
        elif self.sort and opening in _UNORDERED:
            self._sorted(parts, _UNORDERED[opening])
        else:
            for at, each in enumerate(parts):
                if at:
                    self.out.append(",")
                self._put(each)
        self.out.append(closing)
        self.open.discard(id(value))

    def _quick(self, parts):
        """Whether JSON's own writer gives the same text: it is many times faster."""
        kinds = set(map(type, parts))
        if kinds == {int}:
            return -SHORT < min(parts) and max(parts) < SHORT
        if kinds == {str}:
            return "".join(parts).isascii()
        return bool(kinds) and kinds <= _SIMPLE

    def _sorted(self, parts, step):
        outer, texts = self.out, []
        for each in parts:
            self.out = []
            self._put(each)
            texts.append("".join(self.out))
        self.out = outer
        self.out.append(",".join(sorted(map(",".join, zip(*[iter(texts)] * step)))))


_UNORDERED = {'{"set":[': 1, '{"frozenset":[': 1, '{"dict":[': 2, '{"Counter":[': 2}


def write_foreign(number, kind):
    return '{"foreign":[%d,%s]}' % (number, _text(kind[:80]))


def write(value, foreign=None, draw=False):
    return Writer(foreign, draw).text(value)


def digest(value):
    """Stands for a value: equal data of the same types has the same."""
    text = Writer(lambda other: write_foreign(0, type(other).__name__), sort=True).text(value)
    return hashlib.sha256(text.encode()).hexdigest()


# --- reading

def _ints(payload, least, most):
    if type(payload) is not list or not least <= len(payload) <= most or any(type(each) is not int for each in payload):
        raise ValueError("not a list of integers")
    return payload


def _of(kind):
    def read(payload):
        if type(payload) is not list:
            raise ValueError("not a list")
        return kind(payload)
    return read


def _pairs(kind):
    def read(payload):
        if type(payload) is not list or len(payload) % 2:
            raise ValueError("not a list of pairs")
        return kind(zip(payload[::2], payload[1::2]))
    return read


def _read_delta(payload):
    return datetime.timedelta(*_ints(payload, 3, 3))


def _read_clock(kind, parts):
    def read(payload):
        if type(payload) is not list or len(payload) != parts + 2:
            raise ValueError("not a time")
        *numbers, zone = payload
        zone = None if zone is None else datetime.timezone(_read_delta(zone))
        _ints(numbers, parts + 1, parts + 1)
        return kind(*numbers[:-1], tzinfo=zone, fold=numbers[-1])
    return read


def _read_ratio(payload):
    top, bottom = _ints(payload, 2, 2)
    if max(top.bit_length(), bottom.bit_length()) > MAX_RATIO_BITS:
        raise ValueError("a fraction of too many digits")
    return fractions.Fraction(top, bottom)


def _read_array(payload):
    code, *items = payload
    if type(code) is not str or len(code) != 1 or code not in ARRAYS:
        raise ValueError("not an array")
    return array.array(code, items)


def _texts(read):
    def checked(payload):
        if type(payload) is not str:
            raise ValueError("not a text")
        return read(payload)
    return checked


def _read_slice(payload):
    if type(payload) is not list or len(payload) != 3:
        raise ValueError("not a slice")
    return slice(*payload)


def _read_complex(payload):
    if type(payload) is not list or list(map(type, payload)) != [float, float]:
        raise ValueError("not a complex number")
    return complex(*payload)


def _read_counts(pairs):
    return collections.Counter(dict(pairs))


_READERS = {
    "int": _texts(lambda text: int(text, 16)),
    "text": lambda payload: "".join(map(chr, _ints(payload, 0, MAX_BYTES))),
    "bytes": _texts(bytes.fromhex),
    "bytearray": _texts(bytearray.fromhex),
    "complex": _read_complex,
    "Decimal": _texts(decimal.Decimal),
    "Fraction": _read_ratio,
    "timedelta": _read_delta,
    "date": lambda payload: datetime.date(*_ints(payload, 3, 3)),
    "time": _read_clock(datetime.time, 4),
    "datetime": _read_clock(datetime.datetime, 7),
    "tuple": _of(tuple),
    "set": _of(set),
    "frozenset": _of(frozenset),
    "deque": _of(collections.deque),
    "range": lambda payload: range(*_ints(payload, 3, 3)),
    "slice": _read_slice,
    "array": _read_array,
    "dict": _pairs(dict),
    "Counter": _pairs(_read_counts),
    "OrderedDict": _pairs(collections.OrderedDict),
    "keys": _of(lambda items: dict.fromkeys(items).keys()),
    "values": _of(lambda items: dict(enumerate(items)).values()),
    "items": _pairs(lambda pairs: dict(pairs).items()),
    "iterator": _of(iter),
    "path": _texts(pathlib.PurePosixPath),
    "type": _texts(TYPES.__getitem__),
}


def _number(text):
    if len(text) > 40:  # longer ones have a tag of their own
        raise ValueError("an integer of %d digits" % len(text))
    return int(text)


class Reader:
    """`foreign`: makes what stands for an object, of its number and the name of its type."""

    def __init__(self, foreign=Foreign):
        self.foreign = foreign
        self.decoder = json.JSONDecoder(object_hook=self._tagged, parse_int=_number)

    def _tagged(self, found):
        if len(found) != 1:
            raise ValueError("an object with %d members" % len(found))
        (tag, payload), = found.items()
        if tag == "foreign":
            number, kind = payload
            if type(number) is not int or type(kind) is not str:
                raise ValueError("not a foreign object")
            return self.foreign(number, kind)
        if tag not in _READERS:
            raise ValueError("no type that a value may have")
        return _READERS[tag](payload)

    def read(self, data):
        """ValueError, TypeError, RecursionError or OverflowError: it is no text of a value."""
        return self.decoder.decode(data.decode("ascii"))


def read(data):
    return Reader().read(data)
