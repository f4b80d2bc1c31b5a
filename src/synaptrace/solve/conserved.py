"""Totals that no run can change, found from the Jacobian."""

import numpy as np

from synaptrace.graph.evaluate import evaluate

POINTS, SEED, ZERO = 3, 1, 1e-10
LEVELS = (1.0, 300.0)  # of the inputs; at 1 a temperature overflows


def conserved_sums(system, jacobian):
    """Orthonormal vectors c [states, sums] whose product with the Jacobian is zero at random places."""
    found = next((f for f in (_columns(system, jacobian, level) for level in LEVELS) if np.isfinite(f).all()), None)
    if found is None:
        return np.zeros((len(system.states), 0))
    found /= np.maximum(np.abs(found).max(axis=0, keepdims=True), 1e-300)
    left, sizes, _ = np.linalg.svd(found)
    return left[:, sizes < ZERO * sizes[0]]


def _columns(system, jacobian, level):
    """Jacobians at random places, side by side."""
    rng, count = np.random.default_rng(SEED), len(system.states)
    found = np.zeros((count, POINTS * count))
    fixed = {n: v if np.isfinite(v) else 1.0 for n, v in zip(system.parameters, system.values, strict=True)}
    fixed |= {n: level for n in system.inputs} | {"time": 0.0}
    for k in range(POINTS):
        shares = rng.uniform(0.2, 0.9, count)
        place = fixed | {n: s * x for n, s, x in zip(system.states, system.scales, shares, strict=True)}
        for (i, j), value in zip(jacobian, evaluate(list(jacobian.values()), place), strict=True):
            found[i, k * count + j] = value
    return found
