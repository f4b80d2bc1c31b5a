"""The expression graph: what `core` traces with, `flatten` orders and `solve` compiles."""

from synaptrace.graph.derivative import gradient
from synaptrace.graph.expression import FLOOR, Comparison, Graph, Node, in_order, symbols_of
from synaptrace.graph.prune import prune
from synaptrace.graph.rebuild import rebuild
from synaptrace.graph.system import TIME, System
from synaptrace.graph.text import formula, listing

__all__ = [
    "FLOOR",
    "TIME",
    "Comparison",
    "Graph",
    "Node",
    "System",
    "formula",
    "gradient",
    "in_order",
    "listing",
    "prune",
    "rebuild",
    "symbols_of",
]
