"""The fast engine against the slow, obvious one, which shares no code with it."""

import numpy as np
import pytest

from synaptrace.flatten import flatten
from synaptrace.population import draw_people
from synaptrace.protocol import Protocol
from synaptrace.simulate.prepare import CLOCK, prepare
from synaptrace.solve.engine import Engine, Kernels
from synaptrace.solve.plain import simulate_plainly
from synaptrace.solve.schedule import Pulse, build_schedule
from tests.exposure import load_model
from tests.numerics import nonlinear

PROTOCOLS = {
    "infusion": Protocol("a", end="24 h").infuse("racemic ketamine", "0.5 mg/kg", over="40 min"),
    "boluses and overlaps": Protocol("b", end="12 h", patient={"weight": "52 kg"})
    .bolus("esketamine", "10 mg", start="1 h")
    .infuse("racemic ketamine HCl", "30 mg", over="2 h", start="30 min")
    .infuse("arketamine", rate="0.2 mg/kg/h", over="1 h", start="2 h")
    .bolus("racemic ketamine", "0.1 mg/kg", at=["3 h", "6 h"]),
}

ONLY_S = {
    "infusion": Protocol("c", end="24 h").infuse("esketamine", "0.5 mg/kg", over="40 min"),
    "boluses and overlaps": Protocol("d", end="12 h")
    .bolus("esketamine", "84 mg", start="1 h", route="intranasal")
    .infuse("esketamine HCl", "30 mg", over="2 h", start="30 min")
    .bolus("esketamine", "0.1 mg/kg", route="oral", at=["3 h", "6 h"]),
}

REST = {"empirical": {"stress_raises_cortisol.C": 2.0}}  # cortisol at rest is 1 plus stress


def segments(schedule, inputs, jump_inputs):
    """The engine's schedule of the first patient, as the plain integrator takes it."""
    t, rates, jumps = schedule.times[0], schedule.inputs[0], schedule.jumps[0]
    return [
        (t[k], t[k + 1], dict(zip(inputs, rates[k], strict=True)), dict(zip(jump_inputs, jumps[k], strict=True)))
        for k in range(len(t) - 1)
    ]


def largest_error(found, wanted, names):
    return max(np.abs(found[:, k] - wanted[n]).max() / max(np.abs(wanted[n]).max(), 1e-300) for k, n in enumerate(names))


@pytest.mark.parametrize("name", PROTOCOLS)
@pytest.mark.parametrize("typical", [True, pytest.param(False, marks=pytest.mark.slow)], ids=["typical", "a virtual patient"])
def test_every_named_model_agrees_with_the_plain_integrator(named_model, name, typical):
    """1e-6 of each observable's largest value at rtol 1e-8, 1e-5 at the default."""
    protocol = PROTOCOLS[name]
    if named_model.name == "perez_ruixo":
        protocol = ONLY_S[name]
    draws = {} if typical else {k: v[2:] for k, v in draw_people(named_model, 3, 11).items()}
    moments = np.unique([0, 0.2, 0.5, 40 / 60, 1, 80 / 60, 2, 2.5, 3, 4, 6.5, 10, 12, protocol.end])
    moments = moments[moments <= protocol.end]
    wanted = None
    for rtol, bar in ((1e-8, 1e-6), (None, 1e-5)):
        prepared = prepare(named_model, protocol, draws, 1, 1, rtol)
        kernels = prepared.engine.kernels
        found = prepared.run(moments).values[0]
        wanted = wanted or simulate_plainly(
            named_model,
            {q: getattr(protocol.patient, q.split(".")[1]) for q in named_model.inputs if q.startswith("patient.")},
            segments(prepared.schedule, kernels.system.inputs, prepared.engine.jump_input),
            moments,
            {k: float(v[0]) for k, v in draws.items()},
            start=REST.get(named_model.name),
        )
        error = largest_error(found, wanted, kernels.observed)
        print(named_model.name, name, rtol, error)
        assert error < bar


def test_the_signaling_rig_agrees_with_the_plain_integrator():
    """Both start from the declared values, which are not those at rest in the bath."""
    model = load_model("signaling_rig")
    bath = {"bath.BDNF": 7.3, "tube.calmodulin": 3.0}
    clamps = [{"quantity": q, "times": ["0 h"], "values": [f"{v} nmol/L"]} for q, v in bath.items()]
    moments = np.array([0, 0.01, 0.1, 0.5, 2.0, 5.0])
    prepared = prepare(model, Protocol("rig", dose=[], clamp=clamps, end="5 h"), {}, 1, 1, 1e-9)
    prepared.start[:] = prepared.engine.kernels.system.initial
    wanted = simulate_plainly(model, {}, [(0.0, 5.0, bath, {})], moments)
    found, names = prepared.run(moments).values[0], prepared.engine.kernels.observed
    moving = [n for n in names if n not in bath]
    assert largest_error(found[:, [names.index(n) for n in moving]], wanted, moving) < 1e-6


def test_the_model_of_all_words_agrees_with_the_plain_integrator():
    model = nonlinear.model()
    system = flatten(model)
    pulses = [Pulse("dose.iv.S_ketamine", 1.0, 0.5, 10.0), Pulse("dose.iv.S_ketamine", 5.0, 0.0, 4.0)]
    schedule = build_schedule(1, 0.0, 24.0, pulses, [], system.inputs, ["dose.iv.S_ketamine"], CLOCK)
    draws = {k: float(v[0]) for k, v in draw_people(model, 1, 3).items()}
    parameters = np.array([system.values])
    for name, draw in draws.items():
        parameters[0, system.parameters.index(f"draw:{name}")] = draw
    moments = np.array([0.5, 1.0, 1.25, 1.5, 4.99, 5.0, 6.0, 12.0, 24.0])
    engine = Engine(Kernels(system, 1, 2, boluses=["dose.iv.S_ketamine"]), CLOCK, rtol=1e-9, atol=1e-9)
    found = engine.run(np.array([system.initial]), parameters, schedule, moments).values[0]
    wanted = simulate_plainly(model, {}, segments(schedule, system.inputs, ["dose.iv.S_ketamine"]), moments, draws)
    assert largest_error(found, wanted, list(system.outputs)) < 1e-7


def test_a_population_at_its_own_tolerance_is_within_its_bar():
    model = load_model()
    draws = draw_people(model, 40, 2)
    moments = np.linspace(0, 24, 50)
    coarse = prepare(model, PROTOCOLS["infusion"], draws, 40, 1).run(moments).values
    fine = prepare(model, PROTOCOLS["infusion"], draws, 40, 1, 1e-10).run(moments).values
    largest = np.maximum(np.abs(fine).max(axis=1, keepdims=True), 1e-300)
    assert (np.abs(coarse - fine) / largest).max() < 2e-5
