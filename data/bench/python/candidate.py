"""Runs code that nobody trusts. It knows the inputs of its task and never what is expected of it: what it computes goes
to the judge as plain data, and whatever it does to this process it does to itself only."""

import errno
import json
import pickle
import sys
import time
import types

import wire

SHOWN = 300
FLUSH_S, FLUSH_COUNT = 0.02, 256
DENIED = {errno.EPERM, errno.EACCES, errno.EROFS, errno.ENETUNREACH, errno.ENETDOWN}


def _text(error):
    try:
        return str(error)[:SHOWN]
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
        return "syntax", name, _text(error), error.lineno or 0
    if isinstance(error, ModuleNotFoundError):
        return "missing module", name, str(error.name)[:SHOWN], _line(error)
    if isinstance(error, MemoryError):
        return "memory", name, _text(error), _line(error)
    if isinstance(error, OSError) and error.errno in DENIED:
        return "sandbox denial", name, _text(error), _line(error)
    return "exception", name, _text(error), _line(error)


class Candidate:
    def __init__(self, channel):
        self.channel = channel
        self.objects = []

    def load(self, code):
        module = types.ModuleType("solution")
        sys.modules["solution"] = module
        exec(compile(code, "solution.py", "exec"), module.__dict__)
        self.module = module
        return [name for name in vars(module) if not name.startswith("__")]

    def number(self, value):
        self.objects.append(value)
        return len(self.objects) - 1

    def packed(self, value):
        """("data", bytes), or ("object", number, type) for what is no data."""
        try:
            return "data", wire.dumps(value)
        except MemoryError:
            raise
        except Exception:
            return "object", self.number(value), type(value).__name__

    def _perform(self, what, *rest):
        if what == "name":
            return getattr(self.module, rest[0])
        if what == "get":
            return getattr(self.objects[rest[0]], rest[1])
        return self.objects[rest[0]](*rest[1], **rest[2])

    def answer(self, question):
        try:
            return self.packed(self._perform(*question))
        except BaseException as error:
            return ("raised",) + _failure(error)

    def serve(self):
        """One question of the judge's after the other."""
        while (frame := self.channel.receive()) is not None:
            question = wire.loads_trusted(frame, self.objects.__getitem__)
            self.channel.send(pickle.dumps(self.answer(question), 5))

    def run_all(self, entry, inputs):
        """The function with every input; outcomes go out in bunches."""
        function, ready, since = getattr(self.module, entry), [], time.monotonic()
        for arguments in inputs:
            try:
                ready.append(self.packed(function(*arguments)))
            except BaseException as error:
                ready.append(("raised",) + _failure(error))
            now = time.monotonic()
            if now - since > FLUSH_S or len(ready) >= FLUSH_COUNT:
                self.channel.send(pickle.dumps(ready, 5))
                ready, since = [], now
        if ready:
            self.channel.send(pickle.dumps(ready, 5))

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
        self.channel.send(pickle.dumps((result.testsRun, len(bad), kind, str(first[0]), lines[-1][:SHOWN]), 5))


def run(payload, channel):
    header, _, inputs = payload.partition(b"\0")
    task = json.loads(header)
    candidate = Candidate(channel)
    try:
        names = candidate.load(task["code"])
        if task["entry"] and task["entry"] not in names:
            raise NameError("the code does not define " + task["entry"])
    except BaseException as error:
        channel.send(pickle.dumps(("failed",) + _failure(error), 5))
        return
    channel.send(pickle.dumps(("loaded", names), 5))
    if task["unittest"]:
        try:
            candidate.run_unittest(task["unittest"])
        except BaseException as error:
            channel.send(pickle.dumps(("failed",) + _failure(error), 5))
    elif inputs:
        candidate.run_all(task["entry"], pickle.loads(inputs))
    if not task["unittest"]:
        candidate.serve()
