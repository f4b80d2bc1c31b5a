"""exp, log, sqrt, power, hill, relative_hill, warmed, where, minimum, maximum for numbers, arrays, quantities, graph.

Values and slopes where a choice had to be made, the same for all readers:

* `maximum(a, b)` is b where b > a, else a; at a tie the slope is that of the second operand. `minimum` likewise.
* `where(x > y, then, otherwise)` has no slope through its condition.
* `sqrt(x)` and `power(x, n)` with a real exponent are frozen at x = 1e-12 and below: the value there is that at
  1e-12 and the slope is 0. `x ** 2`, with a whole literal, is exact everywhere.
* `hill(x, half, n)` is r / (1 + r) with r = (x / half) to the n; half at x = half, 0 (to 1e-12 to the n) at x = 0.
* `warmed(T, T_0, Q10)` is Q10 to the (T - T_0) / 10 K: exactly 1 at T = T_0, whatever Q10, and at Q10 = 1, whatever T.
"""

import math

from synaptrace.graph import expression
from synaptrace.graph.expression import FLOOR, Comparison, Node


def exp(x):
    """E to the x. Exponents beyond +-708 count as +-708."""
    if isinstance(x, Node):
        return expression.function("exp", x)
    x = _pure(x)
    return math.exp(min(max(x, -708.0), 708.0)) if isinstance(x, (int, float)) else _numpy().exp(_numpy().clip(x, -708.0, 708.0))


def log(x):
    """Natural logarithm of a positive number."""
    if isinstance(x, Node):
        return expression.function("log", x)
    x = _pure(x)
    return math.log(x) if isinstance(x, (int, float)) else _numpy().log(x)


def sqrt(x):
    """Square root, frozen at 1e-12 and below."""
    if isinstance(x, Node):
        return expression.sqrt(x)
    if hasattr(x, "dimensionality"):
        return type(x)(sqrt(x.magnitude), x.units**0.5)
    return math.sqrt(max(x, FLOOR)) if isinstance(x, (int, float)) else _numpy().sqrt(_numpy().maximum(x, FLOOR))


def power(x, exponent):
    """X to a real exponent, frozen at x = 1e-12 and below; x is a pure number."""
    if isinstance(x, Node) or isinstance(exponent, Node):
        graph = (x if isinstance(x, Node) else exponent).graph
        return expression.power(graph.lift(x), graph.lift(exponent))
    x, exponent = _pure(x), _pure(exponent)
    return max(x, FLOOR) ** exponent if isinstance(x, (int, float)) else _numpy().maximum(x, FLOOR) ** exponent


def hill(x, half, exponent):
    """Saturating share r / (1 + r) with r = (x / half) ** exponent; x and half in one unit."""
    ratio = x / half
    r = ratio**exponent if isinstance(exponent, int) else power(ratio, exponent)
    return r / (1 + r)


def relative_hill(x, half, exponent):
    """Hill share of x relative to that at x = 1: 1 at x = 1, 0 at x = 0; pure numbers."""
    return hill(x, half, exponent) / hill(1, half, exponent)


def warmed(T, T_0, Q10):
    """Speed at temperature T of a step whose speed at T_0 is 1 and grows by Q10 with every 10 K; temperatures in K."""
    tens = (T - T_0) / 10
    return power(Q10, tens.to("K").magnitude if hasattr(tens, "dimensionality") else tens)


def where(condition, then, otherwise):
    """`then` where the comparison holds, else `otherwise`."""
    if isinstance(condition, Comparison):
        return expression.where(condition, then, otherwise)
    if isinstance(condition, (bool, int)) or not hasattr(condition, "__len__"):
        return then if condition else otherwise
    return _numpy().where(condition, then, otherwise)


def maximum(a, b):
    """The larger one; at a tie the slope of the second."""
    if isinstance(a, Node) or isinstance(b, Node):
        graph = (a if isinstance(a, Node) else b).graph
        return expression.maximum(graph.lift(a), graph.lift(b))
    return where(b > a, b, a)


def minimum(a, b):
    """The smaller one; at a tie the slope of the second."""
    if isinstance(a, Node) or isinstance(b, Node):
        graph = (a if isinstance(a, Node) else b).graph
        return expression.minimum(graph.lift(a), graph.lift(b))
    return where(a > b, b, a)


def _pure(x):
    """A number from a dimensionless quantity; Pint refuses anything else."""
    return x.to("").magnitude if hasattr(x, "dimensionality") else x


def _numpy():
    import numpy

    return numpy
