"""Step-function selection models against metafor, and what they must give in special cases."""

import json

import numpy as np
import pytest
from scipy.stats import norm

from synaptrace.errors import ResultError, SolveError
from synaptrace.evidence.meta.multilevel import fit_multilevel
from synaptrace.evidence.meta.selection import fit_selection
from tests.evidence.meta.multivariate_cases import check, numbers, table

SMOKE = table("hackshaw1998")
EFFECT, VARIANCE = numbers(SMOKE, "yi"), numbers(SMOKE, "vi")


def test_passive_smoking_with_one_step():
    result = fit_selection(EFFECT, VARIANCE, steps=(0.025,))
    found = {"estimate": result.estimate[0], "se": result.se[0], "tau2": result.tau2, "tau2_se": result.tau2_se}
    found |= {"weight_2": result.weights[1], "weight_2_se": result.weights_se[1], "log_likelihood": result.log_likelihood}
    check("R49", found | {"selection_q": result.selection_test["q"], "selection_p": result.selection_test["p"]})
    assert result.counts == (7, 30) and result.steps == (0.025, 1.0) and result.k == 37
    assert json.loads(json.dumps(result.as_json()))["weights_se"][0] is None


def test_passive_smoking_with_two_steps():
    result = fit_selection(EFFECT, VARIANCE, steps=(0.025, 0.5))
    found = {"estimate": result.estimate[0], "se": result.se[0], "tau2": result.tau2, "log_likelihood": result.log_likelihood}
    found |= {f"weight_{i + 1}": w for i, w in enumerate(result.weights) if i}
    check("R49-three", found | {"selection_q": result.selection_test["q"], "selection_p": result.selection_test["p"]})
    assert result.selection_test["df"] == 2


def test_two_sided_p_values():
    result = fit_selection(EFFECT, VARIANCE, steps=(0.05,), alternative="two-sided")
    found = {"estimate": result.estimate[0], "tau2": result.tau2, "weight_2": result.weights[1]}
    check("R49-two-sided", found | {"selection_q": result.selection_test["q"]})


def test_weights_that_are_assumed():
    result = fit_selection(EFFECT, VARIANCE, steps=(0.025, 0.5), weights=(1, 0.5, 0.2))
    found = {"estimate": result.estimate[0], "se": result.se[0], "tau2": result.tau2}
    check("R49-given", found | {"log_likelihood": result.log_likelihood})
    assert result.weights_given and result.selection_test == {}


def test_equal_weights_are_the_model_without_selection():
    plain = fit_multilevel(EFFECT, VARIANCE, {"study": range(37)}, method="ML")
    result = fit_selection(EFFECT, VARIANCE, weights=(1, 1))
    assert result.estimate[0] == pytest.approx(plain.estimate[0], rel=1e-6)
    assert result.tau2 == pytest.approx(plain.sigma2["study"], rel=1e-5)
    assert result.log_likelihood == pytest.approx(plain.log_likelihood, rel=1e-10)
    assert result.unadjusted["tau2"] == pytest.approx(plain.sigma2["study"], rel=1e-7)


def test_turned_signs_turn_the_estimate_and_rows_may_come_in_any_order():
    first = fit_selection(EFFECT, VARIANCE)
    order = np.random.default_rng(3).permutation(37)
    second = fit_selection(-EFFECT[order], VARIANCE[order], alternative="less")
    assert second.estimate[0] == pytest.approx(-first.estimate[0], rel=1e-6)
    assert second.weights == pytest.approx(first.weights, rel=1e-5)
    assert second.se == pytest.approx(first.se, rel=1e-4)


def test_studies_that_were_held_back_are_accounted_for():
    # 4,000 drawn studies of a true effect 0.1, of which 7 in 10 without significance were never seen.
    rng = np.random.default_rng(11)
    variance = rng.uniform(0.02, 0.2, 4000)
    effect = rng.normal(0.1, np.sqrt(0.03 + variance))
    seen = (norm.sf(effect / np.sqrt(variance)) < 0.025) | (rng.uniform(size=4000) < 0.3)
    result = fit_selection(effect[seen], variance[seen])
    assert result.unadjusted["estimate"][0] > 0.2
    assert result.estimate[0] == pytest.approx(0.1, abs=3 * result.se[0]) and result.se[0] < 0.03
    assert result.weights[1] == pytest.approx(0.3, abs=3 * result.weights_se[1])
    assert result.selection_test["p"] < 1e-6


def test_moderators_enter_the_mean():
    year = numbers(SMOKE, "year") - 1990
    result = fit_selection(EFFECT, VARIANCE, design=np.column_stack([np.ones(37), year]), names=("1990", "per year"))
    assert result.names == ("1990", "per year") and np.all(np.isfinite(result.se))


WRONG = [
    ({"steps": (0.5, 0.025)}, "The steps of the selection model cannot be used.\n  given     0.5, 0.025"),
    ({"steps": (1.0,)}, "The steps of the selection model cannot be used."),
    ({"steps": (1e-9,)}, "No study has a p value from 0 to 1e-09.\n  given     37 studies, by step 0, 37"),
    ({"alternative": "up"}, "'up' is not a side.\n  given     up\n  expected  greater, less, two-sided"),
    ({"weights": (1, 0)}, "The assumed weights cannot be used.\n  given     1, 0\n  expected  2 numbers above 0"),
]


@pytest.mark.parametrize(("options", "start"), WRONG)
def test_options_that_cannot_be_used_are_named(options, start):
    with pytest.raises(ResultError) as error:
        fit_selection(EFFECT, VARIANCE, **options)
    assert str(error.value).startswith(start)


def test_weights_that_run_away_are_an_error():
    z = np.append(np.linspace(1.7, 1.95, 200), 1.97)
    with pytest.raises(SolveError) as error:
        fit_selection(z, np.ones(201))
    assert str(error.value).startswith("The selection model has no maximum for these effects.\n  given     weights")
    assert "use fewer steps, or give the weights" in str(error.value)
