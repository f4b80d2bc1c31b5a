"""The state before the first dose: one root per patient, found by long implicit steps and then Newton's method."""

from dataclasses import dataclass

import numpy as np

from synaptrace.graph import symbols_of
from synaptrace.solve.engine import Engine, Schedule
from synaptrace.solve.integrate import NO_REST

SETTLED = 1e-9  # largest slope over own rate, in units of each state's scale
LONG = 1e5 * 3600.0  # seconds of run-in
ROUNDS = 12
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

    Two starts are tried: the declared initial values, and values half as large plus a tenth of the scale. A
    patient whose starts end in different roots keeps the first and is listed in `second_roots`. A system whose
    slopes are linear in the states has one root, so the second start is not tried.
    """
    system, people = kernels.system, len(parameters)
    initial = np.array(system.initial, float)
    engine = Engine(kernels, clock=1.0, rtol=1e-5, atol=1e-6, first_step=1e-3)
    states, residual = _settle(engine, np.tile(initial, (people, 1)), parameters, inputs, threads)
    second = []
    if not is_linear(system):
        other_start = 0.5 * initial + 0.1 * np.array(system.scales)
        other, other_residual = _settle(engine, np.tile(other_start, (people, 1)), parameters, inputs, threads)
        apart = np.abs(states - other) > SAME * np.array(system.scales)
        settled = (residual <= SETTLED) & (other_residual <= SETTLED)
        second = [
            {"patient": int(q), "states": [system.states[i] for i in np.flatnonzero(apart[q])]}
            for q in np.flatnonzero(apart.any(1) & settled)
        ]
    failures = [_unsettled(engine, q, states[q], residual[q]) for q in np.flatnonzero(~(residual <= SETTLED))]
    return Rest(states, residual, failures, second)


def _settle(engine, start, parameters, inputs, threads):
    states, residual = engine.polish(start, parameters, inputs, 0, threads)
    todo = np.flatnonzero(~(residual <= SETTLED))
    if len(todo):
        times = np.tile([0.0, LONG], (len(todo), 1))
        schedule = Schedule(times, inputs[todo], np.zeros((len(todo), 1, len(engine.jump_state))))
        run = engine.run(states[todo], parameters[todo], schedule, np.empty(0), threads)
        states[todo], residual[todo] = engine.polish(run.end, parameters[todo], inputs[todo], ROUNDS, threads)
    return states, residual


def _unsettled(engine, patient, states, residual):
    failure = engine._failure(patient, NO_REST, 0, 0.0)
    return failure | {"reason": f"{failure['reason']} (slope over own rate {residual:.1e} of scale)"}


def is_linear(system):
    """Whether no entry of the Jacobian depends on a state."""
    states = set(system.states)
    return not any(states & set(symbols_of([e])) for e in system.jacobian().values())
