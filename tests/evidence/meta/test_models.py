"""Univariate models: closed forms, invariances, exact roots, errors, and what the result says of itself."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.stats import chi2, norm
from scipy.stats import t as student

from synaptrace.errors import ResultError, SolveError
from synaptrace.evidence.meta.heterogeneity import METHODS, estimate_tau2, generalized_q, q_profile, tau2_error
from synaptrace.evidence.meta.models import TESTS, fit_effects, fit_subgroups, indicators
from synaptrace.evidence.meta.predictions import compare, predict, study_effects
from tests.evidence.meta.univariate_cases import bcg, bcg_column

RANDOM = tuple(m for m in METHODS if m != "EE")
KEYS = "estimate se ci statistic p tau2 tau2_ci i2 h2 q q_p prediction_interval weights k tags rows_left_out".split()


def dense_log_likelihood(y, v, x, tau2, restricted):
    """The textbook form with whole matrices, written apart from the code it tests."""
    s = np.diag(v + tau2)
    w = np.linalg.inv(s)
    b = np.linalg.solve(x.T @ w @ x, x.T @ w @ y)
    r = y - x @ b
    value = -0.5 * (np.linalg.slogdet(s)[1] + r @ w @ r + len(y) * np.log(2 * np.pi))
    if restricted:
        p = x.shape[1]
        value += 0.5 * (p * np.log(2 * np.pi) + np.linalg.slogdet(x.T @ x)[1] - np.linalg.slogdet(x.T @ w @ x)[1])
    return value


@pytest.mark.parametrize("method", ["ML", "REML"])
@pytest.mark.parametrize("with_moderator", [False, True])
def test_likelihood_estimates_are_maxima_of_the_textbook_likelihood(method, with_moderator):
    y, v = bcg()
    x = np.column_stack([np.ones(13), bcg_column("ablat")])[:, : 1 + with_moderator]
    r = fit_effects(y, v, method, moderators={"ablat": x[:, 1]} if with_moderator else None)
    assert r.log_likelihood == pytest.approx(dense_log_likelihood(y, v, x, r.tau2, method == "REML"), rel=1e-12)
    values = [dense_log_likelihood(y, v, x, t, method == "REML") for t in np.linspace(0, 3, 3001)]
    assert r.log_likelihood >= max(values)
    step = 1e-6
    slope = np.diff([dense_log_likelihood(y, v, x, r.tau2 + d, method == "REML") for d in (-step, step)])[0] / (2 * step)
    assert abs(slope) < 1e-4


def test_paule_mandel_and_q_profile_solve_their_equations():
    y, v = bcg()
    x = np.ones((13, 1))
    assert generalized_q(y, v, x, fit_effects(y, v, "PM").tau2) == pytest.approx(12, rel=1e-12)
    assert fit_effects(y, v, "EB").tau2 == fit_effects(y, v, "PM").tau2
    for end, probability in zip(q_profile(y, v), (0.975, 0.025), strict=True):
        assert generalized_q(y, v, x, end) == pytest.approx(chi2.ppf(probability, 12), rel=1e-10)


def test_one_study_is_its_own_effect_and_says_that_it_has_no_tau2():
    r = fit_effects([0.4], [0.04], test="knha", labels=["only"])
    assert (r.estimate, r.se, r.k, r.method, r.test) == (0.4, 0.2, 1, "EE", "z")
    assert r.ci == pytest.approx((0.4 - 1.959963984540054 * 0.2, 0.4 + 1.959963984540054 * 0.2))
    assert [r.tau2, r.tau2_se, r.tau2_ci, r.i2, r.h2, r.q, r.q_p, r.prediction_interval] == [None] * 8
    assert r.weights == (100.0,) and r.q_df == 0
    assert "One study: the variance between studies cannot be estimated, so none is given." in r.notes
    assert "One study: no degree of freedom is left, so the test is normal." in r.notes
    assert fit_effects([0.4], [0.04], method="EE").notes == ()


@pytest.mark.parametrize("method", ["DL", "HE", "REML", "PM", "EB"])
def test_two_studies_of_equal_variance_have_a_closed_form(method):
    r = fit_effects([0.0, 1.0], [0.1, 0.1], method)
    assert r.tau2 == pytest.approx(0.5 - 0.1) and r.estimate == pytest.approx(0.5)
    assert r.se == pytest.approx(np.sqrt(0.5 / 2)) and r.weights == pytest.approx((50, 50))
    assert fit_effects([0.0, 1.0], [0.1, 0.1], method, prediction="hts").prediction_interval is None


@pytest.mark.parametrize("method", RANDOM)
def test_equal_variances_have_closed_forms(method):
    y = np.array([-1.0, 0.2, 0.9, 2.0, 0.4, 0.7])
    spread = np.var(y, ddof=1)
    r = fit_effects(y, np.full(6, 0.3), method)
    wanted = {"ML": np.var(y) - 0.3, "HS": np.var(y) - 0.3, "SJ": np.var(y) * spread / (0.3 + np.var(y))}.get(
        method, spread - 0.3
    )
    assert r.tau2 == pytest.approx(wanted, rel=1e-9)
    assert r.estimate == pytest.approx(np.mean(y)) and r.i2 == pytest.approx(100 * wanted / (wanted + 0.3))


def test_standard_errors_of_tau2_are_those_of_quadratic_forms():
    # With equal variances every moment estimator is s^2 - v, whose standard error is sqrt(2/(k-1)) (tau2 + v).
    y, v, x = np.array([-1.0, 0.2, 0.9, 2.0, 0.4, 0.7]), np.full(6, 0.3), np.ones((6, 1))
    for method in ("DL", "HE", "PM", "EB", "REML"):
        assert tau2_error(y, v, x, method, 0.5) == pytest.approx(np.sqrt(2 / 5) * 0.8)
    assert tau2_error(y, v, x, "ML", 0.5) == pytest.approx(np.sqrt(2 / 6) * 0.8)
    assert np.isnan(tau2_error(y, v, x, "EE", 0.0))
    random = np.random.default_rng(4)
    many = random.normal(0, np.sqrt(0.3 + 0.5), (40_000, 6)), np.broadcast_to(v, (40_000, 6))
    raw = np.var(many[0], axis=1, ddof=1) - 0.3
    assert np.std(raw) == pytest.approx(np.sqrt(2 / 5) * 0.8, rel=0.02)
    assert np.all(estimate_tau2(*many, x, "DL")[0] == pytest.approx(np.maximum(raw, 0), abs=1e-12))


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("test", TESTS)
def test_order_scale_sign_and_shift_change_what_they_must_and_no_more(method, test):
    y, v = bcg()
    plain = fit_effects(y, v, method, test)
    order = np.random.default_rng(1).permutation(13)
    turned = fit_effects(y[order], v[order], method, test)
    scaled = fit_effects(100 * y, 1e4 * v, method, test)
    flipped = fit_effects(-y, v, method, test)
    shifted = fit_effects(y + 7, v, method, test)
    assert turned.estimate == pytest.approx(plain.estimate, rel=1e-10) and turned.ci == pytest.approx(plain.ci, rel=1e-10)
    assert scaled.estimate == pytest.approx(100 * plain.estimate, rel=1e-10) and scaled.p == pytest.approx(plain.p, rel=1e-8)
    assert flipped.estimate == -plain.estimate and flipped.ci == pytest.approx((-plain.ci[1], -plain.ci[0]))
    assert shifted.estimate == pytest.approx(7 + plain.estimate, rel=1e-10)
    if method != "EE":
        assert scaled.tau2 == pytest.approx(1e4 * plain.tau2, rel=1e-10)
        assert flipped.tau2 == pytest.approx(plain.tau2) and shifted.tau2 == pytest.approx(plain.tau2, rel=1e-9)
        assert scaled.i2 == pytest.approx(plain.i2) and turned.tau2 == pytest.approx(plain.tau2, rel=1e-10)


def data_sets(lowest=-6, highest=4):
    numbers = st.floats(-1000, 1000, allow_nan=False).map(lambda x: round(x, 6))
    logs = st.floats(lowest, highest)
    return st.integers(1, 9).flatmap(
        lambda k: st.tuples(arrays(float, k, elements=numbers), arrays(float, k, elements=logs).map(lambda x: 10**x))
    )


@settings(max_examples=60, deadline=None)
@given(data=data_sets(), method=st.sampled_from(METHODS), test=st.sampled_from(TESTS))
def test_results_are_finite_for_any_finite_data(data, method, test):
    r = fit_effects(*data, method, test)
    assert np.all(np.isfinite([r.estimate, r.se, *r.ci, r.log_likelihood, *r.weights])) and r.ci[0] <= r.estimate <= r.ci[1]
    assert min(data[0]) - 1e-6 <= r.estimate <= max(data[0]) + 1e-6 and sum(r.weights) == pytest.approx(100)
    if r.tau2 is not None:
        assert r.tau2 >= 0 and 0 <= r.i2 <= 100 and r.h2 >= 1 and r.tau2_ci[0] <= r.tau2_ci[1]
        assert r.prediction_interval[0] <= r.ci[0] + 1e-9 * abs(r.ci[0]) and 0 <= r.q_p <= 1
    assert set(KEYS) <= set(json.loads(json.dumps(r.as_json(), allow_nan=False)))


@settings(max_examples=40, deadline=None)
@given(data=data_sets(-3, 2))
def test_no_tau2_is_likelier_than_the_restricted_estimate(data):
    y, v = data
    r = fit_effects(y, v)
    if r.k > 1:
        x = np.ones((len(y), 1))
        for tau2 in [0, *np.geomspace(1e-6, 1e7, 60)]:
            assert dense_log_likelihood(y, v, x, tau2, True) <= r.log_likelihood + 1e-7 * (1 + abs(r.log_likelihood))


def test_tests_and_prediction_intervals_name_their_quantiles():
    y, v = bcg()
    z, t, knha, adhoc = (fit_effects(y, v, test=w) for w in TESTS)
    assert (z.df, t.df, knha.df, adhoc.df) == (None, 12, 12, 12) and t.se == z.se == adhoc.se * min(1, z.se / knha.se)
    assert t.p == pytest.approx(2 * student.sf(abs(z.statistic), 12)) and z.p == pytest.approx(2 * norm.sf(abs(z.statistic)))
    hts = fit_effects(y, v, prediction="hts")
    methods = [r.prediction_method for r in (z, knha, hts, fit_effects(y, v, "EE"))]
    assert methods == ["normal", "t(12)", "Higgins-Thompson-Spiegelhalter, t(11)", None]
    assert fit_effects(y, v, level=0.9).ci == pytest.approx((z.estimate - 1.6448536 * z.se, z.estimate + 1.6448536 * z.se))


def test_effects_exactly_on_the_model_leave_knapp_hartung_without_width():
    r = fit_effects([0.2, 0.2, 0.2], [0.1, 0.2, 0.3], test="knha")
    assert r.se == 0 and r.ci == (r.estimate, r.estimate) and r.as_json()["statistic"] is None
    assert r.notes == ("The effects lie exactly on the model, so this test has a standard error of 0 and no use.",)
    assert fit_effects([0.2, 0.2, 0.2], [0.1, 0.2, 0.3], test="adhoc").se > 0
    assert fit_effects([0.0, 1.0, 0.0], [0.1] * 3, "EE", "knha", moderators={"x": [0, 1, 0]}).moderator_test is None


def test_rows_without_a_number_are_left_out_and_listed_and_tags_are_counted():
    r = fit_effects(
        [0.1, np.nan, 0.3, 0.2, 0.6],
        [0.1, 0.1, np.nan, 0.2, 0.1],
        labels="abcde",
        tags=["seen", "memory", "memory", ["seen", "SEM"], "derived"],
        left_out=[("z", "abstract only")],
        measure="SMD",
    )
    assert r.labels == ("a", "d", "e") and r.k == 3 and r.tags == {"seen": 2, "SEM": 1, "derived": 1}
    assert r.rows_left_out == (("z", "abstract only"), ("b", "no effect"), ("c", "no variance"))
    found = r.as_json()
    assert found["rows_left_out"][1] == {"label": "b", "reason": "no effect"} and found["measure"] == "SMD"
    m = fit_effects([0.1, 0.5, 0.3, 0.2], [0.1] * 4, moderators={"dose": [1, 2, np.nan, 4]})
    assert m.rows_left_out == (("3", "no moderator"),)


def test_meta_regression_predicts_and_names_its_coefficients():
    y, v = bcg()
    r = fit_effects(y, v, moderators={"ablat": bcg_column("ablat")})
    assert r.names == ("intercept", "ablat") and r.prediction_interval is None
    assert "Estimate, se, ci, statistic and p are those of the coefficient 'intercept'." in r.notes
    assert r.moderator_test["statistic"] == pytest.approx(r.coefficients[1].statistic ** 2)
    same = predict(r, np.array([10.0, 60.0]))
    assert [p.estimate for p in same] == [p.estimate for p in predict(r, {"ablat": [10, 60]})]
    assert all(p.prediction_interval[0] < p.ci[0] < p.estimate < p.ci[1] < p.prediction_interval[1] for p in same)
    alone = fit_effects(y, v)
    only = predict(alone)[0]
    assert only.ci == alone.ci and only.prediction_interval == pytest.approx(alone.prediction_interval)
    assert only.as_json()["ci"] == list(alone.ci)
    groups = ["a"] * 6 + ["b"] * 7
    cells = fit_effects(y, v, moderators=indicators(groups, "b") | {"b": [0] * 6 + [1] * 7}, intercept=False, tau2=0.2)
    assert cells.names == ("a", "b") and cells.beta[0] == pytest.approx(fit_effects(y[:6], v[:6], tau2=0.2).estimate)
    assert cells.tau2_se is None and cells.r2 is None and cells.moderator_test["df"] == 2


def test_effects_of_studies_lie_between_the_study_and_the_mean():
    r = fit_effects(*bcg())
    for own, y in zip(study_effects(r), r.yi, strict=True):
        low, high = sorted((y, r.estimate))
        assert low <= own.estimate <= high and own.ci[0] < own.estimate < own.ci[1]
    flat = fit_effects([0.1, 0.2, 0.3], [1.0, 1.0, 1.0])
    assert flat.tau2 == 0 and [s.estimate for s in study_effects(flat)] == pytest.approx([0.2] * 3)


def test_subgroups_of_the_same_studies_do_not_differ():
    y, v = bcg()
    found = fit_subgroups(np.tile(y, 2), np.tile(v, 2), ["a"] * 13 + ["b"] * 13, tags=["seen"] * 26)
    assert found.q_between == pytest.approx(0, abs=1e-20) and found.q_p == 1 and found.results["a"].tags == {"seen": 13}
    assert found.as_json()["results"]["b"]["estimate"] == found.results["a"].estimate
    assert fit_subgroups(y, v, ["a"] * 13).q_p is None


def test_a_search_that_does_not_settle_says_so():
    with pytest.raises(SolveError) as error:
        fit_effects(*bcg(), iterations=1)
    lines = str(error.value).splitlines()
    assert lines[0] == "The REML estimate of the variance between studies did not settle."
    assert lines[1] == "  given    13 effects, 1 steps" and lines[2].startswith("  reached  0.3")
    assert lines[3] == "  fix      allow more iterations, or use DL, which needs none"


WRONG = [
    (dict(method="DLL"), "'DLL' is not an estimator of the variance between studies."),
    (dict(test="hksj"), "'hksj' is not a test."),
    (dict(prediction="t"), "'t' is not a prediction interval."),
    (dict(tau2=-1), "A variance between studies cannot be used as given."),
    (dict(labels=["a"]), "The labels do not fit the effects."),
    (dict(moderators={"dose": [1, 1, 1]}), "The moderators cannot be told apart in these effects."),
    (dict(moderators={"dose": [1, 2]}), "The values of dose do not fit the effects."),
]


@pytest.mark.parametrize("options, sentence", WRONG, ids=lambda o: next(iter(o)) if isinstance(o, dict) else "")
def test_words_and_columns_that_cannot_be_used(options, sentence):
    with pytest.raises(ResultError) as error:
        fit_effects([0.1, 0.2, 0.4], [0.1, 0.2, 0.1], **options)
    assert error.value.sentence == sentence


def test_rows_that_cannot_be_used():
    with pytest.raises(ResultError, match=r"A sampling variance is not above 0.\n  row    b\n  given  0\n"):
        fit_effects([0.1, 0.2], [0.1, 0.0], labels="ab")
    with pytest.raises(ResultError, match="No row has an effect and its variance."):
        fit_effects([np.nan], [0.1])
    with pytest.raises(ResultError, match="The sampling variances do not fit the effects."):
        fit_effects([0.1, 0.2], [0.1])
    with pytest.raises(ResultError, match="'c' is not among the words."):
        indicators("ab", "c")
    with pytest.raises(ResultError, match="needs more effects than coefficients"):
        q_profile([0.1], [0.1])


def test_comparisons_that_mean_nothing_are_refused():
    y, v = bcg()
    x = {"ablat": bcg_column("ablat")}
    ml, full = fit_effects(y, v, "ML"), fit_effects(y, v, "ML", moderators=x)
    assert compare(ml, fit_effects(y, v, "EE")).df == 1 and compare(full, fit_effects(y, v, "EE")).df == 2
    for first, second, sentence in [
        (full, fit_effects(y[1:], v[1:], "ML"), "not of the same rows"),
        (full, fit_effects(y, v), "not fitted by the same likelihood"),
        (fit_effects(y, v, moderators=x), fit_effects(y, v), "Restricted likelihoods of different models"),
        (ml, full, "not nested"),
        (full, fit_effects(y, v, "ML", moderators={"year": bcg_column("year")}), "not nested"),
    ]:
        with pytest.raises(ResultError, match=sentence):
            compare(first, second)
    with pytest.raises(ResultError, match="The moderators are not those of the model."):
        predict(full, {"year": [1]})
    with pytest.raises(ResultError, match="The moderators do not fit the model."):
        predict(full)
    with pytest.raises(ResultError, match="only in a model with a variance between them"):
        study_effects(fit_effects(y, v, "EE"))
