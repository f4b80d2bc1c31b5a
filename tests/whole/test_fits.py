"""Each shipped fit is an optimum of the data as they are now, and a fit is the same for any number of threads."""

import numpy as np
import pytest

from synaptrace.fit import fit_text, fits, load_fit
from synaptrace.fit.declared import places_of, read_fit, text_of
from synaptrace.fit.solve import STEP, Problem, _summary, descend, search, settle, slopes
from synaptrace.fit.write import frame_hash
from synaptrace.models import load_model
from synaptrace.overlays import apply_overlay

QUICK = "signaling"
DONE = [n for n in fits() if load_fit(n).built]
EACH = [pytest.param(n, marks=() if n == QUICK else pytest.mark.slow) for n in DONE]


@pytest.fixture(scope="module")
def problems():
    """Problem of a shipped fit, compiled once."""
    made = {}

    def problem(name):
        if name not in made:
            fit = load_fit(name)
            made[name] = Problem(fit, load_model(fit.recipe["model"]))
        return made[name]

    return problem


def place(problem, fit):
    """Logarithms of the numbers that a fit found."""
    return problem.known(fit)


def test_the_fit_of_the_rig_has_been_run_from_twenty_starts_within_two_minutes():
    built = load_fit(QUICK).built
    assert QUICK in DONE and len(built["starts"]) == 20 and built["seconds"] < 120


@pytest.mark.parametrize("name", DONE)
def test_a_fit_was_made_on_the_data_and_the_model_as_they_are_now(name):
    fit = load_fit(name)
    assert fit.built["data_hash"] == fit.data_hash, f"run it again: synaptrace fit {name}"
    assert fit.built["model_hash"] == frame_hash(fit, load_model(fit.recipe["model"])), f"run it again: synaptrace fit {name}"
    assert {r["name"] for r in fit.table["number"]} == {r["name"] for r in fit.table["free"]}
    assert all("prior" in row for row in fit.table["free"])  # else the search would begin elsewhere once the model has changed


@pytest.mark.parametrize("name", EACH)
def test_a_fit_is_an_optimum(name, problems):
    fit, problem = load_fit(name), problems(name)
    x = place(problem, fit)
    best = problem.cost(x)
    assert best == pytest.approx(fit.built["objective"], rel=1e-3)
    for k, row in enumerate(problem.free):
        for move in (0.01, -0.01):
            there = x.copy()
            there[k] = np.clip(x[k] + np.log1p(move), problem.low[k], problem.high[k])
            assert problem.cost(there) > best - 2e-3 * max(1.0, best), (row.name, move)


def test_a_number_away_from_the_optimum_costs_more(problems):
    fit, problem = load_fit(QUICK), problems(QUICK)
    x = place(problem, fit)
    for f in problem.free:
        if f.name not in fit.built["not_identifiable"]:
            there = x + 0.3 * np.array([g.name == f.name for g in problem.free])
            assert problem.cost(there) > problem.cost(x) + 0.5, f.name
    assert problem.cost(problem.first) > 2 * problem.cost(x)


def test_slopes_by_replay_are_those_of_runs_that_choose_their_own_steps(problems):
    problem = problems(QUICK)
    x, moves = problem.first, STEP * np.eye(len(problem.free))
    both = problem.residuals(np.vstack([x + moves, x - moves]))
    apart = ((both[: len(x)] - both[len(x) :]) / (2 * STEP)).T
    found = slopes(problem, x)
    assert np.abs(found).max() > 10 and np.abs(found - apart).max() < 2e-3 * np.abs(found).max()


def test_what_stands_for_each_other_is_said(problems):
    problem, fit = problems(QUICK), load_fit(QUICK)
    found = _summary(problem, descend(problem, place(problem, fit), 3))
    pair = ["quiet_nmda_activates_eef2k.half", "bath_and_tube_set_bdnf_and_calmodulin.usual"]
    assert pair in found["alike"] and not any(found["values"][n]["determined"] for n in pair)
    assert found["values"]["eef2k_phosphorylates_eef2.rate"]["determined"]
    ends = found["values"]["trkb_activates_akt.steepness"]
    assert ends["at_bound"] and not ends["determined"]


def test_threads_do_not_matter(problems, monkeypatch):
    problem, found = problems(QUICK), []
    for threads in (1, 2):
        monkeypatch.setattr("synaptrace.simulate.lanes.default_threads", lambda threads=threads: threads)
        found.append(search(problem, 2, seed=5, most=3))
    assert all(np.array_equal(a.x, b.x) and a.cost == b.cost for a, b in zip(*found, strict=True))


class Valley:
    """Two numbers whose residuals have two dips; the deeper one is at 1, 2."""

    low, high, first = np.array([-4.0, -4.0]), np.array([4.0, 4.0]), np.array([-3.0, 0.0])

    def residuals(self, points, **_):
        x, y = np.atleast_2d(points).T
        return np.stack([0.4 * (x - 1) * (x + 2.5), 0.15 * (x - 1), 0.5 * (y - 2)], axis=1)


def test_a_search_takes_any_problem_and_the_seed_decides_where_it_starts():
    alone, many = search(Valley(), 1), search(Valley(), 12, seed=3)
    assert alone[0].cost > 0.05 and min(o.cost for o in many) < 1e-8
    best = min(many, key=lambda o: o.cost)
    assert best.x == pytest.approx([1, 2], abs=1e-3)
    again, other = search(Valley(), 12, seed=3), search(Valley(), 12, seed=4)
    assert all(np.array_equal(a.x, b.x) for a, b in zip(many, again, strict=True))
    assert not all(np.array_equal(a.x, b.x) for a, b in zip(many, other, strict=True))


def test_a_fit_is_an_overlay_of_its_model():
    fit, model = load_fit(QUICK), load_model("signaling_rig")
    moved = model
    for row in fit.table["free"]:
        moved = moved.set(row["name"], row["prior"] if isinstance(row["prior"], str) else f"{row['prior']} 1", "as at first")
    back = apply_overlay(moved, f"fit:{QUICK}")
    for row in fit.table["number"]:
        name = places_of(row["name"], model.parameters())[0]
        assert back.values[name] == model.values[name] != moved.values[name]
        assert back.parameters()[name].source == row["source"] and back.parameters()[name].kind == "fitted"


def test_the_written_file_keeps_what_was_written_by_hand_and_states_every_prior(problems):
    fit, text, problem = load_fit(QUICK), text_of(QUICK), problems(QUICK)
    bare = "\n".join(line for line in text.split("\n[[number]]")[0].split("\n") if not line.startswith("prior"))
    found = _summary(problem, descend(problem, place(problem, fit), 1)) | {"costs": [1.0], "reached": 1, "seconds": 2.0}
    written = fit_text(read_fit(bare, QUICK), bare, load_model("signaling_rig"), found)
    table = read_fit(written, QUICK).table
    assert [{**r, "prior": 0} for r in table["free"]] == [{**r, "prior": 0} for r in fit.table["free"]]
    assert table["free"][0]["prior"] == fit.table["number"][0]["value"]
    assert table["built"]["data_hash"] == read_fit(written, QUICK).data_hash != fit.data_hash
    assert fit_text(fit, text, load_model("signaling_rig"), found).split("\n[[number]]")[0] == text.split("\n[[number]]")[0]


class Stairs:
    """A cost of flat steps, where slopes say nothing, lowest at 0.3 and -0.6."""

    low, high = np.array([-2.0, -2.0]), np.array([2.0, 2.0])

    def costs(self, points):
        return np.abs(np.floor((points - np.array([0.3, -0.6])) / 0.01)).sum(axis=1)


def test_nudges_go_down_where_slopes_are_flat_and_stay_inside_the_ranges():
    assert np.abs(settle(Stairs(), np.array([1.0, 1.0])) - np.array([0.3, -0.6])).max() < 0.02
    outside = Stairs()
    outside.low = np.array([0.5, -2.0])
    assert settle(outside, np.array([1.0, 1.0]))[0] == 0.5
    assert settle(Stairs(), np.array([1.0, 1.0]), most=1).tolist() == [0.8, 1.0]
