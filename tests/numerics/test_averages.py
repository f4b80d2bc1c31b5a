"""Averages of the fast model: trains, drawn vesicles, integrals and fits, each against a closed form."""

import numpy as np
import pytest

from synaptrace.averages import Averager
from synaptrace.averages.fit import errors, fitted, polynomials, spread_points
from synaptrace.averages.trains import ahead, impulses, spikes, vesicles
from synaptrace.errors import TableError
from synaptrace.models import load_model
from synaptrace.tables import good_enough

POOL = "pyramidal_evoked"
BEFORE, AFTER = f"spikes.{POOL}.presynaptic_delayed", f"spikes.{POOL}.postsynaptic"


def test_a_train_has_its_number_of_spikes_its_dead_time_and_the_intervals_of_a_poisson_process():
    times = spikes(20.0, 300.0, 3e-3, 7, "a")
    gaps = np.diff([*times, times[0] + 300.0])
    assert len(times) == 6000 and times.min() >= 0 and times.max() < 300 and gaps.min() >= 3e-3 - 1e-12
    free = gaps - 3e-3
    assert free.mean() == pytest.approx(1 / 20 - 3e-3) and free.std() == pytest.approx(free.mean(), rel=0.02)
    neighbors = np.corrcoef(free[:-1], free[1:])[0, 1]
    assert abs(neighbors) < 3 / np.sqrt(len(free))
    assert not len(spikes(0.0, 60.0, 3e-3, 7, "a"))
    assert np.array_equal(times, spikes(20.0, 300.0, 3e-3, 7, "a")) and not np.array_equal(
        times, spikes(20.0, 300.0, 3e-3, 8, "a")
    )


def test_vesicles_are_drawn_in_their_number_and_each_about_as_often_as_its_chance():
    chances = np.tile([0.1, 0.3, 0.5, 0.7], 50)
    times, counts = np.arange(200.0), np.zeros(200)
    for seed in range(400):
        drawn = vesicles(times, chances, seed, "v")
        assert len(drawn) == 80 and np.all(np.diff(drawn) > 0)
        counts[drawn.astype(int)] += 1
    shares = counts.reshape(50, 4).mean(0) / 400
    assert shares == pytest.approx([0.1, 0.3, 0.5, 0.7], abs=3 * np.sqrt(0.25 / 20000))


def test_impulses_of_ragged_trains_stand_at_their_times():
    trains = [{(0,): np.array([0.2]), (1, 2): np.array([0.1, 0.3])}, {(0,): np.empty(0)}]
    plan = impulses(trains, [0.5, 0.4], np.array([[1.0], [2.0]]), 1e-3)
    assert plan.times.tolist() == [[0, 100, 200, 300, 500], [0, 400, 400, 400, 400]]
    assert plan.jumps[0].tolist() == [[0, 0, 0], [0, 1, 1], [1, 0, 0], [0, 1, 1]] and not plan.jumps[1].any()
    assert plan.inputs[:, 0, 0].tolist() == [1, 2]
    assert ahead(np.array([0.1, 9.5, 9.9]), 10.0, 1.0) == pytest.approx([0.5, 0.9])


@pytest.fixture(scope="module")
def trace():
    model = load_model("averaged_trace")
    rows = f"calcium_above_thresholds_moves_efficacy[{POOL}]"
    reads = ["plasticity.pyramidal_evoked.trace", f"{rows}.above_d", f"{rows}.above_p"]
    return Averager(model, reads, [BEFORE, AFTER], rtol=1e-8)


@pytest.mark.parametrize("probability", [0.1, 0.5, 0.9])
def test_the_chance_of_every_spike_is_that_of_tsodyks_and_markram(probability):
    """One spike moves use, ready vesicles and what is released at one instant, from their values just before."""
    model, quantity = load_model("release_alone"), f"release.{POOL}.rate"
    train = f"spikes.{POOL}.presynaptic"
    made, times = Averager(model, [quantity], [train], width=1), spikes(5.0, 20.0, 3e-3, 1, "a")
    values = {n.rsplit(".", 1)[1]: v for n, v in model.values.items()}
    held = made.held([{f"release.{POOL}.probability": probability, "tissue.temperature": 308.15}])
    sums = made.run(made.rest(held), held, [{train: times}], [20.0], moments=times).values[0, :, 0]
    ready, use, last, expected = 1.0, 0.0, times[0], []
    for t in times:
        ready = 1 - (1 - ready) * np.exp(-(t - last) / values["recovery"])
        use *= np.exp(-(t - last) / values["facilitation"])
        use += probability * (1 - use)
        expected.append(use * ready)
        ready, last = ready - use * ready, t
    assert np.diff(sums, prepend=0.0) == pytest.approx(expected, rel=1e-3)


def event_by_event(before, after, window, model):
    """Mean of the trace and the shares of time above both thresholds, in closed form between spikes, once around."""
    values = {n.rsplit(".", 1)[1]: v for n, v in model.values.items()}
    tau, steps = values["t_Ca"], [(t, values["C_pre"]) for t in before] + [(t, values["C_post"]) for t in after]
    total, above, c, now = 0.0, np.zeros(2), 0.0, 0.0
    for turn in (0, 1):
        total, above = 0.0, np.zeros(2)
        for moment, step in [*sorted(steps), (window, 0.0)]:
            gap = moment + turn * window - now
            total += c * tau * (1 - np.exp(-gap / tau))
            for k, threshold in enumerate((values["theta_d"], values["theta_p"])):
                above[k] += min(gap, tau * np.log(c / threshold)) if c > threshold else 0.0
            c, now = c * np.exp(-gap / tau) + step, moment + turn * window
    return np.array([total, *above]) / window


def test_averages_of_a_trace_are_those_of_the_closed_form_between_spikes(trace):
    window = 30.0
    trains = [
        {BEFORE: spikes(r, window, 3e-3, 1, f"b{r}"), AFTER: spikes(q, window, 3e-3, 1, f"a{q}")}
        for r, q in ((0.5, 0.2), (5, 10), (20, 20), (0, 5))
    ]
    held = trace.held([{f"release.{POOL}.probability": 0.5, "tissue.temperature": 308.15}] * 4)
    found = trace.averages(held, trains, [window] * 4, 3.0)
    for mine, train in zip(found, trains, strict=True):
        expected = event_by_event(train[BEFORE], train[AFTER], window, trace.model)
        assert mine == pytest.approx(expected, rel=1e-4, abs=1e-5)
    rate = np.array([[len(t[BEFORE]), len(t[AFTER])] for t in trains]) / window
    assert found[:, 0] == pytest.approx(rate @ [1 * 0.02, 2 * 0.02], rel=1e-6)  # Campbell: rate times step times duration


def test_averages_do_not_depend_on_batch_threads_or_width():
    model, window = load_model("averaged_trace"), 5.0
    trains = [{BEFORE: spikes(r, window, 3e-3, 1, str(r)), AFTER: np.empty(0)} for r in (1, 5, 20, 40, 3)]
    found = []
    for width, threads, order in ((8, 1, slice(None)), (1, 2, slice(None, None, -1))):
        made = Averager(model, ["plasticity.pyramidal_evoked.trace"], [BEFORE, AFTER], width=width)
        held = made.held([{f"release.{POOL}.probability": 0.5, "tissue.temperature": 308.15}] * 5)
        found.append(made.averages(held, trains[order], [window] * 5, 1.0, threads)[order, 0])
    assert np.array_equal(*found)


def test_a_quantity_that_is_not_there_is_refused():
    with pytest.raises(TableError, match="'plasticity.trac' is not a quantity of the model 'averaged_trace'"):
        Averager(load_model("averaged_trace"), ["plasticity.trac"], [BEFORE, AFTER])


def test_a_fit_finds_a_polynomial_and_its_error_is_that_of_the_points_held_back(rng):
    places, held_back = spread_points(200, 3), 2 * rng.random((300, 3)) - 1

    def smooth(x):
        return 1 + 0.5 * x[:, 0] - 0.25 * x[:, 1] ** 2 + x[:, 0] * x[:, 2] ** 2

    terms = fitted(places, smooth(places))
    degrees, coefficients = [d for d, _ in terms], np.array([c for _, c in terms])
    found = polynomials(held_back, degrees) @ coefficients
    assert found == pytest.approx(smooth(held_back), abs=1e-10) and len(terms) <= 100
    off = smooth(held_back) + 0.02 * (held_back[:, 0] > 0.99)
    error = errors(off, smooth(held_back))
    assert error["of_range"] == pytest.approx(0.02 / np.ptp(smooth(held_back))) and error["points"] == 300
    assert good_enough({"of_range": 0.01, "of_value": 0.05}) and not good_enough({"of_range": 0.0101, "of_value": 0})
    assert not good_enough({"of_range": 0.001, "of_value": 0.051})


def test_points_are_even_and_denser_at_the_edges():
    places = spread_points(1000, 2)
    assert abs(places).max() <= 1 and np.mean(places, axis=0) == pytest.approx([0, 0], abs=0.01)
    assert np.mean(abs(places) > np.cos(np.pi / 8), axis=0) == pytest.approx([0.25, 0.25], abs=0.01)
