"""What a candidate and its judge say to each other: frames of pickles over one socket.

The judge's pickles are trusted. A candidate's are not: they may name nothing but the built-in and standard types
below, so that no code and no class of the candidate's ever exists where the verdict is made. What is none of them
stays with the candidate and is known to the judge by a number only (Remote)."""

import builtins
import io
import pickle
import struct

MAX_FRAME = 256 << 20

BUILTINS = ("complex", "range", "slice", "bytearray", "set", "frozenset", "iter", "list", "tuple", "dict", "int", "float",
            "str", "bool", "bytes")
ALLOWED = {("builtins", name): getattr(builtins, name) for name in BUILTINS}


def _standard():
    import collections, datetime, decimal, fractions
    for module, names in ((collections, ("Counter", "OrderedDict", "defaultdict", "deque")),
                          (decimal, ("Decimal",)), (fractions, ("Fraction",)),
                          (datetime, ("date", "time", "datetime", "timedelta"))):
        for name in names:
            ALLOWED[(module.__name__, name)] = getattr(module, name)


_standard()


class Remote:
    """An object that only the candidate has."""

    def __init__(self, number, kind, ask):
        object.__setattr__(self, "_number", number)
        object.__setattr__(self, "_kind", kind)
        object.__setattr__(self, "_ask", ask)

    def __call__(self, *args, **kwargs):
        return self._ask("call", self._number, args, kwargs)

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return self._ask("get", self._number, name)

    def __repr__(self):
        return "<%s of the candidate>" % self._kind


class _Trusted(pickle.Unpickler):
    def __init__(self, data, object_of):
        super().__init__(io.BytesIO(data))
        self.object_of = object_of

    def persistent_load(self, number):
        return self.object_of(number)


def loads_trusted(data, object_of):
    """Reads what a judge wrote; `object_of` knows the objects behind numbers."""
    return _Trusted(data, object_of).load()


class _Reader(pickle.Unpickler):
    def __init__(self, data, load):
        super().__init__(io.BytesIO(data))
        self.load_persistent = load

    def find_class(self, module, name):
        try:
            return ALLOWED[(module, name)]
        except KeyError:
            raise pickle.UnpicklingError("%s.%s is no type that an answer may have" % (module, name)) from None

    def persistent_load(self, number):
        return self.load_persistent(number)


def _no_numbers(number):
    raise pickle.UnpicklingError("no object goes by a number here")


def loads(data, load=_no_numbers):
    """Reads what a candidate wrote."""
    return _Reader(data, load).load()


class _Plain(pickle.Pickler):
    def reducer_override(self, value):
        """Called for what pickle has no code of its own for."""
        kind = type(value)
        name = (kind.__module__, kind.__name__)
        if isinstance(value, type) or value is iter:
            name = (value.__module__, value.__name__)
        if name in ALLOWED and (ALLOWED[name] is kind or ALLOWED[name] is value):
            return NotImplemented
        if isinstance(value, tuple):  # a named tuple equals the plain one
            return tuple, (list(tuple.__iter__(value)),)
        if kind in ITERATORS or kind in VIEWS:
            return iter, (list(value),)
        raise pickle.PicklingError("no plain data")


class _Numbering(_Plain):
    """Asks of every object whether it goes by a number."""

    def __init__(self, file, number):
        super().__init__(file, 5)
        self.number = number

    def persistent_id(self, value):
        return self.number(value)


def _generator():
    yield


ITERATORS = {type(_generator()), map, filter, zip, enumerate, reversed, type(iter([])), type(iter(())),
             type(iter("")), type(iter({})), type(iter(set())), type(iter(range(0)))}
VIEWS = {type({}.keys()), type({}.values()), type({}.items())}


def dumps(value, number=None):
    file = io.BytesIO()
    writer = _Plain(file, 5) if number is None else _Numbering(file, number)
    writer.dump(value)
    return file.getvalue()


class Channel:
    def __init__(self, sock):
        self.sock = sock

    def send(self, data):
        self.sock.sendall(struct.pack("<I", len(data)) + data)

    def receive(self):
        """The next frame; None when the other side is gone."""
        head = self._exactly(4)
        if head is None:
            return None
        size, = struct.unpack("<I", head)
        if size > MAX_FRAME:
            raise ValueError("a frame of %d bytes" % size)
        return self._exactly(size)

    def _exactly(self, size):
        out = bytearray()
        while len(out) < size:
            try:
                part = self.sock.recv(min(size - len(out), 1 << 20))
            except ConnectionError:
                return None
            if not part:
                return None
            out += part
        return bytes(out)
