"""Exact sparse derivatives of expressions, by one backward sweep each."""

from synaptrace.graph.expression import add, in_order, is_constant, leaves, multiply, negate, reciprocal, select


def gradient(output, names):
    """{name: slope of `output` along that symbol}, for the symbols in `names` that it depends on."""
    graph, order = output.graph, in_order([output])
    live = set()
    for node in order:
        if (node.op == "symbol" and node.operands[0] in names) or (
            not leaves(node) and any(x.number in live for x in node.operands)
        ):
            live.add(node.number)
    weight, result = {output.number: graph.lift(1.0)}, {}
    for node in reversed(order):
        if node.number not in live or node.number not in weight:
            continue
        if node.op == "symbol":
            result[node.operands[0]] = weight[node.number]
            continue
        for operand, slope in zip(node.operands, _slopes(node, weight[node.number]), strict=True):
            if operand.number in live and not is_constant(slope, 0.0):
                known = weight.get(operand.number)
                weight[operand.number] = slope if known is None else add(known, slope)
    return {name: result[name] for name in names if name in result}


def _slopes(node, w):
    """What each operand of `node` receives from the weight `w`."""
    a, zero = node.operands, node.graph.lift(0.0)
    if node.op == "add":
        return w, w
    if node.op == "subtract":
        return w, negate(w)
    if node.op == "multiply":
        return multiply(w, a[1]), multiply(w, a[0])
    if node.op == "negate":
        return (negate(w),)
    if node.op == "reciprocal":
        return (negate(multiply(w, multiply(node, node))),)
    if node.op == "exp":
        return (multiply(w, node),)
    if node.op == "log":
        return (multiply(w, reciprocal(a[0])),)
    if node.op == "sqrt":
        return (multiply(w, multiply(node.graph.lift(0.5), reciprocal(node))),)
    if node.op == "maximum":
        return select(a[0], a[1], w, zero), select(a[0], a[1], zero, w)
    if node.op == "minimum":
        return select(a[1], a[0], w, zero), select(a[1], a[0], zero, w)
    return zero, zero, select(a[0], a[1], w, zero), select(a[0], a[1], zero, w)
