"""The inputs of a data-driven task as Python has them. JSON knows no tuples, sets and complex numbers; where the suite
has assertions for its base inputs, their literals say which lists are which (a rule, not a list of tasks)."""

import ast


def _literal(node):
    try:
        return eval(compile(ast.Expression(node), "assertion", "eval"), {"__builtins__": {}, "set": set, "float": float,
                                                                         "complex": complex, "tuple": tuple})
    except Exception:
        return None


def calls_of(source, entry):
    """For each assertion: the arguments of its call of `entry`, and what stands around that call."""
    out = []
    for statement in ast.parse(source.strip()).body:
        if not isinstance(statement, ast.Assert):
            continue
        for node in ast.walk(statement.test):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == entry:
                out.append((node, statement.test))
                break
    return out


def oracle_of(source, entry):
    """How an assertion compares: "set" (order and number do not matter), "truth", or "equal"."""
    found = calls_of(source, entry)
    if not found:
        return "equal"
    call, test = found[0]
    if test is call or isinstance(test, ast.UnaryOp) and test.operand is call:
        return "truth"
    left = test.left if isinstance(test, ast.Compare) else None
    if isinstance(left, ast.Call) and isinstance(left.func, ast.Name) and left.func.id == "set":
        return "set"
    return "equal"


class Shape:
    """What values at one place of the literals were; lists of a JSON text become what stood there."""

    def __init__(self):
        self.kinds, self.each, self.at, self.values = set(), None, {}, None

    def learn(self, value):
        self.kinds.add(type(value))
        if isinstance(value, (list, tuple, set, frozenset)):
            for i, item in enumerate(value):
                self.each = self.each or Shape()
                self.each.learn(item)
                if isinstance(value, (list, tuple)):
                    self.at.setdefault(i, Shape()).learn(item)
        elif isinstance(value, dict):
            for item in value.values():
                self.values = self.values or Shape()
                self.values.learn(item)

    def _container(self, around):
        kinds = [kind for kind in (tuple, set, frozenset, list) if kind in self.kinds]
        return kinds[0] if len(kinds) == 1 else list if kinds else around

    def apply(self, value, around=list):
        """`around`: the kind of list that `value` stands in, which goes on below what the literals show."""
        if isinstance(value, list):
            kind = self._container(around)
            mixed = self.each is not None and len(self.each.kinds & {tuple, set, list}) > 1
            items = [(self.at.get(i, self.each) if mixed else self.each or Shape()).apply(item, kind)
                     for i, item in enumerate(value)]
            return kind(items)
        if isinstance(value, dict):
            return {key: (self.values or Shape()).apply(item) for key, item in value.items()}
        if isinstance(value, str) and self.kinds and self.kinds <= {int, float, complex}:
            return _number(value)
        if self.kinds == {float} and type(value) is int:
            return float(value)
        return value


def _number(text):
    """Numbers that JSON does not have are written as text."""
    for kind in (float, complex):
        try:
            return kind(text)
        except ValueError:
            pass
    return text


def prepare(task):
    """The argument lists, base before plus."""
    base, plus = task["base"], task["plus"]
    found = calls_of(task["assertion"], task["entry"]) if task["assertion"] else []
    if len(found) != len(base):
        return base, plus
    shapes = [Shape() for _ in range(max((len(arguments) for arguments in base), default=0))]
    for call, _ in found:
        for shape, argument in zip(shapes, call.args):
            shape.learn(_literal(argument))
    convert = lambda rows: [[shape.apply(value) for shape, value in zip(shapes, row)] for row in rows]
    return convert(base), convert(plus)
