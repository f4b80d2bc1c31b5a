"""Rodas5P: its coefficients by the order conditions, and the order it reaches through the production kernels."""

import mpmath as mp
import numpy as np
import pytest

from synaptrace.core.maths import exp
from synaptrace.graph import Graph, System
from synaptrace.solve import rodas5p as method
from synaptrace.solve.engine import Engine, Kernels, Schedule

mp.mp.dps = 40
S = method.STAGES


def trees(n):
    """Rooted trees with n nodes, as sorted nested tuples."""
    if n == 1:
        return [()]
    found = set()

    def parts(left, largest):
        if left == 0:
            yield ()
            return
        for size in range(min(left, largest), 0, -1):
            for t in trees(size):
                for rest in parts(left - size, size):
                    yield (t, *rest)

    for p in parts(n - 1, n - 1):
        found.add(tuple(sorted(p)))
    return sorted(found)


def nodes(tree):
    return 1 + sum(map(nodes, tree))


def density(tree):
    product = nodes(tree)
    for t in tree:
        product *= density(t)
    return product


class Classical:
    """alpha, beta, b of the method in its classical form, from the coefficients as typed."""

    def __init__(self):
        def matrix(rows):
            return mp.matrix([[mp.mpf(r[j]) if j < len(r) else mp.mpf(0) for j in range(S)] for r in rows])

        inverse = mp.eye(S) / mp.mpf(method.GAMMA) - matrix(method.C)
        self.gamma = inverse**-1
        self.alpha = matrix(method.A) * self.gamma
        self.beta = self.alpha + self.gamma
        last = method.A[-1]
        self.b = mp.matrix([[mp.mpf(x) for x in (*last, 1.0)]]) * self.gamma
        self.embedded = mp.matrix([[mp.mpf(x) for x in (*last, 0.0)]]) * self.gamma
        self.dense = [mp.matrix([[mp.mpf(x) for x in r]]) * self.gamma for r in method.H]

    def weights(self, tree):
        if not tree:
            return [mp.mpf(1)] * S
        matrix = self.beta if len(tree) == 1 else self.alpha
        product = [mp.mpf(1)] * S
        for branch in tree:
            v = self.weights(branch)
            product = [product[i] * sum(matrix[i, j] * v[j] for j in range(S)) for i in range(S)]
        return product


CLASSICAL = Classical()


def residual(b, order, theta=1):
    return max(
        abs(sum(b[i] * v for i, v in enumerate(CLASSICAL.weights(t))) - mp.mpf(theta) ** order / density(t)) for t in trees(order)
    )


@pytest.mark.parametrize("order", [1, 2, 3, 4, 5])
def test_order_conditions_hold(order):
    assert residual(CLASSICAL.b, order) < 1e-13


def test_the_order_is_five_and_not_six():
    assert residual(CLASSICAL.b, 6) > 1e-3


def test_the_embedded_method_has_order_four():
    assert max(residual(CLASSICAL.embedded, k) for k in range(1, 5)) < 1e-13
    assert residual(CLASSICAL.embedded, 5) > 1e-3


@pytest.mark.parametrize("theta", [0.25, 0.5, 0.8])
def test_dense_output_has_order_four(theta):
    th, d = mp.mpf(theta), CLASSICAL.dense
    b = [th * (CLASSICAL.b[i] + (1 - th) * (d[0][i] + th * (d[1][i] + th * d[2][i]))) for i in range(S)]
    assert max(residual(b, k, th) for k in range(1, 5)) < 1e-12


def test_the_method_is_l_stable_on_the_axes():
    def stability(z):
        return 1 + z * (CLASSICAL.b * ((mp.eye(S) - z * CLASSICAL.beta) ** -1) * mp.matrix([1] * S))[0]

    assert abs(stability(mp.mpf(-10) ** 13)) < 1e-9
    assert max(abs(stability(mp.mpc(0, mp.mpf(10) ** (k / mp.mpf(4))))) for k in range(-12, 24)) < 1 + 1e-12


def test_stage_times_and_time_weights_are_row_sums():
    for i in range(S):
        assert abs(sum(CLASSICAL.alpha[i, j] for j in range(S)) - mp.mpf(method.ALPHA[i])) < 1e-13
        assert abs(sum(CLASSICAL.gamma[i, j] for j in range(S)) - mp.mpf(method.GAMMAS[i])) < 1e-13


def engine_of(build, states, **options):
    """Engine of a small system, with a tolerance so loose that one step covers a segment."""
    g = Graph()
    slopes = build(g, *[g.symbol(s) for s in states], g.symbol("time"))
    system = System(states, [0.0] * len(states), [1.0] * len(states), [], [], [], [g.lift(f) for f in slopes], {})
    return Engine(Kernels(system, 1, 0, observed=states), clock=1.0, **options)


def fixed_steps(engine, start, count, end, moments=()):
    times = np.linspace(0, end, count + 1)[None]
    nothing = np.zeros((1, count, 0))
    return engine.run(np.array([start]), np.zeros((1, 0)), Schedule(times, nothing, nothing), np.array(moments, float))


LOOSE = {"rtol": 1e30, "atol": 1e30, "first_step": 1e9}


def measured_order(errors):
    return np.log2(np.array(errors[:-1]) / np.array(errors[1:]))


def stiff_and_driven(g, y, z, t):
    """A smooth stiff pair driven by time: z follows y quickly, y is driven."""
    return [-y * z + exp(-t) * t, 50 * (y - z)]


def reference_of_stiff(end):
    from scipy.integrate import solve_ivp

    run = solve_ivp(
        lambda t, y: [-y[0] * y[1] + np.exp(-t) * t, 50 * (y[0] - y[1])],
        (0, end),
        [1.0, 1.0],
        method="Radau",
        rtol=1e-13,
        atol=1e-14,
    )
    return run.y[:, -1]


def test_measured_order_on_a_stiff_driven_problem_is_at_least_4_7():
    """Steps small enough to resolve the fast rate: the classical order shows."""
    engine = engine_of(stiff_and_driven, ["y", "z"], **LOOSE)
    finest = fixed_steps(engine, [1.0, 1.0], 4096, 2.0).end[0]
    np.testing.assert_allclose(finest, reference_of_stiff(2.0), rtol=1e-10)
    errors = [np.abs(fixed_steps(engine, [1.0, 1.0], n, 2.0).end[0] - finest).max() for n in (64, 128, 256)]
    orders = measured_order(errors)
    print("orders", orders, "errors", errors)
    assert orders[-1] >= 4.7


def test_without_the_time_derivative_the_order_would_drop():
    """The driven problem needs df/dt: leaving it out of the stages costs the order, so the test above can fail."""
    kept = method.GAMMAS
    from synaptrace.solve import method as kernels

    kernels.method.GAMMAS = (0.0,) * S
    try:
        engine = engine_of(stiff_and_driven, ["y", "z"], **LOOSE)
        fine = engine_of(stiff_and_driven, ["y", "z"], **LOOSE)
    finally:
        kernels.method.GAMMAS = kept
    finest = reference_of_stiff(2.0)
    errors = [np.abs(fixed_steps(engine, [1.0, 1.0], n, 2.0).end[0] - finest).max() for n in (64, 128, 256)]
    assert fine is not engine and measured_order(errors)[-1] < 3


def test_dense_output_converges_with_order_4_at_least():
    engine = engine_of(stiff_and_driven, ["y", "z"], **LOOSE)
    finest = fixed_steps(engine, [1.0, 1.0], 4096, 2.0, [0.737]).values[0, 0]
    errors = [np.abs(fixed_steps(engine, [1.0, 1.0], n, 2.0, [0.737]).values[0, 0] - finest).max() for n in (128, 256, 512)]
    assert measured_order(errors).mean() > 3.7


def test_prothero_robinson_shows_the_known_order_reduction():
    """y' = -k (y - g(t)) + g'(t) with k = 1e6: printed, and between 1 and the classical order."""

    def build(g, y, t):
        wave = exp(-t)
        return [-1e6 * (y - wave) - wave]

    engine = engine_of(build, ["y"], **LOOSE)
    errors = [abs(fixed_steps(engine, [1.0], n, 1.0).end[0, 0] - np.exp(-1.0)) for n in (4, 8, 16, 32)]
    print("Prothero-Robinson orders", measured_order(errors), errors)
    assert 1 < measured_order(errors).mean() <= 6


def test_the_error_follows_the_tolerance_over_five_decades():
    errors = []
    for rtol in (1e-4, 1e-5, 1e-6, 1e-7, 1e-8):
        engine = engine_of(stiff_and_driven, ["y", "z"], rtol=rtol, atol=rtol, first_step=1e-3)
        errors.append(np.abs(fixed_steps(engine, [1.0, 1.0], 1, 2.0).end[0] - reference_of_stiff(2.0)).max())
    print("errors", errors)
    assert all(e < 10 * rtol for e, rtol in zip(errors, (1e-4, 1e-5, 1e-6, 1e-7, 1e-8), strict=True))
    assert errors[-1] < 1e-3 * errors[0]
