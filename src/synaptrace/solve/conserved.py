"""Totals that no run can change, found from the Jacobian."""

import numpy as np

from synaptrace.graph.evaluate import evaluate

POINTS, SEED, ZERO = 3, 1, 1e-10


def conserved_sums(system, jacobian):
    """Orthonormal vectors c [states, sums] whose product with the Jacobian is zero at random places."""
    rng, count = np.random.default_rng(SEED), len(system.states)
    found = np.zeros((count, POINTS * count))
    fixed = {n: v if np.isfinite(v) else 1.0 for n, v in zip(system.parameters, system.values, strict=True)}
    fixed |= {n: 1.0 for n in system.inputs} | {"time": 0.0}
    for k in range(POINTS):
        shares = rng.uniform(0.2, 0.9, count)
        place = fixed | {n: s * x for n, s, x in zip(system.states, system.scales, shares, strict=True)}
        for (i, j), value in zip(jacobian, evaluate(list(jacobian.values()), place), strict=True):
            found[i, k * count + j] = value
    found /= np.maximum(np.abs(found).max(axis=0, keepdims=True), 1e-300)
    left, sizes, _ = np.linalg.svd(found)
    return left[:, sizes < ZERO * sizes[0]]
