"""Makes the verdict. It holds the tests and what is expected, talks to the candidate over one socket, and has nothing
else in common with it. Its verdict goes to heddle through a pipe of its own, with a token that only it was told, after
the last check."""

import ast
import builtins
import json
import sys

import inputs
import reader
import steps
import values
import wire
from comparing import SHOWN, same, shown
from witness import Over, Raised, Witness, failure_of, over_of, read, unreadable

MAX_NESTED = 4000  # calls; deeper values are refused where they are read


# --- tests as data

def outcomes(witness, count):
    """Frames as candidates send them, whoever wrote these; nothing in them is read yet."""
    for _ in range(count):
        yield witness.frame()


class Expected:
    """What is held against one outcome: the frame of the reference's, or for a large one the digest of its value."""

    def __init__(self, frame):
        self.frame = frame
        self.large = frame.startswith(b'["large"')

    def value(self):
        return "a large result" if self.large else reader.read(self.frame)[1]

    def fits(self, outcome, task, arguments):
        if self.large:
            digest = outcome[1] if outcome[0] == "large" else values.digest(outcome[1])
            return digest == reader.read(self.frame)[1]
        return outcome[0] == "data" and same(outcome[1], self.value(), task, arguments)


def judge_inputs(task, witness, prepared, expected):
    rows, wanted = wire.frames(prepared), list(map(Expected, wire.frames(expected)))
    witness.loaded()
    base, total = task["base_count"], len(rows)
    coming = outcomes(witness, total)
    for i in range(total):
        try:
            frame = next(coming)
            if frame != wanted[i].frame:  # the same bytes are the same data
                compare(task, witness, frame, wanted[i], lambda: reader.read(rows[i]))
        except Over as over:
            over.verdict.update(test=i + 1, of=total, base=i >= base, input=shown(reader.read(rows[i]))[1:-1])
            raise
    raise Over("passed", test=total, of=total, base=True)


def given(outcome):
    """What is shown of it."""
    digest = outcome[0] == "large" and len(outcome) == 2 and type(outcome[1]) is str
    if not digest and (len(outcome) != 2 or outcome[0] != "data"):
        raise unreadable("not an outcome")
    return "a large result" if outcome[0] == "large" else outcome[1]


def compare(task, witness, frame, wanted, arguments):
    outcome = read(frame, witness.plain)
    if outcome[0] == "raised":
        raise over_of(failure_of(outcome), expected=shown(wanted.value()))
    got = given(outcome)
    try:
        good = wanted.fits(outcome, task, arguments)
    except MemoryError:
        raise
    except Exception as error:
        raise Over("wrong answer", "cannot be compared: %s" % error, got=shown(got),
                   expected=shown(wanted.value())) from None
    if not good:
        raise Over("wrong answer", "", got=shown(got), expected=shown(wanted.value()))


LONG_TEXT = 1 << 20  # equals nothing but itself, so its digest is all that is kept


def record(task, witness, prepared):
    """What the reference gives, to be expected of others."""
    rows = wire.frames(prepared)
    out = []
    for i, frame in enumerate(outcomes(witness, len(rows))):
        at = dict(test=i + 1, of=len(rows), input=shown(reader.read(rows[i]))[1:-1])
        strangers = []
        outcome = read(frame, reader.Reader(lambda number, kind: strangers.append(kind) or reader.Foreign(0, kind)))
        if outcome[0] == "raised":
            raise over_of(failure_of(outcome), **at)
        value = given(outcome)
        if strangers and task["oracle"] != "truth":
            raise Over("wrong answer", "the reference returns an object of type %s" % strangers[0], **at)
        if strangers:
            frame = values.write(["data", True]).encode()
        elif type(value) is str and len(value) > LONG_TEXT:
            frame = values.write(["large", values.digest(value)]).encode()
        out.append(wire.framed(frame.decode()))
    return b"".join(out)


# --- tests as code

def _bound(tree):
    """Names that the tests themselves give a value to, wherever."""
    out = set()
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            out.add(node.name)
        elif isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            out.add(node.id)
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            out.update((alias.asname or alias.name).split(".")[0] for alias in node.names)
    return out


def _defined(reference):
    try:
        return {node.name for node in ast.parse(reference).body
                if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))}
    except (SyntaxError, ValueError):
        return set()


def asked_for(task, tree, known):
    """The names that tests take from the program: what they use and nobody else defines. A name of a built-in function
    is only the program's where no function is named and the reference defines it, as some tasks of MBPP have it."""
    used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    builtin = set(dir(builtins))
    if not task["entry"]:
        builtin -= _defined(task["reference"])
    return used - known - builtin - _bound(tree) - {task["entry"], "candidate"}


def _own_module(name, tree):
    """The judge's own module of that name, for tests that forget to import one: a program could bring one whose
    functions say what it likes."""
    through = any(isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == name
                  for node in ast.walk(tree))
    if not through or name not in getattr(sys, "stdlib_module_names", ()):
        return None
    try:
        return __import__(name)
    except ImportError:
        return None


def space_for(task, tree, witness, names):
    """Where the tests run: what the suite sets up, and proxies of what the program defines."""
    space = {"__name__": "tests"}
    exec(compile(task["setup"], "setup.py", "exec"), space)
    for name in sorted(asked_for(task, tree, set(space))):
        module = _own_module(name, tree)
        if module is not None:
            space[name] = module
        elif name in names:
            space[name] = witness.ask("name", name)
    if task["entry"]:
        space[task["entry"]] = space["candidate"] = witness.ask("name", task["entry"])
    return space


def judge_code(task, witness, names):
    """`names`: that the program defines."""
    source = task["test"]
    try:
        tree, asserts = steps.counted(source)
        space = space_for(task, ast.parse(source), witness, names)
    except (Over, Raised):
        raise
    except Exception as error:
        raise Over("harness error", "the tests cannot be read: %s: %s" % (type(error).__name__, error)) from None
    at = [0]
    space[steps.STEP] = lambda number: at.__setitem__(0, number)

    def place():
        where = dict(test=at[0], of=len(asserts), base=False)
        return dict(where, input=steps.shown(source, asserts, at[0])) if at[0] else where

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
    except MemoryError:
        raise
    except Exception as error:
        kind = "wrong answer" if task["verified"] or witness.answered > before else "harness error"
        raise Over(kind, "%s: %s" % (type(error).__name__, error), **place()) from None
    if witness.over is not None:  # tests that expect any exception do not hide that the program is gone
        raise witness.over
    if at[0] == 0:
        raise Over("wrong answer" if task["verified"] else "harness error", "the tests checked nothing")
    raise Over("passed", test=len(asserts), of=len(asserts), base=True)


def tested(task, witness, names):
    """What the suite's own tests say of a program whose results were recorded: the verdict, or None without tests."""
    try:
        return judge_code(task, witness, names) if task["test"] else None
    except Over as over:
        return over.verdict


def judge_beside(witness):
    """The candidate's process tells how its tests went: it cannot end early, but a program made for it could lie."""
    witness.loaded()
    message = witness.message()
    if message[0] == "failed":
        raise over_of(failure_of(message))
    if message[0] != "report" or tuple(map(type, message[1:])) != (int, int, str, str, str):
        raise unreadable("not a report")
    count, bad, kind, name, text = message[1:]
    if count <= 0:
        raise Over("harness error", "the tests checked nothing")
    if bad:
        raise Over("exception" if kind == "exception" else "wrong answer", text, test=count - bad + 1, of=count,
                   input=name[:SHOWN])
    raise Over("passed", test=count, of=count, base=True)


def run(payload, channel):
    """The verdict, as a dictionary; for "record", bytes."""
    header, _, rest = payload.partition(b"\0")
    task = json.loads(header)
    witness = Witness(channel, task["attributes"])
    sys.setrecursionlimit(MAX_NESTED)
    if hasattr(sys, "set_int_max_str_digits"):
        sys.set_int_max_str_digits(0)

    def said(verdict, data=b""):
        return dict(verdict, token=task["token"], attributes_read=witness.attributes_read), data

    try:
        if task["mode"] == "beside":
            judge_beside(witness)
        if task["mode"] == "code":
            judge_code(task, witness, witness.loaded())
        prepared, expected = rest[:task["prepared"]], rest[task["prepared"]:]
        if task["mode"] == "record":
            names = witness.loaded()
            data = record(task, witness, prepared)
            return said(dict(kind="recorded", tests=tested(task, witness, names)), data)
        judge_inputs(task, witness, prepared, expected)
    except Over as over:
        return said(over.verdict)
    except Raised as error:
        return said(over_of(error.failure).verdict)
    except MemoryError:
        return said(dict(kind="memory", message="an answer too large to be compared"))
    except RecursionError:
        return said(dict(kind="wrong answer", message="nested too deeply to be compared"))


def prepare(payload):
    """The inputs of a task as Python has them, and what the suite itself expects: frames, and how they are cut."""
    task = json.loads(payload)
    if hasattr(sys, "set_int_max_str_digits"):
        sys.set_int_max_str_digits(0)
    try:
        base, plus = inputs.prepare(task)
        oracle = inputs.oracle_of(task["statement"], task["entry"]) if task["statement"] else "equal"
        rows = b"".join(wire.framed(values.write(row)) for row in base + plus)
        wanted = task["expected"] or []
        expected = b"".join(wire.framed(values.write(["data", value])) for value in wanted)
    except Exception as error:
        message = "the inputs cannot be read: %s: %s" % (type(error).__name__, error)
        return dict(kind="failed", message=message, token=task["token"]), b""
    return dict(kind="prepared", token=task["token"], base_count=len(base), count=len(base) + len(plus),
                oracle=oracle, inputs=len(rows)), rows + expected
