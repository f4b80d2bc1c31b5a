"""Many arms of one model in one batch: compiled once, each arm with its own protocol and numbers."""

from functools import partial

import numpy as np

from synaptrace.bridge import with_tables
from synaptrace.errors import ProtocolError
from synaptrace.flatten import flatten, rest_rows
from synaptrace.graph import prune
from synaptrace.simulate.prepare import CLOCK, POPULATION_RTOL, feeds_of, rest_kernels, rest_of_all, silent_inputs, windows_of
from synaptrace.solve.engine import Engine, Kernels, Schedule, best_width, default_threads
from synaptrace.solve.schedule import Pulse, Trace, build_schedule, stacked
from synaptrace.vocabulary import shared

MANY = 64


class Lanes:
    """Arms of one model under protocols that drive the same quantities.

    Parameters
    ----------
    model : Model
    protocols : dict
        {name: Protocol}; all clamp the same quantities.
    observed : list of str
        Quantities to report.

    Raises
    ------
    ProtocolError
        For protocols that clamp different quantities.
    """

    def __init__(self, model, protocols, observed):
        self.model = model = with_tables(model)
        driven = {name: [c.quantity for c in p.clamps] for name, p in protocols.items()}
        clamped = next(iter(driven.values()))
        for name, quantities in driven.items():
            if set(quantities) != set(clamped):
                raise ProtocolError(f"'{name}' drives other quantities than the rest of its group.", given=", ".join(quantities))
        self.observed, width = list(observed), best_width(MANY)
        fed = {f.input for p in protocols.values() for f in feeds_of(model, p)} | {
            p.input for p in model.perturbations if p.window
        }
        system = flatten(model, clamped=clamped)
        system = prune(system, self.observed, silent_inputs(system, fed))
        self.engine = Engine(Kernels(system, width, 2, observed=self.observed), CLOCK, POPULATION_RTOL)
        self.parameters = system.parameters
        self.typical = np.array(system.values)
        self.rows = rest_rows(model)
        self.of = list(dict.fromkeys(self.rows.values()))
        self.resting = rest_kernels(model, clamped, system, self.of, width, 2)
        self.states = system.states
        self.arms = {name: self._schedule(p, clamped, system) for name, p in protocols.items()}

    def _schedule(self, protocol, clamped, system):
        pulses = [Pulse(f.input, f.start, f.duration, f.amount) for f in feeds_of(self.model, protocol)]
        by_name = {c.quantity: c for c in protocol.clamps}
        traces = [Trace(q, by_name[q].times, tuple(by_name[q].numbers(shared(q)))) for q in clamped]
        windows = windows_of(self.model, protocol)
        begin = min([protocol.start, *(steps[0][0] for steps in windows.values())])
        one = build_schedule(1, begin, protocol.end, pulses, traces, system.inputs, self.engine.jump_input, CLOCK, levels=windows)
        first = {f"{t.input}|level": t.values[0] for t in traces}
        return one, np.array([first.get(n, 0.0) for n in self.resting.system.inputs]), protocol

    def run(self, arms, moments, threads=None, of=None):
        """Values [arms, moments, observed] of [(name of a protocol, {parameter: value})]; NaN where an arm failed.

        `of` names for every arm another one of the same protocol whose steps it takes, so that differences are smooth.
        """
        threads = threads or default_threads()
        place = {n: k for k, n in enumerate(self.parameters)}
        parameters = np.tile(self.typical, (len(arms), 1))
        for q, (name, values) in enumerate(arms):
            for k, n in enumerate(self.parameters):
                if n.startswith("patient."):
                    parameters[q, k] = getattr(self.arms[name][2].patient, n.removeprefix("patient."))
            for n, value in values.items():
                parameters[q, place[n]] = value
        inputs = np.stack([self.arms[name][1] for name, _ in arms])[:, None, :]
        own = np.ascontiguousarray(parameters[:, [place[n] for n in self.resting.system.parameters]])
        rest, found = rest_of_all(self.resting, own, inputs, self.of, self.states, threads, second=False)
        for name, quantity in self.rows.items():
            parameters[:, place[name]] = found[:, self.of.index(quantity)]
        schedule = stacked([self.arms[name][0] for name, _ in arms])
        go = self.engine.run if of is None else partial(self._follow, of)
        run = go(rest.states, parameters, schedule, moments, threads)
        for failure in rest.failures:
            run.values[failure["patient"]] = np.nan
        return run.values

    def _follow(self, of, start, parameters, schedule, moments, threads):
        """Record the steps of the arms that others follow, and run all by them."""
        leaders = np.unique(of)
        theirs = Schedule(*(x[leaders] for x in (schedule.times, schedule.inputs, schedule.jumps)))
        tape = self.engine.record(start[leaders], parameters[leaders], theirs, threads)
        return self.engine.replay(tape, np.searchsorted(leaders, of), start, parameters, schedule, moments, threads)
