"""Assertions that say which one they are before they are checked, so that a verdict can name the one that failed."""

import ast

STEP = "__heddle_step__"
SHOWN = 300


class _Counted(ast.NodeTransformer):
    def __init__(self):
        self.asserts = []

    def visit_Assert(self, node):
        self.asserts.append(node)
        step = ast.Expr(ast.Call(ast.Name(STEP, ast.Load()), [ast.Constant(len(self.asserts))], []))
        return [ast.copy_location(ast.fix_missing_locations(step), node), node]


def counted(source):
    """The tree that counts, and its assertions."""
    counter = _Counted()
    tree = ast.fix_missing_locations(counter.visit(ast.parse(source)))
    return tree, counter.asserts


def shown(source, asserts, number):
    return (ast.get_source_segment(source, asserts[number - 1]) or "")[:SHOWN] if number else ""
