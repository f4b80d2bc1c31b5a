"""Record the steps that some patients took, and take the same steps with others.

Differences between patients who took the same steps are smooth in their numbers: no error control chooses differently.
"""

from collections import namedtuple

import numpy as np

from synaptrace.solve.integrate import (
    ACCEPT,
    DENSE,
    ENTER_MODE,
    GAMMA,
    LEAVE_MODE,
    call,
    choose_steps,
    entry,
    fill,
    jit,
    judge,
    move_on,
    report,
    take_step,
)

# sizes [steps], clock units, and whether each step ends its segment; leader k has those from first[k] on, as many as
# first[k + 1] - first[k]; of [patients]: whose steps a patient takes
Tape = namedtuple("Tape", "sizes ends first of")


@entry
def record(kernels, pointers, has_time, first, last, plan, rtol, limits, rows, lanes, found, tape):
    """Integrate patients `first` to `last` and write the steps that were accepted on the tape; else as `integrate`."""
    seconds, longest, most = limits
    y, at, mask, mode = pointers[0], pointers[4], pointers[16], pointers[17]
    call(kernels[ENTER_MODE], (mode, 0, 0, 0, 0, 0, 0))
    following = fill(first, last, kernels, (pointers[1], y), rows, lanes, plan, longest)
    live = following - first
    while live > 0:
        choose_steps(lanes, rows, plan, seconds)
        take_step(kernels, pointers, has_time, lanes, rows, seconds)
        judge(lanes, rows, plan.moments)
        report(lanes, rows, plan, found)
        write_down(lanes, rows, tape)
        call(kernels[ACCEPT], (y, at, mask, 0, 0, 0, 0))
        before = following
        following, done = move_on(following, last, kernels, (pointers[1], y), rows, lanes, plan, found, (longest, most, rtol))
        live += following - before - done
    call(kernels[LEAVE_MODE], (mode, 0, 0, 0, 0, 0, 0))


@jit
def write_down(lanes, rows, tape):
    """Append the accepted steps to the tape."""
    for lane in range(len(lanes.t)):
        q = lanes.patient[lane]
        if q >= 0 and rows.mask[lane] > 0.5:
            k = tape.first[q] + lanes.steps[lane] - lanes.rejected[lane] - 1
            tape.sizes[k], tape.ends[k] = lanes.taken[lane], lanes.hit[lane]


@entry
def replay(kernels, pointers, has_time, first, last, plan, rtol, limits, rows, lanes, found, tape):
    """Integrate patients `first` to `last` by the steps on the tape, without error control; else as `integrate`."""
    seconds, longest, most = limits
    y, u, at = pointers[0], pointers[3], pointers[4]
    dense, mask, mode = pointers[15], pointers[16], pointers[17]
    call(kernels[ENTER_MODE], (mode, 0, 0, 0, 0, 0, 0))
    following = fill(first, last, kernels, (pointers[1], y), rows, lanes, plan, longest)
    live = following - first
    while live > 0:
        read_steps(lanes, rows, tape, seconds)
        take_step(kernels, pointers, has_time, lanes, rows, seconds)
        accept_numbers(lanes, rows)
        call(kernels[DENSE], (u, dense, 0, 0, 0, 0, 0))
        report(lanes, rows, plan, found)
        call(kernels[ACCEPT], (y, at, mask, 0, 0, 0, 0))
        before = following
        following, done = move_on(following, last, kernels, (pointers[1], y), rows, lanes, plan, found, (longest, most, rtol))
        live += following - before - done
    call(kernels[LEAVE_MODE], (mode, 0, 0, 0, 0, 0, 0))


@jit
def read_steps(lanes, rows, tape, seconds):
    """The next step of every lane from the tape; not a number where the tape ends, as for a leader that failed."""
    for lane in range(len(lanes.t)):
        q = lanes.patient[lane]
        lanes.taken[lane], lanes.hit[lane] = lanes.h[lane], False
        if q >= 0:
            k = tape.first[tape.of[q]] + lanes.steps[lane]
            there = k < tape.first[tape.of[q] + 1]
            lanes.taken[lane] = tape.sizes[k] if there else np.nan
            lanes.hit[lane] = there and tape.ends[k]
        rows.h_seconds[lane] = lanes.taken[lane] * seconds
        rows.inverse[lane] = 1.0 / rows.h_seconds[lane]
        rows.d[lane] = rows.inverse[lane] / GAMMA
        rows.t_seconds[lane] = lanes.t[lane] * seconds


@jit
def accept_numbers(lanes, rows):
    """Accept every step whose end is a number."""
    for lane in range(len(lanes.t)):
        fine = rows.error[lane] < np.inf
        rows.mask[lane] = 1.0 if fine else 0.0
        lanes.h[lane] = lanes.taken[lane] if fine else np.nan
