"""The words a mechanism file may use."""

from synaptrace.core.declare import Mechanism, Param, State, Table, ddt, molar_mass, out, relative_to_rest
from synaptrace.core.maths import exp, hill, log, maximum, minimum, power, relative_hill, sqrt, warmed, where
from synaptrace.core.schemes import markov, transport
from synaptrace.core.variability import LogitNormal, LogNormal, Share

__all__ = [
    "LogNormal",
    "LogitNormal",
    "Mechanism",
    "Param",
    "Share",
    "State",
    "Table",
    "ddt",
    "exp",
    "hill",
    "log",
    "markov",
    "maximum",
    "minimum",
    "molar_mass",
    "out",
    "power",
    "relative_hill",
    "relative_to_rest",
    "sqrt",
    "transport",
    "warmed",
    "where",
]
