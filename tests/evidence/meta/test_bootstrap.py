"""Many meta-analyses at once agree with one at a time, and say what did not settle."""

import numpy as np
import pytest

from synaptrace.errors import ResultError, SolveError
from synaptrace.evidence.meta import bootstrap as module
from synaptrace.evidence.meta.bootstrap import bootstrap_effects, pool_many
from synaptrace.evidence.meta.heterogeneity import METHODS
from synaptrace.evidence.meta.models import fit_effects
from synaptrace.evidence.meta.roots import falling_root
from tests.evidence.meta.univariate_cases import bcg


def twenty(between=0.1):
    random = np.random.default_rng(7)
    v = random.uniform(0.01, 0.3, 20)
    return random.normal(0.3, np.sqrt(v + between)), v


@pytest.mark.parametrize("method", METHODS)
def test_many_at_once_agree_with_one_at_a_time(method):
    y, v = bcg()
    drawn = np.random.default_rng(8).integers(0, 13, (150, 13))
    many = pool_many(y[drawn], v[drawn], method)
    assert np.all(many.converged)
    for i, rows in enumerate(drawn):
        one = fit_effects(y[rows], v[rows], method, tau2_interval=False)
        assert many.estimate[i] == pytest.approx(one.estimate, rel=1e-9) and many.se[i] == pytest.approx(one.se, rel=1e-9)
        assert many.tau2[i] == pytest.approx(one.tau2 or 0.0, rel=1e-9, abs=1e-12)


def test_many_in_blocks_are_the_same_as_many_together(monkeypatch):
    y, v = twenty()
    drawn = np.random.default_rng(9).integers(0, 20, (1000, 20))
    whole = pool_many(y[drawn], v[drawn])
    monkeypatch.setattr(module, "BLOCK", 77)
    parts = pool_many(y[drawn], v[drawn])
    assert np.array_equal(whole.tau2, parts.tau2) and np.array_equal(whole.estimate, parts.estimate)


def test_none_of_ten_thousand_restricted_likelihood_fits_of_twenty_studies_is_lost():
    y, v = twenty()
    found = bootstrap_effects(y, v, replicates=10_000)
    assert found.failed == 0


def test_a_bootstrap_repeats_by_its_seed_and_covers_its_estimate():
    y, v = twenty()
    first, again, other = (bootstrap_effects(y, v, replicates=2000, seed=s) for s in (1, 1, 2))
    assert first == again and first.ci != other.ci and first.ci[0] < first.estimate < first.ci[1]
    assert first.tau2_ci[0] <= first.tau2 <= first.tau2_ci[1] and first.as_json()["replicates"] == 2000
    parametric = bootstrap_effects(y, v, kind="parametric", replicates=4000)
    assert parametric.se == pytest.approx(fit_effects(y, v).se, rel=0.05) and abs(parametric.bias) < 0.01
    common = bootstrap_effects(y, v, "EE", kind="parametric", replicates=4000)
    assert common.tau2 is None and common.tau2_ci is None and common.se == pytest.approx(fit_effects(y, v, "EE").se, rel=0.05)


def test_replicates_that_do_not_settle_are_tried_again_then_marked_and_too_many_are_refused(monkeypatch):
    y, v = twenty()
    drawn = np.random.default_rng(9).integers(0, 20, (200, 20))
    patient, hasty = pool_many(y[drawn], v[drawn]), pool_many(y[drawn], v[drawn], iterations=4)
    assert np.all(hasty.converged) and hasty.tau2 == pytest.approx(patient.tau2, rel=1e-9)

    def never(effects, *_):
        return np.zeros(len(effects)), np.arange(len(effects)) % 2 == 0

    monkeypatch.setattr(module, "estimate_tau2", never)
    half = pool_many(y[drawn], v[drawn])
    assert np.sum(~half.converged) == 50 and np.all(np.isnan(half.estimate) == ~half.converged)
    with pytest.raises(SolveError, match=r"Too many replicates of the bootstrap did not settle.\n  failed  25 of 100\n"):
        bootstrap_effects(y, v, replicates=100)


def test_data_sets_that_cannot_be_used():
    with pytest.raises(ResultError, match=r"The data sets are not one array \(B, k\) each."):
        pool_many([1.0, 2.0], [1.0, 1.0])
    with pytest.raises(ResultError, match="A data set holds a number that cannot be used."):
        pool_many([[1.0, 2.0]], [[1.0, 0.0]])
    with pytest.raises(ResultError, match="There is no such bootstrap."):
        bootstrap_effects([1.0, 2.0], [1.0, 1.0], kind="jackknife")
    with pytest.raises(ResultError, match="A bootstrap needs more than one study."):
        bootstrap_effects([1.0], [1.0])
    assert np.all(pool_many([[0.4], [0.5]], [[0.04], [0.04]]).se == 0.2)


def test_roots_are_found_in_their_own_brackets():
    c = np.array([0.5, 2.0, 40.0, -1.0])

    def function(x, rows):
        return c[rows] ** 3 - x**3, -3 * x**2

    zero = np.zeros(4)
    root, settled = falling_root(function, zero + 1, zero, zero + 100, zero + 1)
    assert np.all(settled) and root == pytest.approx([0.5, 2.0, 40.0, 0.0])
    assert not falling_root(function, zero + 1, zero, zero + 100, zero + 1, iterations=2)[1][2]
