"""Tables of averages: the same sum for numbers, arrays, quantities and expressions; edges; refusals."""

import numpy as np
import pytest

from synaptrace import units
from synaptrace.errors import TableError, UnknownName
from synaptrace.graph import Graph, gradient
from synaptrace.graph.evaluate import evaluate
from synaptrace.tables import load_table, read_table, tables

TEXT = """
name    = "toy"
meaning = "a made-up average"
unit    = "pA"
model   = "averaged_spine"
reads   = "calcium.pyramidal_evoked.nmda"

[conditions]

[[axis]]
name   = "rate"
drives = "spikes.pyramidal_evoked.postsynaptic"
unit   = "1/s"
low    = 0
high   = 50
scale  = "log1p"
offset = 2.0

[[axis]]
name   = "glutamate"
drives = "glutamate.outside"
unit   = "mmol/L"
low    = 1e-5
high   = 1e-2
scale  = "log"

[[axis]]
name   = "chance"
drives = "release.pyramidal_evoked.probability"
unit   = "1"
low    = 0.1
high   = 0.9
scale  = "linear"

[built]
model_hash = "0"
terms = [[0, 0, 0, 1.5], [1, 0, 0, 0.4], [2, 1, 0, -0.3], [0, 3, 2, 0.25], [0, 0, 1, 0.125], [4, 0, 1, 0.0625]]
"""


def toy(**changes):
    text = TEXT
    for before, after in changes.items():
        text = text.replace(before.replace("_", " "), after)
    return read_table(text, "toy")


def by_numpy(table, rate, glutamate, chance):
    """The same sum by another library."""
    places = [2 * np.log1p(rate / 2) / np.log1p(25) - 1, 2 * np.log(glutamate / 1e-5) / np.log(1e3) - 1, (chance - 0.5) / 0.4]
    coefficients = np.zeros((5, 5, 5))
    for degrees, value in table.terms:
        coefficients[degrees] = value
    return np.polynomial.chebyshev.chebval3d(*places, coefficients)


POINTS = [(0.0, 1e-5, 0.1), (50.0, 1e-2, 0.9), (1.0, 5e-5, 0.5), (12.3, 3e-3, 0.77)]


@pytest.mark.parametrize("point", POINTS)
def test_numbers_arrays_quantities_and_expressions_agree_with_numpy(point):
    table = toy()
    expected = by_numpy(table, *point)
    assert table(*point) == pytest.approx(expected, rel=1e-13)
    assert table(*(np.array([x, x]) for x in point)) == pytest.approx([expected, expected], rel=1e-13)
    dressed = [units.quantity(x, u) for x, u in zip(point, ("1/s", "mmol/L", "1"), strict=True)]
    assert table(*dressed).to("fA").magnitude == pytest.approx(1e3 * expected, rel=1e-12)
    graph = Graph()
    node = table(*(graph.symbol(n) for n in "abc"))
    assert evaluate([node], dict(zip("abc", point, strict=True)))[0] == pytest.approx(expected, rel=1e-13)


def test_the_derivative_is_exact():
    table, graph = toy(), Graph()
    node = table(*(graph.symbol(n) for n in "abc"))
    slopes = gradient(node, {"a": 0, "b": 1, "c": 2})
    point = np.array([12.3, 3e-3, 0.77])
    for k, name in enumerate("abc"):
        step = 1e-6 * point[k]
        up, down = (table(*(point + s * np.eye(3)[k] * step)) for s in (1, -1))
        found = evaluate([slopes[name]], dict(zip("abc", point, strict=True)))[0]
        assert found == pytest.approx((up - down) / (2 * step), rel=1e-6)


def test_outside_its_range_a_table_keeps_its_edge_and_says_so():
    table, graph = toy(), Graph()
    assert table(80.0, 1e-3, 0.5) == table(50.0, 1e-3, 0.5) and table(-1.0, 1e-9, 0.0) == table(0.0, 1e-5, 0.1)
    assert table(np.array([80.0, 50.0]), 1e-3, 0.5)[0] == table(50.0, 1e-3, 0.5)
    node = table.outside(*(graph.symbol(n) for n in "abc"))
    beyond = [(80, 1e-3, 0.5), (5, 1e-9, 0.5), (5, 1e-3, 0.95)]
    for point, left in [*((p, 1) for p in beyond), ((50, 1e-2, 0.9), 0), ((5, 1e-3, 0.5), 0)]:
        assert evaluate([node], dict(zip("abc", point, strict=True)))[0] == left
    slope = gradient(table(*(graph.symbol(n) for n in "abc")), {"a": 0})["a"]
    assert evaluate([slope], {"a": 80.0, "b": 1e-3, "c": 0.5})[0] == 0


def test_a_table_of_the_logarithm_gives_the_exponential_of_its_sum():
    plain, curved = toy(), read_table(TEXT.replace('unit    = "pA"', 'unit    = "pA"\nfits = "logarithm"'), "toy")
    graph = Graph()
    node = curved(*(graph.symbol(n) for n in "abc"))
    for point in POINTS:
        assert curved(*point) == pytest.approx(np.exp(plain(*point)), rel=1e-13)
        assert curved(*map(np.array, point)) == pytest.approx(np.exp(plain(*point)), rel=1e-13)
        assert evaluate([node], dict(zip("abc", point, strict=True)))[0] == pytest.approx(np.exp(plain(*point)), rel=1e-13)


@pytest.mark.parametrize("scale", ["linear", "log", "log1p"])
def test_places_and_values_of_an_axis_are_inverse(scale):
    axis = toy().axes[1]
    axis = type(axis)("x", "x", "1", 0.5, 20.0, scale, 3.0)
    for value in (0.5, 1.0, 7.0, 20.0):
        assert axis.value(axis.place(value)) == pytest.approx(value, rel=1e-12)
    assert axis.place(0.5) == pytest.approx(-1) and axis.place(20.0) == pytest.approx(1)


@pytest.mark.parametrize(
    ("before", "after", "kind", "sentence"),
    [
        ('meaning = "a made-up average"\n', "", TableError, "the table 'toy' has no 'meaning'."),
        ("high   = 50", "high   = -1", TableError, "the axis 'rate' of the table 'toy' has no range."),
        ("low    = 1e-5", "low    = 0", TableError, "the axis 'glutamate' of the table 'toy' has no range."),
        ('scale  = "log1p"', 'scale  = "log2"', UnknownName, "'log2' is not a scale of an axis."),
        ('unit   = "mmol/L"\n', "", TableError, "an axis of the table 'toy' has no 'unit'."),
        ("[0, 0, 0, 1.5]", "[0, 0, 1.5]", TableError, "the terms of the table 'toy' do not fit."),
        ('unit    = "pA"', 'unit    = "pA"\nfits = "root"', UnknownName, "'root' is not what a table fits."),
        ("name    =", "name    ==", TableError, "'toy' cannot be read as a table."),
    ],
)
def test_a_bad_table_is_refused_in_one_sentence(before, after, kind, sentence):
    assert before in TEXT
    with pytest.raises(kind) as error:
        read_table(TEXT.replace(before, after, 1), "toy")
    assert error.value.sentence == sentence


def test_a_table_that_was_never_built_and_one_that_is_not_there_are_refused():
    with pytest.raises(TableError, match="the table 'toy' was never built") as error:
        read_table(TEXT.split("[built]")[0], "toy")(1.0, 1e-4, 0.5)
    assert error.value.lines["fix"] == "synaptrace averages build toy"
    with pytest.raises(UnknownName, match="'evoked_calcum' is not a table") as error:
        load_table("evoked_calcum")
    assert error.value.lines["nearest"] == "evoked_calcium"
    with pytest.raises(TableError, match="has 4 axes"):
        read_table(TEXT.replace("[built]", '[[axis]]\nname = "x"\ndrives = "x"\nunit = "1"\nlow = 0\nhigh = 1\n[built]'), "toy")


@pytest.mark.parametrize("name", tables())
def test_every_shipped_table_keeps_its_limits(name):
    table = load_table(name)
    error = table.table["built"]["error"]
    assert table.name == name and 0 < len(table.terms) <= 250 and 1 <= len(table.axes) <= 3
    assert error["points"] >= 200 and error["of_range"] <= 0.01 and error["of_value"] <= 0.05
