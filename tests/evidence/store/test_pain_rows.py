"""The rows of the intravenous pain review give the numbers it prints, by plain arithmetic."""

import csv
import tomllib
from importlib.resources import files

import numpy as np
import pytest

LIBRARY = files("synaptrace") / "library" / "evidence"
COCHRANE = LIBRARY / "cochrane_intravenous_pain_2025"
PRINTED = tomllib.loads((COCHRANE / "published.toml").read_text("utf-8"))
ANALYSES = {a["id"]: a for a in tomllib.loads((COCHRANE / "review.toml").read_text("utf-8"))["analysis"]}
OWN = [name for name, row in PRINTED["own"].items() if ANALYSES[name]["method"] in ("DL", "EE") and row["expected"] == "match"]
STATED = ("estimate", "ci_low", "ci_high")


def rows(folder, table="arms"):
    with (folder / f"{table}.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def pairs(settings):
    """Numbers of the active and the control arm of every trial of an analysis."""
    chosen = [r for r in rows(COCHRANE) if r["outcome"] == settings["outcome"]]
    for study in settings["studies"]:
        yield [next(r for r in chosen if r["study"] == study and r["role"] == role) for role in ("active", "control")]


def differences(settings):
    """Mean differences and their variances."""
    found = []
    for pair in pairs(settings):
        (m1, s1, n1), (m2, s2, n2) = ([float(r[k]) for k in ("mean", "sd", "n")] for r in pair)
        found.append((m1 - m2, s1**2 / n1 + s2**2 / n2))
    return np.array(found).T


def log_ratios(settings):
    """Log risk ratios and their variances: 0.5 more in every cell where one is zero, nothing where neither arm has an event."""
    found = []
    for pair in pairs(settings):
        (e1, n1), (e2, n2) = ([float(r[k]) for k in ("events", "n")] for r in pair)
        if e1 == e2 == 0:
            continue
        if 0 in (e1, e2, n1 - e1, n2 - e2):
            e1, e2, n1, n2 = e1 + 0.5, e2 + 0.5, n1 + 1, n2 + 1
        found.append((np.log(e1 / n1 / (e2 / n2)), 1 / e1 - 1 / n1 + 1 / e2 - 1 / n2))
    return np.array(found).T


def pooled(y, v, method):
    """DerSimonian and Laird's (or common-effect) estimate with its Wald interval, tau2 and Q."""
    w = 1 / v
    q = np.sum(w * (y - np.sum(w * y) / np.sum(w)) ** 2)
    tau2 = max(0.0, (q - (len(y) - 1)) / (np.sum(w) - np.sum(w**2) / np.sum(w))) if method == "DL" else 0.0
    w = 1 / (v + tau2)
    estimate, half = np.sum(w * y) / np.sum(w), 1.959964 / np.sqrt(np.sum(w))
    return np.array([estimate, estimate - half, estimate + half]), tau2, q


def result(name):
    settings = ANALYSES[name]
    if settings["measure"] == "MD":
        return pooled(*differences(settings), settings["method"])
    limits, tau2, q = pooled(*log_ratios(settings), settings["method"])
    return np.exp(limits), tau2, q


def as_printed(value, text):
    """The value with as many decimals as the printed number has."""
    return f"{value:.{len(text.partition('.')[2])}f}"


@pytest.mark.parametrize("name", ["P1", "P3"])
def test_rows_of_the_review_give_its_printed_result(name):
    printed = PRINTED[name]
    assert [as_printed(x, printed[k]) for x, k in zip(result(name)[0], STATED, strict=True)] == [printed[k] for k in STATED]


@pytest.mark.parametrize("name", OWN)
def test_rows_give_the_results_found_by_hand(name):
    own, (limits, tau2, q) = PRINTED["own"][name], result(name)
    found = dict(zip(STATED, limits, strict=True)) | {"tau2": tau2, "q": q}
    for key in ("estimate", "ci_low", "ci_high", "tau2", "q"):
        if key in own:
            assert float(own[key]) == pytest.approx(found[key], abs=10.0 ** -len(own[key].partition(".")[2])), key


def test_adverse_events_match_only_with_a_half_in_the_zero_cell():
    y, v = log_ratios(ANALYSES["P3"] | {"studies": [s for s in ANALYSES["P3"]["studies"] if s != "Niesters 2013"]})
    assert as_printed(np.exp(pooled(y, v, "DL")[0][0]), PRINTED["P3"]["estimate"]) != PRINTED["P3"]["estimate"]


def test_the_sd_of_the_review_is_the_se_of_the_trial():
    trial = [r for r in rows(LIBRARY / "pain_trials") if r["study"] == "Sigtermans 2009" and r["se"]]
    assert len(trial) == 2 and not any(r["sd"] for r in trial)
    review = {
        r["role"]: r for r in rows(COCHRANE) if r["study"] == "Sigtermans 2009" and r["outcome"] == ANALYSES["P1"]["outcome"]
    }
    for row in trial:
        sd = 10 * float(row["se"]) * np.sqrt(30)
        assert int(row["n"]) == 30 and sd == pytest.approx(float(review[row["role"]]["sd"]), abs=1e-5)
        assert 10 * float(row["mean"]) == pytest.approx(float(review[row["role"]]["mean"]))


def test_contrasts_the_review_prints_per_trial_follow_from_its_arms():
    arms = rows(COCHRANE)
    for row in rows(COCHRANE, "effects"):
        settings = {"outcome": row["outcome"], "studies": [row["study"]]}
        y, v = (differences if row["measure"] == "MD" else log_ratios)(settings)
        limits = y[0] + 1.959964 * np.sqrt(v[0]) * np.array([0, -1, 1])
        limits = limits if row["measure"] == "MD" else np.exp(limits)
        assert [float(row[k]) for k in STATED] == pytest.approx(list(limits), abs=6e-4, rel=2e-5), row["study"]
    assert {r["study"] for r in arms} == {r["study"] for r in rows(COCHRANE, "trials")}
