"""The state before the first dose: one root per patient, found by long implicit steps and then Newton's method."""

from dataclasses import dataclass

import numpy as np

from synaptrace.solve.engine import Engine, Schedule
from synaptrace.solve.integrate import NO_REST

SETTLED = 1e-9  # largest slope over own rate, in units of each state's scale
LONG = 1e5 * 3600.0  # seconds of run-in
ROUNDS = 12
RUN_IN = (1e-3, 1e-5, 1e-7)  # relative tolerances, one after the other for whoever has not settled
SAME = 1e-6  # roots closer than this, in units of the scale, are one


@dataclass
class Rest:
    """States at rest [patients, states], largest residual per patient, and patients with a second root."""

    states: np.ndarray
    residual: np.ndarray
    failures: list
    second_roots: list


def find_rest(kernels, parameters, inputs, threads=1):
    """The state of rest of every patient with constant `inputs` [patients, 1, inputs].

    Two starts are tried: the declared initial values, and values moved toward half of them plus a tenth of the
    scale, as far as conserved sums allow. A patient whose starts end in different roots keeps the first and is
    listed in `second_roots`. A system that is linear in its states has one root: no second start.
    """
    system, people = kernels.system, len(parameters)
    initial, scales = np.array(system.initial, float), np.array(system.scales)
    states, residual = _settle(kernels, np.tile(initial, (people, 1)), parameters, inputs, threads)
    second = []
    if not kernels.pieces.linear:
        move = 0.1 * scales - 0.5 * initial
        sums = kernels.pieces.conserved
        other_start = initial + move - sums @ (sums.T @ move)
        other, other_residual = _settle(kernels, np.tile(other_start, (people, 1)), parameters, inputs, threads)
        apart = np.abs(states - other) > SAME * scales
        settled = (residual <= SETTLED) & (other_residual <= SETTLED)
        second = [
            {"patient": int(q), "states": [system.states[i] for i in np.flatnonzero(apart[q])]}
            for q in np.flatnonzero(apart.any(1) & settled)
        ]
    failures = [_unsettled(kernels, q, residual[q]) for q in np.flatnonzero(~(residual <= SETTLED))]
    return Rest(states, residual, failures, second)


def _settle(kernels, start, parameters, inputs, threads):
    """Long implicit run and Newton's method; whoever does not settle is run again with a tighter tolerance."""
    states, residual = Engine(kernels, clock=1.0).polish(start, parameters, inputs, 0, threads)
    for rtol in RUN_IN:
        todo = np.flatnonzero(~(residual <= SETTLED))
        if not len(todo):
            break
        engine = Engine(kernels, clock=1.0, rtol=rtol, atol=0.1 * rtol, first_step=1e-3, most_steps=20_000)
        schedule = Schedule(np.tile([0.0, LONG], (len(todo), 1)), inputs[todo], np.zeros((len(todo), 1, len(engine.jump_state))))
        run = engine.run(start[todo], parameters[todo], schedule, np.empty(0), threads)
        states[todo], residual[todo] = engine.polish(run.end, parameters[todo], inputs[todo], ROUNDS, threads)
    return states, residual


def _unsettled(kernels, patient, residual):
    failure = Engine(kernels)._failure(patient, NO_REST, 0, 0.0)
    return failure | {"reason": f"{failure['reason']} (slope over own rate {residual:.1e} of scale)"}
