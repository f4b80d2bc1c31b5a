"""Nested random effects, robust standard errors and several outcomes against metafor and clubSandwich, and in closed form."""

import json

import numpy as np
import pytest
from scipy.optimize import brentq

from synaptrace.errors import ResultError, SolveError
from synaptrace.evidence.meta.mixed_model import fit_given, linear_structure, maximize
from synaptrace.evidence.meta.multilevel import fit_multilevel, variance_intervals
from synaptrace.evidence.meta.multivariate import fit_multivariate
from synaptrace.evidence.meta.robust import correlated_sampling, fit_correlated_hierarchical, robust
from tests.evidence.meta.multivariate_cases import check, numbers, table, words

SCHOOLS = table("konstantopoulos2011")
EFFECT, VARIANCE = numbers(SCHOOLS, "yi"), numbers(SCHOOLS, "vi")
DISTRICT, STUDY = words(SCHOOLS, "district"), words(SCHOOLS, "study")
LEVELS = {"district": DISTRICT, "study": STUDY}
YEAR = np.column_stack([np.ones(56), numbers(SCHOOLS, "year") - 1976])
TEETH = table("berkey1998")
GUMS, OUTCOME, TRIAL = numbers(TEETH, "yi"), words(TEETH, "outcome"), words(TEETH, "trial")
BLOCKS = [np.column_stack([numbers(TEETH, "v1i"), numbers(TEETH, "v2i")])[i : i + 2] for i in range(0, 10, 2)]


def nested(result, names=("",)):
    """Estimates, errors and variances of a three-level fit by the names of the cases."""
    found = {f"estimate{n}": e for n, e in zip(names, result.estimate, strict=True)}
    found |= {f"se{n}": s for n, s in zip(names, result.se, strict=True)}
    return found | {f"sigma2_{level}": value for level, value in result.sigma2.items()}


def outcomes(result):
    """Estimates, variances and correlation of a fit of several outcomes by the names of the cases."""
    found = {f"estimate_{n}": e for n, e in zip(result.names, result.estimate, strict=True)}
    return found | {f"tau2_{n}": v for n, v in result.tau2.items()} | {"correlation": result.correlation[0, 1]}


def gum_errors(result):
    return {f"se_{n}": s for n, s in zip(result.names, result.se, strict=True)}


def test_schools_in_districts_by_reml():
    result = fit_multilevel(EFFECT, VARIANCE, LEVELS)
    found = nested(result) | {"q": result.q, "log_likelihood": result.log_likelihood}
    found |= {f"i2_{level}": value for level, value in result.i2.items()}
    for level, (low, high) in variance_intervals(result).items():
        found |= {f"sigma2_{level}_low": low, f"sigma2_{level}_high": high}
    check("R37", found)
    assert (result.k, result.q_df, result.groups) == (56, 55, {"district": 11, "study": 56})
    assert result.i2_total == pytest.approx(95.187314, abs=1e-6)


def test_schools_in_districts_by_ml_and_with_a_moderator():
    result = fit_multilevel(EFFECT, VARIANCE, LEVELS, method="ML")
    check("R37-ML", nested(result) | {"log_likelihood": result.log_likelihood})
    result = fit_multilevel(EFFECT, VARIANCE, LEVELS, design=YEAR, names=("intercept", "year"))
    check("R37-year", nested(result, ("_intercept", "_year")) | {"moderator_q": result.moderator_test["q"], "q": result.q})


def test_robust_standard_errors():
    result = fit_multilevel(EFFECT, VARIANCE, LEVELS)
    one = robust(result, DISTRICT, "CR1")
    check("R38", {"se": one.se[0], "df": one.df[0], "ci_low": one.ci[0][0], "ci_high": one.ci[0][1], "p": one.p[0]})
    zero = robust(result, DISTRICT, "CR0", df="satterthwaite")
    check("R38-CR0", {"se": zero.se[0], "df": zero.df[0]})
    two = robust(result, DISTRICT)
    check("R38-CR2", {"se": two.se[0], "df": two.df[0], "p": two.p[0]})
    two = robust(fit_multilevel(EFFECT, VARIANCE, LEVELS, design=YEAR), DISTRICT)
    check("R38-CR2-year", {f"{q}_{n}": getattr(two, q)[i] for q in ("se", "df") for i, n in enumerate(("intercept", "year"))})


def test_robust_standard_errors_of_independent_effects_in_closed_form():
    # Equal variances, clusters of one: CR2 is the unbiased variance of a mean, on k - 1 degrees of freedom.
    y = np.array([0.3, -0.1, 0.8, 0.4, 0.55])
    fit = fit_multilevel(y, np.full(5, 0.05), {"study": range(5)})
    found = robust(fit, range(5))
    assert found.se[0] == pytest.approx(np.std(y, ddof=1) / np.sqrt(5), rel=1e-9)
    assert found.df[0] == pytest.approx(4, rel=1e-9)


def test_correlated_hierarchical_effects():
    result = fit_correlated_hierarchical(EFFECT, VARIANCE, DISTRICT, 0.6)
    found = nested(result.model) | {"log_likelihood": result.model.log_likelihood}
    check("CHE", found | {"robust_se": result.robust.se[0], "robust_df": result.robust.df[0]})
    assert json.loads(json.dumps(result.as_json()))["correlation"] == 0.6
    matrix = correlated_sampling([1.0, 4.0, 9.0], ["a", "a", "b"], 0.5)
    assert np.array_equal(matrix, [[1, 1, 0], [1, 4, 0], [0, 0, 9]])


def test_one_level_is_the_univariate_model():
    result = fit_multilevel(EFFECT, VARIANCE, {"study": STUDY})

    def score(tau2):
        weight = 1 / (VARIANCE + tau2)
        rest = EFFECT - np.sum(weight * EFFECT) / np.sum(weight)
        return np.sum(weight**2 * rest**2) - np.sum(weight) + np.sum(weight**2) / np.sum(weight)

    tau2 = brentq(score, 1e-6, 1.0, xtol=1e-14)
    weight = 1 / (VARIANCE + tau2)
    assert result.sigma2["study"] == pytest.approx(tau2, rel=1e-8)
    assert result.estimate[0] == pytest.approx(np.sum(weight * EFFECT) / np.sum(weight), rel=1e-9)
    assert result.se[0] == pytest.approx(np.sum(weight) ** -0.5, rel=1e-9)


def test_one_study_per_district_leaves_nothing_to_tell_the_levels_apart():
    with pytest.raises(ResultError) as error:
        fit_multilevel(EFFECT, VARIANCE, {"district": STUDY, "study": STUDY})
    assert str(error.value).startswith("The level 'study' has the same groups as another.\n  given")
    assert "leave one of the two out" in str(error.value)


def test_rows_in_any_order_and_effects_on_any_scale_give_the_same():
    order = np.random.default_rng(2).permutation(56)
    first = fit_multilevel(EFFECT, VARIANCE, LEVELS)
    levels = {name: [labels[i] for i in order] for name, labels in LEVELS.items()}
    second = fit_multilevel(1000 * EFFECT[order] + 5, 1e6 * VARIANCE[order], levels)
    assert second.estimate[0] == pytest.approx(1000 * first.estimate[0] + 5, rel=1e-8)
    assert np.array(list(second.sigma2.values())) == pytest.approx(1e6 * np.array(list(first.sigma2.values())), rel=1e-6)
    assert robust(second, levels["district"]).df[0] == pytest.approx(robust(first, DISTRICT).df[0], rel=1e-6)


def test_studies_that_agree_have_no_variance_and_an_interval_from_zero():
    result = fit_multilevel([0.5, 0.5, 0.5, 0.5, 0.6], np.full(5, 0.2), {"district": [1, 1, 2, 2, 3], "study": range(5)})
    assert result.sigma2 == {"district": 0.0, "study": 0.0} and result.i2_total == 0
    assert [low for low, _ in variance_intervals(result).values()] == [0.0, 0.0]


def test_labels_of_inner_levels_count_within_outer_ones():
    again = fit_multilevel(EFFECT, VARIANCE, {"district": DISTRICT, "school": words(SCHOOLS, "school")})
    assert again.sigma2["school"] == pytest.approx(fit_multilevel(EFFECT, VARIANCE, LEVELS).sigma2["study"], rel=1e-8)


def test_two_outcomes_of_periodontal_trials():
    result = fit_multivariate(GUMS, BLOCKS, OUTCOME, TRIAL, method="ML")
    check("R39", outcomes(result) | gum_errors(result) | {"log_likelihood": result.log_likelihood})
    result = fit_multivariate(GUMS, BLOCKS, OUTCOME, TRIAL)
    check("R39-REML", outcomes(result) | gum_errors(result) | {"log_likelihood": result.log_likelihood, "q": result.q})
    assert result.trials == 5 and result.k == 10 and result.q_df == 8
    assert json.loads(json.dumps(result.as_json()))["outcomes"] == ["PD", "AL"]


def test_other_covariances_between_trials():
    check("R39-compound", outcomes(fit_multivariate(GUMS, BLOCKS, OUTCOME, TRIAL, "compound")))
    found = outcomes(fit_multivariate(GUMS, BLOCKS, OUTCOME, TRIAL, "diagonal"))
    assert found.pop("correlation") == 0
    check("R39-diagonal", found)
    none = fit_multivariate(GUMS, BLOCKS, OUTCOME, TRIAL, "none")
    assert np.all(none.between == 0)


def test_two_outcomes_with_the_year():
    loss = np.array([float(o == "AL") for o in OUTCOME])
    year = numbers(TEETH, "year") - 1983
    design = np.column_stack([loss, 1 - loss, loss * year, (1 - loss) * year])
    names = ("AL", "PD", "AL_year", "PD_year")
    result = fit_multivariate(GUMS, BLOCKS, OUTCOME, TRIAL, method="ML", design=design, names=names)
    found = {f"estimate_{n}": e for n, e in zip(names, result.estimate, strict=True)}
    check("R39-year", found | {"log_likelihood": result.log_likelihood})


def test_outcomes_without_any_correlation_are_two_univariate_analyses():
    variances = np.concatenate([np.diag(b) for b in BLOCKS])
    both = fit_multivariate(GUMS, variances, OUTCOME, TRIAL, "diagonal")
    for place, name in enumerate(both.names):
        rows = [i for i, o in enumerate(OUTCOME) if o == name]
        alone = fit_multilevel(GUMS[rows], variances[rows], {"trial": [TRIAL[i] for i in rows]})
        assert both.estimate[place] == pytest.approx(alone.estimate[0], rel=1e-7)
        assert both.tau2[name] == pytest.approx(alone.sigma2["trial"], rel=1e-5)


def test_trials_stay_linked_where_only_their_random_effects_are_correlated():
    variances = np.concatenate([np.diag(b) for b in BLOCKS])
    linked = [np.diag(np.diag(b)) + 1e-14 for b in BLOCKS]
    for structure in ("unstructured", "compound"):
        first = fit_multivariate(GUMS, variances, OUTCOME, TRIAL, structure)
        second = fit_multivariate(GUMS, linked, OUTCOME, TRIAL, structure)
        assert abs(first.correlation[0, 1]) > 0.1
        assert first.correlation[0, 1] == pytest.approx(second.correlation[0, 1], rel=1e-5)
        assert first.estimate == pytest.approx(second.estimate, rel=1e-6)


def test_a_trial_may_lack_an_outcome_and_rows_may_come_in_any_order():
    whole = np.zeros((10, 10))
    for i, block in enumerate(BLOCKS):
        whole[2 * i : 2 * i + 2, 2 * i : 2 * i + 2] = block
    order = [3, 8, 0, 5, 1, 2, 9, 4, 7]
    once = fit_multivariate(GUMS[:9], whole[:9, :9], OUTCOME[:9], TRIAL[:9])
    keep = [i for i in order if i != 9] + [6]
    again = fit_multivariate(GUMS[keep], whole[np.ix_(keep, keep)], [OUTCOME[i] for i in keep], [TRIAL[i] for i in keep])
    found = dict(zip(again.names, again.estimate, strict=True))
    assert [found[n] for n in once.names] == pytest.approx(once.estimate, rel=1e-6)


WRONG = {
    "The effects cannot be used as written.\n  given     nan in row 2\n  expected  a finite number": (
        [0.1, np.nan],
        [1, 1],
        {"a": [1, 2]},
    ),
    "The sampling variances cannot be used as written.\n  given     0.0 in row 1\n  expected  a number above 0": (
        [0.1, 0.2],
        [0, 1],
        {"a": [1, 2]},
    ),
    "The sampling covariance does not fit the effects.\n  given     shape (3, 3)\n  expected  (2, 2)": (
        [0.1, 0.2],
        [1, 1, 1],
        {"a": [1, 2]},
    ),
    "The sampling covariance is not a symmetric matrix of numbers.": ([0.1, 0.2], [[1, 0.2], [0.1, 1]], {"a": [1, 2]}),
    "The sampling covariance of the effects is not positive definite.\n  given     smallest eigenvalue -0.5": (
        [0.1, 0.2],
        [[1, 1.5], [1.5, 1]],
        {"a": [1, 2]},
    ),
    "No level is named.": ([0.1, 0.2], [1, 1], {}),
    "All effects have the same 'a'.\n  given     one 'a' for 2 effects": ([0.1, 0.2], [1, 1], {"a": [1, 1]}),
    "The labels of 'a' do not fit the effects.\n  given     3 rows\n  expected  2 rows": ([0.1, 0.2], [1, 1], {"a": [1, 2, 3]}),
}


@pytest.mark.parametrize("start", WRONG)
def test_columns_that_cannot_be_used_are_named(start):
    with pytest.raises(ResultError) as error:
        fit_multilevel(*WRONG[start])
    assert str(error.value).startswith(start)


def test_options_that_cannot_be_used_are_named():
    result = fit_multilevel(EFFECT, VARIANCE, LEVELS)
    cases = [
        (lambda: fit_multilevel(EFFECT, VARIANCE, LEVELS, method="EB"), "'EB' is not a way to fit variances."),
        (lambda: fit_multilevel(EFFECT, VARIANCE, LEVELS, design=np.ones((56, 2))), "The moderators cannot be told apart"),
        (lambda: robust(result, DISTRICT, "CR9"), "'CR9' is not a robust covariance."),
        (lambda: robust(result, DISTRICT, df="k"), "'k' is not a rule for degrees of freedom."),
        (lambda: robust(result, ["a"] * 56), "There are too few clusters for robust standard errors.\n  given     1 clusters"),
        (lambda: robust(result, STUDY), "Effects of different clusters depend on each other in the fitted model."),
        (
            lambda: correlated_sampling([1.0], ["a"], 1.2),
            "The assumed correlation of sampling errors cannot be used.\n  given     1.2",
        ),
        (lambda: fit_multivariate([1, 2], [1, 1], ["a", "a"], [1, 1]), "The trial '1' has the outcome 'a' more than once."),
        (
            lambda: fit_multilevel([[1.0, 2.0]], [1, 1], LEVELS),
            "The effects are not one column of numbers.\n  given     shape (1, 2)",
        ),
        (
            lambda: fit_given(np.ones(3), np.ones((3, 2)), np.eye(3)),
            "The coefficients of the model cannot be told apart in these",
        ),
        (lambda: fit_multivariate(GUMS, BLOCKS, OUTCOME, TRIAL, "AR"), "'AR' is not a covariance between trials."),
    ]
    for call, start in cases:
        with pytest.raises(ResultError) as error:
            call()
        assert str(error.value).startswith(start)
    with pytest.raises(SolveError, match="The likelihood of the random effects has no maximum that could be found."):
        maximize(np.arange(3.0), np.ones((3, 1)), -100 * np.eye(3), linear_structure([np.eye(3)], 1.0))
