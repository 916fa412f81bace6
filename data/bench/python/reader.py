"""The closed reader of values.py: whoever wrote the bytes, what is read is of a built-in or standard type. Every tag
has a row in the table; there is nothing else that a tag can do."""

import array
import collections
import datetime
import decimal
import fractions
import json
import pathlib

import values

MAX_RATIO_BITS = 1 << 20
ARRAYS = "bBhHiIlLqQfd"


class Foreign:
    """A value of a type that does not travel. It equals nothing but itself."""

    def __init__(self, number, kind):
        self.kind = kind

    def __repr__(self):
        return "<%s>" % self.kind


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
    "text": lambda payload: "".join(map(chr, _ints(payload, 0, values.MAX_BYTES))),
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
    "type": _texts(values.TYPES.__getitem__),
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
