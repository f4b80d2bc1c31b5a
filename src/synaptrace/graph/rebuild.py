"""Copy expressions into another graph, with some symbols replaced."""

from synaptrace.graph import expression as e

MAKERS = {
    "add": e.add,
    "subtract": e.subtract,
    "multiply": e.multiply,
    "negate": e.negate,
    "reciprocal": e.reciprocal,
    "maximum": e.maximum,
    "minimum": e.minimum,
    "select": e.select,
}


def rebuild(outputs, graph, given, makers=None):
    """The same expressions in `graph`; a symbol named in `given` becomes that node, an operation in `makers` what it makes."""
    makers = {**MAKERS, **(makers or {})}
    made = {}
    for node in e.in_order(outputs):
        if node.op == "symbol":
            made[node.number] = given[node.operands[0]] if node.operands[0] in given else graph.symbol(node.operands[0])
        elif node.op == "constant":
            made[node.number] = graph.lift(node.operands[0])
        else:
            operands = [made[x.number] for x in node.operands]
            made[node.number] = makers[node.op](*operands) if node.op in makers else graph.make(node.op, *operands)
    return [made[o.number] for o in outputs]
