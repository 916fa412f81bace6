"""Runs code that nobody trusts. It knows the inputs of its task and never what is expected of it: what it computes goes
to the judge as plain data, and whatever it does to this process it does to itself only."""

import errno
import json
import os
import sys
import time
import types

import reader
import semaphores
import steps
import values
import wire

SHOWN = 300
LARGE = 16 << 20  # bytes of a result, above which its digest is sent
FLUSH_S, FLUSH_COUNT = 0.02, 256
DENIED = {errno.EPERM, errno.EACCES, errno.EROFS, errno.ENETUNREACH, errno.ENETDOWN}


def _short(value):
    try:
        return str(value)[:SHOWN]
    except BaseException:
        return ""


def _line(error):
    line, trace = 0, error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == "solution.py":
            line = trace.tb_lineno
        trace = trace.tb_next
    return line


def _failure(error):
    """(kind, type, text, line) of an exception."""
    name = type(error).__name__
    if isinstance(error, SyntaxError):
        return "syntax", name, _short(error), error.lineno or 0
    if isinstance(error, ModuleNotFoundError):
        return "missing module", name, _short(error.name), _line(error)
    if isinstance(error, MemoryError):
        return "memory", name, _short(error), _line(error)
    if isinstance(error, OSError) and error.errno in DENIED:
        return "sandbox denial", name, _short(error), _line(error)
    return "exception", name, _short(error), _line(error)


def _mutable(arguments):
    return any(isinstance(each, (list, dict, set, bytearray)) for each in arguments)


class Candidate:
    def __init__(self, channel):
        self.channel = channel
        self.objects = []
        self.numbers = {}
        self.reader = reader.Reader(lambda number, kind: self.objects[number])

    def say(self, *message):
        self.channel.send(values.write(list(message)))

    def load(self, code):
        module = types.ModuleType("solution")
        sys.modules["solution"] = module
        exec(compile(code, "solution.py", "exec"), module.__dict__)
        self.module = module
        return [name for name in vars(module) if not name.startswith("__")]

    def number(self, value):
        """Kept, so that the same object has the same number."""
        if id(value) not in self.numbers:
            self.numbers[id(value)] = len(self.objects)
            self.objects.append(value)
        return self.numbers[id(value)]

    def foreign(self, value):
        return values.write_foreign(self.number(value), type(value).__name__)

    def outcome(self, value):
        """The text of an outcome; what cannot be written as data is an object that stays here."""
        try:
            return '["data",%s]' % values.write(value, self.foreign)
        except MemoryError:
            raise
        except Exception:
            return '["data",%s]' % self.foreign(value)

    def result(self, value):
        """The text of an outcome of run_all; of what is too large to be sent, its digest."""
        try:
            return '["data",%s]' % values.write(value, self.foreign, True, LARGE)
        except values.TooLarge:
            pass
        except MemoryError:
            raise
        except Exception:
            return '["data",%s]' % self.foreign(value)
        try:
            return '["large","%s"]' % values.digest(value)
        except values.NotPlain:
            return '["data",%s]' % self.foreign(value)

    def _perform(self, what, *rest):
        if what == "name":
            return getattr(self.module, rest[0])
        if what == "call":
            return rest[0](*rest[1], **rest[2])
        return QUESTIONS[what](*rest)

    def answer(self, question):
        mutable = question[0] == "call" and _mutable(question[2])
        try:
            before = values.write(question[2], self.foreign) if mutable else ""
            outcome = self.outcome(self._perform(*question))
            after = values.write(question[2], self.foreign) if mutable else ""
            return outcome if after == before else "%s,%s]" % (outcome[:-1], after)
        except BaseException as error:
            return values.write(["raised", *_failure(error)])

    def serve(self):
        """One question of the judge's after the other."""
        while (frame := self.channel.receive()) is not None:
            self.channel.send(self.answer(self.reader.read(frame)))

    def run_all(self, entry, inputs):
        """The function with every input; outcomes go out in bunches."""
        function, ready, since = getattr(self.module, entry), [], time.monotonic()
        for arguments in inputs:
            try:
                ready.append(self.result(function(*self.reader.read(arguments))))
            except BaseException as error:
                ready.append(values.write(["raised", *_failure(error)]))
            now = time.monotonic()
            if now - since > FLUSH_S or len(ready) >= FLUSH_COUNT:
                self.channel.send(*ready)
                ready, since = [], now
        if ready:
            self.channel.send(*ready)

    def run_unittest(self, source):
        """Classes of unittest in the candidate's own module, as suites write them that patch and inspect it."""
        import io
        import unittest
        space = self.module.__dict__
        exec(compile(source, "tests.py", "exec"), space)
        cases = unittest.TestSuite(
            unittest.defaultTestLoader.loadTestsFromTestCase(value) for value in list(space.values())
            if isinstance(value, type) and issubclass(value, unittest.TestCase) and value is not unittest.TestCase)
        result = unittest.TextTestRunner(stream=io.StringIO()).run(cases)
        bad = result.failures + result.errors
        first = bad[0] if bad else (None, "")
        kind = "wrong answer" if result.failures else "exception"
        lines = first[1].strip().splitlines() or [""]
        self.say("report", result.testsRun, len(bad), kind, str(first[0]), lines[-1][:SHOWN])

    def run_asserts(self, setup, source, entry):
        """Assertions in the candidate's own module, for tests that need its very objects."""
        space = dict(vars(self.module))
        prepared = {}
        exec(compile(setup, "setup.py", "exec"), prepared)
        for name, value in prepared.items():
            space.setdefault(name, value)
        if entry:
            space["candidate"] = space[entry]
        tree, asserts = steps.counted(source)
        at = [0]
        space[steps.STEP] = lambda number: at.__setitem__(0, number)
        kind, text = "", ""
        try:
            exec(compile(tree, "tests.py", "exec"), space)
        except AssertionError as error:
            kind, text = "wrong answer", _short(error)
        except Exception as error:
            kind, text = "exception", "%s: %s" % (type(error).__name__, _short(error))
        where = steps.shown(source, asserts, at[0])
        failed = len(asserts) - at[0] + 1 if kind else 0
        self.say("report", len(asserts) if at[0] else 0, failed, kind, where, text)


QUESTIONS = {"get": getattr, "set": setattr, "item": lambda of, key: of[key], "iter": iter, "next": next, "len": len,
             "str": str, "repr": repr}


def hide_modules():
    """What a program imports is what is installed: heddle's own modules, which no file holds, are none of it."""
    for name, module in list(sys.modules.items()):
        if getattr(module, "__spec__", None) is None and name != "__main__":
            del sys.modules[name]


def run(payload, channel):
    header, _, inputs = payload.partition(b"\0")
    task = json.loads(header)
    candidate = Candidate(channel)
    if hasattr(sys, "set_int_max_str_digits"):
        sys.set_int_max_str_digits(0)  # as where the published rates were measured
    hide_modules()
    if not os.path.isdir("/dev/shm"):
        semaphores.install()
    try:
        names = candidate.load(task["code"])
        if task["entry"] and task["entry"] not in names:
            raise NameError("the code does not define " + task["entry"])
    except BaseException as error:
        candidate.say("failed", *_failure(error))
        return
    candidate.say("loaded", names)
    if task["beside"]:
        try:
            if task["beside"] == "unittest":
                candidate.run_unittest(task["test"])
            else:
                candidate.run_asserts(task["setup"], task["test"], task["entry"])
        except BaseException as error:
            candidate.say("failed", *_failure(error))
        return
    if inputs:
        candidate.run_all(task["entry"], wire.frames(inputs))
    candidate.serve()
