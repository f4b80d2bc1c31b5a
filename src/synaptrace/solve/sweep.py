"""Vector sweeps without steps: outputs at the recorded moments, and Newton's method toward rest."""

from synaptrace.solve.integrate import ENTER_MODE, FACTOR, LEAVE_MODE, OBSERVE, PREPARE, RATES, call, enter, entry, jit, load

SLOWEST = 1e-10  # 1/s: rests are implicit steps of this rate, so that conserved sums stay; slower own rates count as this
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
            for lane in range(min(width, last - block)):
                residual[block + lane] = largest_residual(slope, own, scales, lane)
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
