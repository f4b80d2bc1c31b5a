"""Run a compiled system for many patients: widths, threads, rest, and an honest report of failures."""

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

import numpy as np

from synaptrace.solve import integrate as loop
from synaptrace.solve import sweep
from synaptrace.solve.kernels import Kernels
from synaptrace.solve.replay import Tape, record, replay

REASONS = {
    loop.TOO_SMALL: "the step became too small",
    loop.TOO_MANY: "too many steps",
    loop.NOT_A_NUMBER: "a slope is not a number",
    loop.NO_REST: "no state of rest was found",
}
CHUNK = 256  # patients per task of a thread; digits do not depend on it


@dataclass
class Schedule:
    """Known jumps per patient.

    times : [patients, segments + 1], clock units; inputs : [patients, segments, inputs], constant on each
    half-open segment; jumps : [patients, segments, boluses], integrals given at the start of a segment.
    A segment may be empty (pads a ragged schedule); its jumps still count.
    """

    times: np.ndarray
    inputs: np.ndarray
    jumps: np.ndarray


@dataclass
class Run:
    """What came out: values [patients, moments, observed], end states, steps and failures."""

    values: np.ndarray
    end: np.ndarray
    steps: np.ndarray
    rejected: np.ndarray
    failures: list


def best_width(patients):
    """Lanes per vector for this processor and number of patients; digits do not depend on it."""
    import llvmlite.binding as llvm

    features = llvm.get_host_cpu_features()
    widest = 8 if features.get("avx512f") else 4 if features.get("avx2") else 2
    return next((w for w in (1, 2, 4, 8) if w >= patients or w >= widest), widest)


class Engine:
    """A system ready to run.

    Parameters
    ----------
    kernels : Kernels
    clock : float
        Seconds in one unit of the clock: 3600 for hours.
    rtol, atol : float
        Tolerances; atol is relative to each state's declared scale.
    """

    def __init__(self, kernels, clock=3600.0, rtol=1e-7, atol=1e-7, first_step=1e-3, most_steps=1_000_000):
        self.kernels, self.clock, self.rtol = kernels, clock, rtol
        self.limits = (clock, first_step, most_steps)
        system, pieces = kernels.system, kernels.pieces
        self.atol = np.array([atol * s for s in system.scales])
        self.addresses = np.array(kernels.addresses, np.int64)
        self.needed = np.array(kernels.needed, np.int64)
        self.dense_row = np.array(kernels.dense_rows, np.int64)
        places = {system.states[i]: k for k, i in enumerate(kernels.needed)}
        # observed quantities that are all states need no further evaluation
        self.bare = [places.get(name) for name in kernels.observed] if set(kernels.observed) <= set(places) else None
        self.jump_state = np.array([i for _, i, _ in pieces.jumps], np.int64)
        self.jump_input = [name for name, _, _ in pieces.jumps]
        self.jump_row = np.array([pieces.first_hoisted + len(pieces.hoisted) + k for k in range(len(pieces.jumps))], np.int64)

    def run(self, start, parameters, schedule, moments, threads=1):
        """Integrate every patient through the schedule.

        Parameters
        ----------
        start : array [patients, states]
        parameters : array [patients, parameters]
        schedule : Schedule
        moments : array
            Times to report, strictly increasing, clock units.
        threads : int

        Returns
        -------
        Run
            Failed patients hold NaN from the failure on and stand in `failures`.
        """
        return self._run(self._integrate, start, parameters, schedule, moments, threads)

    def record(self, start, parameters, schedule, threads=1):
        """The steps that `run` takes, as a tape for `replay`; arguments as those of `run`.

        The first of two runs counts the steps, the second writes them down.
        """
        first = self._run(self._integrate, start, parameters, schedule, np.empty(0), threads)
        places = np.concatenate([[0], np.cumsum(first.steps - first.rejected)])
        tape = Tape(np.empty(places[-1]), np.empty(places[-1], np.bool_), places, np.arange(len(start)))
        self._run(partial(self._integrate, by=record, more=(tape,)), start, parameters, schedule, np.empty(0), threads)
        return tape

    def replay(self, tape, of, start, parameters, schedule, moments, threads=1):
        """Run patients by recorded steps, without error control: differences between them are smooth.

        Parameters
        ----------
        tape : Tape
            From `record`, under the same jumps in time.
        of : list of int
            For every patient, whose recorded steps it takes.
        start, parameters, schedule, moments, threads
            As those of `run`.

        Returns
        -------
        Run
            The digits of `run` for a patient with the numbers of the one whose steps it takes.
        """
        mine = tape._replace(of=np.array(of, np.int64))
        return self._run(partial(self._integrate, by=replay, more=(mine,)), start, parameters, schedule, moments, threads)

    def _run(self, integrate, start, parameters, schedule, moments, threads):
        people, n = start.shape
        moments, start, parameters, times, inputs, jumps = (
            np.ascontiguousarray(x, float) for x in (moments, start, parameters, schedule.times, schedule.inputs, schedule.jumps)
        )
        plan = self._plan(start, parameters, times, inputs, jumps, moments)
        found = loop.Found(
            np.empty((people, len(moments), len(self.needed))),
            np.zeros((people, len(moments)), np.int64),
            np.empty((people, n)),
            np.zeros((people, 5)),
        )
        values = np.empty((people, len(moments), 0 if self.bare else len(self.kernels.observed)))

        def chunk(first, last):
            integrate(first, last, plan, found)
            if values.size and self.bare is None:
                self._observe(first, last, plan, found, values)

        in_chunks(chunk, people, threads)
        if self.bare is not None:
            values = found.states if self.bare == list(range(len(self.needed))) else found.states[:, :, self.bare]
        status = found.status
        failed = np.flatnonzero(status[:, 2])
        for q in failed:
            values[q, moments >= status[q, 4]] = np.nan
        failures = [self._failure(q, *status[q, 2:]) for q in failed]
        return Run(values, found.end, status[:, 0].astype(int), status[:, 1].astype(int), failures)

    def _plan(self, start, parameters, times, inputs, jumps, moments):
        first_input = len(self.kernels.system.parameters)
        return loop.Plan(
            start,
            parameters,
            times,
            inputs,
            jumps,
            self.jump_state,
            self.jump_row,
            bool(self.kernels.pieces.moving_jumps),
            first_input,
            moments,
            self.needed,
            self.dense_row,
        )

    def _integrate(self, first, last, plan, found, by=loop.integrate, more=()):
        pieces = self.kernels.pieces
        tolerance = (self.rtol, self.atol)
        entries = len(pieces.elimination.entries)
        (pointers, rows, lanes), _keep = loop.workspace(self.kernels.width, pieces.rows, entries, tolerance)
        along = bool(pieces.along)
        by(self.addresses, pointers, along, first, last, plan, self.rtol, self.limits, rows, lanes, found, *more)

    def _observe(self, first, last, plan, found, values):
        counts = (plan.start.shape[1], self.kernels.pieces.rows, values.shape[2], 1, 1)
        y, p, out, t, mode = (loop.aligned(k, self.kernels.width) for k in counts)
        pointers = tuple(x.ctypes.data for x in (y, p, out, t, mode))
        sweep.observe(self.addresses, pointers, first, last, plan, self.clock, found, y, p, out, t, values)

    def polish(self, start, parameters, inputs, rounds, threads=1):
        """Newton steps toward rest; returns states and the largest slope over own rate, per patient."""
        people, n = start.shape
        residual, scales = np.full(people, np.nan), np.array(self.kernels.system.scales)
        nothing = np.empty((people, 0))
        plan = self._plan(np.array(start, float), parameters, nothing, inputs, nothing[:, None, :], np.empty(0))
        pieces, width = self.kernels.pieces, self.kernels.width
        counts = (n, pieces.rows, n, n, n, len(pieces.elimination.entries), 1, 1, 1)

        def chunk(first, last):
            arrays = [loop.aligned(k, width) for k in counts]
            arrays[6][:] = sweep.SLOWEST
            y, p, slope, own = arrays[:4]
            pointers = tuple(x.ctypes.data for x in arrays)
            sweep.polish(self.addresses, pointers, first, last, plan, scales, rounds, y, p, slope, own, residual)

        in_chunks(chunk, people, threads)
        return plan.start, residual

    def relax(self, start, parameters, inputs, most, threads=1):
        """Pseudo-transient run toward rest, at most `most` implicit steps; returns states, settled or not."""
        people, n = start.shape
        width, pieces = self.kernels.width, self.kernels.pieces
        nothing = np.empty((people, 0))
        plan = self._plan(np.array(start, float), parameters, nothing, inputs, nothing[:, None, :], np.empty(0))
        counts = (n, pieces.rows, n, n, len(pieces.elimination.entries), 1, 1, 1, n, 1, 1)

        def chunk(first, last):
            arrays = [loop.aligned(k, width) for k in counts]
            y, p, _, _, _, d, size, mask, floor = arrays[:9]
            floor[:] = 0.1 * np.array(self.kernels.system.scales)[:, None]
            pointers, lanes = tuple(x.ctypes.data for x in arrays), np.zeros((2, width), np.int64)
            sweep.relax(self.addresses, pointers, first, last, plan, most, y, p, d, size, mask, np.zeros(width, np.bool_), *lanes)

        in_chunks(chunk, people, threads)
        return plan.start

    def _failure(self, patient, code, state, time):
        system = self.kernels.system
        owner = system.owners[int(state)] if system.owners else ""
        return {
            "patient": int(patient),
            "time": float(time),
            "state": system.states[int(state)],
            "mechanism": owner,
            "reason": REASONS[int(code)],
        }


def in_chunks(work, people, threads):
    """work(first, last) over fixed chunks of patients, on threads that do not hold the interpreter."""
    size = CHUNK if people > CHUNK * max(threads, 1) else max(8, -(-people // max(threads, 1) // 8) * 8)
    edges = [(a, min(people, a + size)) for a in range(0, people, size)]
    if threads <= 1 or len(edges) == 1:
        for a, b in edges:
            work(a, b)
        return
    with ThreadPoolExecutor(min(threads, len(edges))) as pool:
        try:
            list(pool.map(lambda edge: work(*edge), edges))
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def default_threads():
    """One thread per processor this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


__all__ = ["Engine", "Kernels", "Run", "Schedule", "best_width", "default_threads"]
