"""Output times: fine enough that straight lines between them are true to 1e-4 of each curve's largest value."""

import numpy as np

from synaptrace.solve.schedule import distinct

TOLERANCE = 1e-4
MOST = 20_000
FIRST = 8  # points per gap between jumps to begin with, closer together after the jump
BEFORE = 1e-7  # hours: every jump is preceded by a point this close, since curves may jump there
SAFETY = 0.4  # the middle of an interval is tested, the worst place may be elsewhere


def default_times(prepared, protocol, measured):
    """Start, end, every jump, every measured time, and as many in between as straight lines need."""
    fixed = fixed_times(prepared, protocol, measured)
    share = (np.arange(1, FIRST) / FIRST) ** 3
    before = [t - BEFORE for t in fixed[1:]]
    times = np.unique([*fixed, *before, *(a + (b - a) * s for a, b in zip(fixed, fixed[1:], strict=False) for s in share)])
    open_intervals = np.ones(len(times) - 1, bool)
    values = prepared.run(times).values
    while open_intervals.any() and len(times) < MOST:
        left = np.flatnonzero(open_intervals)
        middles = 0.5 * (times[left] + times[left + 1])
        inside = times[left + 1] - times[left] > 2 * BEFORE
        left, middles = left[inside], middles[inside]
        if not len(left):
            break
        found = prepared.run(middles).values
        wrong = _off(values, found, left)
        order = np.argsort(np.concatenate([times, middles]), kind="stable")
        times = np.concatenate([times, middles])[order]
        values = np.concatenate([values, found], axis=1)[:, order]
        open_intervals = np.zeros(len(times) - 1, bool)
        for middle in middles[wrong]:
            i = int(np.searchsorted(times, middle))
            open_intervals[[i - 1, i]] = True
    return times


def fixed_times(prepared, protocol, measured):
    """Start, end, every jump of every patient, every measured time."""
    return distinct([protocol.start, protocol.end, *measured, *np.unique(prepared.schedule.times).tolist()])


def thinned(times, fixed, count):
    """At most `count` of the times, evenly by their place in the list, with all the fixed ones."""
    room = max(count - len(fixed), 0)
    chosen = times[np.linspace(0, len(times) - 1, room).astype(int)] if room else []
    return np.array(distinct([*fixed, *chosen]))


def _off(values, found, left):
    """Which middles lie too far from the straight line, for any curve of any patient."""
    values, found = np.nan_to_num(values), np.nan_to_num(found)  # who failed has no curve to draw
    largest = np.abs(values).max(axis=1, keepdims=True)
    largest = np.where(largest > 0, largest, np.inf)
    straight = 0.5 * (values[:, left] + values[:, left + 1])
    return np.max(np.abs(found - straight) / largest, axis=(0, 2), initial=0.0) > SAFETY * TOLERANCE


def evenly(start, end, hours):
    """Start to end in equal steps."""
    count = int(np.floor((end - start) / hours + 1e-9))
    return start + hours * np.arange(count + 1)
