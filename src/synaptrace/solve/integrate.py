"""The integrator: lanes with their own time, step and patient, from jump to jump. Knows no model and no width.

A lane that finishes takes the next patient. Nothing crosses lanes: each has its own step size, error norm,
acceptance and restart. Windows between jumps are half open: at a jump the value after it is reported.
"""

from collections import namedtuple

import numba as nb
import numpy as np
from llvmlite import ir
from numba.core import cgutils, types
from numba.extending import intrinsic

from synaptrace.solve.rodas5p import ALPHA, GAMMA, STAGES

PREPARE, FACTOR, SOLVE, STAGE = 0, 1, 2, 3
ERROR, DENSE, ACCEPT, OBSERVE, RATES, ENTER_MODE, LEAVE_MODE, SIZE, SHIFT, JUMPS = (STAGE + STAGES - 1 + k for k in range(10))
FINE, TOO_SMALL, TOO_MANY, NOT_A_NUMBER, NO_REST = range(5)
GROW, SHRINK, SHRINK_REJECTED, KEEP_REJECTED, STRETCH = 6.0, 0.2, 0.1, 0.9, 1.0001
SMALLEST = 1e-14  # of the time reached: a smaller step cannot advance it
ALPHAS = np.array(ALPHA)

# start [patients, states]; times, inputs, jumps as in Schedule; jump_state, jump_row: which state, which coefficient;
# moving: whether coefficients depend on states; needed, dense_row: which states are reported, where their dense output begins
Plan = namedtuple("Plan", "start parameters times inputs jumps jump_state jump_row moving first_input moments needed dense_row")
# states [patients, moments, needed], segments [patients, moments], end [patients, states], status [patients, 5]
Found = namedtuple("Found", "states segments end status")
# rows of lanes in the scratch array
Rows = namedtuple("Rows", "y at p last dense factor error mask atol d inverse h_seconds t_seconds")
# per lane: time, next step, step taken, patient or -1, segment, next moment, steps, rejected, whether it ends the segment;
# mode: place for the processor's arithmetic mode
Lanes = namedtuple("Lanes", "t h taken patient segment moment steps rejected hit mode")
# nothing is allocated in here, so reference counts (_nrt) would only cost: a third of the time per step
entry = nb.njit(nogil=True, cache=True, error_model="numpy", _nrt=False)
# pieces of the entries are never called from Python: without wrappers they compile in a third of the time
jit = nb.njit(nogil=True, error_model="numpy", _nrt=False, no_cpython_wrapper=True, no_cfunc_wrapper=True)


def aligned(count, width):
    """`count` rows of zeros of `width` lanes, on a 64-byte boundary."""
    raw = np.zeros(count * width + 8)
    shift = (-raw.ctypes.data // 8) % 8
    return raw[shift : shift + count * width].reshape(count, width)


def workspace(width, parameter_rows, entries, tolerance):
    """Pointers for the kernels, rows and lanes for the loop, of one thread; tolerance = (rtol, atol per state)."""
    n = len(tolerance[1])
    y, at, right, along, atol, p, w, u, dense, single = (
        aligned(k, width) for k in (n, n, n, n, n, parameter_rows, entries, STAGES * n, 3 * n, 8)
    )
    d, inverse, h_seconds, t_seconds, mask, error, factor, rtol = (single[k] for k in (0, 1, 2, 3, 4, 5, 6, 7))
    atol[:], rtol[:] = np.array(tolerance[1])[:, None], tolerance[0]
    real, whole, mode = np.ones((3, width)), np.zeros((5, width), np.int64), np.zeros(1)
    whole[0] = -1
    lanes = Lanes(*real, *whole, np.zeros(width, np.bool_), mode)
    rows = Rows(y, at, p, u[(STAGES - 1) * n :], dense, factor, error, mask, atol, d, inverse, h_seconds, t_seconds)
    arrays = (y, p, w, u, at, right, along, d, inverse, h_seconds, atol, rtol, error)
    plane = 8 * n * width
    pointers = (*(x.ctypes.data for x in arrays), plane, *(x.ctypes.data for x in (t_seconds, dense, mask, mode)))
    return (pointers, rows, lanes), arrays  # the arrays keep the memory behind the pointers alive


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


@jit
def enter(lane, patient, segment, p, inputs, first_input):
    """Set a lane's inputs to those of a segment."""
    for k in range(inputs.shape[2]):
        p[first_input + k, lane] = inputs[patient, segment, k]


@jit
def jump(lane, patient, segment, kernels, own, rows, plan):
    """Apply the boluses at the start of a segment: amount times coefficient; own = pointers to parameters and states."""
    if plan.moving:
        call(kernels[JUMPS], (own[1], own[0], 0, 0, 0, 0, 0))
    for k in range(len(plan.jump_state)):
        rows.y[plan.jump_state[k], lane] += plan.jumps[patient, segment, k] * rows.p[plan.jump_row[k], lane]


@jit
def load(lane, patient, y, p, start, parameters):
    """Copy a patient's state and parameters into a lane."""
    for i in range(y.shape[0]):
        y[i, lane] = start[patient, i]
    for i in range(parameters.shape[1]):
        p[i, lane] = parameters[patient, i]


@jit
def begin(lane, patient, kernels, own, rows, lanes, plan, longest):
    """Give a patient to a lane: state, parameters, what depends on them, first inputs, first boluses, first step."""
    load(lane, patient, rows.y, rows.p, plan.start, plan.parameters)
    enter(lane, patient, 0, rows.p, plan.inputs, plan.first_input)
    call(kernels[PREPARE], (own[0], 0, 0, 0, 0, 0, 0))
    jump(lane, patient, 0, kernels, own, rows, plan)
    lanes.segment[lane], lanes.moment[lane], lanes.steps[lane], lanes.rejected[lane] = 0, 0, 0, 0
    lanes.t[lane] = plan.times[patient, 0]
    lanes.h[lane] = min(longest, 0.5 * (plan.times[patient, 1] - plan.times[patient, 0]))


@jit
def choose_steps(lanes, rows, plan, seconds):
    """The step of every lane: its own, or what is left of the segment."""
    for lane in range(len(lanes.t)):
        lanes.taken[lane], lanes.hit[lane] = lanes.h[lane], False
        if lanes.patient[lane] >= 0:
            left = plan.times[lanes.patient[lane], lanes.segment[lane] + 1] - lanes.t[lane]
            if lanes.taken[lane] * STRETCH >= left:
                lanes.taken[lane], lanes.hit[lane] = left, True
        rows.h_seconds[lane] = lanes.taken[lane] * seconds
        rows.inverse[lane] = 1.0 / rows.h_seconds[lane]
        rows.d[lane] = rows.inverse[lane] / GAMMA
        rows.t_seconds[lane] = lanes.t[lane] * seconds


@jit
def take_step(kernels, pointers, has_time, lanes, rows, seconds):
    """All stages and the error of one step of every lane."""
    y, p, w, u, at, right, along, d, inverse, h_seconds, atol, rtol, out, plane, t, _, _, _ = pointers
    call(kernels[FACTOR], (y, p, t, d, w, u, along))
    for s in range(1, STAGES):
        if has_time:
            for lane in range(len(lanes.t)):
                rows.t_seconds[lane] = (lanes.t[lane] + ALPHAS[s] * lanes.taken[lane]) * seconds
        call(kernels[STAGE + s - 1], (y, u, inverse, at, right, along, h_seconds))
        call(kernels[SOLVE], (at, p, t, right, w, u + s * plane, y))
    call(kernels[ERROR], (y, u, at, atol, rtol, out, y))


@jit
def judge(lanes, rows, moments):
    """Accept or reject each lane's step and choose its next; whether any lane passes a moment to report."""
    wanted = False
    for lane in range(len(lanes.t)):
        factor, accepted = rows.factor[lane], rows.error[lane] <= 1.0
        if accepted:
            factor = min(GROW, max(SHRINK, factor))
            k = lanes.moment[lane]
            reached = lanes.t[lane] + lanes.taken[lane] * STRETCH
            wanted = wanted or (lanes.patient[lane] >= 0 and k < len(moments) and moments[k] <= reached)
        else:
            factor = SHRINK_REJECTED if np.isnan(factor) else max(SHRINK_REJECTED, min(factor, KEEP_REJECTED))
        lanes.h[lane] = lanes.taken[lane] * factor
        rows.mask[lane] = 1.0 if accepted else 0.0
    return wanted


@jit
def record(lane, share, lanes, rows, plan, found):
    """Dense output of the needed states at a share of the step."""
    patient, moment = lanes.patient[lane], lanes.moment[lane]
    found.segments[patient, moment] = lanes.segment[lane]
    for k in range(len(plan.needed)):
        i, first, dense = plan.needed[k], plan.dense_row[k], rows.dense
        bend = dense[first, lane] + share * (dense[first + 1, lane] + share * dense[first + 2, lane])
        end = rows.at[i, lane] + (1 - share) * bend
        found.states[patient, moment, k] = (1 - share) * rows.y[i, lane] + share * end


@jit
def report(lanes, rows, plan, found):
    """Advance the time of lanes that were accepted and record the moments they passed."""
    gaps, count = plan.inputs.shape[1], len(plan.moments)
    for lane in range(len(lanes.t)):
        q = lanes.patient[lane]
        if q < 0:
            continue
        lanes.steps[lane] += 1
        if rows.mask[lane] < 0.5:
            lanes.rejected[lane] += 1
            continue
        then = plan.times[q, lanes.segment[lane] + 1] if lanes.hit[lane] else lanes.t[lane] + lanes.taken[lane]
        final = lanes.hit[lane] and then >= plan.times[q, gaps]
        while lanes.moment[lane] < count:
            moment = plan.moments[lanes.moment[lane]]
            if not (moment < then or (final and moment <= then)):
                break
            record(lane, (moment - lanes.t[lane]) / lanes.taken[lane], lanes, rows, plan, found)
            lanes.moment[lane] += 1
        lanes.t[lane] = then


@jit
def cross(lane, kernels, own, lanes, rows, plan, longest):
    """Enter the next segment with its jumps, past empty ones; whether the schedule is over."""
    q, gaps = lanes.patient[lane], plan.inputs.shape[1]
    lanes.segment[lane] += 1
    while lanes.segment[lane] < gaps:
        s = lanes.segment[lane]
        jump(lane, q, s, kernels, own, rows, plan)
        if plan.times[q, s + 1] > plan.times[q, s]:
            enter(lane, q, s, rows.p, plan.inputs, plan.first_input)
            lanes.h[lane] = min(longest, 0.5 * (plan.times[q, s + 1] - plan.times[q, s]))
            return False
        lanes.segment[lane] += 1
    return True


@jit
def verdict(lane, lanes, rows, most):
    """FINE, or why this lane cannot go on."""
    if not lanes.h[lane] >= SMALLEST * max(1.0, abs(lanes.t[lane])):
        return NOT_A_NUMBER if np.isnan(rows.error[lane]) else TOO_SMALL
    return TOO_MANY if lanes.steps[lane] >= most else FINE


@jit
def close(lane, code, lanes, rows, found, rtol):
    """Write a patient's end state and status; what a failed patient did not reach is NaN."""
    q = lanes.patient[lane]
    for i in range(rows.y.shape[0]):
        found.end[q, i] = rows.y[i, lane]
    status = found.status[q]
    status[0], status[1], status[2], status[4] = lanes.steps[lane], lanes.rejected[lane], code, lanes.t[lane]
    if code != FINE:
        status[3] = worst_state(rows, rtol, lane)
        for k in range(lanes.moment[lane], len(found.segments[q])):
            for i in range(found.states.shape[2]):
                found.states[q, k, i] = np.nan


@jit
def worst_state(rows, rtol, lane):
    """The state with the largest share of the error, or the first that is no number."""
    worst, largest = 0, -1.0
    for i in range(rows.y.shape[0]):
        size = max(abs(rows.y[i, lane]), abs(rows.at[i, lane]))
        e = abs(rows.last[i, lane]) / (rows.atol[i, lane] + rtol * size)
        if np.isnan(e):
            return i
        if e > largest:
            worst, largest = i, e
    return worst


@entry
def integrate(kernels, pointers, has_time, first, last, plan, rtol, limits, rows, lanes, found):
    """Integrate patients `first` to `last` of the plan and write what was found.

    pointers, rows, lanes from `workspace`; limits = (seconds per clock unit, longest first step, most steps).
    Status columns: steps, rejected, code, worst state, time reached.
    """
    seconds, longest, most = limits
    y, u, at = pointers[0], pointers[3], pointers[4]
    dense, mask, mode = pointers[15], pointers[16], pointers[17]
    call(kernels[ENTER_MODE], (mode, 0, 0, 0, 0, 0, 0))
    following = fill(first, last, kernels, (pointers[1], y), rows, lanes, plan, longest)
    live = following - first
    while live > 0:
        choose_steps(lanes, rows, plan, seconds)
        take_step(kernels, pointers, has_time, lanes, rows, seconds)
        if judge(lanes, rows, plan.moments):
            call(kernels[DENSE], (u, dense, 0, 0, 0, 0, 0))
        report(lanes, rows, plan, found)
        call(kernels[ACCEPT], (y, at, mask, 0, 0, 0, 0))
        before = following
        following, done = move_on(following, last, kernels, (pointers[1], y), rows, lanes, plan, found, (longest, most, rtol))
        live += following - before - done
    call(kernels[LEAVE_MODE], (mode, 0, 0, 0, 0, 0, 0))


@jit
def fill(first, last, kernels, own, rows, lanes, plan, longest):
    """Give the first patients to the lanes; idle lanes need valid numbers. Returns the next patient."""
    following = first
    for lane in range(len(lanes.t)):
        begin(lane, min(following, last - 1), kernels, own, rows, lanes, plan, longest)
        if following < last:
            lanes.patient[lane] = following
            following += 1
    return following


@jit
def move_on(following, last, kernels, own, rows, lanes, plan, found, limits):
    """Cross jumps, close patients that are done or failed, take the next. Returns next patient and number closed."""
    closed, (longest, most, rtol) = 0, limits
    for lane in range(len(lanes.t)):
        if lanes.patient[lane] < 0:
            lanes.h[lane] = longest
            continue
        done = rows.mask[lane] > 0.5 and lanes.hit[lane] and cross(lane, kernels, own, lanes, rows, plan, longest)
        code = FINE if done else verdict(lane, lanes, rows, most)
        if done or code != FINE:
            close(lane, code, lanes, rows, found, rtol)
            closed += 1
            lanes.patient[lane] = -1
            if following < last:
                begin(lane, following, kernels, own, rows, lanes, plan, longest)
                lanes.patient[lane] = following
                following += 1
    return following, closed
