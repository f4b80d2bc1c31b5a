"""Non-compartmental analysis: closed forms, awkward curves, and a plain computation of one curve at a time."""

import numpy as np
import pytest

from synaptrace.nca import analyze, highest

TIME = np.arange(8.0)


def one(time, values):
    return {k: float(v[0]) for k, v in analyze(np.asarray(time, float), np.asarray([values], float)).items()}


def test_a_mono_exponential_curve_is_exact():
    time = np.linspace(0, 10, 41)
    found = one(time, 8 * np.exp(-0.3 * time))
    assert found["cmax"] == 8 and found["tmax"] == 0
    assert found["half_life"] == pytest.approx(np.log(2) / 0.3) and found["r2"] == pytest.approx(1)
    assert found["auc_last"] == pytest.approx(8 / 0.3 * (1 - np.exp(-3))) and found["auc_inf"] == pytest.approx(8 / 0.3)


def test_a_curve_that_ends_in_zeros_is_not_counted_twice():
    found = one(TIME, [0, 10, 5, 2.5, 1.25, 0, 0, 0])
    by_hand = 5 + (10 - 1.25) / np.log(2)
    assert found["auc_last"] == pytest.approx(by_hand) and found["auc_inf"] == pytest.approx(by_hand + 1.25 / np.log(2))


def test_curves_without_a_tail_have_none():
    assert np.isnan(one(TIME, np.zeros(8))["half_life"]) and one(TIME, np.zeros(8))["auc_last"] == 0
    assert np.isnan(one(TIME, np.arange(8.0))["half_life"]) and one(TIME, np.arange(8.0))["auc_last"] == pytest.approx(24.5)
    assert np.isnan(one(TIME, np.ones(8))["half_life"]) and one(TIME, np.ones(8))["auc_last"] == pytest.approx(7)


def test_many_curves_at_once_are_each_alone(rng):
    time = np.sort(rng.uniform(0, 24, 30))
    values = np.exp(rng.normal(size=(50, 1)) - rng.uniform(0.05, 1, (50, 1)) * time) * rng.uniform(0.9, 1.1, (50, 30))
    together = analyze(time, values)
    for k in range(50):
        alone = one(time, values[k])
        assert all(np.isclose(together[n][k], alone[n], equal_nan=True, rtol=1e-12) for n in alone)
    assert (highest(time, values)["cmax"] == together["cmax"]).all()
