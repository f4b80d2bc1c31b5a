"""Expressions of one model: hash-consed nodes in the order in which the model wrote them."""

FLOOR = 1e-12  # real powers and roots: value and slope are frozen below this


class Graph:
    """Owner of the nodes of one model; nothing is shared between models."""

    def __init__(self):
        self.nodes = {}

    def make(self, op, *operands):
        """The node `op(operands)`, made once; its number is its order of appearance."""
        key = (op, *(x.number if isinstance(x, Node) else ("value", x) for x in operands))
        node = self.nodes.get(key)
        if node is None:
            node = self.nodes[key] = Node(self, op, operands, len(self.nodes))
        return node

    def symbol(self, name):
        return self.make("symbol", name)

    def lift(self, value):
        """A node from a node or a number. -0.0 becomes 0.0, so that one constant has one node."""
        return value if isinstance(value, Node) else self.make("constant", float(value) + 0.0)


class Node:
    """One operation. Arithmetic on nodes builds new nodes, simplified only where no digit can change."""

    __slots__ = ("graph", "number", "op", "operands")

    def __init__(self, graph, op, operands, number):
        self.graph, self.op, self.operands, self.number = graph, op, operands, number

    def __add__(self, other):
        return add(self, self.graph.lift(other))

    def __radd__(self, other):
        return add(self.graph.lift(other), self)

    def __sub__(self, other):
        return subtract(self, self.graph.lift(other))

    def __rsub__(self, other):
        return subtract(self.graph.lift(other), self)

    def __mul__(self, other):
        return multiply(self, self.graph.lift(other))

    def __rmul__(self, other):
        return multiply(self.graph.lift(other), self)

    def __truediv__(self, other):
        return divide(self, self.graph.lift(other))

    def __rtruediv__(self, other):
        return divide(self.graph.lift(other), self)

    def __neg__(self):
        return negate(self)

    def __pow__(self, exponent):
        return power(self, exponent)

    def __gt__(self, other):
        return Comparison(self, self.graph.lift(other), False)

    def __lt__(self, other):
        return Comparison(self.graph.lift(other), self, False)

    def __ge__(self, other):
        return Comparison(self.graph.lift(other), self, True)

    def __le__(self, other):
        return Comparison(self, self.graph.lift(other), True)

    def __bool__(self):
        raise TypeError("a traced quantity has no truth value; use where(condition, then, otherwise)")


class Comparison:
    """`left > right`, or its opposite; the condition of a `where`."""

    def __init__(self, left, right, opposite):
        self.left, self.right, self.opposite = left, right, opposite

    def __bool__(self):
        raise TypeError("a traced comparison has no truth value; use where(condition, then, otherwise)")


def is_constant(node, value=None):
    return node.op == "constant" and (value is None or node.operands[0] == value)


def add(a, b):
    if is_constant(a) and is_constant(b):
        return a.graph.lift(a.operands[0] + b.operands[0])
    if is_constant(a, 0.0):
        return b
    if is_constant(b, 0.0):
        return a
    if b.op == "negate":
        return subtract(a, b.operands[0])
    if a.op == "negate":
        return subtract(b, a.operands[0])
    return a.graph.make("add", *_ordered(a, b))


def subtract(a, b):
    if is_constant(a) and is_constant(b):
        return a.graph.lift(a.operands[0] - b.operands[0])
    if is_constant(b, 0.0):
        return a
    if is_constant(a, 0.0):
        return negate(b)
    if a is b:
        return a.graph.lift(0.0)
    if b.op == "negate":
        return add(a, b.operands[0])
    return a.graph.make("subtract", a, b)


def negate(a):
    if is_constant(a):
        return a.graph.lift(-a.operands[0])
    if a.op == "negate":
        return a.operands[0]
    if a.op == "subtract":
        return a.graph.make("subtract", a.operands[1], a.operands[0])
    return a.graph.make("negate", a)


def multiply(a, b):
    if is_constant(a) and is_constant(b):
        return a.graph.lift(a.operands[0] * b.operands[0])
    for x, y in ((a, b), (b, a)):
        if is_constant(x, 0.0):
            return x
        if is_constant(x, 1.0):
            return y
        if is_constant(x, -1.0):
            return negate(y)
        if x.op == "negate":
            return negate(multiply(x.operands[0], y))
        if x.op == "reciprocal" and x.operands[0] is y:
            return a.graph.lift(1.0)
    return a.graph.make("multiply", *_ordered(a, b))


def divide(a, b):
    return a if is_constant(a, 0.0) else multiply(a, reciprocal(b))


def reciprocal(a):
    if is_constant(a) and a.operands[0] != 0.0:
        return a.graph.lift(1.0 / a.operands[0])
    return a.graph.make("reciprocal", a)


def maximum(a, b):
    """B if b > a, else a: a NaN in the first operand survives; at a tie the slope is the second one's."""
    return a if a is b else a.graph.make("maximum", a, b)


def minimum(a, b):
    return a if a is b else a.graph.make("minimum", a, b)


def select(left, right, then, otherwise):
    """`then` where left > right, else `otherwise`; no slope through the condition."""
    return then if then is otherwise else left.graph.make("select", left, right, then, otherwise)


def where(condition, then, otherwise):
    graph = condition.left.graph
    then, otherwise = graph.lift(then), graph.lift(otherwise)
    if condition.opposite:
        then, otherwise = otherwise, then
    return select(condition.left, condition.right, then, otherwise)


def function(op, a):
    """Exp or log; never folded, so that only the engine's own IR computes them."""
    return a.graph.make(op, a)


def sqrt(a):
    return a.graph.make("sqrt", maximum(a, a.graph.lift(FLOOR)))


def power(base, exponent):
    """Whole literal exponents by multiplication; all others as exp(n log max(x, 1e-12))."""
    if isinstance(exponent, int):
        if exponent < 0:
            return reciprocal(power(base, -exponent))
        result = base.graph.lift(1.0)
        for bit in bin(exponent)[2:]:
            result = multiply(result, result)
            result = multiply(result, base) if bit == "1" else result
        return result
    logarithm = function("log", maximum(base, base.graph.lift(FLOOR)))
    return function("exp", multiply(base.graph.lift(exponent), logarithm))


def _ordered(a, b):
    return (a, b) if a.number <= b.number else (b, a)


def leaves(node):
    return node.op in ("constant", "symbol")


def in_order(outputs, stop=()):
    """Every node that `outputs` need, operands first, in a fixed order; nothing below the nodes in `stop`."""
    seen, order = set(), []
    for output in outputs:
        stack = [(output, False)]
        while stack:
            node, ready = stack.pop()
            if ready:
                order.append(node)
            elif node.number not in seen:
                seen.add(node.number)
                stack.append((node, True))
                if not leaves(node) and node.number not in stop:
                    stack.extend((x, False) for x in reversed(node.operands) if x.number not in seen)
    return order


def symbols_of(outputs):
    """Names of the symbols that the outputs depend on, in order of appearance."""
    return [n.operands[0] for n in in_order(outputs) if n.op == "symbol"]
