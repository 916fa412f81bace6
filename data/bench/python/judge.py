"""Makes the verdict. It holds the tests and what is expected, talks to the candidate over one socket, and has nothing
else in common with it. Its verdict goes to heddle through a pipe of its own, with a token that only it was told, after
the last check."""

import ast
import builtins
import collections
import hashlib
import json
import marshal
import math
import pickle

import inputs
import wire

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


class Over(Exception):
    """The end of judging, with the verdict."""

    def __init__(self, kind, message="", **more):
        self.verdict = dict(more, kind=kind, message=message[:SHOWN])


class Raised(Exception):
    """What the candidate raised, so that tests can expect it; made as a subclass of the built-in type of that name."""
    failure = ("exception", "", "", 0)


def raised_as(failure):
    base = getattr(builtins, str(failure[1]), None)
    error = Raised
    if isinstance(base, type) and issubclass(base, Exception):
        error = type(failure[1], (Raised, base), {})
    out = error("%s: %s" % (failure[1], failure[2]))
    out.failure = failure
    return out


def over_of(failure, **more):
    kind, name, text, line = failure
    where = " (line %d)" % line if line else ""
    message = text if kind == "missing module" else "%s: %s%s" % (name, text, where)
    return Over(kind, message, **more)


def well_formed(outcome):
    """An outcome as candidates send it, whoever wrote this one."""
    shapes = {"data": (bytes,), "object": (int, str), "raised": (str, str, str, int)}
    shape = shapes.get(outcome[0]) if isinstance(outcome, tuple) and outcome else None
    if shape is None or tuple(map(type, outcome[1:])) != shape:
        raise Over("wrong answer", "an answer that cannot be read")
    return outcome


class Witness:
    """The candidate, as the judge sees it."""

    def __init__(self, channel):
        self.channel = channel
        self.answered = 0

    def hear(self):
        try:
            frame = self.channel.receive()
            if frame is not None:
                return wire.loads(frame)
        except Exception as error:
            raise Over("wrong answer", "an answer that cannot be read: %s" % error) from None
        raise Over("gone", "the program ended before it had answered")

    def loaded(self):
        message = self.hear()
        try:
            what, names = message[0], message[1:]
            if what == "failed":
                raise over_of(tuple(names))
            return [str(name) for name in names[0]]
        except (TypeError, ValueError, IndexError):
            raise Over("wrong answer", "an answer that cannot be read") from None

    def value(self, outcome):
        if outcome[0] == "data":
            try:
                return wire.loads(outcome[1])
            except Exception as error:
                raise Over("wrong answer", "an answer that cannot be read: %s" % error) from None
        return wire.Remote(outcome[1], str(outcome[2]), self.ask)

    def ask(self, *question):
        number = lambda value: object.__getattribute__(value, "_number") if type(value) is wire.Remote else None
        try:
            self.channel.send(wire.dumps(question, number))
        except ConnectionError:
            raise Over("gone", "the program ended before it was asked") from None
        outcome = well_formed(self.hear())
        self.answered += 1
        if outcome[0] == "raised":
            raise raised_as(outcome[1:])
        return self.value(outcome)


# --- comparing

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
        return abs(got - want) <= tolerance + 1e-7 * abs(want)
    return got == want


def _set(value):
    try:
        return set(value)
    except TypeError:
        return set(map(repr, value))


def same(got, want, task, arguments):
    if task["oracle"] == "truth":  # an object is true
        return bool(got) == bool(want)
    if task["oracle"] == "set":
        return _set(got) == _set(want)
    if task["oracle"] == "root":  # of the polynomial whose coefficients are the input
        return isinstance(got, (int, float)) and abs(
            sum(factor * got ** power for power, factor in enumerate(arguments[0]))) <= max(task["atol"], 1e-6)
    if got == want:
        return True
    tolerance = task["atol"] or (1e-6 if _floats(want) else 0)
    return tolerance > 0 and close(got, want, tolerance)


# --- tests as data

def outcomes(witness, count):
    seen = 0
    while seen < count:
        bunch = witness.hear()
        if type(bunch) is not list or not bunch:
            raise Over("wrong answer", "an answer that cannot be read")
        yield from map(well_formed, bunch)
        seen += len(bunch)


def judge_inputs(task, witness, prepared, expected):
    rows, wanted = pickle.loads(prepared), pickle.loads(expected)
    witness.loaded()
    base, total = task["base_count"], len(rows)
    coming = outcomes(witness, total)
    for i in range(total):
        try:
            outcome = next(coming)
            if outcome == wanted[i]:  # the same bytes are the same data
                continue
            compare(task, witness, outcome, wanted[i], rows[i])
        except Over as over:
            over.verdict.update(test=i + 1, of=total, base=i >= base, input=shown(rows[i])[1:-1])
            raise
    raise Over("passed", test=total, of=total, base=True)


def compare(task, witness, outcome, wanted, arguments):
    large = wanted[0] == "digest"
    if large and outcome[0] == "data" and hashlib.sha256(outcome[1]).digest() == wanted[1]:
        return
    want = "a large result" if large else pickle.loads(wanted[1])
    if outcome[0] == "raised":
        raise over_of(outcome[1:], expected=shown(want))
    got = witness.value(outcome)
    try:
        good = digest(got) == wanted[2] if large else same(got, want, task, arguments)
    except Exception as error:
        raise Over("wrong answer", "cannot be compared: %s" % error, got=shown(got), expected=shown(want)) from None
    if not good:
        raise Over("wrong answer", "", got=shown(got), expected=shown(want))


LARGE, KEPT = 1 << 20, 16 << 20


def stands_for_itself(packed):
    """Whether a result is kept as it is: not texts above 1 MB, which equal nothing but themselves, nor what is huge."""
    return len(packed) <= LARGE or len(packed) <= KEPT and type(wire.loads(packed)) is not str


def digest(value):
    """Stands for a large result: equal data of the same types has the same."""
    try:
        data = marshal.dumps(value, 2)  # the last version that writes values only, not which of them are one object
    except ValueError:  # types that marshal does not know
        data = repr(value).encode("utf-8", "backslashreplace")
    return hashlib.sha256(data).digest()


def record(task, witness, prepared):
    """What the reference gives, to be expected of others."""
    rows = pickle.loads(prepared)
    out = []
    for i, outcome in enumerate(outcomes(witness, len(rows))):
        at = dict(test=i + 1, of=len(rows), input=shown(rows[i])[1:-1])
        if outcome[0] == "raised":
            raise over_of(outcome[1:], **at)
        if outcome[0] == "object" and task["oracle"] != "truth":
            raise Over("wrong answer", "the reference returns an object of type %s" % outcome[2], **at)
        if outcome[0] == "object":
            out.append(("data", pickle.dumps(True, 5)))
        elif not stands_for_itself(outcome[1]):
            out.append(("digest", hashlib.sha256(outcome[1]).digest(), digest(wire.loads(outcome[1]))))
        else:
            out.append(("data", outcome[1]))
    return pickle.dumps(out, 5)


# --- tests as code

class _Counted(ast.NodeTransformer):
    """Before each assertion, says which one it is."""

    def __init__(self):
        self.asserts = []

    def visit_Assert(self, node):
        self.asserts.append(node)
        step = ast.Expr(ast.Call(ast.Name("__heddle_step__", ast.Load()), [ast.Constant(len(self.asserts))], []))
        return [ast.copy_location(ast.fix_missing_locations(step), node), node]


def judge_code(task, witness, names):
    """`names`: that the program defines."""
    space = {"__name__": "tests"}
    try:
        exec(compile(task["setup"], "setup.py", "exec"), space)
        source = task["test"]
        tree = ast.parse(source)
        used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    except Exception as error:
        raise Over("harness error", "the tests cannot be read: %s: %s" % (type(error).__name__, error)) from None
    known = set(space)
    for name in names:
        if name in used and (name == task["entry"] or name not in known):
            space[name] = witness.ask("name", name)
    if task["entry"]:
        space["candidate"] = space.get(task["entry"]) or witness.ask("name", task["entry"])
    counted = _Counted()
    tree = ast.fix_missing_locations(counted.visit(tree))
    at = [0]
    space["__heddle_step__"] = lambda number: at.__setitem__(0, number)
    count = len(counted.asserts)

    def place():
        where = dict(test=at[0], of=count, base=False)
        if at[0]:
            where["input"] = (ast.get_source_segment(source, counted.asserts[at[0] - 1]) or "")[:SHOWN]
        return where

    before = witness.answered
    try:
        exec(compile(tree, "tests.py", "exec"), space)
    except Over as over:
        over.verdict = dict(place(), **over.verdict)
        raise
    except Raised as error:
        raise over_of(error.failure, **place()) from None
    except AssertionError as error:
        raise Over("wrong answer", str(error), **place()) from None
    except NameError as error:
        raise Over("exception", "the program does not define what its tests use: %s" % error, **place()) from None
    except Exception as error:
        kind = "wrong answer" if task["verified"] or witness.answered > before else "harness error"
        raise Over(kind, "%s: %s" % (type(error).__name__, error), **place()) from None
    if at[0] == 0:
        raise Over("wrong answer" if task["verified"] else "harness error", "the tests checked nothing")
    raise Over("passed", test=count, of=count, base=True)


def tested(task, witness, names):
    """What the suite's own tests say of a program whose results were recorded: the verdict, or None without tests."""
    try:
        return judge_code(task, witness, names) if task["test"] else None
    except Over as over:
        return over.verdict


def judge_unittest(witness):
    """The candidate's process tells how its tests went: it cannot end early, but a program made for it could lie."""
    witness.loaded()
    message = witness.hear()
    if isinstance(message, tuple) and len(message) == 5 and message[0] == "failed":
        raise over_of(message[1:])
    if not isinstance(message, tuple) or tuple(map(type, message)) != (int, int, str, str, str):
        raise Over("wrong answer", "a report that cannot be read")
    count, bad, kind, name, text = message
    if count == 0:
        raise Over("harness error", "the tests checked nothing")
    if bad:
        raise Over("exception" if kind == "exception" else "wrong answer", text, test=count - bad + 1, of=count, input=name)
    raise Over("passed", test=count, of=count, base=True)


def run(payload, channel):
    """The verdict, as a dictionary; for "record", bytes."""
    header, _, rest = payload.partition(b"\0")
    task = json.loads(header)
    witness = Witness(channel)
    try:
        if task["mode"] == "unittest":
            judge_unittest(witness)
        if task["mode"] == "code":
            judge_code(task, witness, witness.loaded())
        prepared, expected = rest[:task["prepared"]], rest[task["prepared"]:]
        if task["mode"] == "record":
            names = witness.loaded()
            data = record(task, witness, prepared)
            return dict(kind="recorded", token=task["token"], tests=tested(task, witness, names)), data
        judge_inputs(task, witness, prepared, expected)
    except Over as over:
        return dict(over.verdict, token=task["token"]), b""
    except MemoryError:
        return dict(kind="memory", message="an answer too large to be compared", token=task["token"]), b""
    except RecursionError as error:
        return dict(kind="wrong answer", message="nested too deeply to be compared", token=task["token"]), b""


def prepare(payload):
    """The inputs of a task as Python has them, and what the suite itself expects: pickles, and how they are cut."""
    task = json.loads(payload)
    try:
        base, plus = inputs.prepare(task)
        oracle = inputs.oracle_of(task["statement"], task["entry"]) if task["statement"] else "equal"
    except Exception as error:
        message = "the inputs cannot be read: %s: %s" % (type(error).__name__, error)
        return dict(kind="failed", message=message, token=task["token"]), b""
    rows = pickle.dumps(base + plus, 5)
    expected = b""
    if task["expected"] is not None:
        expected = pickle.dumps([("data", pickle.dumps(value, 5)) for value in task["expected"]], 5)
    return dict(kind="prepared", token=task["token"], base_count=len(base), count=len(base) + len(plus),
                oracle=oracle, inputs=len(rows)), rows + expected
