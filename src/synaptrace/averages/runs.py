"""Time averages of a bench model: its quantities integrated along with its states, over windows of random spikes."""

from dataclasses import dataclass, replace

import numpy as np

from synaptrace import units
from synaptrace.averages.trains import ahead, impulses, spikes, vesicles
from synaptrace.bridge import fast_models
from synaptrace.errors import TableError, nearest
from synaptrace.flatten import flatten
from synaptrace.simulate.bench import CLOCK, value_of
from synaptrace.solve.engine import Engine, Kernels, best_width, default_threads
from synaptrace.solve.rest import find_rest

RTOL, MOST_STEPS = 1e-4, 100_000_000
MOST_SPIKES = 20_000  # of one run, when rare spikes stretch its window
AT_ONCE = 64  # runs in one batch; their schedules are held in memory together
SUM = "integral of "


class Averager:
    """A bench model ready to be averaged.

    Parameters
    ----------
    model : Model
    reads : list of str
        Quantities to average; a state that counts, such as a time, is read as its growth per second.
    pulsed : list of str
        Inputs that are trains of impulses.
    """

    def __init__(self, model, reads, pulsed, rtol=RTOL, width=None):
        self.model, self.reads = model, list(reads)
        system = flatten(model)
        for name in self.reads:
            if name not in system.outputs and name not in system.states:
                known = [*system.outputs, *system.states]
                raise TableError(f"'{name}' is not a quantity of the model '{model.name}'.", nearest=nearest(name, known))
        self.plain, self.system = system, _with_integrals(system, [n for n in self.reads if n not in system.states])
        self.columns = [self.system.states.index(n if n in system.states else SUM + n) for n in self.reads]
        observed = [self.system.states[k] for k in self.columns]
        self.kernels = Kernels(self.system, width or best_width(AT_ONCE), 2, observed=observed, boluses=list(pulsed))
        self.engine = Engine(self.kernels, CLOCK, rtol, rtol, most_steps=MOST_STEPS)
        self.resting = Kernels(system, best_width(AT_ONCE), 0, observed=[])

    def held(self, conditions):
        """Inputs [runs, inputs] from one {input: value} per run; what is not given is 0."""
        return np.array([[one.get(q, 0.0) for q in self.plain.inputs] for one in conditions])

    def rest(self, held):
        """States in balance under held inputs [runs, states]. Raises TableError if there is none."""
        parameters = np.tile(np.array(self.plain.values), (len(held), 1))
        rest = find_rest(self.resting, parameters, held[:, None, :])
        if rest.failures:
            raise TableError(f"the model '{self.model.name}' has no state of rest.", given=rest.failures[0]["state"])
        return np.hstack([rest.states, np.zeros((len(held), len(self.system.states) - len(self.plain.states)))])

    def run(self, start, held, trains, lengths, moments=(), threads=1):
        """Run trains [{input: times in seconds}] from states [runs, states] over lengths in seconds."""
        columns = [_by_column(one, self.engine.jump_input) for one in trains]
        schedule = impulses(columns, lengths, held, CLOCK)
        missing = len(self.engine.jump_input) - schedule.jumps.shape[2]
        if missing > 0:
            schedule.jumps = np.pad(schedule.jumps, ((0, 0), (0, 0), (0, missing)))
        parameters = np.tile(np.array(self.system.values), (len(held), 1))
        found = self.engine.run(start, parameters, schedule, np.asarray(moments, float) / CLOCK, threads)
        if found.failures:
            first = found.failures[0]
            raise TableError(f"a run of '{self.model.name}' failed: {first['reason']}.", given=f"{first['state']}")
        return found

    def averages(self, held, trains, windows, lead, threads=1):
        """Averages [runs, reads] over windows in seconds, after a lead that repeats the last part of each window."""
        before = [{q: ahead(t, w, lead) for q, t in one.items()} for one, w in zip(trains, windows, strict=True)]
        begun = self.run(self.rest(held), held, before, np.full(len(held), lead), threads=threads).end
        begun[:, len(self.plain.states) :] = 0.0
        ended = self.run(begun, held, trains, windows, threads=threads).end
        return (ended[:, self.columns] - begun[:, self.columns]) / np.asarray(windows)[:, None]


def _by_column(train, jump_inputs):
    """The times of every input by the boluses of the engine that it gives, since one input can move several states."""
    return {tuple(k for k, name in enumerate(jump_inputs) if name == q): times for q, times in train.items()}


def _with_integrals(system, names):
    """The system with the time integral of some of its outputs as further states."""
    return replace(
        system,
        states=[*system.states, *(SUM + n for n in names)],
        initial=[*system.initial, *(0.0 for _ in names)],
        scales=[*system.scales, *(1.0 for _ in names)],
        slopes=[*system.slopes, *(system.outputs[n] for n in names)],
        owners=[*system.owners, *("average" for _ in names)],
    )


@dataclass
class Runner:
    """How the tables that share one recipe are computed at any point of their axes: see `average`."""

    table: object  # any of the tables
    reads: list
    changes: tuple = ()

    def __post_init__(self):
        found = fast_models(self.table, self.changes)
        self.rules = {k: units.convert(self.table.table[k], "s") for k in ("window", "lead", "dead_time")}
        self.drawn = self.table.table.get("vesicles", {})
        pulsed = [a.drives for a in self.table.axes if a.drives in found["model"].inputs and is_train(a)]
        pulsed += [self.drawn["drives"]] if self.drawn else []
        self.main = Averager(found["model"], self.reads, pulsed, float(self.table.table.get("tolerance", RTOL)))
        self.releasing = None
        if self.drawn:
            trains = [a.drives for a in self.table.axes if a.drives in found["vesicles"].inputs and is_train(a)]
            self.releasing = Averager(found["vesicles"], [self.drawn["reads"]], trains, width=1)
        self._check_axes()

    def _check_axes(self):
        known = [*self.main.model.inputs, *(self.releasing.model.inputs if self.releasing else ())]
        for name in [a.drives for a in self.table.axes] + list(self.table.table["conditions"]):
            if name not in known:
                raise TableError(f"'{name}' of the table '{self.table.name}' is no input.", nearest=nearest(name, known))

    def average(self, points, seed, longer=1.0, threads=None, say=None):
        """Averages [points, reads] at points [points, axes] in the units of the axes, over windows so many times longer."""
        found = []
        for first in range(0, len(points), AT_ONCE):
            chosen = points[first : first + AT_ONCE]
            made = [self._point(p, seed, first + k, longer) for k, p in enumerate(chosen)]
            held, trains, windows = zip(*made, strict=True)
            lead = self.rules["lead"]
            found.append(self.main.averages(self.main.held(held), trains, windows, lead, threads or default_threads()))
            if say:
                say(min(first + AT_ONCE, len(points)), len(points))
        return np.concatenate(found)

    def _point(self, point, seed, number, longer):
        """What is held, the trains, and the window of one point."""
        values = {a.drives: float(v) for a, v in zip(self.table.axes, point, strict=True)}
        rates = {a.drives: values[a.drives] for a in self.table.axes if is_train(a)}
        window = self._window(list(rates.values()), longer)
        trains = {q: spikes(rate, window, self.rules["dead_time"], seed, f"averages|{number}|{q}") for q, rate in rates.items()}
        if self.releasing:
            trains[self.drawn["drives"]] = self._vesicles(values, trains, window, seed, number)
        return self.conditions(self.main.model, values), {q: t for q, t in trains.items() if q in self.main.model.inputs}, window

    def _window(self, rates, longer):
        """The window of the file, stretched to hold a whole number of spikes of the first train, as far as others allow."""
        window = longer * self.rules["window"]
        if not rates or rates[0] == 0:
            return window
        others = sum(rates[1:])
        longest = max(window, longer * MOST_SPIKES / others) if others else float("inf")
        return min(np.ceil(rates[0] * window) / rates[0], longest)

    def _vesicles(self, values, trains, window, seed, number):
        """Times of the vesicles, drawn at the chance that the model of release gives each spike."""
        own = {q: t for q, t in trains.items() if q in self.releasing.model.inputs}
        times, lead = np.concatenate(list(own.values())), self.rules["lead"]
        if not len(times):
            return times
        held = self.releasing.held([self.conditions(self.releasing.model, values)])
        early = {q: ahead(t, window, lead) for q, t in own.items()}
        begun = self.releasing.run(self.releasing.rest(held), held, [early], [lead]).end
        begun[:, len(self.releasing.plain.states) :] = 0.0
        sums = self.releasing.run(begun, held, [own], [window], moments=times).values[0, :, 0]
        return vesicles(times, np.diff(sums, prepend=0.0), seed, f"averages|{number}|vesicles")

    def conditions(self, model, values):
        """{input: number} of what a model is held at: the file's conditions, and the axes that are no trains."""
        given = {q: value_of(q, v, model) for q, v in self.table.table["conditions"].items() if q in model.inputs}
        return given | {a.drives: values[a.drives] for a in self.table.axes if a.drives in model.inputs and not is_train(a)}


def is_train(axis):
    """Whether an axis is the rate of a train of spikes; else it is a level that is held."""
    return axis.drives.startswith("spikes.")
