"""Effect measures, zeros in tables, conversions, and the tables pooled as they are."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import t as student
from scipy.stats import ttest_ind

from synaptrace.errors import ResultError, UnknownName
from synaptrace.evidence.meta import conversions
from synaptrace.evidence.meta.measures import (
    MEASURES,
    correlation,
    crossover_standardized_difference,
    display_of,
    effects_of,
    fisher_z,
    log_odds_ratio,
    log_ratio_of_means,
    log_risk_ratio,
    mean_change,
    mean_difference,
    paired_mean_difference,
    peto_log_odds_ratio,
    proportion,
    proportion_from_double_arcsine,
    risk_difference,
    small_sample_factor,
    standardized_from_d,
    standardized_mean_difference,
)
from synaptrace.evidence.meta.models import fit_effects
from synaptrace.evidence.meta.tables_2x2 import mantel_haenszel, peto
from tests.evidence.meta.univariate_cases import GROUPS, ONE, PAIR, TABLE, bcg_tables

COLUMNS = GROUPS | TABLE | PAIR | ONE | {"mean_of_differences": 5, "sd_of_differences": 5.5}


@pytest.mark.parametrize("name", MEASURES)
def test_every_measure_works_on_numbers_and_columns_and_shows_no_effect_at_its_null(name):
    measure = MEASURES[name]
    columns = {c: COLUMNS[c] for c in measure.columns}
    y, v = effects_of(name, columns)
    assert np.isscalar(y) and v > 0
    many = effects_of(name, {c: np.full(3, x) for c, x in columns.items()})
    assert many[0].shape == many[1].shape == (3,) and np.all(many[0] == y)
    shown = display_of(name, totals=[16] if name == "PFT" else None)
    assert np.isfinite(shown(y)) and (measure.null is None or shown(0.0) == measure.null)
    missing = effects_of(name, columns | {measure.columns[0]: np.nan})
    assert np.isnan(missing[0]) and np.isnan(missing[1])


def test_measures_that_are_not_there_and_columns_that_cannot_be():
    with pytest.raises(UnknownName, match=r"'SMDD' is not an effect measure.\n  nearest  SMD\n"):
        effects_of("SMDD", {})
    with pytest.raises(ResultError, match=r"OR needs columns that are not there.\n  missing  events_2, total_2\n"):
        effects_of("OR", {"events_1": 1, "total_1": 2})
    with pytest.raises(ResultError, match="The column sd_1 holds a number that cannot be."):
        mean_difference(1, -1, 10, 2, 1, 10)
    with pytest.raises(ResultError, match=r"There are more events than people.\n  given  13 of 12\n  row    2"):
        log_odds_ratio([1, 13], 12, 3, 12)
    with pytest.raises(ResultError, match="The columns of an effect have different lengths."):
        mean_difference([1, 2], 1, [10, 10, 10], 2, 1, 10)
    with pytest.raises(ResultError, match="'LS3' is not a variance of a standardized mean difference."):
        standardized_from_d(0.5, 10, 10, "LS3")
    with pytest.raises(ResultError, match="'if0all' is not a rule for zeros."):
        log_odds_ratio(1, 12, 3, 12, to="if0all")
    with pytest.raises(ResultError, match="A double arcsine value cannot be shown"):
        display_of("PFT")


def test_the_small_sample_factor_removes_the_bias_of_cohens_d():
    assert small_sample_factor(2) == pytest.approx(1 / np.sqrt(np.pi))
    assert small_sample_factor(1e6) == pytest.approx(1, abs=1e-6) and np.isnan(small_sample_factor(1))
    random = np.random.default_rng(2)
    a, b = random.normal(0.7, 1, (60_000, 5)), random.normal(0, 1, (60_000, 5))
    g, v = standardized_mean_difference(a.mean(1), a.std(1, ddof=1), 5, b.mean(1), b.std(1, ddof=1), 5, variance="UB")
    assert np.mean(g) == pytest.approx(0.7, abs=0.01) and np.mean(v) == pytest.approx(np.var(g), rel=0.03)


def test_zeros_are_corrected_only_where_asked():
    one = ([0, 5, 0], 20, [4, 5, 0], 20)
    y, v = log_odds_ratio(*one)
    assert y[0] == pytest.approx(np.log(0.5 * 16.5 / (20.5 * 4.5))) and v[1] == pytest.approx(2 * (1 / 5 + 1 / 15)) and y[2] == 0
    assert np.isnan(log_odds_ratio(*one, drop00=True)[0][2]) and np.isfinite(log_odds_ratio(*one, drop00=True)[0][0])
    assert np.all(np.isnan(log_odds_ratio(*one, to="none")[0]) == [True, False, True])
    assert log_odds_ratio(*one, to="all")[1][1] == pytest.approx(2 * (1 / 5.5 + 1 / 15.5))
    assert log_odds_ratio(*one, to="only0", add=0)[0][1] == y[1]
    assert log_risk_ratio([20], 20, [20], 20)[0] == 0 and log_risk_ratio([20], 20, [20], 20, to="none")[1] == 0
    assert risk_difference(0, 20, 5, 20)[0] == pytest.approx(0.5 / 21 - 5.5 / 21)
    assert proportion(0, 10)[0] == pytest.approx(0.5 / 11) and proportion(0, 10, to="none")[0] == 0


@settings(max_examples=60, deadline=None)
@given(a=st.integers(1, 29), c=st.integers(1, 29))
def test_swapped_groups_or_outcomes_flip_the_sign(a, c):
    for measure in (log_odds_ratio, log_risk_ratio, risk_difference, peto_log_odds_ratio):
        y, v = measure(a, 30, c, 30)
        back = measure(c, 30, a, 30)
        assert back[0] == pytest.approx(-y, abs=1e-12) and back[1] == pytest.approx(v)
    other = log_odds_ratio(30 - a, 30, 30 - c, 30)
    assert other[0] == pytest.approx(-log_odds_ratio(a, 30, c, 30)[0], abs=1e-12)


@settings(max_examples=60, deadline=None)
@given(n=st.integers(1, 500), part=st.floats(0, 1))
def test_the_double_arcsine_transformation_goes_back_exactly(n, part):
    x = round(part * n)
    y, _ = effects_of("PFT", {"events": x, "total": n})
    assert proportion_from_double_arcsine(y, n) == pytest.approx(x / n, abs=1e-7)


def test_the_double_arcsine_of_a_pooled_value_uses_the_harmonic_mean():
    totals = [10, 40]
    assert proportion_from_double_arcsine(0.9, totals) == proportion_from_double_arcsine(0.9, 16)
    assert list(proportion_from_double_arcsine([-1.0, 0.0, 3.0], totals)) == [0, 0, 1]
    with pytest.raises(ResultError, match="A number of people is not above 0."):
        proportion_from_double_arcsine(0.9, [0])


def test_correlations_and_ratios_of_means():
    assert correlation(0.5, 26) == (0.5, pytest.approx(0.75**2 / 25)) and fisher_z(0.5, 28)[1] == pytest.approx(1 / 25)
    assert np.isnan(fisher_z(1.0, 20)[0]) and np.isnan(fisher_z(0.3, 3)[1])
    assert np.isnan(log_ratio_of_means(1, 1, 10, -2, 1, 10)[0])
    assert log_ratio_of_means(-4, 1, 10, -2, 1, 10)[0] == pytest.approx(np.log(2))


def test_crossover_trials_from_correlations_and_from_differences_agree():
    r = conversions.correlation_from_sds(5, 6, 5.5)
    assert mean_change(20, 15, 5, 6, 20, r)[1] == pytest.approx(paired_mean_difference(5, 5.5, 20)[1])
    d, v = crossover_standardized_difference(20, 15, 5, 5, 20, 0.5)
    assert d == 1 and v == pytest.approx((1 / 20 + 1 / 40) * 2 * 0.5)
    with pytest.raises(
        ResultError, match=r"No correlation gives these three standard deviations.\n  given  a correlation of 1.29\n"
    ):
        conversions.correlation_from_sds(3, 7, 2)


def test_arms_taken_together_are_the_people_taken_together():
    random = np.random.default_rng(3)
    arms = [random.normal(m, 2, n) for m, n in ((1, 12), (3, 20), (2, 7))]
    everyone = np.concatenate(arms)
    mean, sd, n = conversions.combined_arms([a.mean() for a in arms], [a.std(ddof=1) for a in arms], [len(a) for a in arms])
    assert (mean, sd, n) == (pytest.approx(everyone.mean()), pytest.approx(everyone.std(ddof=1)), 39)
    with pytest.raises(ResultError, match="Arms of fewer than two people"):
        conversions.combined_arms([1], [0], [1])


def test_what_papers_print_gives_the_variance_back():
    assert conversions.variance_from_interval(0.5 - 1.959963984540054 * 0.2, 0.5 + 1.959963984540054 * 0.2) == pytest.approx(0.04)
    reach = student.ppf(0.95, 9) * 0.2
    assert conversions.variance_from_interval(-reach, reach, level=0.9, df=9) == pytest.approx(0.04)
    assert conversions.variance_from_interval(np.exp(-1), np.exp(1), log=True) == pytest.approx((1 / 1.959963984540054) ** 2)
    assert conversions.variance_from_se(0.2) == pytest.approx(0.04) and conversions.variance_from_t(0.6, 3) == pytest.approx(0.04)
    assert conversions.variance_from_p(0.6, 2 * student.sf(3, 12), df=12) == pytest.approx(0.04)
    assert np.isnan(conversions.variance_from_p(0.6, 0.0)) and np.isnan(conversions.variance_from_t(0.0, 0.0))
    assert conversions.sd_from_se(0.5, 16) == 2
    assert conversions.sd_from_interval(1 - student.ppf(0.975, 15) * 0.5, 1 + student.ppf(0.975, 15) * 0.5, 16) == pytest.approx(
        2
    )
    a, b = [1.0, 3.0, 2.0, 4.0], [0.0, 1.0, 1.5]
    t = ttest_ind(a, b).statistic
    whole = standardized_mean_difference(np.mean(a), np.std(a, ddof=1), 4, np.mean(b), np.std(b, ddof=1), 3)
    assert conversions.standardized_from_t(t, 4, 3) == pytest.approx(whole)
    for wrong, options in (((2, 1), {}), ((0, 1), {"log": True})):
        with pytest.raises(ResultError, match="An interval cannot be used."):
            conversions.variance_from_interval(*wrong, **options)
    with pytest.raises(ResultError, match="A p value lies outside 0 to 1."):
        conversions.variance_from_p(0.6, 1.2)


def test_tables_of_one_study_pool_to_that_study():
    one = (8, 12, 3, 12)
    assert mantel_haenszel(*one, measure="OR").estimate == pytest.approx(log_odds_ratio(*one)[0])
    assert mantel_haenszel(*one, measure="OR").se ** 2 == pytest.approx(log_odds_ratio(*one)[1])
    assert mantel_haenszel(*one, measure="RR").estimate == pytest.approx(log_risk_ratio(*one)[0])
    assert mantel_haenszel(*one, measure="RR").se ** 2 == pytest.approx(log_risk_ratio(*one)[1])
    assert mantel_haenszel(*one, measure="RD").estimate == pytest.approx(risk_difference(*one)[0])
    r = peto(*one)
    assert (r.estimate, r.se**2) == pytest.approx(peto_log_odds_ratio(*one)) and r.q is None and r.tau2 is None and r.i2 is None
    assert r.as_json()["method"] == "Peto"


def test_peto_is_inverse_variance_pooling_of_its_own_measure():
    whole = fit_effects(*peto_log_odds_ratio(**bcg_tables()), method="EE")
    r = peto(**bcg_tables(), tags=["seen"] * 13)
    assert (
        r.estimate == pytest.approx(whole.estimate)
        and r.se == pytest.approx(whole.se)
        and r.weights == pytest.approx(whole.weights)
    )
    assert r.q == pytest.approx(whole.q) and r.tags == {"seen": 13}


def test_tables_that_say_nothing_are_left_out_and_listed():
    columns = ([0, 4, np.nan, 0], 20, [0, 2, 3, 5], 20)
    for pooled in (peto(*columns, labels="abcd"), mantel_haenszel(*columns, labels="abcd")):
        assert pooled.labels == ("b", "d") and pooled.k == 2
        assert pooled.rows_left_out == (("a", "nobody or everybody had the event"), ("c", "a count is missing"))
    kept = mantel_haenszel(*columns, measure="RD", labels="abcd")
    assert kept.labels == ("a", "b", "d") and kept.rows_left_out == (("c", "a count is missing"),)
    with pytest.raises(ResultError, match="No table is left to pool."):
        peto([0], 20, [0], 20)
    with pytest.raises(ResultError, match="The pooled odds ratio is 0 or infinite, so its logarithm is no number."):
        mantel_haenszel([0], 20, [4], 20)
    with pytest.raises(ResultError, match="'SMD' has no Mantel-Haenszel estimate."):
        mantel_haenszel([1], 20, [4], 20, measure="SMD")
