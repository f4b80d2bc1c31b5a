"""Every rate of the synapse and of plasticity says at which temperature it holds, and what ten kelvin do to it."""

import random

import pytest

from synaptrace.core.declare import Param
from synaptrace.lookup import mechanism_files

FILES = [f for f in mechanism_files() if f.__name__.split(".")[-2] in ("synapse", "plasticity")]
OTHERWISE = {  # files with rates that read no temperature, and why
    "ambient_glutamate_opens_nmda": "a scheme in balance, for the model of hours: ratios of its rates and one mean time count",
    "synaptic_events_open_nmda": "how often and how long receptors open in the body is given, for the model of hours",
    "steady_rates_stand_in_for_the_circuit": "how often cells fire in the body is given, for the model of hours",
    "calcium_of_the_past_hour_adds_up": "a memory of an hour in the body, for the model of hours",
    "ketamine_blocks_nmda": "carries its own Q10, from 22 degC to the body, for the model of hours",
} | dict.fromkeys(
    (
        "ampa_receptors_reach_the_surface",
        "induction_scales_ampa_receptors",
        "new_proteins_are_made",
        "new_spines_form",
        "psd95_is_captured",
        "spines_persist_until_stress_removes_them",
        "time_above_thresholds_sets_efficacy",
    ),
    "hours and days of the living body, for the model of hours",
)
WITHOUT = {"currents_charge_the_spine"}  # its states follow from capacities and conductances


def name_of(module):
    return module.__name__.rsplit(".", 1)[-1]


def rows(module):
    return {n: p for n, p in module.mechanism.params.items() if isinstance(p, Param)}


def times(module):
    return [n for n, p in rows(module).items() if p.unit == "s"]


def speeds(module):
    return [n for n, p in rows(module).items() if p.unit.endswith("/s")]


def own(module):
    """Temperatures at which the rates of a file hold."""
    return [n for n, p in rows(module).items() if p.unit == "K"]


def factors(module):
    return [n for n in rows(module) if n.startswith("Q10")]


RATED = [f for f in FILES if times(f) or speeds(f)]
WARMED = [pytest.param(f, id=name_of(f)) for f in RATED if name_of(f) not in OTHERWISE]


def test_every_file_with_a_rate_has_a_temperature_and_a_q10_but_for_those_that_say_why():
    assert {name_of(f) for f in RATED if not own(f)} == set(OTHERWISE) and all(OTHERWISE.values())
    assert {name_of(f) for f in FILES if f.mechanism.states and f not in RATED} == WITHOUT
    assert not [f for f in FILES if (own(f) or factors(f)) and f not in RATED]


@pytest.mark.parametrize("module", WARMED)
def test_the_temperature_is_read_and_each_of_its_numbers_says_where_it_is_from(module):
    assert module.mechanism.reads["T"] == "tissue.temperature"
    assert own(module) and factors(module)
    found = rows(module)
    assert all(found[n].source or found[n].why for n in (*own(module), *factors(module)))
    assert all(285 < found[n].number() < 312 for n in own(module))


def given(module, seed, **fixed):
    """Some value for everything that the equations receive, small for states."""
    rng, m = random.Random(seed), module.mechanism
    return {n: rng.uniform(0.02, 0.08) for n in (*m.reads, *m.states, *m.params)} | fixed


def at(module, T, T_0, Q10, seed=1, **fixed):
    """What the equations give at T if all their rates hold at T_0 and have one Q10."""
    fixed |= {"T": T} | dict.fromkeys(own(module), T_0) | dict.fromkeys(factors(module), Q10)
    return module.mechanism(**given(module, seed, **fixed))


@pytest.mark.parametrize("module", WARMED)
def test_at_its_own_temperature_nothing_depends_on_q10(module):
    assert at(module, 295.15, 295.15, 1) == at(module, 295.15, 295.15, 3)
    assert at(module, 296.15, 295.15, 1) != at(module, 296.15, 295.15, 3)


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("module", WARMED)
def test_ten_kelvin_with_a_q10_of_two_halve_every_time_and_double_every_rate(module, seed):
    plain = given(module, seed)
    fast = {n: plain[n] / 2 for n in times(module)} | {n: 2 * plain[n] for n in speeds(module)}
    assert fast
    warm = at(module, 305.15, 295.15, 2, seed)
    assert warm == pytest.approx(at(module, 305.15, 305.15, 2, seed, **fast), rel=1e-9)


def schemes(module):
    parts = module.mechanism.parts(**given(module, 1))
    return [s for part in parts for s in getattr(part, "schemes", ())]


def test_ten_kelvin_with_a_q10_of_two_double_all_slopes_of_a_scheme():
    found = [f for f in FILES if schemes(f)]
    assert len(found) == 5
    for module in found:
        cold, warm = (at(module, T, 295.15, 2) for T in (295.15, 305.15))
        slopes = [n for n in cold if n.startswith("d/dt ")]
        assert [warm[n] for n in slopes] == pytest.approx([2 * cold[n] for n in slopes], rel=1e-9)
        assert {n: x for n, x in warm.items() if n not in slopes} == {n: x for n, x in cold.items() if n not in slopes}
