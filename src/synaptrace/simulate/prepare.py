"""From a protocol and a model to what the engine needs: parameters, rest, schedule."""

from dataclasses import dataclass, field, replace

import numpy as np

from synaptrace.errors import ProtocolError, nearest
from synaptrace.flatten import flatten, rest_rows
from synaptrace.solve.engine import Engine, Kernels, Schedule, best_width
from synaptrace.solve.rest import find_rest
from synaptrace.solve.schedule import Pulse, Trace, build_schedule
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


def prepare(model, protocol, draws, people, threads, rtol=None, width=None, optimize=None):
    """Compile, find rest, and lay out the schedule for `people` patients."""
    clamps = {c.quantity: c for c in protocol.clamps}
    inputs = _check_quantities(model, protocol, clamps)
    system = flatten(model, clamped=list(clamps))
    boluses = [q for q in inputs if any(d.bolus and q in _pulse_names(d) for d in protocol.doses)]
    width = width or best_width(people)
    optimize = (0 if people < FAST_COMPILE_BELOW else 2) if optimize is None else optimize
    kernels = Kernels(system, width, optimize, boluses=boluses)
    engine = Engine(kernels, CLOCK, rtol or (SINGLE_RTOL if people == 1 else POPULATION_RTOL))
    parameters = np.tile(np.array(system.values), (people, 1))
    for k, name in enumerate(system.parameters):
        if name.startswith("patient."):
            parameters[:, k] = getattr(protocol.patient, name.removeprefix("patient."))
    for name, values in draws.items():
        parameters[:, system.parameters.index(f"draw:{name}")] = values
    traces = [Trace(c.quantity, c.times, tuple(c.numbers(shared(c.quantity, model.vocabulary)))) for c in clamps.values()]
    rest, parameters = _rest(model, kernels, list(clamps), parameters, traces, threads)
    schedule = build_schedule(
        people, protocol.start, protocol.end, _pulses(protocol), traces, system.inputs, engine.jump_input, CLOCK
    )
    return Prepared(engine, rest.states, parameters, schedule, threads, rest.failures, rest.second_roots)


def _rest(model, kernels, clamped, parameters, traces, threads):
    """The pre-dose root of every patient, and the parameters with their values at rest filled in."""
    system, rows = kernels.system, rest_rows(model)
    if rows or clamped or kernels.pieces.along:
        resting = flatten(model, clamped=clamped, at_rest=True)
        kernels = Kernels(resting, kernels.width, 0, observed=list(rows.values()))
    names = kernels.system.inputs
    inputs = np.zeros((len(parameters), 1, len(names)))
    for trace in traces:
        inputs[:, 0, names.index(f"{trace.input}|level")] = trace.values[0]
    own = np.ascontiguousarray(parameters[:, [system.parameters.index(n) for n in kernels.system.parameters]])
    rest = find_rest(kernels, own, inputs, threads)
    if rows:
        at_once = Schedule(np.tile([0.0, 1e-6], (len(own), 1)), inputs, np.zeros((len(own), 1, 0)))
        found = Engine(kernels, clock=1.0).run(rest.states, own, at_once, [0.0], threads).values[:, 0]
        for k, name in enumerate(rows):
            parameters[:, system.parameters.index(name)] = found[:, k]
    return rest, parameters


def _pulse_names(dose):
    return [f"dose.{dose.route}.{e}_ketamine" for e in dose.enantiomers(1.0)]


def _pulses(protocol):
    """Every administration as a pulse per enantiomer, in mg of base."""
    found = []
    for dose in protocol.doses:
        for start in dose.starts:
            for e, amount in dose.enantiomers(protocol.patient.weight).items():
                found.append(Pulse(f"dose.{dose.route}.{e}_ketamine", start, dose.duration, amount))
    return found


def _check_quantities(model, protocol, clamps):
    """Refuse doses, measurements and clamps of quantities that this model does not have."""
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
    for dose in protocol.doses:
        for name in _pulse_names(dose):
            if name not in model.inputs:
                raise ProtocolError(
                    f"the model '{model.name}' takes no {dose.drug} by {dose.route}.",
                    given=name,
                    expected=", ".join(q for q in model.inputs if q.startswith("dose.")),
                )
            if name in clamps:
                raise ProtocolError(f"'{name}' is both clamped and dosed.", given=dose.drug, fix="drop the dose or the clamp")
    return [q for q in model.inputs if q.startswith("dose.")]
