"""Vector sweeps without steps: outputs at the recorded moments, and Newton's method toward rest."""

import numpy as np

from synaptrace.solve.integrate import (
    ENTER_MODE,
    FACTOR,
    LEAVE_MODE,
    OBSERVE,
    PREPARE,
    RATES,
    SHIFT,
    SIZE,
    call,
    enter,
    entry,
    jit,
    load,
)

SLOWEST = 1e-10  # 1/s: rests are implicit steps of this rate, so that conserved sums stay; slower own rates count as this
FASTEST = 1e4  # 1/s: the first step of a pseudo-transient run is 0.1 ms
STEP, SLOWER, NEAR = 0.4, 0.1, 1e-5  # share of a state that a step may change; growth of time; when a lane is at rest
STILL = 1e-14  # a residual that needs no further step


@entry
def observe(kernels, pointers, first, last, plan, seconds, found, y, p, out, t, values):
    """Outputs at the recorded moments: patients one by one, moments across the lanes.

    pointers = those of y, p, out, t and mode; values [patients, moments, observed] is written.
    """
    yp, pp, outp, tp, mode = pointers
    width, count = y.shape[1], len(plan.moments)
    call(kernels[ENTER_MODE], (mode, 0, 0, 0, 0, 0, 0))
    for q in range(first, last):
        for i in range(plan.parameters.shape[1]):
            for lane in range(width):
                p[i, lane] = plan.parameters[q, i]
        call(kernels[PREPARE], (pp, 0, 0, 0, 0, 0, 0))
        for block in range(0, count, width):
            for lane in range(width):
                k = min(block + lane, count - 1)
                t[0, lane] = plan.moments[k] * seconds
                enter(lane, q, found.segments[q, k], p, plan.inputs, plan.first_input)
                for i in range(len(plan.needed)):
                    y[plan.needed[i], lane] = found.states[q, k, i]
            call(kernels[OBSERVE], (yp, pp, tp, outp, 0, 0, 0))
            for lane in range(min(width, count - block)):
                for i in range(values.shape[2]):
                    values[q, block + lane, i] = out[i, lane]
    call(kernels[LEAVE_MODE], (mode, 0, 0, 0, 0, 0, 0))


@jit
def largest_residual(slope, own, scales, lane):
    """Largest slope over own rate, in units of the scale."""
    worst = 0.0
    for i in range(len(scales)):
        r = abs(slope[i, lane]) / (max(own[i, lane], SLOWEST) * scales[i])
        if not r <= worst:
            worst = r
    return worst


@entry
def polish(kernels, pointers, first, last, plan, scales, rounds, y, p, slope, own, residual):
    """Newton steps toward rest, in place in `plan.start`; `rounds` 0 only measures `residual` [patients].

    pointers = those of y, p, slope, own, along, w, d (filled with SLOWEST), t (0) and mode.
    """
    yp, pp, sp, op, ap, wp, dp, tp, mode = pointers
    n, width = plan.start.shape[1], y.shape[1]
    call(kernels[ENTER_MODE], (mode, 0, 0, 0, 0, 0, 0))
    for block in range(first, last, width):
        for lane in range(width):
            q = min(block + lane, last - 1)
            load(lane, q, y, p, plan.start, plan.parameters)
            enter(lane, q, 0, p, plan.inputs, plan.first_input)
        call(kernels[PREPARE], (pp, 0, 0, 0, 0, 0, 0))
        for k in range(rounds + 1):
            call(kernels[RATES], (yp, pp, tp, sp, op, 0, 0))
            moving = False
            for lane in range(min(width, last - block)):
                residual[block + lane] = largest_residual(slope, own, scales, lane)
                moving = moving or not residual[block + lane] <= STILL
            if not moving:
                break
            if k < rounds:
                call(kernels[FACTOR], (yp, pp, tp, dp, wp, sp, ap))
                for lane in range(min(width, last - block)):
                    if not residual[block + lane] <= STILL:
                        for i in range(n):
                            y[i, lane] += slope[i, lane]
        for lane in range(min(width, last - block)):
            for i in range(n):
                plan.start[block + lane, i] = y[i, lane]
    call(kernels[LEAVE_MODE], (mode, 0, 0, 0, 0, 0, 0))


@jit
def judge_change(lane, size, d, mask):
    """Take or refuse a lane's implicit step and choose its next; whether the lane has come to rest."""
    r = np.sqrt(size[0, lane])
    if not r <= 2 * STEP:  # too far, or not a number
        d[0, lane] *= 4.0
        mask[0, lane] = 0.0
        return False
    mask[0, lane] = 1.0
    d[0, lane] = max(d[0, lane] * max(r / STEP, SLOWER), SLOWEST)
    return r < NEAR and d[0, lane] <= NEAR


@jit
def welcome(lane, patient, kernels, parameters, plan, y, p, d):
    """Give a patient to a lane of a pseudo-transient run."""
    load(lane, patient, y, p, plan.start, plan.parameters)
    enter(lane, patient, 0, p, plan.inputs, plan.first_input)
    call(kernels[PREPARE], (parameters, 0, 0, 0, 0, 0, 0))
    d[0, lane] = FASTEST


@entry
def relax(kernels, pointers, first, last, plan, most, y, p, d, size, mask, done, patient, steps):
    """Pseudo-transient run of every patient from `plan.start` toward rest, in place, at most `most` implicit steps.

    pointers = those of y, p, change, along, w, d, size, mask, floor (of each state), t (0) and mode; done, patient and
    steps [lanes]. Each step changes the states by at most a share, and time grows as they come to rest. A lane that is done
    takes the next patient.
    """
    yp, pp, cp, ap, wp, dp, size_p, mask_p, floor_p, tp, mode = pointers
    width, following, live = y.shape[1], first, 0
    call(kernels[ENTER_MODE], (mode, 0, 0, 0, 0, 0, 0))
    for lane in range(width):
        welcome(lane, min(following, last - 1), kernels, pp, plan, y, p, d)
        patient[lane], steps[lane] = -1, 0
        if following < last:
            patient[lane] = following
            following += 1
            live += 1
    while live > 0:
        call(kernels[FACTOR], (yp, pp, tp, dp, wp, cp, ap))
        call(kernels[SIZE], (yp, cp, floor_p, size_p, 0, 0, 0))
        for lane in range(width):
            done[lane] = judge_change(lane, size, d, mask)
        call(kernels[SHIFT], (yp, cp, mask_p, 0, 0, 0, 0))
        for lane in range(width):
            q = patient[lane]
            if q < 0:
                continue
            steps[lane] += 1
            if done[lane] or steps[lane] >= most:
                for i in range(y.shape[0]):
                    plan.start[q, i] = y[i, lane]
                patient[lane], steps[lane] = -1, 0
                live -= 1
                if following < last:
                    welcome(lane, following, kernels, pp, plan, y, p, d)
                    patient[lane] = following
                    following += 1
                    live += 1
    call(kernels[LEAVE_MODE], (mode, 0, 0, 0, 0, 0, 0))
