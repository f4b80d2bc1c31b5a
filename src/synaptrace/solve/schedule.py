"""From pulses to segments: the jumps of every patient, overlapping infusions added, ragged schedules padded."""

from dataclasses import dataclass

import numpy as np

from synaptrace.solve.engine import Schedule

SAME = 1e-12  # times closer than this share of their size are one jump


@dataclass(frozen=True)
class Pulse:
    """An amount of an input spread evenly over a duration; duration 0 is an impulse.

    start, duration (clock units) and amount may each be one number or one per patient.
    """

    input: str
    start: object
    duration: object
    amount: object


@dataclass(frozen=True)
class Trace:
    """A piecewise-linear drive: times (clock units) and values; constant outside."""

    input: str
    times: tuple
    values: tuple


def build_schedule(people, begin, end, pulses, traces, inputs, jump_inputs, clock, levels=None):
    """Schedule of all patients.

    Parameters
    ----------
    people : int
    begin, end : float
        Clock units.
    pulses, traces : list of Pulse, list of Trace
    inputs, jump_inputs : list of str
        Order of the engine's inputs and of its boluses.
    clock : float
        Seconds per clock unit; rates are per second.
    levels : dict
        {input: [(time, value)]}: an input that takes a value from a time on.
    """
    differ = any(np.ndim(x) for p in pulses for x in (p.start, p.duration, p.amount))
    shape = _Shape(begin, end, traces, inputs, jump_inputs, clock, levels or {})
    made = [shape.one([_of(p, q) for p in pulses]) for q in range(people if differ else 1)]
    longest = max(len(times) for times, _, _ in made)
    padded = [_pad(one, longest) for one in made]
    times, rates, jumps = (np.stack(part) for part in zip(*padded, strict=True))
    if not differ:
        times, rates, jumps = (np.repeat(x, people, axis=0) for x in (times, rates, jumps))
    return Schedule(times, rates, jumps)


def stacked(schedules):
    """One schedule of the patients of several, the shorter ones padded with empty segments."""
    if len(schedules) == 1:
        return schedules[0]
    rows = [(s.times[q], s.inputs[q], s.jumps[q]) for s in schedules for q in range(len(s.times))]
    longest = max(len(times) for times, _, _ in rows) - 1
    return Schedule(*(np.stack(part) for part in zip(*(_pad(row, longest + 1) for row in rows), strict=True)))


def _of(pulse, q):
    """(input, start, duration, amount) of one patient."""
    return pulse.input, *(float(x[q]) if np.ndim(x) else float(x) for x in (pulse.start, pulse.duration, pulse.amount))


def _pad(one, longest):
    """Add empty segments at the end."""
    times, rates, jumps = one
    more = longest - len(times)
    times = np.concatenate([times, np.repeat(times[-1:], more)])
    rates = np.concatenate([rates, np.repeat(rates[-1:], more, axis=0)])
    return times, rates, np.concatenate([jumps, np.zeros((more, jumps.shape[1]))])


@dataclass
class _Shape:
    begin: float
    end: float
    traces: list
    inputs: list
    jump_inputs: list
    clock: float
    levels: dict

    def one(self, pulses):
        """times, rates and jumps of one patient."""
        moments = [self.begin, self.end]
        moments += [t for _, start, length, _ in pulses for t in (start, start + length)]
        moments += [t for trace in self.traces for t in trace.times] + [t for steps in self.levels.values() for t, _ in steps]
        times = distinct([t for t in moments if self.begin <= t <= self.end])
        count = len(times) - 1
        rates, jumps = np.zeros((count, len(self.inputs))), np.zeros((count, len(self.jump_inputs)))
        for name, start, length, amount in pulses:
            first = _index(times, start)
            if length == 0:
                for k, jump_input in enumerate(self.jump_inputs):
                    if jump_input == name and first < count:
                        jumps[first, k] += amount
                continue
            last = min(_index(times, start + length), count)
            rates[first:last, self.inputs.index(name)] += amount / (length * self.clock)
        for name, steps in self.levels.items():
            for t, value in steps:
                rates[_index(times, t) :, self.inputs.index(name)] = value
        for trace in self.traces:
            self._drive(rates, times, trace)
        return np.array(times), rates, jumps

    def _drive(self, rates, times, trace):
        """Level, slope (per second) and start (seconds) of a trace on every segment."""
        level, slope, start = (self.inputs.index(f"{trace.input}|{part}") for part in ("level", "slope", "start"))
        for k, here in enumerate(times[:-1]):
            i = max([j for j, t in enumerate(trace.times) if t <= here + SAME * max(1.0, abs(here))], default=-1)
            rates[k, start] = (trace.times[max(i, 0)]) * self.clock
            rates[k, level] = trace.values[max(i, 0)]
            if 0 <= i < len(trace.times) - 1:
                rise = trace.values[i + 1] - trace.values[i]
                rates[k, slope] = rise / ((trace.times[i + 1] - trace.times[i]) * self.clock)


def distinct(moments):
    """Sorted times without near duplicates."""
    kept = []
    for t in sorted(moments):
        if not kept or t - kept[-1] > SAME * max(1.0, abs(t)):
            kept.append(t)
    return kept


def _index(times, t):
    """Index of the jump at t."""
    return int(np.argmin([abs(x - t) for x in times]))
