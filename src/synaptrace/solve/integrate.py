"""The integrator: lanes with their own time, step and patient, from jump to jump. Knows no model and no width.

A lane that finishes takes the next patient. Nothing crosses lanes: each has its own step size, error norm,
acceptance and restart. Windows between jumps are half open: at a jump the value after it is reported.
"""

import numba as nb
import numpy as np
from llvmlite import ir
from numba.core import cgutils, types
from numba.extending import intrinsic

from synaptrace.solve.rodas5p import ALPHA, GAMMA, STAGES

PREPARE, FACTOR, SOLVE, STAGE = 0, 1, 2, 3
ERROR, DENSE, ACCEPT, OBSERVE, RATES = (STAGE + STAGES - 1 + k for k in range(5))
FINE, TOO_SMALL, TOO_MANY, NOT_A_NUMBER, NO_REST = range(5)
GROW, SHRINK, SHRINK_REJECTED, STRETCH = 6.0, 0.2, 0.1, 1.0001
SMALLEST = 1e-14  # of the time reached, below which a step cannot advance it
ALPHAS = np.array(ALPHA)


@intrinsic
def call(typing, address, pointers):
    """Call a kernel by its address with seven pointers (those it lacks are ignored)."""
    signature = types.void(address, pointers)

    def generate(context, builder, signature, arguments):
        void = ir.IntType(8).as_pointer()
        given = [builder.inttoptr(x, void) for x in cgutils.unpack_tuple(builder, arguments[1], 7)]
        kernel = builder.inttoptr(arguments[0], ir.FunctionType(ir.VoidType(), [void] * 7).as_pointer())
        builder.call(kernel, given)
        return context.get_dummy_value()

    return signature, generate


@nb.njit(nogil=True, cache=True, error_model="numpy")
def rows_of(work, offset, count, width):
    """`count` rows of `width` lanes of the scratch array, and the offset behind them."""
    return work[offset : offset + count * width].reshape((count, width)), offset + count * width


@nb.njit(nogil=True, cache=True, error_model="numpy")
def enter(lane, patient, segment, p, inputs, first_input):
    """Set a lane's inputs to those of a segment."""
    for k in range(inputs.shape[2]):
        p[first_input + k, lane] = inputs[patient, segment, k]


@nb.njit(nogil=True, cache=True, error_model="numpy")
def jump(lane, patient, segment, y, p, jumps, jump_state, jump_row):
    """Apply the boluses at the start of a segment: amount times coefficient."""
    for k in range(len(jump_state)):
        y[jump_state[k], lane] += jumps[patient, segment, k] * p[jump_row[k], lane]


@nb.njit(nogil=True, cache=True, error_model="numpy")
def load(lane, patient, y, p, start, parameters):
    for i in range(y.shape[0]):
        y[i, lane] = start[patient, i]
    for i in range(parameters.shape[1]):
        p[i, lane] = parameters[patient, i]


@nb.njit(nogil=True, cache=True, error_model="numpy")
def first_step(times, patient, segment, longest):
    """The step after a jump: at most half the gap to the next one."""
    return min(longest, 0.5 * (times[patient, segment + 1] - times[patient, segment]))


@nb.njit(nogil=True, cache=True, error_model="numpy")
def step(kernels, pointers, has_time, t, h, t_seconds, t_here, seconds, width):
    """All stages and the error of one step of every lane. `pointers` as laid out in `integrate`."""
    y, p, w, u, at, right, along, d, inverse, h_seconds, atol, rtol, out, bytes_per_plane = pointers
    call(kernels[FACTOR], (y, p, t_here, d, w, u, along))
    for s in range(1, STAGES):
        if has_time:
            for lane in range(width):
                t_seconds[lane] = (t[lane] + ALPHAS[s] * h[lane]) * seconds
        call(kernels[STAGE + s - 1], (y, u, inverse, at, right, along, h_seconds))
        call(kernels[SOLVE], (at, p, t_here, right, w, u + s * bytes_per_plane, y))
    call(kernels[ERROR], (y, u, at, atol, rtol, out, y))


@nb.njit(nogil=True, cache=True, error_model="numpy")
def record(states, segments, patient, moment, segment, share, y, at, dense, needed, lane):
    """Dense output of the needed states at a share of the step."""
    segments[patient, moment] = segment
    for k in range(len(needed)):
        i = needed[k]
        bend = dense[3 * k, lane] + share * (dense[3 * k + 1, lane] + share * dense[3 * k + 2, lane])
        states[patient, moment, k] = (1 - share) * y[i, lane] + share * (at[i, lane] + (1 - share) * bend)


@nb.njit(nogil=True, cache=True, error_model="numpy")
def worst_state(y, at, u_last, atol, rtol, lane):
    """The state with the largest share of the error, or the first that is no number."""
    worst, largest = 0, -1.0
    for i in range(y.shape[0]):
        e = abs(u_last[i, lane]) / (atol[i, lane] + rtol * max(abs(y[i, lane]), abs(at[i, lane])))
        if e != e:
            return i
        if e > largest:
            worst, largest = i, e
    return worst


@nb.njit(nogil=True, cache=True, error_model="numpy")
def begin(lane, patient, kernels, y, p, start, parameters, inputs, first_input, jumps, jump_state, jump_row):
    """Give a patient to a lane: state, parameters, what depends on them, first inputs, first boluses."""
    load(lane, patient, y, p, start, parameters)
    enter(lane, patient, 0, p, inputs, first_input)
    q = p.ctypes.data
    call(kernels[PREPARE], (q, q, q, q, q, q, q))
    jump(lane, patient, 0, y, p, jumps, jump_state, jump_row)


@nb.njit(nogil=True, cache=True, error_model="numpy")
def integrate(kernels, sizes, first, last, start, parameters, times, inputs, jumps, jump_state, jump_row, moments,
              needed, tolerance, limits, work, states, segments, end, status):
    """Integrate patients `first` to `last` and write states at `moments`, end states and status.

    sizes = (width, parameter rows, first input row, LU entries, has_time); tolerance = (rtol, atol per state);
    limits = (seconds per clock unit, longest first step, most steps). status columns: steps, rejected, code,
    worst state, time reached.
    """
    width, parameter_rows, first_input, entries, has_time = sizes
    seconds, longest, most = limits
    rtol, atols = tolerance
    n = start.shape[1]
    y, o = rows_of(work, 0, n, width)
    at, o = rows_of(work, o, n, width)
    right, o = rows_of(work, o, n, width)
    along, o = rows_of(work, o, n, width)
    atol, o = rows_of(work, o, n, width)
    p, o = rows_of(work, o, parameter_rows, width)
    w, o = rows_of(work, o, entries, width)
    u, o = rows_of(work, o, STAGES * n, width)
    dense, o = rows_of(work, o, 3 * len(needed), width)
    row, o = rows_of(work, o, 8, width)
    d, inverse, h_seconds, t_seconds, mask, error, factor, rtols = row
    pointers = (y.ctypes.data, p.ctypes.data, w.ctypes.data, u.ctypes.data, at.ctypes.data, right.ctypes.data, along.ctypes.data,
                d.ctypes.data, inverse.ctypes.data, h_seconds.ctypes.data, atol.ctypes.data, rtols.ctypes.data,
                error.ctypes.data, 8 * n * width)
    t_here, yp, up, atp, maskp, densep = t_seconds.ctypes.data, pointers[0], pointers[3], pointers[4], mask.ctypes.data, dense.ctypes.data
    along[:, :] = 0.0
    rtols[:] = rtol
    for i in range(n):
        atol[i, :] = atols[i]
    t, h, taken = np.zeros(width), np.full(width, longest), np.zeros(width)
    patient, segment, moment = np.full(width, -1), np.zeros(width, np.int64), np.zeros(width, np.int64)
    steps, rejected, hit = np.zeros(width, np.int64), np.zeros(width, np.int64), np.zeros(width, np.bool_)
    count, gaps, following, live = len(moments), inputs.shape[1], first, 0
    for lane in range(width):
        q = min(following, last - 1)  # idle lanes need valid numbers
        begin(lane, q, kernels, y, p, start, parameters, inputs, first_input, jumps, jump_state, jump_row)
        t[lane], h[lane] = times[q, 0], first_step(times, q, 0, longest)
        if following < last:
            patient[lane] = q
            following += 1
            live += 1
    while live > 0:
        for lane in range(width):
            taken[lane], hit[lane] = h[lane], False
            if patient[lane] >= 0:
                left = times[patient[lane], segment[lane] + 1] - t[lane]
                if taken[lane] * STRETCH >= left:
                    taken[lane], hit[lane] = left, True
            h_seconds[lane] = taken[lane] * seconds
            inverse[lane] = 1.0 / h_seconds[lane]
            d[lane] = inverse[lane] / GAMMA
            t_seconds[lane] = t[lane] * seconds
        step(kernels, pointers, has_time, t, taken, t_seconds, t_here, seconds, width)
        wanted = False
        for lane in range(width):
            q, f = patient[lane], factor[lane]
            accepted = error[lane] <= 1.0
            if accepted:
                f = min(GROW, max(SHRINK, f))
                wanted = wanted or (q >= 0 and moment[lane] < count and moments[moment[lane]] <= t[lane] + taken[lane] * STRETCH)
            else:
                f = max(SHRINK_REJECTED, min(f, 0.9)) if f == f else SHRINK_REJECTED
            h[lane] = taken[lane] * f
            mask[lane] = 1.0 if accepted else 0.0
        if wanted:
            call(kernels[DENSE], (up, densep, yp, yp, yp, yp, yp))
        for lane in range(width):
            q = patient[lane]
            if q < 0:
                h[lane] = longest
                continue
            steps[lane] += 1
            if mask[lane] < 0.5:
                rejected[lane] += 1
                continue
            then = times[q, segment[lane] + 1] if hit[lane] else t[lane] + taken[lane]
            final = hit[lane] and segment[lane] == gaps - 1
            while moment[lane] < count and (moments[moment[lane]] < then or (final and moments[moment[lane]] <= then)):
                share = (moments[moment[lane]] - t[lane]) / taken[lane]
                record(states, segments, q, moment[lane], segment[lane], share, y, at, dense, needed, lane)
                moment[lane] += 1
            t[lane] = then
        call(kernels[ACCEPT], (yp, atp, maskp, yp, yp, yp, yp))
        for lane in range(width):
            q = patient[lane]
            if q < 0:
                continue
            done, code = False, FINE
            if mask[lane] > 0.5 and hit[lane]:
                segment[lane] += 1
                while segment[lane] < gaps and times[q, segment[lane] + 1] <= times[q, segment[lane]]:  # an empty segment
                    jump(lane, q, segment[lane], y, p, jumps, jump_state, jump_row)
                    segment[lane] += 1
                if segment[lane] < gaps:
                    enter(lane, q, segment[lane], p, inputs, first_input)
                    jump(lane, q, segment[lane], y, p, jumps, jump_state, jump_row)
                    h[lane] = first_step(times, q, segment[lane], longest)
                else:
                    done = True
            if not done and not h[lane] >= SMALLEST * max(1.0, abs(t[lane])):
                code = NOT_A_NUMBER if error[lane] != error[lane] else TOO_SMALL
            elif not done and steps[lane] >= most:
                code = TOO_MANY
            if code != FINE:
                done = True
                status[q, 3] = worst_state(y, at, u[(STAGES - 1) * n :], atol, rtol, lane)
                for k in range(moment[lane], count):
                    states[q, k, :] = np.nan
                    segments[q, k] = 0
            if done:
                for i in range(n):
                    end[q, i] = y[i, lane]
                status[q, 0], status[q, 1], status[q, 2], status[q, 4] = steps[lane], rejected[lane], code, t[lane]
                steps[lane], rejected[lane] = 0, 0
                patient[lane] = -1
                live -= 1
                if following < last:
                    patient[lane], segment[lane], moment[lane] = following, 0, 0
                    begin(lane, following, kernels, y, p, start, parameters, inputs, first_input, jumps, jump_state, jump_row)
                    t[lane], h[lane] = times[following, 0], first_step(times, following, 0, longest)
                    following += 1
                    live += 1


@nb.njit(nogil=True, cache=True, error_model="numpy")
def observe(kernels, sizes, first, last, parameters, inputs, moments, needed, seconds, states, segments, work, found):
    """Outputs at the recorded moments: patients one by one, moments across the lanes."""
    width, parameter_rows, first_input, _, _ = sizes
    n = parameters.shape[1]
    y, o = rows_of(work, 0, sizes[3], width)
    p, o = rows_of(work, o, parameter_rows, width)
    out, o = rows_of(work, o, found.shape[2], width)
    t, o = rows_of(work, o, 1, width)
    yp, pp, outp, tp = y.ctypes.data, p.ctypes.data, out.ctypes.data, t.ctypes.data
    y[:, :] = 0.0
    for q in range(first, last):
        for i in range(n):
            p[i, :] = parameters[q, i]
        for lane in range(width):
            enter(lane, q, 0, p, inputs, first_input)
        call(kernels[PREPARE], (pp, pp, pp, pp, pp, pp, pp))
        for block in range(0, len(moments), width):
            for lane in range(width):
                k = min(block + lane, len(moments) - 1)
                t[0, lane] = moments[k] * seconds
                enter(lane, q, segments[q, k], p, inputs, first_input)
                for i in range(len(needed)):
                    y[needed[i], lane] = states[q, k, i]
            call(kernels[OBSERVE], (yp, pp, tp, outp, pp, pp, pp))
            for lane in range(min(width, len(moments) - block)):
                for i in range(found.shape[2]):
                    found[q, block + lane, i] = out[i, lane]


@nb.njit(nogil=True, cache=True, error_model="numpy")
def polish(kernels, sizes, first, last, start, parameters, inputs, scales, rounds, work, residual):
    """Newton steps toward rest, in place; `residual` is the largest slope over own rate, in units of the scale.

    `rounds` 0 only measures. The step is kept implicit in time (1e-10 per second), so that conserved sums stay.
    """
    width, parameter_rows, first_input, entries, _ = sizes
    n = start.shape[1]
    y, o = rows_of(work, 0, n, width)
    slope, o = rows_of(work, o, n, width)
    own, o = rows_of(work, o, n, width)
    along, o = rows_of(work, o, n, width)
    p, o = rows_of(work, o, parameter_rows, width)
    w, o = rows_of(work, o, entries, width)
    row, o = rows_of(work, o, 2, width)
    d, t = row
    yp, pp, dp, tp = y.ctypes.data, p.ctypes.data, d.ctypes.data, t.ctypes.data
    sp, op, ap, wp = slope.ctypes.data, own.ctypes.data, along.ctypes.data, w.ctypes.data
    d[:] = 1e-10
    t[:] = 0.0
    for block in range(first, last, width):
        for lane in range(width):
            q = min(block + lane, last - 1)
            load(lane, q, y, p, start, parameters)
            enter(lane, q, 0, p, inputs, first_input)
        call(kernels[PREPARE], (pp, pp, pp, pp, pp, pp, pp))
        for k in range(rounds + 1):
            call(kernels[RATES], (yp, pp, tp, sp, op, yp, yp))
            for lane in range(min(width, last - block)):
                worst = 0.0
                for i in range(n):
                    r = abs(slope[i, lane]) / (max(own[i, lane], 1e-10) * scales[i])
                    worst = r if not r <= worst else worst
                residual[block + lane] = worst
            if k == rounds:
                break
            call(kernels[FACTOR], (yp, pp, tp, dp, wp, sp, ap))
            for lane in range(width):
                q = min(block + lane, last - 1)
                if not residual[q] <= 1e-14:
                    for i in range(n):
                        y[i, lane] += slope[i, lane]
        for lane in range(min(width, last - block)):
            for i in range(n):
                start[block + lane, i] = y[i, lane]
