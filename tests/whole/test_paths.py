"""One unbroken chain from dose to mood: no shortcut, no link without weight, health and depression roots of one system."""

from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

from synaptrace import mechanisms
from synaptrace.models import load_model
from synaptrace.protocol import Protocol, read_protocol
from synaptrace.simulate.prepare import prepare
from synaptrace.theories import CHOICES
from synaptrace.vocabulary import shared

MOOD, DOSE = "outcome.madrs", "dose.iv.S_ketamine"
BODY, BRAIN = ("dose.", "arterial.", "venous.", "vein.", "gut.", "mouth.", "nose.", "muscle.", "skin.", "liver."), ("brain.",)
AT_THE_EFFECT_SITE = {"nmda_block_causes_dissociation", "ketamine_stops_responses"}
READ = [0.0, 0.5, 2.0, 24.0, 168.0]
NAMES = [*CHOICES, "empirical"]


def downstream(model, start):
    """Quantities that a chain of reads and writes reaches from `start`."""
    found, new = {start}, {start}
    while new:
        new = {w for m in model.mechanisms if new & set(m.reads.values()) for w in m.writes.values()} - found
        found |= new
    return found


def upstream(model, end):
    """Quantities from which a chain of reads and writes reaches `end`."""
    found, new, by = {end}, {end}, model.writers()
    while new:
        new = {r for q in new if q in by for r in by[q].reads.values()} - found
        found |= new
    return found


def links(model):
    """Quantities between dose and mood, in the order of the model."""
    between = downstream(model, DOSE) & upstream(model, MOOD)
    return [q for q in model.writers() if q in between and q != MOOD]


def folder(m):
    """The folder of a mechanism's file."""
    return next(Path(mechanisms.__path__[0]).glob(f"*/{m.file}.py")).parent.name


@pytest.mark.parametrize("name", NAMES)
def test_mood_is_reached_from_the_dose_only_through_the_brain(name):
    model = load_model(name)
    assert MOOD in downstream(model, DOSE)
    cut = {q for q in model.writers() if q.startswith("brain.")}
    there, new = {DOSE}, {DOSE}
    while new:
        new = {w for m in model.mechanisms if new & set(m.reads.values()) for w in m.writes.values()} - there - cut
        there |= new
    assert MOOD not in there  # whatever reaches mood has passed the brain


@pytest.mark.parametrize("name", NAMES)
def test_nothing_behind_the_receptor_reads_a_dose_plasma_or_the_time(name):
    for m in load_model(name).mechanisms:
        read, place = set(m.reads.values()), folder(m)
        if place in ("signaling", "plasticity", "symptoms"):
            assert not [q for q in read if q == "time" or q.startswith(BODY)], m.name
            assert m.file in AT_THE_EFFECT_SITE or not [q for q in read if q.startswith(BRAIN)], m.name
        if place == "circuit" and not any(w.startswith("brain.") for w in m.writes.values()):
            assert not [q for q in read if q == "time" or q.startswith(BODY)], m.name


def test_two_theories_differ_by_a_mechanism():
    parts = {n: {m.name for m in load_model(n).mechanisms} for n in NAMES}
    assert all(parts[a] != parts[b] for a, b in combinations(parts, 2))


@pytest.mark.parametrize("name", NAMES)
def test_no_theory_holds_a_step_that_its_numbers_switch_off(name):
    zero = [n for n, value in load_model(name).values.items() if value == 0.0]
    assert all(n.endswith(".GluN2D") for n in zero)  # a share of subunits, none in pyramidal cells


def run(model, watched, held=None):
    """Curves [moments of READ, watched] of one infusion; `held` is (quantity, number) kept where it was before the drug."""
    plan = read_protocol("single_infusion").to_tables() | {"end": "8 d", "measure": []}
    if held:
        name, value = held
        plan["clamp"] = [{"quantity": name, "times": ["0 h"], "values": [f"{value!r} {shared(name).unit}"]}]
    return prepare(model, Protocol(**plan), {}, 1, 1, observed=watched, optimize=0).run(np.array(READ)).values[0]


def cuts(name):
    """{link that the drug moves: largest change of mood when it is held at rest}, and mood itself."""
    model = load_model(name)
    wanted = links(model)
    curves = run(model, [*wanted, MOOD])
    mood = curves[:, -1]
    moved = {q: curves[0, k].item() for k, q in enumerate(wanted) if np.ptp(curves[:, k]) > 0}
    return {q: float(np.abs(run(model, [MOOD], (q, rest))[:, 0] - mood).max()) for q, rest in moved.items()}, mood - mood[0]


def test_each_link_of_the_empirical_curve_carries_relief():
    changed, whole = cuts("empirical")
    assert whole.min() < -1 and len(changed) > 8
    assert min(changed.values()) > 1e-6, changed


@pytest.mark.slow
@pytest.mark.parametrize("name", ["combined"])
def test_each_link_of_a_theory_carries_relief(name):
    changed, whole = cuts(name)
    assert whole.min() < -1 and len(changed) > 40
    silent = {q for q, size in changed.items() if size < 1e-6}
    assert not silent, silent


@pytest.mark.parametrize("name", ["combined", "empirical"])
@pytest.mark.parametrize("stress", [0, 1])
def test_health_and_depression_are_rests_with_stress_off_and_on(name, stress):
    model = load_model(name).set("stress_raises_cortisol.stress", f"{stress} 1", "health or depression")
    watched = [q for q in (MOOD, "synapse.strength", "spines.density", "circuit.pyramidal_rate") if q in model.writers()]
    made = prepare(model, Protocol("nothing", end="60 d"), {}, 1, 1, observed=watched, optimize=0)
    assert not made.failures and not made.second_roots
    values = made.run(np.linspace(0, 60 * 24, 13)).values[0]
    assert np.ptp(values, axis=0) == pytest.approx(0, abs=1e-7)
    if stress == 0:
        assert values[0, 1:] == pytest.approx(1, abs=1e-3)  # soft thresholds leave a little at rest
        assert values[0, 0] < 12
    else:
        assert values[0, 0] == pytest.approx(32, abs=0.5)
