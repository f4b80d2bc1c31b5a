"""Dose-response curves against printed examples and metafor, and what they must give in special cases."""

import json
from dataclasses import replace

import numpy as np
import pytest

from synaptrace.errors import ResultError
from synaptrace.evidence.meta.dose_contrasts import DoseStudy, contrasts_of_means, contrasts_of_risks
from synaptrace.evidence.meta.dose_response import curve_terms, fit_dose_response
from synaptrace.evidence.meta.multilevel import fit_multilevel
from tests.evidence.meta.multivariate_cases import check, numbers, table

ROWS = table("rohan1988")
DOSE, CASES, CONTROLS = (numbers(ROWS, n) for n in ("dose", "cases", "controls"))
RATIO = np.log(numbers(ROWS, "ratio"))
SE = np.log(numbers(ROWS, "high") / numbers(ROWS, "low")) / (2 * 1.959963984540054)
ALCOHOL = contrasts_of_risks("Rohan", DOSE, RATIO, SE, CASES, CASES + CONTROLS, "case-control")


def trials(shrink=1.0, unit=1.0):
    """The printed differences of the aripiprazole trials; covariances times `shrink`, doses in `unit` mg."""
    found = []
    rows = table("aripiprazole_contrasts")
    for name in dict.fromkeys(row["study"] for row in rows):
        own = [row for row in rows if row["study"] == name]
        covariance = np.array([[float(row[f"v{i + 1}"]) for i in range(len(own))] for row in own])
        found.append(DoseStudy(name, numbers(own, "dose") / unit, 0.0, numbers(own, "effect"), covariance * shrink))
    return found


def test_alcohol_and_breast_cancer_as_printed():
    result = fit_dose_response([ALCOHOL], method="ML")
    row = result.curve([1.0])[0]
    found = {"estimate": result.estimate[0], "se": result.se[0], "z": result.z[0], "all_zero_q": result.all_zero_test["q"]}
    found |= {"ratio": np.exp(row["estimate"]), "ratio_low": np.exp(row["low"]), "ratio_high": np.exp(row["high"])}
    check("alcohol-breast", found | {"log_likelihood": result.log_likelihood})
    assert np.sqrt(np.diag(ALCOHOL.covariance)) == pytest.approx(SE[1:])


@pytest.mark.parametrize(("design", "own"), [("case-control", 1), ("cumulative-incidence", -1), ("incidence-rate", 0)])
def test_crude_ratios_give_back_their_exact_covariance(design, own):
    cases, totals = np.array([30.0, 45, 20]), np.array([300.0, 250, 90])
    odds = cases / (totals - cases) if design == "case-control" else cases / totals
    part = 1 / cases + (1 / (totals - cases) if own == 1 else own / totals)
    se = np.sqrt(part + part[0])
    study = contrasts_of_risks("crude", [0, 1, 2], np.log(odds / odds[0]), se, cases, totals, design)
    assert study.covariance == pytest.approx(part[0] + np.diag(part[1:]), rel=1e-9)


def test_standardized_means_of_a_trial_as_printed():
    spread = np.full(4, 2.93 / 0.1599767)
    means = np.array([5.3, 8.23, 10.6, 11.3])
    study = contrasts_of_means("Cutler", [0, 2, 5, 10], means, spread, [85, 92, 89, 94], standardized=True)
    found = {f"effect_{i + 1}": e for i, e in enumerate(study.effects)}
    check("cutler-smd", found | {f"covariance_{i + 1}{j + 1}": study.covariance[i, j] for i in range(3) for j in range(i, 3)})
    plain = contrasts_of_means("Cutler", [0, 2, 5, 10], means, spread, [85, 92, 89, 94])
    assert np.diag(plain.covariance) == pytest.approx([7.592563, 7.715466, 7.514985], rel=1e-5)
    assert plain.covariance[0, 1] == pytest.approx(spread[0] ** 2 / 85)


def test_quadratic_curve_without_heterogeneity():
    two, one = (fit_dose_response(trials(), "quadratic", stages=s) for s in (2, 1))
    for result in (one, two):
        found = {f"{q}_{n}": getattr(result, q)[i] for q in ("estimate", "se") for i, n in enumerate(("dose", "square"))}
        found |= {"q_two": two.q, "q_one": one.q}
        check("aripiprazole", found | {"log_likelihood_two": two.log_likelihood, "log_likelihood_one": one.log_likelihood})
        assert np.max(result.between) < 1e-8
    assert (one.q_df, two.q_df, one.k, one.studies) == (11, 8, 13, 5)


def test_quadratic_curve_with_heterogeneity():
    # Covariances of a tenth make the trials disagree; doses in 10 mg keep the optimizer of the reference on its feet.
    two, one = (fit_dose_response(trials(0.1, 10.0), "quadratic", stages=s) for s in (2, 1))
    for result in (one, two):
        found = {f"{q}_{n}": getattr(result, q)[i] for q in ("estimate", "se") for i, n in enumerate(("dose", "square"))}
        found |= {"tau2_dose": result.between[0, 0], "tau2_square": result.between[1, 1], "correlation": result.correlation[0, 1]}
        check("aripiprazole-tenth", found | {"log_likelihood_two": two.log_likelihood, "log_likelihood_one": one.log_likelihood})
    assert one.nonlinearity_test["df"] == 1 and one.nonlinearity_test["p"] < 1e-5
    assert json.loads(json.dumps(one.as_json()))["shape"] == "quadratic"


def test_linear_curve_in_one_stage():
    result = fit_dose_response(trials())
    check("aripiprazole-linear", {"estimate": result.estimate[0], "se": result.se[0], "log_likelihood": result.log_likelihood})
    assert result.nonlinearity_test["df"] == 0


def test_one_dose_per_study_is_the_univariate_model_of_the_slopes():
    rng = np.random.default_rng(4)
    dose, variance = rng.uniform(1, 3, 9), rng.uniform(0.01, 0.05, 9)
    effect = dose * rng.normal(0.4, 0.2, 9)
    studies = [DoseStudy(str(i), dose[[i]], 0.0, effect[[i]], variance[[i]][:, None]) for i in range(9)]
    alone = fit_multilevel(effect / dose, variance / dose**2, {"study": range(9)})
    for stages in (1, 2):
        result = fit_dose_response(studies, stages=stages)
        assert result.estimate == pytest.approx(alone.estimate, rel=1e-8)
        assert result.between[0, 0] == pytest.approx(alone.sigma2["study"], rel=1e-6)


def test_stages_agree_for_a_fixed_curve_and_the_unit_of_dose_does_not_matter():
    options = {"shape": "spline", "structure": "none"}
    one, two = (fit_dose_response(trials(), knots=(0, 10, 30), stages=s, **options) for s in (1, 2))
    assert one.estimate == pytest.approx(two.estimate, rel=1e-9) and one.se == pytest.approx(two.se, rel=1e-9)
    micro = fit_dose_response(trials(unit=1e-3), knots=(0, 10000, 30000), **options)
    assert micro.curve([8000.0])[0]["estimate"] == pytest.approx(one.curve([8.0])[0]["estimate"], rel=1e-9)
    mg, ug = (fit_dose_response(trials(0.1, u), "quadratic") for u in (1.0, 1e-3))
    assert ug.curve([8000.0])[0]["se"] == pytest.approx(mg.curve([8.0])[0]["se"], rel=1e-5)
    assert fit_dose_response(trials()[::-1]).estimate == pytest.approx(fit_dose_response(trials()).estimate, rel=1e-9)


def test_the_curve_is_an_effect_against_its_reference():
    result = fit_dose_response(trials(), "quadratic")
    assert result.curve([0.0])[0] == {"dose": 0, "estimate": 0, "se": 0, "low": 0, "high": 0}
    a, b, c = (result.curve([10.0], r)[0]["estimate"] for r in (0.0, 5.0, 10.0))
    assert a - b == pytest.approx(result.curve([5.0])[0]["estimate"]) and c == 0


def test_a_spline_is_straight_beyond_its_knots_and_smooth_at_them():
    knots = (1.0, 2.0, 4.0, 7.0)
    assert np.all(curve_terms(np.array([0.0, 0.5, 1.0]), "spline", knots)[:, 1:] == 0)
    outside = curve_terms(np.array([7.0, 8.0, 9.0, 10.0]), "spline", knots)
    assert np.diff(outside, n=2, axis=0) == pytest.approx(0, abs=1e-9)
    step = 1e-3
    for knot in knots:
        near = curve_terms(knot + step * np.arange(-2, 3), "spline", knots)
        left, right = near[0] - 2 * near[1] + near[2], near[2] - 2 * near[3] + near[4]
        assert (right - left) / step**2 == pytest.approx(0, abs=10 * step)


def test_curves_come_back_from_simulated_trials():
    rng = np.random.default_rng(8)
    studies = []
    for i in range(150):
        doses = np.array([0.0, *np.sort(rng.choice([1, 2, 4, 6, 8], 3, replace=False))])
        mean = (0.5 + 0.1 * rng.normal()) * doses - 0.04 * doses**2
        sizes = np.full(4, 60)
        studies.append(contrasts_of_means(i, doses, rng.normal(mean, 1 / np.sqrt(60)), np.ones(4), sizes))
    result = fit_dose_response(studies, "quadratic", structure="diagonal")
    assert result.estimate == pytest.approx((0.5, -0.04), abs=3 * max(result.se))
    assert np.sqrt(result.between[0, 0]) == pytest.approx(0.1, abs=0.03)


WRONG = [
    (lambda: contrasts_of_means("s", [1, 2], [1, 2], [1, 1], [9, 9], 0), "The study 's' does not have its reference dose once"),
    (lambda: contrasts_of_means("s", [0, 2], [1, 2], [1, 0], [9, 9]), "The standard deviations cannot be used as written."),
    (lambda: contrasts_of_means("s", [0, 2], [1, 2], [1, 1], [9, 1]), "An arm has fewer than two people.\n  given     1 in 's'"),
    (
        lambda: contrasts_of_risks("s", [0, 2], [0, 1], [0, 1], [9, 9], [9, 20], "case-control"),
        "There are no people without the event",
    ),
    (
        lambda: contrasts_of_risks("s", [0, 2], [0, 1], [0, 1], [9, 9], [20, 20], "cohort"),
        "'cohort' is not a design.\n  given     cohort",
    ),
    (lambda: fit_dose_response(trials(), "cubic"), "'cubic' is not the shape of a curve.\n  given     cubic\n  expected  linear"),
    (lambda: fit_dose_response(trials(), structure="AR"), "'AR' is not a covariance of the coefficients."),
    (lambda: fit_dose_response([]), "The dose-response model cannot be set up.\n  given     0 studies, stages 1"),
    (lambda: fit_dose_response(trials(), "spline", knots=(1, 2)), "The knots of the spline cannot be used.\n  given     1, 2"),
    (
        lambda: fit_dose_response([replace(ALCOHOL, doses=np.full(3, 2.0))], "quadratic"),
        "The doses do not carry a quadratic curve.",
    ),
]


@pytest.mark.parametrize(("call", "start"), WRONG, ids=[start[:30] for _, start in WRONG])
def test_studies_that_cannot_be_used_are_named(call, start):
    with pytest.raises(ResultError) as error:
        call()
    assert str(error.value).startswith(start)


def test_a_study_with_too_few_doses_stays_in_one_stage_only():
    short = DoseStudy("short", np.array([10.0]), 0.0, np.array([9.0]), np.array([[12.0]]))
    assert fit_dose_response([*trials(), short], "quadratic").studies == 6
    with pytest.raises(ResultError, match="The study 'short' has too few doses for a curve of its own"):
        fit_dose_response([*trials(), short], "quadratic", stages=2)
