"""Non-compartmental analysis of a curve: peak, areas, terminal half-life."""

import numpy as np

LEAST_POINTS = 3
FLOOR = 1e-6  # of the peak: below, a curve is the integrator's tolerance rather than a concentration
SAME = 1e-4  # adjusted R squared; the usual tolerance of this rule


def analyze(time, values):
    """Cmax, Tmax, AUC to the last time and to infinity, terminal half-life of one curve.

    Parameters
    ----------
    time : array
        Hours, strictly increasing.
    values : array
        Concentrations, same length.

    Returns
    -------
    dict
        cmax, tmax, auc_last, auc_inf, half_life, r2, points; NaN where the tail has no slope. Areas: linear up,
        logarithmic down. The terminal slope is the log-linear fit after the peak with the best adjusted R squared.
    """
    peak = int(np.argmax(values))
    above = values > FLOOR * values[peak]
    last = peak + int(np.argmin(above[peak:])) - 1 if not above[peak:].all() else len(values) - 1
    last = max(last, peak)
    area = _area(time, values)
    rate, r2, points = _terminal(time[peak + 1 : last + 1], values[peak + 1 : last + 1])
    tail = values[last] / rate if rate > 0 else np.nan
    half_life = np.log(2) / rate if rate > 0 else np.nan
    return {
        "cmax": float(values[peak]),
        "tmax": float(time[peak]),
        "auc_last": float(area),
        "auc_inf": float(area + tail),
        "half_life": float(half_life),
        "r2": float(r2),
        "points": points,
    }


def _area(time, values):
    """Linear trapezoid where the curve rises, logarithmic where it falls."""
    a, b, step = values[:-1], values[1:], np.diff(time)
    falls = (a > b) & (b > 0)
    ratio = np.log(np.where(falls, a / np.where(falls, b, 1.0), np.e))
    return float(np.sum(step * np.where(falls, (a - b) / ratio, (a + b) / 2)))


def _terminal(time, values):
    """Rate constant, R squared and number of points of the best log-linear tail; all tails at once by running sums."""
    if len(time) < LEAST_POINTS:
        return np.nan, np.nan, 0
    t, y = (time - time[-1])[::-1], np.log(values / values[-1])[::-1]
    n = np.arange(1, len(t) + 1)[LEAST_POINTS - 1 :]
    st, sy, stt, sty, syy = (np.cumsum(x)[LEAST_POINTS - 1 :] for x in (t, y, t * t, t * y, y * y))
    spread_t, together, spread_y = stt - st * st / n, sty - st * sy / n, syy - sy * sy / n
    r2 = np.where(spread_y > 0, together**2 / np.where(spread_y > 0, spread_t * spread_y, 1.0), 0.0)
    adjusted = np.where(together < 0, 1 - (1 - r2) * (n - 1) / (n - 2), -np.inf)
    if not np.isfinite(adjusted).any():
        return np.nan, np.nan, 0
    best = int(np.flatnonzero(adjusted >= adjusted.max() - SAME)[-1])  # the longest among equally good ones
    return -together[best] / spread_t[best], r2[best], int(n[best])
