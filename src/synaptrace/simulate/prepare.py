"""From a protocol and a model to what the engine needs: parameters, rest, schedule."""

from dataclasses import dataclass, field, replace

import numpy as np

from synaptrace.bridge import with_tables
from synaptrace.errors import ProtocolError, nearest
from synaptrace.flatten import flatten, rest_rows
from synaptrace.graph import prune
from synaptrace.protocol.routes import CHANNELS
from synaptrace.solve.engine import Engine, Kernels, Schedule, best_width
from synaptrace.solve.rest import find_rest
from synaptrace.solve.schedule import Pulse, Trace, build_schedule, stacked
from synaptrace.vocabulary import shared

CLOCK = 3600.0  # protocols run in hours
POPULATION_RTOL, SINGLE_RTOL = 1e-6, 1e-7
FAST_COMPILE_BELOW = 16  # patients: below, the quick compilation wins; digits are the same


@dataclass
class Prepared:
    """One model, protocol and group of patients, ready to run at any output times."""

    engine: Engine
    start: np.ndarray
    parameters: np.ndarray
    schedule: object
    threads: int
    failures: list = field(default_factory=list)
    second_roots: list = field(default_factory=list)

    def part(self, first, last):
        """The same for some of the patients."""
        cut = slice(first, last)
        schedule = Schedule(self.schedule.times[cut], self.schedule.inputs[cut], self.schedule.jumps[cut])
        failures = [f | {"patient": f["patient"] - first} for f in self.failures if first <= f["patient"] < last]
        return replace(self, start=self.start[cut], parameters=self.parameters[cut], schedule=schedule, failures=failures)

    def run(self, moments):
        """Integrate; patients without a state of rest count as failed."""
        found = self.engine.run(self.start, self.parameters, self.schedule, moments, self.threads)
        for failure in self.failures:
            found.values[failure["patient"]] = np.nan
        found.failures = self.failures + [f for f in found.failures if f["patient"] not in {g["patient"] for g in self.failures}]
        return found


def prepare(model, protocol, draws, people, threads, rtol=None, width=None, optimize=None, variants=(), observed=None):
    """Compile, find rest, and lay out the schedule for `people` patients, followed by the typical patient's variants.

    A protocol with `members` gives each patient doses and covariates of their own.
    """
    model = with_tables(model)
    members = getattr(protocol, "members", None) or [protocol]
    has = {*model.writers(), *model.inputs}
    clamps = {c.quantity: c for c in protocol.clamps if c.quantity in has or not c.optional}
    for member in members:
        _check_quantities(model, member, clamps)
    feeds = [feeds_of(model, m) for m in members]
    fed = {f.input for one in feeds for f in one} | {p.input for p in model.perturbations if p.window}
    system = flatten(model, clamped=list(clamps))
    system = prune(system, system.outputs if observed is None else observed, silent_inputs(system, fed))
    boluses = [q for q in model.inputs if any(q == f.input and f.at_once for one in feeds for f in one)]
    rows = people + len(variants)
    optimize = (0 if rows < FAST_COMPILE_BELOW else 2) if optimize is None else optimize
    kernels = Kernels(system, width or best_width(rows), optimize, observed=observed, boluses=boluses)
    engine = Engine(kernels, CLOCK, rtol or (SINGLE_RTOL if people == 1 or hasattr(protocol, "members") else POPULATION_RTOL))
    parameters = _parameters(system, members, draws, people, variants)
    traces = [Trace(c.quantity, c.times, tuple(c.numbers(shared(c.quantity, model.vocabulary)))) for c in clamps.values()]
    spreads = list(dict.fromkeys(f.spread for one in feeds for f in one if f.spread))
    rest, parameters, lengths = _rest(model, kernels, list(clamps), parameters, traces, threads, spreads)
    begin = begin_of(model, protocol)
    shares = np.array_split(np.arange(rows), len(members)) if len(members) > 1 else [np.arange(rows)]
    made = []
    for member, own, mine in zip(members, feeds, shares, strict=True):
        pulses = [Pulse(f.input, f.start, lengths[f.spread][mine] / CLOCK if f.spread else f.duration, f.amount) for f in own]
        steps = windows_of(model, member)
        made.append(
            build_schedule(len(mine), begin, protocol.end, pulses, traces, system.inputs, engine.jump_input, CLOCK, steps)
        )
    return Prepared(engine, rest.states, parameters, stacked(made), threads, rest.failures, rest.second_roots)


def silent_inputs(system, fed):
    """Inputs that are 0 during a whole run: neither fed nor parts of a clamp."""
    return [q for q in system.inputs if q not in fed and "|" not in q]


def windows_of(model, protocol):
    """{input of a perturbation: its steps up and down}, relative to the first dose or to where a clamp begins to move."""
    timed = [p for p in model.perturbations if p.window]
    if not timed:
        return {}
    first = first_given(protocol)
    return {p.input: [(first + p.window[0], 1.0), (first + p.window[1], 0.0)] for p in timed}


def first_given(protocol):
    """The hour of the first dose, or else the one from which a clamp begins to move; 0 without either."""
    doses = [g.start for g in protocol.administrations()]
    moves = [_first_move(c) for c in getattr(protocol, "clamps", ())]
    return min(doses or [t for t in moves if t is not None] or [0.0])


def _first_move(clamp):
    """The hour from which a trace leaves its first value, or None."""
    pairs = zip(clamp.times, clamp.values[1:], strict=False)
    return next((t for t, value in pairs if value != clamp.values[0]), None)


def begin_of(model, protocol):
    """Hours at which a run starts: where the protocol does, or earlier with a perturbation that begins before it."""
    members = getattr(protocol, "members", None) or [protocol]
    return min([protocol.start, *(steps[0][0] for m in members for steps in windows_of(model, m).values())])


def _parameters(system, members, draws, people, variants):
    """Parameter values [patients and variants, parameters]: typical, with covariates, draws and what variants change."""
    parameters = np.tile(np.array(system.values), (people + len(variants), 1))
    for k, name in enumerate(system.parameters):
        if name.startswith("patient."):
            own = [getattr(m.patient, name.removeprefix("patient.")) for m in members]
            parameters[:, k] = own if len(members) > 1 else own[0]
    for name, values in draws.items():
        parameters[:people, system.parameters.index(f"draw:{name}")] = values
    for q, variant in enumerate(variants, people):
        for name, value in variant.values.items():
            parameters[q, system.parameters.index(name)] = value
    return parameters


def _rest(model, kernels, clamped, parameters, traces, threads, spreads):
    """The pre-dose root of every patient, the parameters with their values at rest filled in, and the named spreads."""
    system, rows = kernels.system, rest_rows(model)
    observed = list(dict.fromkeys([*rows.values(), *spreads]))
    kernels = rest_kernels(model, clamped, system, observed, kernels.width, 0)
    names = kernels.system.inputs
    inputs = np.zeros((len(parameters), 1, len(names)))
    for trace in traces:
        inputs[:, 0, names.index(f"{trace.input}|level")] = trace.values[0]
    own = np.ascontiguousarray(parameters[:, [system.parameters.index(n) for n in kernels.system.parameters]])
    rest, found = rest_of_all(kernels, own, inputs, observed, system.states, threads)
    values = {name: found[:, k] for k, name in enumerate(observed)}
    for name, of in rows.items():
        parameters[:, system.parameters.index(name)] = values[of]
    return rest, parameters, values


def rest_kernels(model, clamped, system, observed, width, optimize):
    """Kernels for the rest of a system: without doses, only states that move then and that it or `observed` needs."""
    resting = flatten(model, clamped=clamped, at_rest=True)
    resting = prune(resting, [*system.states, *observed], silent_inputs(resting, ()))
    return Kernels(resting, width, optimize, observed=observed)


def rest_of_all(kernels, parameters, inputs, observed, states, threads, second=True):
    """The rest of every patient in the order of `states`, those that cannot move at 0, and values [patients, observed]."""
    rest, found = find_rest(kernels, parameters, inputs, threads, second), np.empty((len(parameters), 0))
    if observed:
        at_once = Schedule(np.tile([0.0, 1e-6], (len(parameters), 1)), inputs, np.zeros((len(parameters), 1, 0)))
        found = Engine(kernels, clock=1.0).run(rest.states, parameters, at_once, [0.0], threads).values[:, 0]
    place = {s: k for k, s in enumerate(kernels.system.states)}
    columns = [rest.states[:, place[s]] if s in place else np.zeros(len(parameters)) for s in states]
    return replace(rest, states=np.stack(columns, axis=1)), found


@dataclass(frozen=True)
class Feed:
    """A part of a dose on its way into one input: hours, mg of base; spread over a quantity of the model if named."""

    input: str
    start: float
    duration: float
    amount: float
    spread: str

    @property
    def at_once(self):
        return self.duration == 0 and not self.spread


def feeds_of(model, protocol):
    """Every part of every dose of a protocol on its way into the inputs of a model."""
    return [feed for giving in protocol.administrations() for feed in _feeds(model, giving)]


def _feeds(model, giving):
    """The inputs of this model that one act of giving feeds."""
    for channel in giving.channels:
        for name, amount in giving.inputs(channel).items():
            if name in model.inputs:
                enantiomer = name.split(".")[-1].split("_")[0]
                spread = channel.spread.format(enantiomer=enantiomer)
                yield Feed(name, giving.start, max(giving.duration, channel.at_least), amount, spread)


def _check_quantities(model, protocol, clamps):
    """Refuse doses, measurements and clamps of quantities that this model does not have."""
    for giving in protocol.administrations():
        _check_giving(model, giving, clamps)
    known = list(model.writers())
    for what, _ in protocol.measures:
        if what not in known:
            raise ProtocolError(
                f"'{what}' is not a quantity of the model '{model.name}'.",
                given=f"measure {what}",
                nearest=nearest(what, known),
                find="synaptrace where WORD",
            )
    for quantity in clamps:
        if quantity not in (*model.writers(), *model.inputs) or quantity.startswith("patient."):
            raise ProtocolError(
                f"'{quantity}' cannot be clamped in the model '{model.name}'.",
                given=f"clamp {quantity}",
                nearest=nearest(quantity, [*model.inputs, *model.writers()]),
            )


def _taken(model):
    """'S_ketamine by iv, oral' for the inputs of a model."""
    substances = {}
    for (route, _), channels in CHANNELS.items():
        for name in model.inputs:
            if name.startswith(f"dose.{channels[0].way}."):
                substances.setdefault(name.split(".")[-1], {})[route] = True
    return "; ".join(f"{s} by {', '.join(routes)}" for s, routes in substances.items()) or "no drug"


def _check_giving(model, giving, clamps):
    """Refuse a dose that the model has no input for, or whose input is clamped."""
    dose = giving.dose
    for channel in giving.channels:
        for name in giving.inputs(channel):
            if name not in model.inputs and not channel.optional:
                raise ProtocolError(
                    f"the model '{model.name}' takes no {dose.drug} by {dose.route}.",
                    given=dose.words(70),
                    expected=_taken(model),
                )
            if name in clamps:
                raise ProtocolError(f"'{name}' is both clamped and dosed.", given=dose.drug, fix="drop the dose or the clamp")
