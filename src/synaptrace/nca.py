"""Non-compartmental analysis of curves: peak, areas, terminal half-life, for many patients at once."""

import numpy as np

LEAST_POINTS = 3
FLOOR = 1e-6  # of the peak: below, a curve is the integrator's tolerance rather than a concentration
SAME = 1e-4  # adjusted R squared; the usual tolerance of this rule


def analyze(time, values):
    """Cmax, Tmax, AUC to the last time and to infinity, terminal half-life of every patient's curve.

    Parameters
    ----------
    time : array [moments]
        Hours, strictly increasing.
    values : array [patients, moments]
        Concentrations.

    Returns
    -------
    dict of array [patients]
        cmax, tmax, auc_last, auc_inf, half_life, r2, points; NaN where the tail has no slope. Areas: linear up,
        logarithmic down. The terminal slope is the log-linear fit after the peak with the best adjusted R squared.
    """
    rows, moment = np.arange(len(values)), np.arange(len(time))
    peak, cmax = values.argmax(axis=1), values.max(axis=1)
    low = (values <= FLOOR * cmax[:, None]) & (moment > peak[:, None])
    last = np.maximum(np.where(low.any(axis=1), low.argmax(axis=1) - 1, len(time) - 1), peak)
    area = _area(time, values, last)
    rate, r2, points = _terminal(time, values, (moment > peak[:, None]) & (moment <= last[:, None]), last)
    with np.errstate(divide="ignore", invalid="ignore"):
        tail = np.where(rate > 0, values[rows, last] / rate, np.nan)
        half_life = np.where(rate > 0, np.log(2) / rate, np.nan)
    return {
        "cmax": cmax,
        "tmax": time[peak],
        "auc_last": area,
        "auc_inf": area + tail,
        "half_life": half_life,
        "r2": r2,
        "points": points,
    }


def highest(time, values):
    """Peak and its time of every patient's curve."""
    return {"cmax": values.max(axis=1), "tmax": time[values.argmax(axis=1)]}


def _area(time, values, last):
    """Linear trapezoid where the curve rises, logarithmic where it falls; to the last moment above the floor."""
    a, b, step = values[:, :-1], values[:, 1:], np.diff(time)
    falls = (a > b) & (b > 0)
    ratio = np.where(falls, np.log(np.where(falls, a, np.e)) - np.log(np.where(falls, b, 1.0)), 1.0)
    logarithmic = falls & (ratio > SAME)  # nearly equal values: the trapezoid is as true and does not cancel
    mean = np.where(logarithmic, (a - b) / np.where(logarithmic, ratio, 1.0), (a + b) / 2)
    return np.sum(np.where(np.arange(1, len(time)) <= last[:, None], step * mean, 0.0), axis=1)


def _terminal(time, values, tail, last):
    """Rate constant, R squared and number of points of the best log-linear tail; all tails at once by running sums."""
    rows = np.arange(len(values))
    ends = np.where(values[rows, last] > 0, values[rows, last], 1.0)[:, None]
    usable = tail & (values > 0)
    y = np.where(usable, np.log(np.where(usable, values, ends) / ends), 0.0)[:, ::-1]
    t = np.where(usable, time - time[last][:, None], 0.0)[:, ::-1]
    n = np.cumsum(usable[:, ::-1], axis=1)
    st, sy, stt, sty, syy = (np.cumsum(x, axis=1) for x in (t, y, t * t, t * y, y * y))
    count = np.maximum(n, LEAST_POINTS)
    spread_t, together, spread_y = stt - st * st / count, sty - st * sy / count, syy - sy * sy / count
    whole = spread_t * spread_y
    r2 = np.where(whole > 0, together**2 / np.where(whole > 0, whole, 1.0), 0.0)
    adjusted = 1 - (1 - r2) * (count - 1) / (count - 2)
    adjusted = np.where(usable[:, ::-1] & (n >= LEAST_POINTS) & (together < 0), adjusted, -np.inf)
    good = np.isfinite(adjusted) & (adjusted >= adjusted.max(axis=1, keepdims=True) - SAME)
    best = len(time) - 1 - good[:, ::-1].argmax(axis=1)  # the longest among equally good ones
    found = good.any(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        rate = np.where(found, -together[rows, best] / spread_t[rows, best], np.nan)
    return rate, np.where(found, r2[rows, best], np.nan), np.where(found, n[rows, best], 0)
