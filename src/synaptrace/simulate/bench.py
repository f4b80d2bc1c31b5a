"""Run a model on the bench: inputs held, stepped and pulsed, in milliseconds, exact at every step and spike."""

import functools
from dataclasses import dataclass, field

import numpy as np

from synaptrace import units
from synaptrace.bridge import with_tables
from synaptrace.errors import ProtocolError, nearest
from synaptrace.flatten import flatten, model_hash
from synaptrace.models import load_model
from synaptrace.solve.engine import Engine, Kernels
from synaptrace.solve.rest import find_rest
from synaptrace.solve.schedule import Pulse, build_schedule
from synaptrace.vocabulary import shared

CLOCK = 1e-3  # seconds in one unit of the bench's clock
STARTS = ("rest", "initial")


def run_bench(model, end, held, *, at, spikes=None, before=None, start="rest", changes=None, rtol=1e-9):
    """Drive the inputs of a model and return its curves.

    Parameters
    ----------
    model : str or Model
    end : str
        Duration, such as '500 ms'.
    held : dict
        {input: value} or {input: [(time, value), ...]}: a step to each value at its time; the first time is 0. Values and
        times are texts with units.
    at : list
        Times to report, texts or milliseconds, strictly increasing.
    spikes : dict
        {input: [time, ...]}: impulses of one, such as presynaptic spikes, strictly increasing.
    before : dict
        {input: value} that held before time 0, where it differs from the first value of `held`.
    start : str
        'rest' is the balance under what held before; 'initial' are the declared initial values. Without any glutamate the
        free and the plugged NMDA receptors cannot exchange: give a trace of it in `before`, such as '10 pmol/L'.
    changes : dict
        {parameter: 'number unit'}.
    rtol : float

    Returns
    -------
    xarray.Dataset
        Dimensions (run, time), time in ms, one run; units and meaning on every variable, states included.

    Raises
    ------
    ProtocolError
        For unknown or missing inputs, times out of order, negative concentrations, or no state of rest.
    """
    model = load_model(model) if isinstance(model, str) else model
    for name, value in (changes or {}).items():
        model = model.set(name, value)
    model = with_tables(model)
    end, moments, spikes = moment_of(end), np.array([moment_of(t) for t in at]), spikes or {}
    levels = levels_of(model, held, spikes)
    check_order(moments, "times to report")
    if start not in STARTS:
        raise ProtocolError(f"'{start}' is not a start.", given=f"start = {start}", expected=", ".join(STARTS))
    kernels, resting = _compiled(Structure.of(model, spikes))
    system, engine = kernels.system, Engine(kernels, CLOCK, rtol, atol=rtol)
    values = dict(zip(system.parameters, system.values, strict=True)) | model.values
    parameters = np.array([[values[n] for n in system.parameters]])
    first = {q: steps[0][1] for q, steps in levels.items()} | {q: value_of(q, v, model) for q, v in (before or {}).items()}
    states = np.array([system.initial]) if start == "initial" else rest_of(model, resting, parameters, first)
    pulses = [Pulse(q, t, 0.0, 1.0) for q, times in spikes.items() for t in _spikes(q, times, end)]
    schedule = build_schedule(1, 0.0, end, pulses, [], system.inputs, engine.jump_input, CLOCK, levels)
    found = engine.run(states, parameters, schedule, moments)
    if found.failures:
        raise ProtocolError(f"the run failed: {found.failures[0]['reason']}.", given=f"at {found.failures[0]['time']:g} ms")
    return _dataset(model, kernels.observed, moments, found.values)


@dataclass(frozen=True)
class Structure:
    """What the machine code of a model depends on: its equations, not its numbers."""

    functions: tuple
    names: tuple
    boluses: tuple
    model: object = field(compare=False)

    @classmethod
    def of(cls, model, boluses):
        names = (*(m.name for m in model.mechanisms), *model.inputs, *(t.hash for t in model.tables.values()))
        return cls(tuple(m.function for m in model.mechanisms), names, tuple(boluses), model)


@functools.lru_cache(maxsize=16)
def _compiled(structure):
    """Kernels of a run and of its rest; a series of runs of one model compiles once."""
    system = flatten(structure.model)
    observed = [*structure.model.writers(), *system.states]
    return Kernels(system, 1, 0, observed=observed, boluses=structure.boluses), Kernels(system, 1, 0, observed=[])


def levels_of(model, held, spikes):
    """{input: [(ms, value)]} of every input that is not pulsed; refuses inputs that are unknown, missing or out of order."""
    for q in (*held, *spikes):
        if q not in model.inputs:
            raise ProtocolError(f"'{q}' is not an input of the model '{model.name}'.", nearest=nearest(q, model.inputs))
    missing = [q for q in model.inputs if q not in (*held, *spikes)]
    if missing:
        entry = shared(missing[0], model.vocabulary)
        expected = f"{entry.meaning}, in {entry.unit}"
        raise ProtocolError(f"'{missing[0]}' has no value.", expected=expected, fix="hold it at a value")
    levels = {}
    for q, given in held.items():
        steps = given if isinstance(given, (list, tuple)) else [("0 ms", given)]
        levels[q] = [(moment_of(t), value_of(q, v, model)) for t, v in steps]
        check_order([t for t, _ in levels[q]], f"steps of '{q}'")
        if levels[q][0][0] != 0:
            first = f"first step at {steps[0][0]}"
            raise ProtocolError(f"'{q}' has no value at the start.", given=first, expected="a step at 0 ms")
    return levels


def _spikes(quantity, times, end):
    found = [moment_of(t) for t in times]
    check_order(found, f"spikes of '{quantity}'")
    if found and not 0 <= found[0] <= found[-1] < end:
        raise ProtocolError(f"a spike of '{quantity}' lies outside the run.", given=str(times[0 if found[0] < 0 else -1]))
    return found


def check_order(times, what):
    """Refuse times that do not increase."""
    for a, b in zip(times, times[1:], strict=False):
        if b <= a:
            raise ProtocolError(f"the {what} do not increase.", given=f"{b:g} ms after {a:g} ms", fix="sort them; drop doubles")


def moment_of(given):
    """Milliseconds from a number or a text."""
    return float(given) if isinstance(given, (int, float)) else units.convert(given, "ms")


def value_of(quantity, given, model):
    """A number in the unit of an input."""
    entry = shared(quantity, model.vocabulary)
    value = float(given) if isinstance(given, (int, float)) else units.convert(given, entry.unit, entry.substance, entry.binding)
    if value < 0 and entry.unit.endswith("mol/L"):
        raise ProtocolError("a concentration cannot be negative.", given=f"{quantity} = {given}")
    return value


def rest_of(model, kernels, parameters, values):
    """States in balance under constant inputs; nothing pulses."""
    inputs = np.array([[[values.get(q, 0.0) for q in kernels.system.inputs]]])
    rest = find_rest(kernels, parameters, inputs)
    if rest.failures:
        state = rest.failures[0]["state"]
        raise ProtocolError(
            f"the model '{model.name}' has no state of rest.", given=f"'{state}' does not settle", fix="start='initial'"
        )
    return rest.states


def _dataset(model, observed, moments, values):
    import xarray as xr

    rows, known = model.states(), set(model.writers())
    variables = {}
    for k, name in enumerate(observed):
        about = shared(name, model.vocabulary) if name in known else rows[name]
        variables[name] = (("run", "time"), values[:, :, k], {"units": about.unit, "long_name": about.meaning})
    times = ("time", moments, {"units": "ms"})
    return xr.Dataset(variables, {"time": times}, {"model": model.name, "model_hash": model_hash(model)})
