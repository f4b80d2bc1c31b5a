"""Chebyshev coefficients by least squares, and the error they leave at points that were held back."""

import itertools

import numpy as np

from synaptrace.tables import MOST_TERMS

WEIGHTS = (1.0, 1.6)  # along an axis of weight 1.6 degrees are kept lower
SMALL, LARGE = 0.25, 0.1  # of the range: values well below the one count alike, those above the other are large


def fitted(places, values, even=False, small=SMALL):
    """((degrees, coefficient), ...) of the smallest error of leaving out one point.

    Parameters
    ----------
    places : array [points, axes]
        From -1 to 1.
    values : array [points]
    even : bool
        All points count alike; else the error counts relative to the value plus a share of the range, `small`, since a slow
        model mostly reads small values.
    """
    best, weights = None, np.ones(len(values)) if even else 1 / (np.abs(values) + small * np.ptp(values))
    for degrees in _candidates(places.shape[1], len(places) // 2):
        basis = polynomials(places, degrees) * weights[:, None]
        q, r = np.linalg.qr(basis)
        coefficients = np.linalg.solve(r, q.T @ (values * weights))
        left_out = (values * weights - basis @ coefficients) / np.maximum(1 - (q**2).sum(axis=1), 1e-9)
        error = float(np.sqrt(np.mean(left_out**2)))
        if best is None or error < 0.99 * best[0]:
            best = error, degrees, coefficients
    return tuple((d, float(c)) for d, c in zip(best[1], best[2], strict=True))


def polynomials(places, degrees):
    """Products of Chebyshev polynomials [points, terms]."""
    tables = [np.polynomial.chebyshev.chebvander(x, max(d[k] for d in degrees)) for k, x in enumerate(places.T)]
    return np.prod([t[:, [d[k] for d in degrees]] for k, t in enumerate(tables)], axis=0)


def _candidates(axes, most):
    """Sets of degrees, smaller ones first: those whose weighted sum is at most some number."""
    found = {}
    for weights in itertools.product(WEIGHTS, repeat=axes):
        for total in range(1, 31 if axes == 1 else 21):
            reach = [range(int(total / w) + 1) for w in weights]
            inside = tuple(
                d for d in itertools.product(*reach) if sum(w * k for w, k in zip(weights, d, strict=True)) <= total + 1e-9
            )
            if len(inside) > min(MOST_TERMS, most):
                break
            found[inside] = None
    return sorted(found, key=len)


def errors(found, expected):
    """{points, of_range, of_value, mean_of_range}: largest errors of values found against those expected."""
    off, size = np.abs(found - expected), float(np.ptp(expected))
    large = np.abs(expected) > LARGE * size
    return {
        "points": len(expected),
        "of_range": float(off.max() / size),
        "mean_of_range": float(off.mean() / size),
        "of_value": float((off[large] / np.abs(expected[large])).max()) if large.any() else 0.0,
    }


def spread_points(count, axes):
    """Places [count, axes] from -1 to 1, even and denser at the edges (Halton points, arcsine law)."""
    even = np.array([[_reversed_digits(k + 1, base) for base in (2, 3, 5)[:axes]] for k in range(count)])
    return -np.cos(np.pi * even)


def _reversed_digits(number, base):
    found, share = 0.0, 1.0
    while number:
        number, digit = divmod(number, base)
        share /= base
        found += share * digit
    return found
