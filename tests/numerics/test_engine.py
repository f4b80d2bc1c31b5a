"""Jumps, rest, failures, changing parameters, schedules: against closed forms."""

import numpy as np
import pytest

from synaptrace.errors import SolveError
from synaptrace.flatten import flatten
from synaptrace.graph import Graph, System
from synaptrace.protocol import Protocol
from synaptrace.simulate.prepare import prepare
from synaptrace.solve.engine import Engine, Kernels, Schedule
from synaptrace.solve.rest import find_rest
from synaptrace.solve.schedule import Pulse, Trace, build_schedule
from tests.numerics import toys

HOUR = 3600.0


def decaying(power=1):
    """x' = dose * gain - k x (or the dose squared, which no bolus can use)."""
    g = Graph()
    x, k, gain, dose = (g.symbol(n) for n in ("x", "k", "gain", "dose"))
    slope = dose * gain * (dose if power == 2 else 1) - k * x
    return System(["x"], [0.0], [1.0], ["k", "gain"], [1e-3, 2.0], ["dose"], [slope], {"x2": 2 * x, "rate": dose * gain})


def run(system, schedule, moments, people=1, boluses=("dose",), parameters=None, **options):
    engine = Engine(Kernels(system, 1, 0, boluses=list(boluses)), **options)
    values = np.tile(system.values, (people, 1)) if parameters is None else parameters
    return engine.run(np.zeros((people, len(system.states))), values, schedule, np.array(moments, float))


def pulses(*rows, people=1, end=10.0, begin=0.0):
    return build_schedule(people, begin, end, [Pulse("dose", *r) for r in rows], [], ["dose"], ["dose"], HOUR)


def infused(t, start, length, amount, k=1e-3, gain=2.0):
    """Closed form of an infusion into a decaying state; times in hours, per second inside."""
    t, start, length = (np.asarray(x, float) * HOUR for x in (t, start, length))
    rate = amount * gain / length
    up = np.clip(t - start, 0, length)
    return rate / k * (1 - np.exp(-k * up)) * np.exp(-k * np.clip(t - start - length, 0, None))


def given_at_once(t, start, amount, k=1e-3, gain=2.0):
    t = (np.asarray(t, float) - start) * HOUR
    return np.where(t >= 0, amount * gain * np.exp(-k * np.maximum(t, 0)), 0.0)


TIMES = np.array([0, 0.1, 0.5, 1, 1.25, 2, 3, 9.9, 10])


def test_an_infusion_matches_its_closed_form():
    found = run(decaying(), pulses((0.5, 0.75, 3.0)), TIMES).values[0, :, 0]
    np.testing.assert_allclose(found, 2 * infused(TIMES, 0.5, 0.75, 3.0), rtol=2e-6, atol=1e-7)


def test_overlapping_infusions_add():
    found = run(decaying(), pulses((0.5, 0.75, 3.0), (1.0, 1.0, 2.0)), TIMES).values[0, :, 0]
    np.testing.assert_allclose(found, 2 * (infused(TIMES, 0.5, 0.75, 3.0) + infused(TIMES, 1.0, 1.0, 2.0)), rtol=2e-6, atol=1e-7)


def test_the_input_is_exactly_zero_after_overlapping_infusions():
    found = run(decaying(), pulses((0.5, 0.75, 3.3), (1.0, 1.0, 2.1)), TIMES).values[0, :, 1]
    assert found[TIMES >= 2].tolist() == [0.0] * 4


def test_a_bolus_moves_the_state_by_amount_times_coefficient_and_is_reported_after_the_jump():
    found = run(decaying(), pulses((0.0, 0.0, 3.0), (1.0, 0.0, 1.0)), TIMES).values[0, :, 0]
    assert found[0] == 12.0
    np.testing.assert_allclose(found, 2 * (given_at_once(TIMES, 0, 3.0) + given_at_once(TIMES, 1.0, 1.0)), rtol=2e-6, atol=1e-7)


def test_two_half_infusions_back_to_back_equal_one():
    one = run(decaying(), pulses((0.0, 2 / 3, 3.0)), TIMES).values
    two = run(decaying(), pulses((0.0, 1 / 3, 1.5), (1 / 3, 1 / 3, 1.5)), TIMES).values
    np.testing.assert_allclose(two[0, :, 0], one[0, :, 0], rtol=1e-6, atol=1e-8)


def test_a_bolus_is_the_limit_of_a_short_infusion():
    bolus = run(decaying(), pulses((1.0, 0.0, 3.0)), TIMES).values[0, TIMES > 1, 0]
    short = run(decaying(), pulses((1.0, 1e-5, 3.0)), TIMES).values[0, TIMES > 1, 0]
    np.testing.assert_allclose(short, bolus, rtol=1e-4, atol=1e-9)


def test_a_bolus_that_does_not_enter_linearly_is_refused():
    with pytest.raises(SolveError, match="a bolus into 'dose' does not enter linearly into 'x'") as error:
        Kernels(decaying(power=2), 1, 0, boluses=["dose"])
    assert error.value.lines["depends"] == "dose"


def depressing():
    """x' = (1 - x) / tau - spikes U x, y' = spikes U x: each spike takes a share U of what is there."""
    g = Graph()
    x, y, share, tau, spikes = (g.symbol(n) for n in ("x", "y", "share", "tau", "spikes"))
    slopes = [(1 - x) / tau - spikes * share * x, spikes * share * x]
    return System(["x", "y"], [1.0, 0.0], [1.0, 1.0], ["share", "tau"], [0.5, 0.8], ["spikes"], slopes, {"x": x, "y": y})


@pytest.mark.parametrize(("width", "people"), [(1, 1), (4, 7)])
def test_a_bolus_that_takes_a_share_takes_it_of_the_state_before(width, people):
    """Closed form: between spikes 1 - (1 - x) exp(-t / tau), at a spike x (1 - U); each patient has another U."""
    system, times = depressing(), [0.0, 0.1, 0.15, 0.15, 0.7]
    shares = np.linspace(0.1, 0.9, people)
    values = np.stack([shares, np.full(people, 0.8)], 1)
    engine = Engine(Kernels(system, width, 0, boluses=["spikes"]), clock=1.0, rtol=1e-9, atol=1e-10)
    spikes = [Pulse("spikes", t, 0.0, 1.0) for t in times]
    schedule = build_schedule(people, 0.0, 1.0, spikes, [], ["spikes"], engine.jump_input, 1.0)
    found = engine.run(np.tile(system.initial, (people, 1)), values, schedule, np.array([0.9]))
    for q, u in enumerate(shares):
        x, taken, last = 1.0, 0.0, 0.0
        for t, spikes in ((0.0, 1), (0.1, 1), (0.15, 2), (0.7, 1)):  # two spikes at one instant both take from the state before
            x = 1 - (1 - x) * np.exp(-(t - last) / 0.8)
            taken, x, last = taken + spikes * u * x, x * (1 - spikes * u), t
        x = 1 - (1 - x) * np.exp(-0.2 / 0.8)
        assert found.values[q, 0] == pytest.approx([x, taken], rel=1e-7, abs=1e-8)


def test_a_duration_per_patient_gives_jump_times_per_patient():
    lengths = np.array([0.5, 0.75, 1.5])
    schedule = pulses((0.5, lengths, 3.0), people=3)
    assert schedule.times.shape == (3, 4) and schedule.times[1, 2] == 1.25
    found = run(decaying(), schedule, TIMES, people=3).values[:, :, 0]
    for q, length in enumerate(lengths):
        np.testing.assert_allclose(found[q], 2 * infused(TIMES, 0.5, length, 3.0), rtol=2e-6, atol=1e-7)


def test_a_ragged_schedule_padded_with_empty_segments_gives_the_same_bits():
    plain = pulses((0.5, 0.75, 3.0), (2.0, 0.0, 1.0))
    t = np.concatenate([plain.times, plain.times[:, -1:], plain.times[:, -1:]], axis=1)
    padded = Schedule(
        t,
        np.concatenate([plain.inputs, plain.inputs[:, -1:], plain.inputs[:, -1:]], axis=1),
        np.concatenate([plain.jumps, np.zeros((1, 2, 1))], axis=1),
    )
    a, b = run(decaying(), plain, TIMES), run(decaying(), padded, TIMES)
    assert a.values.tobytes() == b.values.tobytes() and a.steps[0] == b.steps[0]


def test_the_jump_of_an_empty_segment_counts():
    times, inputs = np.array([[0.0, 1.0, 1.0, 2.0]]), np.zeros((1, 3, 1))
    found = run(decaying(), Schedule(times, inputs, np.array([[[0.0], [1.0], [1.0]]])), [1.0]).values[0, 0, 0]
    assert found == 8.0


def test_a_parameter_may_change_at_a_jump():
    model = toys.relaxing_model()
    system = flatten(model, changing=["relaxes.tau"])
    schedule = build_schedule(1, 0.0, 2.0, [], [], system.inputs, [], HOUR, levels={"relaxes.tau": [(0.0, 100.0), (1.0, 1e9)]})
    engine = Engine(Kernels(system, 1, 0))
    found = engine.run(np.array([[0.0]]), np.array([system.values]), schedule, np.array([0.01, 1.0, 2.0])).values[0, :, 0]
    np.testing.assert_allclose(found, [2 - 2 * np.exp(-0.36), 2.0, 2.0], rtol=1e-5)


def test_a_clamp_drives_an_input_by_a_piecewise_linear_trace():
    model = toys.relaxing_model()
    system = flatten(model, clamped=["drive"])
    trace = Trace("drive", (1.0, 2.0, 4.0), (0.0, 3.0, 1.0))
    schedule = build_schedule(1, 0.0, 5.0, [], [trace], system.inputs, [], HOUR)
    slow = [50.0 if n == "relaxes.tau" else v for n, v in zip(system.parameters, system.values, strict=True)]
    moments = np.array([0.5, 1.5, 2.0, 3.0, 4.0, 5.0])
    found = Engine(Kernels(system, 1, 0)).run(np.array([[2.0]]), np.array([slow]), schedule, moments).values[0, :, 0]
    drive = np.interp(moments, trace.times, trace.values)
    lag = np.array([0, 3, 3, -1, -1, 0]) / HOUR * 50.0  # a slow ramp is followed a time constant late
    np.testing.assert_allclose(found, 2 + drive - lag, rtol=1e-6, atol=2e-6)


def test_the_kernels_carry_the_time_derivative():
    engine = Engine(Kernels(flatten(toys.timed()), 1, 0))
    nothing = np.zeros((1, 1, 0))
    found = engine.run(
        np.zeros((1, 1)), np.array([[2e-6]]), Schedule(np.array([[0.0, 2.0]]), nothing, nothing), np.array([1.0, 2.0])
    )
    np.testing.assert_allclose(found.values[0, :, 0], 1e-6 * np.array([3600.0, 7200.0]) ** 2, rtol=1e-12)


# ---- rest


def test_rest_is_found_per_patient_and_what_is_relative_to_it_is_one():
    prepared = prepare(toys.relaxing_model(), Protocol("nothing", end="1 h"), {"relaxes.base": np.array([0.0, 1.0])}, 2, 1)
    found = prepared.run([0.0, 1.0]).values
    base = 2 * np.exp(np.sqrt(np.log(1.09)) * np.array([0.0, 1.0]))
    np.testing.assert_allclose(found[:, 0, 0], base, rtol=1e-9)
    np.testing.assert_allclose(found[:, :, 1], 1.0, rtol=1e-9)


def test_rest_stays_at_rest():
    prepared = prepare(toys.relaxing_model(), Protocol("nothing", end="30 d"), {}, 1, 1)
    found = prepared.run([0.0, 100.0, 720.0]).values[0, :, 0]
    np.testing.assert_allclose(found, 2.0, rtol=1e-9)


def test_two_different_roots_from_two_seeds_are_reported():
    kernels = Kernels(flatten(toys.two_roots()), 1, 0)
    rest = find_rest(kernels, np.array([kernels.system.values]), np.zeros((1, 1, 0)))
    assert rest.states[0, 0] == pytest.approx(0.0, abs=1e-8) and not rest.failures
    assert rest.second_roots == [{"patient": 0, "states": ["tips.x"]}]


def test_no_rest_is_a_failure_of_that_patient_only():
    model = toys.exploding()
    kernels = Kernels(flatten(model), 2, 0)
    rest = find_rest(kernels, np.array([[3600.0]] * 2), np.array([[[-1.0]], [[1.0]]]))
    assert [f["patient"] for f in rest.failures] == [1]
    assert "no state of rest was found" in rest.failures[0]["reason"] and rest.failures[0]["mechanism"] == "explodes"


# ---- failures


def test_a_failing_patient_is_marked_with_time_state_and_mechanism_and_the_others_go_on():
    system = flatten(toys.exploding())
    engine = Engine(Kernels(system, 8, 0))
    people = 3
    schedule = Schedule(np.tile([0.0, 2.0], (people, 1)), np.zeros((people, 1, 1)), np.zeros((people, 1, 0)))
    start = np.array([[0.1], [1.0], [0.2]])
    found = engine.run(start, np.full((people, 1), 3600.0), schedule, np.array([0.0, 0.5, 1.5]))
    assert [f["patient"] for f in found.failures] == [1]
    failure = found.failures[0]
    assert failure["state"] == "explodes.x" and failure["mechanism"] == "explodes"
    assert failure["time"] == pytest.approx(1.0, abs=1e-3)
    assert np.isnan(found.values[1, 2, 0]) and found.values[1, 1, 0] == pytest.approx(2.0, rel=1e-5)
    t = np.array([0.0, 0.5, 1.5])
    np.testing.assert_allclose(found.values[[0, 2], :, 0], start[[0, 2]] / (1 - start[[0, 2]] * t), rtol=1e-5)


def test_not_a_number_and_too_many_steps_are_told_apart():
    system = flatten(toys.exploding())
    schedule = Schedule(np.array([[0.0, 2.0]]), np.zeros((1, 1, 1)), np.zeros((1, 1, 0)))
    for value, options, reason in ((np.nan, {}, "a slope is not a number"), (3600.0, {"most_steps": 3}, "too many steps")):
        run = Engine(Kernels(system, 1, 0), **options).run(np.array([[0.1]]), np.array([[value]]), schedule, np.array([1.0]))
        assert run.failures[0]["reason"] == reason
    run = Engine(Kernels(system, 1, 0)).run(np.array([[1.0]]), np.array([[3600.0]]), schedule, np.array([1.5]))
    assert run.failures[0]["reason"] == "the step became too small"
