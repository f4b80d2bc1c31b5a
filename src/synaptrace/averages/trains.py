"""Spikes of a mean rate and the vesicles they release, around a circle: what leaves at the end came in at the start."""

import numpy as np

from synaptrace.population import uniforms
from synaptrace.solve.schedule import Schedule


def spikes(rate, window, dead, seed, name):
    """Times of round(rate * window) spikes in a window, all in seconds.

    Intervals are a dead time and an exponential rest. One interval comes from every equal share of the law, in random
    order: a Poisson process with a dead time, whose intervals are never by chance all short or all long.
    """
    count = round(rate * window)
    if not count:
        return np.empty(0)
    order, within = np.argsort(uniforms(seed, f"{name}|order", count)), uniforms(seed, f"{name}|within", count)
    gaps = -np.log((order + within) / count)
    gaps = dead + gaps * (window - count * dead) / gaps.sum()
    return np.sort((np.cumsum(gaps) + uniforms(seed, f"{name}|turn", 1) * window) % window)


def vesicles(times, chances, seed, name):
    """The spikes that release: round(sum of the chances) of them, each about as often as its chance says.

    Those with the smallest ratio of random odds to own odds (Rosen 1997), so that their number has no chance in it.
    """
    count = round(float(np.sum(chances)))
    odds, drawn = np.clip(chances, 1e-12, 1 - 1e-12), uniforms(seed, f"{name}|drawn", len(times))
    ratio = drawn / (1 - drawn) * (1 - odds) / odds
    return np.sort(times[np.argsort(ratio, kind="stable")[:count]])


def ahead(times, window, lead):
    """What happens in the time before the window: its own last part."""
    return times[times >= window - lead] - (window - lead)


def impulses(trains, lengths, held, clock):
    """Schedule of impulses of one.

    Parameters
    ----------
    trains : list of {columns of the jumps, a tuple: times in seconds}
        One per run. What one input moves, it moves at one instant.
    lengths : array [runs]
        Seconds.
    held : array [runs, inputs]
    clock : float
        Seconds in one unit of the clock.
    """
    columns = 1 + max((k for one in trains for moved in one for k in moved), default=0)
    longest = 1 + max(sum(map(len, one.values())) for one in trains)
    times = np.repeat(np.asarray(lengths, float)[:, None], longest + 1, axis=1) / clock
    jumps = np.zeros((len(trains), longest, columns))
    for q, one in enumerate(trains):
        moments = np.concatenate([[0.0], *one.values()]) / clock
        order = np.argsort(moments, kind="stable")
        times[q, : len(order)] = moments[order]
        place = np.empty(len(order), int)
        place[order] = np.arange(len(order))
        first = 1
        for moved, own in one.items():
            here = place[first : first + len(own)]
            for k in moved:
                jumps[q, here, k] = 1.0
            first += len(own)
    return Schedule(times, np.repeat(held[:, None, :], longest, axis=1), jumps)
