"""A shipped scheme alone, driven at 100 Hz for 1 s: spikes where it takes them, else square pulses of glutamate."""

from fnmatch import fnmatch

import numpy as np
import synapse_case
from synapse_case import CLOCK, END

from synaptrace.flatten import flatten
from synaptrace.solve.engine import Engine, Kernels, Schedule, best_width
from synaptrace.solve.schedule import Pulse, build_schedule

HELD = {
    "brain.*": 0.5, "drug.*": 0.0, "tissue.magnesium": 1.0, "tissue.calcium": 1.2, "tissue.temperature": 308.15,
    "tissue.glycine": 10.0, "tissue.D_serine": 5.0, "adenosine.outside": 0.324, "glutamate.outside": 1e-5, "release.*": 0.5,
    "nmda.*.voltage": -40.0, "nmda.coagonist_bound": 0.9, "ampa.*.strength": 1.0, "dendrite.*.injected_current": 0.0,
}  # fmt: skip
GLUTAMATE = 1.0  # mmol/L, during a pulse
RATES = ("1/s", "L/mmol/s", "L/umol/s", "s")  # units of the parameters that vary


class Shipped:
    """The model with its schedule and varied rates; every set starts from the declared initial values."""

    def __init__(self, model, people):
        self.system, self.people = flatten(model), people
        spiking = [q for q in self.system.inputs if q.startswith("spikes.")]
        observed = list(self.system.states)
        self.kernels = Kernels(self.system, best_width(people), 2, observed=observed, boluses=spiking)
        spikes = [Pulse(q, t, 0.0, 1.0) for q in spiking for t, on in synapse_case.pulses(1.0) if on]
        levels = {q: level(q) for q in self.system.inputs if q not in spiking}
        order = Engine(self.kernels, CLOCK).jump_input
        self.schedule = build_schedule(people, 0.0, END, spikes, [], self.system.inputs, order, CLOCK, levels)
        self.parameters = self._population(model)
        self.moments = synapse_case.moments()
        drive = "spikes" if spiking else "pulses of glutamate"
        self.name = f"{model.name}, {len(observed)} integrated states, 100 Hz {drive}"

    def _population(self, model):
        rows, rng = model.parameters(), np.random.default_rng(0)
        varies = np.array([n in rows and rows[n].unit in RATES for n in self.system.parameters], float)
        draws = rng.standard_normal((self.people, len(varies)))
        return np.array(self.system.values) * np.exp(synapse_case.SPREAD * varies * draws)

    def run(self, rtol, people=None):
        engine, chosen = Engine(self.kernels, CLOCK, rtol, rtol * 1e-3), slice(people or self.people)
        schedule = Schedule(*(x[chosen] for x in (self.schedule.times, self.schedule.inputs, self.schedule.jumps)))
        parameters = self.parameters[chosen]
        return engine.run(np.tile(self.system.initial, (len(parameters), 1)), parameters, schedule, self.moments)


def level(quantity):
    """[(ms, value)] of an input that does not spike. Raises LookupError where no value is held for it."""
    if fnmatch(quantity, "glutamate.*.cleft"):
        return synapse_case.pulses(GLUTAMATE)
    for pattern, value in HELD.items():
        if fnmatch(quantity, pattern):
            return [(0.0, value)]
    raise LookupError(f"no value is held for its input '{quantity}'")
