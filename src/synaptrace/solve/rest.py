"""The state before the first dose: one root per patient, by pseudo-transient steps and then Newton's method."""

from dataclasses import dataclass

import numpy as np

from synaptrace.solve.engine import Engine, Schedule
from synaptrace.solve.integrate import NO_REST

SETTLED = 1e-9  # largest slope over own rate, in units of each state's scale
LONG = 1e5 * 3600.0  # seconds of run-in
ROUNDS = 12
IMPLICIT_STEPS = 300
SECOND = 64  # patients that get a second start
RUN_IN = (1e-3, 1e-5, 1e-7)  # relative tolerances, one after the other for whoever has not settled
SAME = 1e-6  # roots closer than this, in units of the scale, are one


@dataclass
class Rest:
    """States at rest [patients, states], largest residual per patient, and patients with a second root."""

    states: np.ndarray
    residual: np.ndarray
    failures: list
    second_roots: list


def find_rest(kernels, parameters, inputs, threads=1, second=True):
    """The state of rest of every patient with constant `inputs` [patients, 1, inputs].

    Two starts are tried: the declared initial values, and values moved toward half of them plus a tenth of the
    scale, as far as conserved sums allow. A patient whose starts end in different roots keeps the first and is
    listed in `second_roots`. Unless `second` is false, at most 64 patients, evenly spread, get the second start; a system
    that is linear in its states has one root and needs none.
    """
    system, people = kernels.system, len(parameters)
    initial, scales = np.array(system.initial, float), np.array(system.scales)
    states, residual = _settle(kernels, np.tile(initial, (people, 1)), parameters, inputs, threads)
    roots = []
    if second and not kernels.pieces.linear:
        chosen = np.unique(np.linspace(0, people - 1, min(people, SECOND)).astype(int))
        move = 0.1 * scales - 0.5 * initial
        sums = kernels.pieces.conserved
        start = np.tile(initial + move - sums @ (sums.T @ move), (len(chosen), 1))
        other, other_residual = _settle(kernels, start, parameters[chosen], inputs[chosen], threads)
        apart = np.abs(states[chosen] - other) > SAME * scales
        settled = (residual[chosen] <= SETTLED) & (other_residual <= SETTLED)
        roots = [
            {"patient": int(chosen[k]), "states": [system.states[i] for i in np.flatnonzero(apart[k])]}
            for k in np.flatnonzero(apart.any(1) & settled)
        ]
    failures = [_unsettled(kernels, q, residual[q]) for q in np.flatnonzero(~(residual <= SETTLED))]
    return Rest(states, residual, failures, roots)


def _settle(kernels, start, parameters, inputs, threads):
    """Pseudo-transient, then Newton; whoever does not settle gets a long run of the integrator, tighter each time."""
    engine = Engine(kernels, clock=1.0)
    states, residual = engine.polish(start, parameters, inputs, 0, threads)
    for rtol in (None, *RUN_IN):
        todo = np.flatnonzero(~(residual <= SETTLED))
        if not len(todo):
            break
        mine, constant = parameters[todo], inputs[todo]
        if rtol is None:
            end = engine.relax(start[todo], mine, constant, IMPLICIT_STEPS, threads)
        else:
            runner = Engine(kernels, clock=1.0, rtol=rtol, atol=0.1 * rtol, first_step=1e-3, most_steps=20_000)
            times, jumps = np.tile([0.0, LONG], (len(todo), 1)), np.zeros((len(todo), 1, len(engine.jump_state)))
            end = runner.run(start[todo], mine, Schedule(times, constant, jumps), np.empty(0), threads).end
        states[todo], residual[todo] = engine.polish(end, mine, constant, ROUNDS, threads)
    return states, residual


def _unsettled(kernels, patient, residual):
    failure = Engine(kernels)._failure(patient, NO_REST, 0, 0.0)
    return failure | {"reason": f"{failure['reason']} (slope over own rate {residual:.1e} of scale)"}
