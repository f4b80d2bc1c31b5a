"""Averages of the fast model as tables: Chebyshev sums on at most three axes, called like a function."""

import math
import tomllib
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files

from synaptrace import units
from synaptrace.errors import TableError, UnknownName, nearest
from synaptrace.graph import Node

FOLDER = files("synaptrace") / "library" / "tables"
MOST_TERMS, MOST_AXES = 250, 3
BAR_RANGE, BAR_VALUE = 0.01, 0.05  # largest error, of the range and of values above a tenth of it
FITS = ("value", "logarithm")
SCALES = ("linear", "log", "log1p")  # of the value; of its logarithm; of the logarithm of 1 + value over offset


@dataclass(frozen=True)
class Axis:
    """One argument of a table: quantity it drives in the fast model, unit, range, and how the range is spread."""

    name: str
    drives: str
    unit: str
    low: float
    high: float
    scale: str = "linear"
    offset: float = 1.0

    def place(self, value, log=math.log):
        """Value in `unit` as a place from -1 to 1."""
        low, high = self._spread(self.low, math.log), self._spread(self.high, math.log)
        return (self._spread(value, log) - low) * (2 / (high - low)) - 1

    def value(self, place):
        """Value in `unit` of a place from -1 to 1."""
        low, high = self._spread(self.low, math.log), self._spread(self.high, math.log)
        spread = low + (place + 1) / 2 * (high - low)
        if self.scale == "linear":
            return spread
        return math.exp(spread) if self.scale == "log" else self.offset * math.expm1(spread)

    def _spread(self, value, log):
        if self.scale == "linear":
            return value
        return log(value) if self.scale == "log" else log(1 + value * (1 / self.offset))


@dataclass(frozen=True)
class AverageTable:
    """A table ready to be called with one value per axis, in the units of the axes; returns a value in `unit`.

    `terms` are (degrees, coefficient); `table` holds the whole file. Values outside an axis count as its edge.
    """

    name: str
    unit: str
    axes: tuple
    terms: tuple
    table: dict

    def __call__(self, *values):
        if any(hasattr(v, "dimensionality") for v in values):
            plain = [_magnitude(v, axis.unit) for v, axis in zip(values, self.axes, strict=True)]
            return units.quantity(self(*plain), self.unit)
        return self._sum([_within(v, axis) for v, axis in zip(values, self.axes, strict=True)])

    def outside(self, *values):
        """1 where any value lies outside its axis, else 0, for nodes of a graph."""
        from synaptrace.graph.expression import where

        found = values[0].graph.lift(0.0)
        for value, axis in zip(values, self.axes, strict=True):
            found = where(value > axis.high, 1.0, where(value < axis.low, 1.0, found))
        return found

    def _sum(self, values):
        return self.at([axis.place(v, _function("log", v)) for v, axis in zip(values, self.axes, strict=True)])

    def at(self, places):
        """The Chebyshev sum at places from -1 to 1; the same operations for numbers, arrays and nodes."""
        if not self.terms:
            raise TableError(f"the table '{self.name}' was never built.", fix=f"synaptrace averages build {self.name}")
        powers = [_chebyshev(x, 1 + max(d[k] for d, _ in self.terms)) for k, x in enumerate(places)]
        total = _nested(self.tree, powers)
        return _function("exp", total)(total) if self.logarithmic else total

    def expanded(self, nodes, fixed):
        """The sum over nodes of a graph, as short as they allow, within rounding the same as calling the table.

        Axes that get the same node become one, since a product of two polynomials of one place is half the sum of two
        others; `fixed(node)` says what does not move during a run: such axes go inside, where they are summed once.
        """
        if not self.terms:
            return self._sum(nodes)
        places = [a.place(v, _function("log", v)) for a, v in zip(self.axes, map(_within, nodes, self.axes), strict=True)]
        distinct = list({p.number: p for p in places}.values())
        distinct.sort(key=fixed)
        slots = [[k for k, p in enumerate(places) if p.number == d.number] for d in distinct]
        terms = sorted(_merged(self.terms, slots).items())
        powers = [_chebyshev(x, 1 + max(d[k] for d, _ in terms)) for k, x in enumerate(distinct)]
        total = _nested(_by_degree(terms, 0), powers)
        return _function("exp", total)(total) if self.logarithmic else total

    @cached_property
    def tree(self):
        """The terms by degree along the first axis, then the second: [(degree, what is multiplied by it)]."""
        return _by_degree(self.terms, 0)

    @property
    def logarithmic(self):
        """Whether the sum gives the logarithm of the value, so that small values are as good as large ones."""
        return self.table.get("fits", "value") == "logarithm"

    @property
    def model(self):
        """Name of the fast model."""
        return self.table["model"]

    @property
    def hash(self):
        """Hash of the fast model that the table was built from; empty before it was built."""
        return self.table.get("built", {}).get("model_hash", "")


def good_enough(error):
    """Whether the error of a table meets both bars."""
    return error["of_range"] <= BAR_RANGE and error["of_value"] <= BAR_VALUE


def _function(name, value):
    """The logarithm or exponential for that kind of value."""
    if isinstance(value, Node):
        from synaptrace.graph.expression import function

        return lambda x: function(name, x)
    return getattr(math if isinstance(value, (int, float)) else _numpy(), name)


def _within(value, axis):
    """The value, or the edge of the axis beyond it."""
    if isinstance(value, Node):
        from synaptrace.graph.expression import maximum, minimum

        return minimum(maximum(value, value.graph.lift(axis.low)), value.graph.lift(axis.high))
    return min(max(value, axis.low), axis.high) if isinstance(value, (int, float)) else _numpy().clip(value, axis.low, axis.high)


def _chebyshev(x, count):
    """Polynomials of degree 0 to count - 1 at x; the first is the number 1."""
    found = [1.0, x]
    while len(found) < count:
        found.append(2 * x * found[-1] - found[-2])
    return found[:count]


def _merged(terms, slots):
    """{degrees per slot: coefficient}: T_i(x) T_j(x) is half of T_(i+j)(x) plus half of T_|i-j|(x)."""
    found = {}
    for degrees, coefficient in terms:
        parts = {(): coefficient}
        for slot in slots:
            sums = {0: 1.0}
            for k in slot:
                wider = {}
                for m, share in sums.items():
                    for n in (m + degrees[k], abs(m - degrees[k])):
                        wider[n] = wider.get(n, 0.0) + share / 2
                sums = wider
            parts = {(*d, n): c * share for d, c in parts.items() for n, share in sums.items()}
        for d, c in parts.items():
            found[d] = found.get(d, 0.0) + c
    return found


def _by_degree(terms, axis):
    if axis == len(terms[0][0]):
        return terms[0][1]
    degrees = dict.fromkeys(d[axis] for d, _ in terms)
    return [(degree, _by_degree([t for t in terms if t[0][axis] == degree], axis + 1)) for degree in degrees]


def _nested(tree, powers):
    """Sum of coefficients times polynomials, those of later axes inside."""
    total = None
    for degree, inner in tree:
        value = _nested(inner, powers[1:]) if len(powers) > 1 else inner
        part = value if degree == 0 else powers[0][degree] * value
        total = part if total is None else total + part
    return total


def _magnitude(value, unit):
    return value.to("" if unit == "1" else unit).magnitude if hasattr(value, "dimensionality") else value


def _numpy():
    import numpy

    return numpy


def tables():
    """Names of the shipped tables, in alphabetical order."""
    return sorted(p.name.removesuffix(".toml") for p in FOLDER.iterdir() if p.name.endswith(".toml"))


@cache
def load_table(name):
    """A shipped table. Raises UnknownName with the nearest one, or TableError for a bad file."""
    known = tables()
    if name not in known:
        raise UnknownName(f"'{name}' is not a table.", nearest=nearest(name, known), find="synaptrace averages list")
    return read_table((FOLDER / f"{name}.toml").read_text("utf-8"), name)


def read_table(text, name):
    """A table from TOML. Raises TableError, in one sentence, for what is missing or breaks a limit."""
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise TableError(f"'{name}' cannot be read as a table.", reason=error) from error
    for key in ("name", "meaning", "unit", "model", "reads", "axis", "conditions"):
        if key not in table:
            raise TableError(f"the table '{name}' has no '{key}'.", given=", ".join(table) or "nothing")
    if not 1 <= len(table["axis"]) <= MOST_AXES:
        raise TableError(f"the table '{name}' has {len(table['axis'])} axes.", expected=f"1 to {MOST_AXES}")
    if table.get("fits", "value") not in FITS:
        given = table["fits"]
        raise UnknownName(f"'{given}' is not what a table fits.", nearest=nearest(given, FITS), expected=", ".join(FITS))
    axes = tuple(_axis(row, name) for row in table["axis"])
    terms = tuple((tuple(int(d) for d in row[:-1]), float(row[-1])) for row in table.get("built", {}).get("terms", []))
    if len(terms) > MOST_TERMS or any(len(d) != len(axes) for d, _ in terms):
        raise TableError(f"the terms of the table '{name}' do not fit.", expected=f"at most {MOST_TERMS}, a degree per axis")
    return AverageTable(table["name"], table["unit"], axes, terms, table)


def _axis(row, name):
    missing = [key for key in ("name", "drives", "unit", "low", "high") if key not in row]
    if missing:
        raise TableError(f"an axis of the table '{name}' has no '{missing[0]}'.", given=", ".join(row) or "nothing")
    scale = row.get("scale", "linear")
    if scale not in SCALES:
        raise UnknownName(f"'{scale}' is not a scale of an axis.", nearest=nearest(scale, SCALES), expected=", ".join(SCALES))
    axis = Axis(**{k: row[k] for k in row})
    if not axis.low < axis.high or (scale == "log" and axis.low <= 0) or (scale == "log1p" and axis.low < 0):
        given = f"{axis.low:g} to {axis.high:g} on a {scale} scale"
        raise TableError(f"the axis '{axis.name}' of the table '{name}' has no range.", given=given)
    return axis
