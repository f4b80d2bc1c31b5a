"""Vector sweeps without steps: outputs at the recorded moments, and Newton's method toward rest."""

from synaptrace.solve.integrate import FACTOR, OBSERVE, PREPARE, RATES, call, enter, jit, load, rows_of

SLOWEST = 1e-10  # 1/s: rests are implicit steps of this rate, so that conserved sums stay; slower own rates count as this
STILL = 1e-14  # a residual that needs no further step


@jit
def observe(kernels, sizes, first, last, plan, seconds, found, work, values):
    """Outputs at the recorded moments: patients one by one, moments across the lanes.

    sizes = (width, parameter rows, states); values [patients, moments, observed] is written.
    """
    width, parameter_rows, n = sizes
    y, o = rows_of(work, 0, n, width)
    p, o = rows_of(work, o, parameter_rows, width)
    out, o = rows_of(work, o, values.shape[2], width)
    t, o = rows_of(work, o, 1, width)
    yp, pp, outp, tp = y.ctypes.data, p.ctypes.data, out.ctypes.data, t.ctypes.data
    count = len(plan.moments)
    for q in range(first, last):
        for i in range(plan.parameters.shape[1]):
            for lane in range(width):
                p[i, lane] = plan.parameters[q, i]
        call(kernels[PREPARE], (pp, pp, pp, pp, pp, pp, pp))
        for block in range(0, count, width):
            for lane in range(width):
                k = min(block + lane, count - 1)
                t[0, lane] = plan.moments[k] * seconds
                enter(lane, q, found.segments[q, k], p, plan.inputs, plan.first_input)
                for i in range(len(plan.needed)):
                    y[plan.needed[i], lane] = found.states[q, k, i]
            call(kernels[OBSERVE], (yp, pp, tp, outp, pp, pp, pp))
            for lane in range(min(width, count - block)):
                for i in range(values.shape[2]):
                    values[q, block + lane, i] = out[i, lane]


@jit
def largest_residual(slope, own, scales, lane):
    """Largest slope over own rate, in units of the scale."""
    worst = 0.0
    for i in range(len(scales)):
        r = abs(slope[i, lane]) / (max(own[i, lane], SLOWEST) * scales[i])
        if not r <= worst:
            worst = r
    return worst


@jit
def polish(kernels, sizes, first, last, start, parameters, inputs, scales, rounds, work, residual):
    """Newton steps toward rest, in place in `start`; `rounds` 0 only measures `residual` [patients].

    sizes = (width, parameter rows, LU entries, first input row).
    """
    width, parameter_rows, entries, first_input = sizes
    n = start.shape[1]
    y, o = rows_of(work, 0, n, width)
    slope, o = rows_of(work, o, n, width)
    own, o = rows_of(work, o, n, width)
    along, o = rows_of(work, o, n, width)
    p, o = rows_of(work, o, parameter_rows, width)
    w, o = rows_of(work, o, entries, width)
    single, o = rows_of(work, o, 2, width)
    yp, pp, dp, tp = y.ctypes.data, p.ctypes.data, single[0].ctypes.data, single[1].ctypes.data
    sp, op, ap, wp = slope.ctypes.data, own.ctypes.data, along.ctypes.data, w.ctypes.data
    for lane in range(width):
        single[0, lane] = SLOWEST
    for block in range(first, last, width):
        for lane in range(width):
            q = min(block + lane, last - 1)
            load(lane, q, y, p, start, parameters)
            enter(lane, q, 0, p, inputs, first_input)
        call(kernels[PREPARE], (pp, pp, pp, pp, pp, pp, pp))
        for k in range(rounds + 1):
            call(kernels[RATES], (yp, pp, tp, sp, op, yp, yp))
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
                start[block + lane, i] = y[i, lane]
