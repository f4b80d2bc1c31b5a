"""exp, log and the four readers of the words in core: values, slopes at 0 and at kinks, derivatives."""

import math

import numpy as np
import pytest

from synaptrace import units
from synaptrace.core import exp, hill, log, maximum, minimum, power, sqrt, warmed, where
from synaptrace.graph import FLOOR, Graph, System, gradient
from synaptrace.graph.evaluate import evaluate
from synaptrace.solve.engine import Engine, Kernels, Schedule

WORDS = {
    "exp": (lambda x: exp(x), [-800, -30, -1e-3, 0.0, 1e-9, 1.0, 30.0, 800.0]),
    "log": (lambda x: log(x), [1e-300, 1e-12, 0.3, 1.0, 2.0, 1e15]),
    "sqrt": (lambda x: sqrt(x), [-1.0, 0.0, 1e-13, 1e-12, 0.5, 4.0]),
    "power": (lambda x: power(x, 1.3), [-1.0, 0.0, 1e-12, 0.5, 1.0, 3.0]),
    "square": (lambda x: x**2, [-2.0, 0.0, 3.0]),
    "inverse cube": (lambda x: x**-3, [-2.0, 0.1, 3.0]),
    "hill": (lambda x: hill(x, 2.0, 1.7), [0.0, 0.1, 2.0, 50.0]),
    "whole hill": (lambda x: hill(x, 2.0, 4), [0.0, 2.0, 50.0]),
    "warmed": (lambda x: warmed(x, 15.0, 2.4), [5.0, 15.0, 25.0, 28.0, 310.0]),
    "where": (lambda x: where(x > 1, x * 2, x), [0.0, 1.0, 2.0]),
    "where not below": (lambda x: where(x >= 1, x * 2, x), [0.0, 1.0, 2.0]),
    "where below": (lambda x: where(x < 1, x * 2, x), [0.0, 1.0, 2.0]),
    "where not above": (lambda x: where(x <= 1, x * 2, x), [0.0, 1.0, 2.0]),
    "maximum": (lambda x: maximum(x, 1.0), [0.0, 1.0, 2.0]),
    "minimum": (lambda x: minimum(x, 1.0), [0.0, 1.0, 2.0]),
}
CASES = [pytest.param(f, points, id=name) for name, (f, points) in WORDS.items()]


def through_kernels(build, points, width):
    """The outputs of `build(x)` at the points, through the compiled observe kernel."""
    g = Graph()
    system = System(["x"], [0.0], [1.0], [], [], [], [g.symbol("x") * 0.0 + 0.0], {"f": build(g.symbol("x"))})
    engine = Engine(Kernels(system, width, 2), clock=1.0)
    people = len(points)
    nothing = np.zeros((people, 1, 0))
    schedule = Schedule(np.tile([0.0, 1.0], (people, 1)), nothing, nothing)
    return engine.run(np.array(points, float)[:, None], np.zeros((people, 0)), schedule, np.array([0.0])).values[:, 0, 0]


@pytest.mark.parametrize(("f", "points"), CASES)
def test_numbers_arrays_graph_and_kernels_agree(f, points):
    numbers = [f(float(x)) for x in points]
    g = Graph()
    traced = [
        evaluate([g.lift(f(g.symbol("x")))], {"x": float(x)})[0] if abs(x) < 700 else y
        for x, y in zip(points, numbers, strict=True)
    ]
    np.testing.assert_allclose(f(np.array(points, float)), numbers, rtol=1e-14)
    np.testing.assert_allclose(traced, numbers, rtol=1e-14)
    np.testing.assert_allclose(through_kernels(f, points, 4), numbers, rtol=5e-15)


@pytest.mark.parametrize("name", ["power", "hill", "maximum", "where", "square"])
def test_quantities_agree_with_numbers(name):
    f = {"maximum": lambda x: maximum(x, 1.0 * x), "where": lambda x: where(x > 0 * x, x * 2, x)}.get(name, WORDS[name][0])
    q = f(units.quantity(0.7, "1"))
    assert float(getattr(q, "magnitude", q)) == pytest.approx(f(0.7))


@pytest.mark.parametrize("Q10", [1.0, 2.0, 2.4, 3.7])
def test_a_step_runs_q10_times_as_fast_ten_kelvin_warmer_and_not_a_digit_faster_at_its_own_temperature(Q10):
    at = np.array([285.15, 295.15, 305.15, 310.15])
    closed = [1 / Q10, 1.0, Q10, Q10**1.5]
    assert warmed(at, 295.15, Q10) == pytest.approx(closed, rel=1e-14)
    assert through_kernels(lambda T: warmed(T, 295.15, Q10), at, 4) == pytest.approx(closed, rel=1e-14)
    assert (
        warmed(295.15, 295.15, Q10) == warmed(at, 295.15, Q10)[1] == through_kernels(lambda T: warmed(T, T, Q10), at, 4)[0] == 1
    )
    g = Graph()
    own = {"T": 295.15, "T_0": 295.15, "Q10": Q10}
    assert evaluate([warmed(g.symbol("T"), g.symbol("T_0"), g.symbol("Q10"))], own)[0] == 1
    assert Q10 != 1 or (warmed(at, 295.15, Q10) == 1).all()


def test_a_step_is_warmed_by_quantities_in_kelvin_and_by_nothing_else():
    T, T_0, Q10 = (units.quantity(x, unit) for x, unit in ((310.15, "K"), (295.15, "K"), (2.0, "1")))
    assert warmed(T, T_0, Q10) == pytest.approx(2**1.5) and warmed(T_0, T_0, Q10) == 1
    assert warmed(units.quantity(310.15e3, "mK"), T_0, Q10) == pytest.approx(2**1.5)
    with pytest.raises(Exception, match="[Cc]annot convert"):
        warmed(units.quantity(1.0, "mV"), units.quantity(0.5, "mV"), Q10)


def test_exp_and_log_are_right_to_the_last_place_or_two(rng):
    x = rng.uniform(-700, 700, 4000)
    found = through_kernels(exp, x, 8)
    assert np.max(np.abs(found / np.array([math.exp(v) for v in x]) - 1)) < 2.3e-16 * 2
    x = np.exp(rng.uniform(-200, 600, 4000))
    found = through_kernels(log, x, 8)
    assert np.max(np.abs(found - np.log(x)) / np.maximum(np.abs(np.log(x)), 1e-3)) < 2.3e-16 * 2
    assert through_kernels(exp, [0.0], 1)[0] == 1.0 and through_kernels(log, [1.0], 1)[0] == 0.0


def slope(f, x):
    g = Graph()
    s = gradient(g.lift(f(g.symbol("x"))), {"x": 0}).get("x", g.lift(0.0))
    return evaluate([s], {"x": x})[0]


@pytest.mark.parametrize(
    ("f", "x", "stated"),
    [
        (sqrt, 0.0, 0.0),
        (sqrt, FLOOR, 0.0),
        (lambda x: power(x, 0.4), 0.0, 0.0),
        (lambda x: power(x, 0.4), -1.0, 0.0),
        (lambda x: x**2, 0.0, 0.0),
        (lambda x: x**1, 0.0, 1.0),
        (lambda x: hill(x, 1.0, 1), 0.0, 1.0),
        (lambda x: maximum(x, 1.0), 1.0, 0.0),
        (lambda x: maximum(1.0, x), 1.0, 1.0),
        (lambda x: minimum(x, 1.0), 1.0, 0.0),
        (lambda x: minimum(1.0, x), 1.0, 1.0),
        (lambda x: where(x > 1.0, 5 * x, 3 * x), 1.0, 3.0),
        (lambda x: where(x >= 1.0, 5 * x, 3 * x), 1.0, 5.0),
    ],
)
def test_slopes_at_zero_and_at_kinks_are_as_stated(f, x, stated):
    assert slope(f, x) == stated


@pytest.mark.parametrize(("f", "x"), [(f, x) for f, points in WORDS.values() for x in points if 1e-3 < abs(x) < 100 and x != 1])
def test_slopes_agree_with_differences(f, x):
    h = 1e-6 * max(1.0, abs(x))
    assert slope(f, x) == pytest.approx((f(x + h) - f(x - h)) / (2 * h), rel=1e-6, abs=1e-9)


def test_a_traced_quantity_has_no_truth_value():
    g = Graph()
    with pytest.raises(TypeError, match="use where"):
        bool(g.symbol("x"))
    with pytest.raises(TypeError, match="use where"):
        bool(g.symbol("x") > 1)


def test_equal_expressions_are_one_node_and_a_ratio_of_one_is_one():
    g = Graph()
    x, y = g.symbol("x"), g.symbol("y")
    assert x * y is y * x and x + y is y + x and (x - y) is -(y - x)
    assert (x / x).operands == (1.0,) and (x - x).operands == (0.0,)
