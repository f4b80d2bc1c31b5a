"""Funnel plot tests, trim and fill, fail-safe numbers, deletion diagnostics and the Henmi-Copas interval."""

import json

import numpy as np
import pytest
from scipy.stats import kendalltau, linregress, norm

from synaptrace.errors import ResultError
from synaptrace.evidence.meta.bias import begg, egger, fail_safe, trim_and_fill
from synaptrace.evidence.meta.influence import baujat, cumulative, influence_of, leave_one_out
from synaptrace.evidence.meta.intervals import henmi_copas
from synaptrace.evidence.meta.measures import log_odds_ratio
from synaptrace.evidence.meta.models import fit_effects
from tests.evidence.meta.univariate_cases import bcg, bcg_column, counts, ready


def test_egger_is_the_regression_of_the_standard_normal_deviate_on_precision():
    y, v = bcg()
    r, plain = egger(y, v), linregress(1 / np.sqrt(v), y / np.sqrt(v))
    assert (r.bias, r.bias_se) == pytest.approx((plain.intercept, plain.intercept_stderr))
    assert (r.limit, r.limit_se) == pytest.approx((plain.slope, plain.stderr)) and r.as_json()["model"] == "lm"


def test_egger_with_other_predictors_and_a_funnel_without_asymmetry():
    v = np.array([0.01, 0.01, 0.04, 0.04, 0.2, 0.2])
    y = 0.3 + np.array([-1, 1] * 3) * np.sqrt(v)
    for model in ("lm", "rma"):
        for predictor, totals in (("se", None), ("variance", None), ("1/n", 1 / v), ("1/sqrt(n)", 1 / v)):
            r = egger(y, v, model, predictor, totals)
            assert r.bias == pytest.approx(0, abs=1e-9) and r.limit == pytest.approx(0.3) and r.p > 0.99
    assert egger(y, v, "rma").df is None and egger(y, v, predictor="1/n", totals=1 / v).p == egger(y, v, predictor="variance").p


def test_begg_is_exact_without_ties_and_says_when_it_is_not():
    y, v = bcg()
    assert begg(y, v).exact and not begg(np.append(y, y[0]), np.append(v, v[0])).exact
    random = np.random.default_rng(5)
    y, v = random.normal(0, 1, 60), random.uniform(0.1, 1, 60)
    r = begg(y, v)
    z = (y - np.sum(y / v) / np.sum(1 / v)) / np.sqrt(v - 1 / np.sum(1 / v))
    assert not r.exact and r.p == pytest.approx(kendalltau(z, v, method="asymptotic").pvalue)


def test_a_symmetric_funnel_loses_nothing_to_trim_and_fill():
    v = np.array([0.01, 0.02, 0.02, 0.1, 0.1, 0.3, 0.3])
    y = 0.3 + np.array([0, -1, 1, -1, 1, -1, 1]) * np.sqrt(v)
    for estimator in ("L0", "R0"):
        filled = trim_and_fill(y, v, estimator=estimator, side="left")
        assert filled.missing == 0 and filled.filled == () and filled.result.estimate == fit_effects(y, v).estimate


def test_trim_and_fill_of_the_mirror_image_fills_the_other_side():
    y, v = bcg()
    right, left = trim_and_fill(y, v, method="EE", labels="abcdefghijklm"), trim_and_fill(-y, v, method="EE")
    assert (right.side, left.side) == ("right", "left") and right.missing == left.missing == 4
    assert left.result.estimate == pytest.approx(-right.result.estimate)
    assert right.result.labels[-4:] == ("filled 1", "filled 2", "filled 3", "filled 4") and right.result.k == 17
    assert [e for e, _ in left.filled] == pytest.approx([-e for e, _ in right.filled])
    assert json.loads(json.dumps(right.as_json()))["result"]["k"] == 17
    kept = trim_and_fill([*y, np.nan], [*v, 1.0], method="EE", tags=["seen"] * 14)
    assert kept.result.rows_left_out == (("14", "no effect"),) and kept.missing == 4


def test_fail_safe_numbers_do_what_they_say():
    y, v = bcg()
    number = fail_safe(y, v).number
    z = np.sum(y / np.sqrt(v))
    assert abs(z) / np.sqrt(13 + number) <= norm.isf(0.05) < abs(z) / np.sqrt(13 + number - 1)
    found = fail_safe(y, v, "rosenberg").number
    w = 1 / v
    tests = [abs(np.sum(w * y)) / np.sqrt(np.sum(w) + n * np.mean(w)) for n in (found, found - 1)]
    assert tests[0] <= norm.isf(0.025) < tests[1]
    assert fail_safe(y, v, "orwin").number == 13
    assert fail_safe(y, v, "orwin", target=np.mean(y) / 3).number == 26
    assert fail_safe(y, v, "orwin", target=-0.1, weighted_mean=True).number == np.ceil(13 * (0.43028516 - 0.1) / 0.1)
    assert fail_safe([0.01, -0.01], [1, 1]).as_json() == {"kind": "rosenthal", "number": 0, "target": 0.05}


def test_words_and_numbers_of_studies_that_cannot_be_used():
    y, v = bcg()
    for call, sentence in [
        (lambda: egger(y, v, "glm"), "There is no such regression test."),
        (lambda: egger(y, v, predictor="1/n"), "This regression test needs the number of people of every study."),
        (lambda: egger(y[:2], v[:2]), "A regression test of the funnel plot needs at least 3 studies."),
        (
            lambda: egger([0.0] * 4, v[:4]),
            "The effects lie exactly on a line, so the regression test has no error to compare with.",
        ),
        (lambda: begg(y[:2], v[:2]), "A rank test of the funnel plot needs at least 3 studies."),
        (lambda: begg(y, np.ones(13)), "A rank test of the funnel plot needs studies that differ in effect and variance."),
        (lambda: trim_and_fill(y, v, estimator="Q0"), "There is no such trim and fill."),
        (lambda: trim_and_fill(y[:2], v[:2]), "Trim and fill needs at least 3 studies."),
        (lambda: trim_and_fill(y, np.ones(13)), "All studies are equally precise, so no side of the funnel plot stands out."),
        (lambda: fail_safe(y, v, "fisher"), "'fisher' is not a fail-safe number."),
        (lambda: fail_safe(y, v, "orwin", target=0.1), "The target of a fail-safe number lies on the other side of 0."),
        (lambda: henmi_copas([0.1], [0.1]), "A Henmi-Copas interval needs more than one study."),
        (lambda: leave_one_out([0.1], [0.1]), "Nothing is left when the only study is left out."),
        (lambda: influence_of(fit_effects(y[:2], v[:2])), "Too few studies to leave one out."),
        (
            lambda: influence_of(fit_effects([0.1] * 4, v[:4], test="knha")),
            "The effects lie exactly on the model, so leaving one out has no error to compare with.",
        ),
        (lambda: cumulative(y, v, [1, 2]), "The values to order by do not fit the effects."),
    ]:
        with pytest.raises(ResultError) as error:
            call()
        assert error.value.sentence == sentence and error.value.lines


def test_the_last_cumulative_result_is_the_whole_and_the_first_one_study():
    y, v = bcg()
    steps = cumulative(y, v, bcg_column("year"), labels="abcdefghijklm")
    assert steps[0][0] == "a" and steps[0][1].tau2 is None and steps[-1][1].estimate == pytest.approx(fit_effects(y, v).estimate)
    assert [label for label, _ in steps][:4] == ["a", "b", "f", "c"] and [r.k for _, r in steps] == list(range(1, 14))


def test_influence_is_what_leaving_out_shows():
    y, v = bcg()
    whole = fit_effects(y, v)
    found, rest = influence_of(whole), leave_one_out(y, v)
    for i, (_, r) in enumerate(rest):
        assert found.cook[i] == pytest.approx((whole.estimate - r.estimate) ** 2 / whole.se**2)
        assert found.covariance_ratio[i] == pytest.approx(r.se**2 / whole.se**2)
        assert (found.tau2[i], found.q[i]) == pytest.approx((r.tau2, r.q))
        assert found.rstudent[i] == pytest.approx((y[i] - r.estimate) / np.sqrt(v[i] + r.tau2 + r.se**2))
    assert sum(found.hat) == pytest.approx(1) and found.hat == pytest.approx(np.array(whole.weights) / 100)
    assert found.influential == (False,) * 13 and found.as_json()["labels"][0] == "1"
    outlier = influence_of(fit_effects([0.1, 0.12, 0.09, 0.11, 3.0], [0.01, 0.012, 0.011, 0.01, 0.01], method="EE"))
    assert outlier.influential[4] and outlier.rstudent[4] > 20


def test_influence_with_a_moderator_is_nan_where_the_rest_says_nothing():
    y, v = bcg()
    only = np.eye(13)[0]
    found = influence_of(fit_effects(y, v, moderators={"first": only}))
    assert np.isnan(found.cook[0]) and np.all(np.isfinite(found.cook[1:])) and sum(found.hat) == pytest.approx(2)
    knha = influence_of(fit_effects(y, v, test="knha", moderators={"ablat": bcg_column("ablat")}))
    assert sum(knha.hat) == pytest.approx(2) and len(knha.dfbetas[0]) == 2


def test_baujat_adds_up_to_q():
    y, v = bcg()
    found = baujat(y, v)
    assert sum(found.heterogeneity) == pytest.approx(fit_effects(y, v).q)
    rest = leave_one_out(y, v, method="EE")[7][1]
    assert found.influence[7] == pytest.approx(((rest.estimate - fit_effects(y, v, "EE").estimate) / rest.se) ** 2)


def test_the_henmi_copas_half_width_is_the_quantile_of_simulated_studies():
    y, v = log_odds_ratio(*counts("lee2004"))
    r = henmi_copas(y, v, labels=[str(i) for i in range(16)])
    assert r.method == "HC" and r.p is None and r.weights == pytest.approx(fit_effects(y, v, "EE").weights)
    assert r.as_json()["p"] is None and r.ci == pytest.approx((r.estimate - r.statistic * r.se, r.estimate + r.statistic * r.se))
    random, w = np.random.default_rng(6), 1 / v
    many = random.normal(0, np.sqrt(v + r.tau2), (200_000, 16))
    mean = many @ w / np.sum(w)
    q = np.sum(w * (many - mean[:, None]) ** 2, axis=1)
    tau2 = np.maximum(0, (q - 15) / (np.sum(w) - np.sum(w**2) / np.sum(w)))
    pivot = mean / np.sqrt((1 + tau2 * np.sum(w**2) / np.sum(w)) / np.sum(w))
    assert np.mean(np.abs(pivot) > r.statistic) == pytest.approx(0.05, abs=0.006)


def test_without_heterogeneity_the_henmi_copas_interval_is_a_little_narrower_than_normal():
    r = henmi_copas([0.1, 0.1, 0.1, 0.1], [0.1, 0.2, 0.1, 0.3])
    assert r.tau2 == 0 and 1.5 < r.statistic < 1.96 and r.estimate == pytest.approx(0.1)
    assert ready("raudenbush1985")[0].size == 19
