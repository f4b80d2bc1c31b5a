"""Roots of many functions at once, each inside its own bracket."""

import numpy as np


def falling_root(function, start, low, high, scale, iterations=100):
    """(root (B,), converged (B,)) of functions that are above 0 left of their root and below 0 right of it.

    `function(x, rows)` gives values and slopes of the functions numbered `rows`; start, low, high (B,) with low <= start <=
    high; `scale` (B,) is what x is small against. Newton's method, halving the bracket where a step would leave it. A function
    that is not above 0 at a `low` of 0 has its root there. Rows that do not settle in `iterations` steps are not converged.
    """
    x, low, high = start.copy(), low.copy(), high.copy()
    open_rows = np.arange(len(x))
    at_zero = open_rows[low == 0]
    if len(at_zero):
        closed = at_zero[function(np.zeros(len(at_zero)), at_zero)[0] <= 0]
        x[closed] = high[closed] = 0.0
        open_rows = np.setdiff1d(open_rows, closed, assume_unique=True)
    for _ in range(iterations):
        if len(open_rows) == 0:
            break
        value, slope = function(x[open_rows], open_rows)
        here = x[open_rows]
        low[open_rows] = np.where(value >= 0, here, low[open_rows])
        high[open_rows] = np.where(value <= 0, here, high[open_rows])
        below, above = low[open_rows], high[open_rows]
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            moved = here - value / slope
        inside = (slope < 0) & (moved >= below) & (moved <= above)
        moved = np.where(inside, moved, (below + above) / 2)
        x[open_rows] = moved
        tolerance = 1e-12 * moved + 1e-14 * scale[open_rows]
        settled = (np.abs(moved - here) <= tolerance) | (above - below <= tolerance)
        open_rows = open_rows[~settled]
    converged = np.ones(len(x), bool)
    converged[open_rows] = False
    return x, converged
