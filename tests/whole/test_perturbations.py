"""Perturbations in a run: off they change no digit, for life they move the rest, for a time they act between two jumps."""

from dataclasses import replace

import numpy as np
import pytest

from synaptrace.core.check_units import check_units
from synaptrace.core.declare import RelativeToRest
from synaptrace.mechanisms.circuit import adenosine_leaves_a_tag, ketamine_and_activity_raise_adenosine
from synaptrace.model import compose
from synaptrace.models import THEORIES, load_model
from synaptrace.perturbations import load_perturbation, perturb, perturbations, read_perturbation, strengths
from synaptrace.protocol import Protocol, read_protocol
from synaptrace.simulate import repeat, run
from synaptrace.simulate.bands import Variant
from synaptrace.simulate.prepare import begin_of, prepare, windows_of
from synaptrace.vocabulary import VOCABULARY, shared
from tests.numerics import toys

ALL = [load_perturbation(name) for name in perturbations()]
MODELS = {name: load_model(name) for name in ("combined", "mtorc1_before_bdnf", "pore_only")}
AT = [-0.5, 0.0, 0.25, 1.0, 2.0, 2.01, 3.0]  # hours
TAU, BASE = 100.0, 2.0  # of the toy: level' = (drive + base - level) / tau, seconds


class Everything(dict):
    def __missing__(self, name):
        return shared(name, VOCABULARY)


def made(name, effects, when='{ from = "-30 min", to = "2 h" }'):
    text = f'title = "a toy"\nwhy = "a toy"\ntarget = "relaxes"\nwhen = {when}\n'
    return read_perturbation(text + "".join(f"[[effect]]\n{e}\n" for e in effects), name)


TRIPLE = made("triple", ['scale = "base"\nby = 3'])
LIFELONG = made("held", ['set = "base"\nto = "5"'], '"lifelong"')
PLAN = Protocol("p", end="4 h").clamp("drive", ["0 h", "1 h"], ["0", "1"])
STILL = Protocol("p", end="4 h").clamp("drive", ["0 h"], ["0"])


def levels(plan, model, at=AT, **options):
    return run(plan, model, at=[f"{t!r} h" for t in at], **options)["level"].values[0]


def relaxed(t, start, goal, since):
    return goal + (start - goal) * np.exp(-(t - since) * 3600 / TAU)


@pytest.mark.parametrize("one", ALL, ids=lambda p: p.name)
def test_a_shipped_perturbation_acts_in_a_model_with_units_that_fit_and_says_where_its_size_comes_from(one):
    model = next(m for m in MODELS.values() if strengths(m, one))
    assert dict(one.origin).get("why") or dict(one.origin)["source"]
    for m in perturb(model, [one]).mechanisms:
        if one.acts_on(m):
            check_units(m, Everything())


@pytest.mark.parametrize("one", ALL, ids=lambda p: p.name)
def test_switched_off_the_equations_give_the_same_digits_and_on_what_the_file_says(one, rng):
    model = next(m for m in MODELS.values() if strengths(m, one))
    plain = next(m for m in model.mechanisms if one.acts_on(m))
    moved = next(m for m in perturb(model, [one]).mechanisms if m.name == plain.name)
    names = (*plain.reads, *plain.states, *plain.params)
    values = dict(zip(names, rng.uniform(0.2, 0.8, len(names)), strict=True))
    values |= {n: 0.05 for n, row in plain.params.items() if isinstance(row, RelativeToRest)}  # drugs act above what was at rest
    numbers = {f"{one.name}_{n}": moved.params[f"{one.name}_{n}"].number() for _, n, _ in one.effects}
    before = plain(**values)

    def at(strength, window):
        return moved(**values, **numbers, **{one.name: strength}, **({f"{one.name}_acts": window} if one.window else {}))

    assert at(0.0, 1.0) == before and (not one.window or at(1.0, 0.0) == before)
    goals = {n: (w, numbers[f"{one.name}_{n}"]) for w, n, _ in one.effects}

    def acted(found):
        return {n: found[n] * x if w == "scale" else x for n, (w, x) in goals.items() if n in found}

    wanted = plain(**{**values, **acted(values)})
    assert at(1.0, 1.0) == {**wanted, **acted(wanted)} != before


@pytest.mark.parametrize("strength", [0.0, 0.5, 1.0])
def test_a_lifelong_perturbation_moves_the_rest_and_leaves_every_digit_where_it_is_off(strength):
    plain, perturbed = toys.relaxing_model(), perturb(toys.relaxing_model(), [LIFELONG]).set("relaxes.held", strength)
    found = levels(STILL, perturbed, AT[1:])
    assert found == pytest.approx(BASE + strength * 3, rel=1e-9) and np.ptp(found) <= 1e-9
    if strength == 0:
        assert np.array_equal(levels(PLAN, perturbed, AT[1:]), levels(PLAN, plain, AT[1:]))


def test_a_perturbation_for_a_time_leaves_the_rest_and_acts_between_two_jumps():
    """Base is tripled from half an hour before the dose (where the clamp first moves, 0 h) to 2 h after it."""
    found = levels(STILL, perturb(toys.relaxing_model(), [TRIPLE]))
    risen = relaxed(2.0, BASE, 6.0, -0.5)
    wanted = [BASE, *(relaxed(t, BASE, 6.0, -0.5) for t in AT[1:5]), *(relaxed(t, risen, BASE, 2.0) for t in AT[5:])]
    assert found == pytest.approx(wanted, rel=1e-6)
    whole = run(STILL, perturb(toys.relaxing_model(), [TRIPLE]))
    assert {-0.5, 2.0} <= set(whole["time"].values.tolist()) and whole["level"].values[0, 0] == BASE


def test_what_a_mechanism_gives_is_moved_at_once_and_what_it_reads_only_for_itself():
    given = perturb(toys.relaxing_model(), [made("cut", ['scale = "absolute"\nby = 0.25'])])
    below, at, after = levels(STILL, given, [-0.5, 1.9999, 2.0])
    assert (below, at, after) == pytest.approx((0.5, 0.5, 2.0), abs=1e-12)
    read = perturb(toys.relaxing_model(), [made("driven", ['clamp = "drive"\nto = "3"'])])
    assert levels(STILL, read, [1.9999])[0] == pytest.approx(5.0, rel=1e-6)


def test_time_counts_from_the_first_dose_or_from_where_a_trace_first_moves():
    perturbed = perturb(toys.relaxing_model(), [TRIPLE])
    late = Protocol("p", end="9 h").clamp("drive", ["1 h", "3 h", "4 h", "5 h"], ["0", "0", "2", "0"])
    dosed = late.infuse("esketamine", "10 mg", over="1 h", start="5 h")
    for plan, first in ((STILL, 0.0), (late, 3.0), (dosed, 5.0)):
        assert windows_of(perturbed, plan) == {"perturbation.triple": [(first - 0.5, 1.0), (first + 2.0, 0.0)]}
        assert begin_of(perturbed, plan) == min(0.0, first - 0.5) and begin_of(toys.relaxing_model(), plan) == 0.0


def test_stacked_perturbations_are_those_named_alone_and_silent_when_off():
    both = [TRIPLE, replace(LIFELONG, name="base_five")]
    together = perturb(toys.relaxing_model(), both, stacked=True)
    assert [together.values[s] for one in both for s in strengths(together, one)] == [0.0, 0.0]
    lanes = [Variant((), {f"relaxes.{one.name}": 1.0 for one in chosen}) for chosen in ([], both[:1], both[1:])]
    found = prepare(together, PLAN, {}, 0, 1, 1e-8, variants=lanes, observed=["level"]).run(np.array(AT)).values[:, :, 0]
    for lane, chosen in zip(found, ([], both[:1], both[1:]), strict=True):
        alone = perturb(toys.relaxing_model(), chosen)
        at = AT if begin_of(alone, PLAN) < 0 else AT[1:]
        assert lane[-len(at) :] == pytest.approx(levels(PLAN, alone, at, rtol=1e-8), rel=1e-6)


def test_people_under_a_perturbation_get_the_same_digits_for_any_number_of_threads():
    perturbed = perturb(toys.relaxing_model(), [TRIPLE])
    prepared = [prepare(perturbed, PLAN, {}, 40, k, observed=["level"]).run(np.array(AT)).values for k in (1, 2)]
    assert np.array_equal(*prepared)


def test_a_saved_result_is_repeated_with_its_perturbations(tmp_path):
    from synaptrace.results import save

    before = run("mouse_10mgkg_ip", "bridge_test", perturbed="nbqx", changes={CHARGE: "0.5"}, at=["-20 min", "1 h", "24 h"])
    assert before.attrs["perturbations"] == '["nbqx"]' and before.attrs["changes"].startswith(f'[["{CHARGE}"')
    after = repeat(save(before, tmp_path / "a.nc"), threads=2)
    for name in before.data_vars:
        assert np.array_equal(before[name], after[name]), name
    charge = before["ampa.charge"].values[0]
    assert charge[:2] == pytest.approx(charge[2] * (0.5 + 0.5 * 0.1), rel=1e-12)


CHARGE = "release_drives_charge_through_ampa.nbqx"


def test_every_theory_runs_the_traces_of_rodents_and_off_switches_of_life_leave_its_digits():
    plan, at = read_protocol("mouse_10mgkg_ip"), ["0 h", "1 h", "24 h"]
    for name in THEORIES:
        for clamp in plan.clamps:
            assert clamp.optional or clamp.quantity in load_model(name).writers()
    model = MODELS["pore_only"]
    lifelong = [one for one in ALL if not one.window and strengths(model, one)]
    plain, off = run(plan, model, at=at), run(plan, perturb(model, lifelong, stacked=True), at=at)
    assert len(lifelong) > 5
    for name in plain.data_vars:
        assert np.array_equal(plain[name], off[name]), name


@pytest.mark.parametrize("name", ["a1_antagonist", "a2a_antagonist"])
def test_an_antagonist_of_adenosine_leaves_no_tag_that_returns_when_it_is_gone(name):
    """Ketamine makes a surge, the antagonist acts until 6 h, the tag lasts longer; sqrt(0) is 1e-6 (core/maths.py)."""
    inputs = ["brain.ketamine_free", "ampa.drive", "drug.A1_antagonist", "drug.A2A_antagonist"]
    steps = (ketamine_and_activity_raise_adenosine.mechanism, adenosine_leaves_a_tag.mechanism)
    model = compose(*steps, inputs=inputs, name="tag")
    plan = Protocol("p", end="12 h").clamp(inputs[0], ["0 h", "0.1 h", "1 h"], ["0 umol/L", "3 umol/L", "0 umol/L"])
    plan = plan.clamp("ampa.drive", ["0 h"], ["1"])
    plain, under = (run(plan, model, perturbed=p, at=["3 h", "7 h"])["adenosine.tag"].values[0] for p in ((), name))
    assert plain.min() > 0.1 and np.all(np.abs(under) < 1e-4 * plain)


def bateman(t, peak, up, half_life):
    """A curve that rises with the rate `up` and falls with a half-life, in hours; `peak` is its largest value."""
    down = np.log(2) / half_life
    top = np.log(up / down) / (up - down)
    return peak * (np.exp(-down * t) - np.exp(-up * t)) / (np.exp(-down * top) - np.exp(-up * top))


@pytest.mark.parametrize(
    ("name", "ketamine", "metabolite"),
    [
        ("mouse_10mgkg_ip", 3, 6),
        ("mouse_saline", 0, 0),
        ("mouse_hnk", 0, 15),
        ("rat_20mgkg_ip", 6, 12),
        ("rat_50mgkg_ip", 15, 30),
        ("rat_200mgkg_ip", 60, 120),
    ],
)
def test_the_traces_of_rodents_follow_the_assumed_curves_within_a_percent_of_the_peak(name, ketamine, metabolite):
    """Unbound in the brain, umol/L: half of the ketamine is S; peaks within 15 min, small at 1 h; all scales with the dose."""
    clamps = {c.quantity: c for c in read_protocol(name).clamps}
    hours = np.linspace(0, 24, 100001)

    def trace(what):
        c = clamps[f"brain.{what}_free"]
        return np.interp(hours, c.times, c.numbers(shared(c.quantity, VOCABULARY)))

    for what, peak, up, half_life in (
        ("S_ketamine", ketamine / 2, 15, 0.28),
        ("R_ketamine", ketamine / 2, 15, 0.28),
        ("hydroxynorketamine", metabolite, 5, 0.5),
    ):
        assert np.abs(trace(what) - bateman(hours, peak, up, half_life)).max() <= 0.01 * peak, what
    assert not trace("S_norketamine").any() and not trace("R_norketamine").any()
