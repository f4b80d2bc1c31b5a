"""Run a compiled system for many patients: widths, threads, rest, and an honest report of failures."""

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from synaptrace.solve import integrate as loop
from synaptrace.solve import sweep
from synaptrace.solve.kernels import Kernels
from synaptrace.solve.rodas5p import STAGES

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
        self.jump_state = np.array([i for _, i, _ in pieces.jumps], np.int64)
        self.jump_input = [name for name, _, _ in pieces.jumps]
        self.jump_row = np.array([pieces.first_hoisted + len(pieces.hoisted) + k for k in range(len(pieces.jumps))], np.int64)
        self.first_input = len(system.parameters)
        self.sizes = (kernels.width, pieces.rows, len(pieces.elimination.entries), bool(pieces.along))

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
        people, n = start.shape
        moments, start, parameters, times, inputs, jumps = (
            np.ascontiguousarray(x, float) for x in (moments, start, parameters, schedule.times, schedule.inputs, schedule.jumps)
        )
        width, rows, entries, _ = self.sizes
        plan = loop.Plan(
            start, parameters, times, inputs, jumps, self.jump_state, self.jump_row, self.first_input, moments, self.needed
        )
        found = loop.Found(
            np.empty((people, len(moments), len(self.needed))),
            np.zeros((people, len(moments)), np.int64),
            np.empty((people, n)),
            np.zeros((people, 5)),
        )
        values = np.empty((people, len(moments), len(self.kernels.observed)))
        size = width * (5 * n + rows + entries + STAGES * n + 3 * len(self.needed) + 8)
        size_outer = width * (n + rows + values.shape[2] + 1)

        def chunk(first, last):
            work = scratch(max(size, size_outer))
            lanes, tolerance = loop.new_lanes(width), (self.rtol, self.atol)
            loop.integrate(self.addresses, self.sizes, first, last, plan, tolerance, self.limits, lanes, work, found)
            if values.size:
                work[:] = 0.0
                sweep.observe(self.addresses, (width, rows, n), first, last, plan, self.clock, found, work, values)

        in_chunks(chunk, people, threads)
        status = found.status
        failed = np.flatnonzero(status[:, 2])
        for q in failed:
            values[q, moments >= status[q, 4]] = np.nan
        failures = [self._failure(q, *status[q, 2:]) for q in failed]
        return Run(values, found.end, status[:, 0].astype(int), status[:, 1].astype(int), failures)

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

    def polish(self, start, parameters, inputs, rounds, threads=1):
        """Newton steps toward rest; returns states and the largest slope over own rate, per patient."""
        people, n = start.shape
        start, residual = np.array(start, float), np.full(people, np.nan)
        width, rows, entries, _ = self.sizes
        size = width * (4 * n + rows + entries + 2)
        scales = np.array(self.kernels.system.scales)

        def chunk(first, last):
            sizes = (width, rows, entries, self.first_input)
            sweep.polish(self.addresses, sizes, first, last, start, parameters, inputs, scales, rounds, scratch(size), residual)

        in_chunks(chunk, people, threads)
        return start, residual


def scratch(size):
    """A zeroed work array that starts on a 64-byte boundary."""
    raw = np.zeros(size + 8)
    shift = (-raw.ctypes.data // 8) % 8
    return raw[shift : shift + size]


def in_chunks(work, people, threads):
    """work(first, last) over fixed chunks of patients, on threads that do not hold the interpreter."""
    size = CHUNK if people > CHUNK * max(threads, 1) else max(8, -(-people // max(threads, 1) // 8) * 8)
    edges = [(a, min(people, a + size)) for a in range(0, people, size)]
    if threads <= 1 or len(edges) == 1:
        for a, b in edges:
            work(a, b)
        return
    with ThreadPoolExecutor(min(threads, len(edges))) as pool:
        list(pool.map(lambda edge: work(*edge), edges))


def default_threads():
    """One thread per processor this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


__all__ = ["Engine", "Kernels", "Run", "Schedule", "best_width", "default_threads"]
