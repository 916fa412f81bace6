"""The candidate as its judge sees it: messages that anybody may have written, and objects that are known by a number.
Whatever the candidate does to its side, all that comes from there are values (values.py)."""

import builtins
import json

import reader
import values

SHOWN = 300
BROKEN = (ValueError, TypeError, KeyError, IndexError, AttributeError, ArithmeticError, RecursionError, LookupError)


class Over(BaseException):
    """The end of judging, with the verdict; nothing that tests expect of a program."""

    def __init__(self, kind, message="", **more):
        self.verdict = dict(more, kind=kind, message=message[:SHOWN])


class Raised(Exception):
    """What the candidate raised, so that tests can expect it."""
    failure = ("exception", "", "", 0)

    def __init__(self, *args):
        self.args = args

    def __str__(self):
        return self.failure[2]


def _json_error():
    return json.JSONDecodeError


# Exceptions of the standard library that tests may name, besides the built-in ones.
STANDARD_ERRORS = {"JSONDecodeError": _json_error}


def raised_as(failure):
    """An exception of the built-in or standard type of that name, or of none of them."""
    name = failure[1]
    base = STANDARD_ERRORS[name]() if name in STANDARD_ERRORS else getattr(builtins, name, None)
    kind = Raised
    if isinstance(base, type) and issubclass(base, Exception):
        # Neither the type's own constructor nor its own text is wanted: what was raised is known by what it said.
        kind = type(name, (base, Raised), {"__init__": Raised.__init__, "__str__": Raised.__str__})
    out = kind.__new__(kind)
    out.failure = failure
    out.args = (failure[2],)
    return out


def over_of(failure, **more):
    kind, name, text, line = failure
    where = " (line %d)" % line if line else ""
    message = text if kind == "missing module" else "%s: %s%s" % (name, text, where)
    return Over(kind, message, **more)


class Remote:
    """An object that only the candidate has. What is asked of it is answered with values; it equals nothing but itself,
    and its truth, its order and its arithmetic are nobody's word: so no answer can be made to equal what is
    expected."""

    def __init__(self, witness, number):
        object.__setattr__(self, "_witness", witness)
        object.__setattr__(self, "_number", number)

    def __call__(self, *args, **kwargs):
        return self._witness.ask("call", self, list(args), kwargs)

    def __getattr__(self, name):
        if name.startswith("__") and name not in ("__doc__", "__name__"):
            raise AttributeError(name)
        return self._witness.attribute(self, name)

    def __setattr__(self, name, value):
        self._witness.ask("set", self, name, value)

    def __getitem__(self, key):
        return self._witness.ask("item", self, key)

    def __iter__(self):
        return self._witness.ask("iter", self)

    def __next__(self):
        return self._witness.ask("next", self)

    def __len__(self):
        size = self._witness.ask("len", self)
        if type(size) is not int:
            raise TypeError("a length that is no number")
        return size

    def __bool__(self):
        return True

    def __str__(self):
        return self._witness.described("str", self)

    def __repr__(self):
        return self._witness.described("repr", self)


def _written(remote):
    if type(remote) is not Remote:
        raise TypeError("a value of type %s cannot be given to a program that is judged" % type(remote).__name__)
    return values.write_foreign(object.__getattribute__(remote, "_number"), "")


class Witness:
    """`attributes`: whether attributes of the candidate's objects may be read. Where tests read none of the
    reference's, those of another program have none, for a method that always says yes is no answer."""

    def __init__(self, channel, attributes=True):
        self.channel = channel
        self.attributes = attributes
        self.answered = 0
        self.attributes_read = False
        self.over = None
        self.known = {}
        self.reader = reader.Reader(self._remote)
        self.plain = reader.Reader()

    def _remote(self, number, kind):
        if number not in self.known:
            self.known[number] = Remote(self, number)
        return self.known[number]

    def frame(self):
        try:
            frame = self.channel.receive()
        except ValueError as error:
            raise unreadable(error) from None
        if frame is None:
            raise Over("gone", "the program ended before it had answered")
        return frame

    def message(self, by=None):
        return read(self.frame(), by or self.plain)

    def loaded(self):
        """The names that the program defines."""
        message = self.message()
        if message[0] == "failed":
            raise over_of(failure_of(message))
        if message[0] != "loaded" or len(message) != 2 or type(message[1]) is not list:
            raise unreadable("not what a program says first")
        return [name for name in message[1] if type(name) is str]

    def attribute(self, remote, name):
        if not self.attributes:
            raise AttributeError(name)
        self.attributes_read = True
        return self.ask("get", remote, name)

    def described(self, how, remote):
        text = self.ask(how, remote)
        return text if type(text) is str else "<an object of the candidate>"

    def ask(self, *question):
        try:
            return self._ask(*question)
        except Over as over:
            self.over = self.over or over
            raise

    def _ask(self, *question):
        arguments = question[2] if question[0] == "call" else []
        text = values.write(list(question), _written)
        try:
            self.channel.send(text)
        except ConnectionError:
            raise Over("gone", "the program ended before it was asked") from None
        outcome = self.message(self.reader)
        self.answered += 1
        if outcome[0] == "raised":
            raise raised_as(failure_of(outcome))
        if outcome[0] != "data" or len(outcome) not in (2, 3):
            raise unreadable("not an outcome")
        if len(outcome) == 3:
            take_over(arguments, outcome[2])
        return outcome[1]


def unreadable(why):
    return Over("wrong answer", "an answer that cannot be read: %s" % why)


def read(data, by):
    """A message as candidates send it, whoever wrote this one: a list that begins with a word."""
    try:
        message = by.read(data)
    except BROKEN as error:
        raise unreadable(error) from None
    if type(message) is not list or not message or type(message[0]) is not str:
        raise unreadable("not a message")
    return message


def failure_of(message):
    if tuple(map(type, message)) != (str, str, str, str, int):
        raise unreadable("not a failure")
    return tuple(message[1:])


def take_over(kept, changed):
    """Does to the arguments of a call what the call did to its copies of them."""
    if type(changed) is not list or len(changed) != len(kept):
        return
    for old, new in zip(kept, changed):
        if type(old) is not type(new):
            continue
        if isinstance(old, (list, bytearray)):
            old[:] = new
        elif isinstance(old, (dict, set)):
            old.clear()
            old.update(new)
