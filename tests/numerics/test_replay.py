"""Derivatives from recorded steps: right, smooth, and the same bits for any width and number of threads."""

import numpy as np
import pytest

from synaptrace.flatten import flatten
from synaptrace.simulate.prepare import CLOCK, POPULATION_RTOL
from synaptrace.solve.engine import Engine, Kernels, Schedule
from synaptrace.solve.schedule import Pulse, build_schedule
from tests.numerics import nonlinear, toys

MOMENTS = np.linspace(0.25, 24, 40)
STEP = 1e-5


class Case:
    """Lanes of a nonlinear model with kinks and powers: a leader first, then one parameter after the other moved up and down."""

    def __init__(self):
        self.system = flatten(nonlinear.model())
        typical = np.array(self.system.values)
        self.moved = [k for k, v in enumerate(typical) if v and not self.system.parameters[k].startswith("draw:")]
        up, down = (np.tile(typical, (len(self.moved), 1)) for _ in range(2))
        for row, k in enumerate(self.moved):
            up[row, k] *= 1 + STEP
            down[row, k] *= 1 - STEP
        self.parameters = np.vstack([typical, up, down])
        self.people = len(self.parameters)
        self.start = np.tile(self.system.initial, (self.people, 1))
        pulses = [Pulse("dose.iv.S_ketamine", 1.0, 0.6, 10.0), Pulse("dose.iv.S_ketamine", 5.0, 0.0, 4.0)]
        self.schedule = build_schedule(self.people, 0.0, 24.0, pulses, [], self.system.inputs, ["dose.iv.S_ketamine"], CLOCK)

    def engine(self, width=4, rtol=POPULATION_RTOL):
        kernels = Kernels(self.system, width, 0, boluses=["dose.iv.S_ketamine"])
        return Engine(kernels, CLOCK, rtol, atol=min(1e-7, rtol))

    def leader(self):
        schedule = Schedule(*(x[:1] for x in (self.schedule.times, self.schedule.inputs, self.schedule.jumps)))
        return self.start[:1], self.parameters[:1], schedule

    def replayed(self, width=4, threads=1):
        engine = self.engine(width)
        tape = engine.record(*self.leader())
        return engine.replay(tape, [0] * self.people, self.start, self.parameters, self.schedule, MOMENTS, threads)

    def slopes(self, values):
        """Derivatives [parameters, moments, outputs] by the logarithm of each parameter."""
        half = (self.people - 1) // 2
        return (values[1 : 1 + half] - values[1 + half :]) / (2 * STEP)


CASE = Case()
BASE = CASE.replayed()


def test_replaying_a_leader_gives_the_digits_of_its_run():
    start, parameters, schedule = CASE.leader()
    alone = CASE.engine().run(start, parameters, schedule, MOMENTS)
    assert np.array_equal(alone.values[0], BASE.values[0]) and np.array_equal(alone.end[0], BASE.end[0])
    assert (BASE.steps == (alone.steps - alone.rejected)[0]).all() and not BASE.rejected.any() and not BASE.failures
    assert alone.rejected[0] > 0  # else nothing shows that rejected steps are left out


@pytest.mark.parametrize(("width", "threads"), [(1, 1), (4, 2), (8, 1), (2, 2)])
def test_width_and_threads_do_not_matter(width, threads):
    found = CASE.replayed(width, threads)
    assert np.array_equal(found.values, BASE.values) and np.array_equal(found.end, BASE.end)


def test_slopes_are_those_of_tight_runs_and_far_smoother_than_without_replay():
    tight = CASE.slopes(CASE.engine(rtol=1e-11).run(CASE.start, CASE.parameters, CASE.schedule, MOMENTS).values)
    free = CASE.slopes(CASE.engine().run(CASE.start, CASE.parameters, CASE.schedule, MOMENTS).values)
    sizes = np.abs(tight).max(axis=1)
    replayed, chosen = (np.abs(x - tight).max(axis=1) / sizes for x in (CASE.slopes(BASE.values), free))
    kinked, smooth = list(CASE.system.outputs).index("level"), list(CASE.system.outputs).index("other")
    assert replayed[:, smooth].max() < 3e-5 and chosen[:, smooth].max() > 20 * replayed[:, smooth].max()
    assert replayed[:, kinked].max() < 0.01  # a step across a kink costs digits of the slope whatever chooses it


def test_the_slope_of_a_relaxation_is_its_closed_form():
    system = flatten(toys.relaxing_model())
    engine = Engine(Kernels(system, 4, 0), clock=1.0, rtol=1e-7)
    tau, base, drive, first, step = 100.0, 2.0, 3.0, 0.5, 1e-4
    rows = np.tile(system.values, (3, 1))
    rows[1:, system.parameters.index("relaxes.tau")] = tau * (1 + step), tau * (1 - step)
    times, moments = np.linspace(10, 300, 30), np.linspace(10, 300, 30)
    schedule = Schedule(np.tile([0.0, 300.0], (3, 1)), np.full((3, 1, 1), drive), np.zeros((3, 1, 0)))
    start = np.full((3, 1), first)
    tape = engine.record(start[:1], rows[:1], Schedule(schedule.times[:1], schedule.inputs[:1], schedule.jumps[:1]))
    found = engine.replay(tape, [0, 0, 0], start, rows, schedule, moments).values[:, :, list(system.outputs).index("level")]
    slope = (found[1] - found[2]) / (2 * step * tau)
    exact = (first - base - drive) * np.exp(-times / tau) * times / tau**2
    assert slope == pytest.approx(exact, rel=1e-5)


def test_each_lane_takes_the_steps_of_its_own_leader():
    engine = CASE.engine()
    two = [0, 5]
    schedule = Schedule(*(x[two] for x in (CASE.schedule.times, CASE.schedule.inputs, CASE.schedule.jumps)))
    rows = CASE.parameters[two] * [[1.0], [1.3]]
    tape = engine.record(CASE.start[two], rows, schedule, threads=2)
    found = engine.replay(tape, [1, 0], CASE.start[two], rows[::-1], schedule, MOMENTS)
    alone = engine.run(CASE.start[two], rows[::-1], schedule, MOMENTS)
    assert np.array_equal(found.values, alone.values) and found.steps[0] != found.steps[1]


def test_a_lane_that_fails_is_marked_and_its_neighbors_are_not():
    engine = CASE.engine()
    rows = CASE.parameters.copy()
    rows[3] = np.nan
    found = engine.replay(engine.record(*CASE.leader()), [0] * CASE.people, CASE.start, rows, CASE.schedule, MOMENTS)
    assert [f["patient"] for f in found.failures] == [3] and found.failures[0]["reason"] == "a slope is not a number"
    assert np.isnan(found.values[3]).all()
    assert np.array_equal(np.delete(found.values, 3, axis=0), np.delete(BASE.values, 3, axis=0))


def test_where_a_leader_failed_its_followers_fail_too():
    system = flatten(toys.exploding())
    engine = Engine(Kernels(system, 4, 0), clock=3600.0)
    rows, start = np.tile(system.values, (2, 1)), np.ones((2, 1))
    rows[1] *= 1.001
    schedule = Schedule(np.tile([0.0, 3.0], (2, 1)), np.zeros((2, 1, 1)), np.zeros((2, 1, 0)))
    tape = engine.record(start[:1], rows[:1], Schedule(schedule.times[:1], schedule.inputs[:1], schedule.jumps[:1]))
    found = engine.replay(tape, [0, 0], start, rows, schedule, np.array([0.5, 2.0]))
    assert np.isfinite(found.values[:, 0]).all() and np.isnan(found.values[:, 1]).all() and len(found.failures) == 2
