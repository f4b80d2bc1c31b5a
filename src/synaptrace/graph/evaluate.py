"""Expressions evaluated with plain Python numbers: for checks and for `explain`, never for a run."""

import math

from synaptrace.graph.expression import in_order

OPERATIONS = {
    "add": lambda a, b: a + b,
    "subtract": lambda a, b: a - b,
    "multiply": lambda a, b: a * b,
    "negate": lambda a: -a,
    "reciprocal": lambda a: 1 / a,
    "exp": lambda a: math.exp(min(max(a, -708.0), 708.0)),
    "log": math.log,
    "sqrt": math.sqrt,
    "maximum": lambda a, b: b if b > a else a,
    "minimum": lambda a, b: b if a > b else a,
    "select": lambda a, b, x, y: x if a > b else y,
}


def evaluate(outputs, values):
    """Numbers of the outputs, given {symbol: number}."""
    found = {}
    for node in in_order(outputs):
        if node.op == "constant":
            found[node.number] = node.operands[0]
        elif node.op == "symbol":
            found[node.number] = values[node.operands[0]]
        else:
            found[node.number] = OPERATIONS[node.op](*(found[x.number] for x in node.operands))
    return [found[o.number] for o in outputs]
