"""A pruned system: what a run cannot move is left out, and the digits of what is left stay those of the whole system."""

import numpy as np
import pytest

from synaptrace.flatten import flatten
from synaptrace.graph import Graph, System, formula, prune
from synaptrace.models import load_model
from synaptrace.protocol import Protocol
from synaptrace.simulate import prepare as ground

ORAL = Protocol("oral", dose=[{"drug": "racemic ketamine", "route": "oral", "amount": "100 mg", "start": "0 h"}], end="12 h")
VEIN = Protocol(
    "vein",
    dose=[{"drug": "racemic ketamine", "route": "iv", "amount": "35 mg", "start": "0 h", "duration": "40 min"}],
    end="12 h",
)


def chain():
    """A gut that feeds blood, blood that feeds an effect, and a clock of its own; the gut has an input."""
    g = Graph()
    gut, blood, effect, clock, dose = (g.symbol(n) for n in ("gut", "blood", "effect", "clock", "dose"))
    slopes = [dose - 2 * gut, 2 * gut - blood, blood * clock - effect, 1 - clock]
    outputs = {"share": blood / (1 + blood), "hands": clock * 3}
    return System(["gut", "blood", "effect", "clock"], [0.0, 0.0, 0.0, 1.0], [1.0] * 4, [], [], ["dose"], slopes, outputs)


def test_states_that_nobody_asked_for_go():
    assert prune(chain(), ["share"]).states == ["gut", "blood"]
    assert prune(chain(), ["effect"]).states == ["gut", "blood", "effect", "clock"]


def test_a_chain_without_its_input_is_zero_and_what_reads_it_too():
    small = prune(chain(), ["effect", "hands", "share"], silent=["dose"])
    assert small.states == ["clock"] and formula(small.outputs["share"]) == "0" and formula(small.outputs["effect"]) == "0"
    assert formula(small.slopes[0]) == formula(chain().slopes[3])


def test_a_state_that_starts_elsewhere_stays():
    system = chain()
    system.initial[0] = 1.0
    assert prune(system, ["share"], silent=["dose"]).states == ["gut", "blood"]


def test_a_system_of_which_nothing_is_left_stays_whole():
    system = chain()
    assert prune(system, ["share"], silent=["dose"]) is system


def test_an_infusion_into_a_vein_has_no_gut_and_a_dose_by_mouth_has():
    model = load_model("exposure")
    system = flatten(model)
    fed = {f.input for f in ground.feeds_of(model, VEIN)}
    small = prune(system, list(system.outputs), ground.silent_inputs(system, fed))
    assert "ketamine_distributes[S].central" in small.states and not [s for s in small.states if s.startswith("gut")]
    fed = {f.input for f in ground.feeds_of(model, ORAL)}
    assert [s for s in prune(system, list(system.outputs), ground.silent_inputs(system, fed)).states if s.startswith("gut")]


@pytest.mark.parametrize("protocol", [VEIN, ORAL], ids=["vein", "oral"])
def test_curves_of_the_pruned_and_of_the_whole_model_are_one(protocol, monkeypatch):
    model, watched = load_model("empirical"), ["arterial.ketamine", "nmda.pyramidal_evoked.blocked", "outcome.madrs"]
    moments = np.linspace(0.0, 12.0, 60)
    small = ground.prepare(model, protocol, {}, 1, 1, rtol=1e-10, observed=watched)
    monkeypatch.setattr(ground, "prune", lambda system, *_: system)
    whole = ground.prepare(model, protocol, {}, 1, 1, rtol=1e-10, observed=watched)
    assert len(small.engine.kernels.system.states) < len(whole.engine.kernels.system.states)
    np.testing.assert_allclose(small.run(moments).values, whole.run(moments).values, rtol=1e-7, atol=1e-9)
