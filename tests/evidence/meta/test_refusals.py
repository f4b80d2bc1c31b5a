"""What a meta-analysis refuses, in the words it uses."""

import itertools

import numpy as np
import pytest

from synaptrace.errors import ResultError, SolveError
from synaptrace.evidence.asked import asked
from synaptrace.evidence.meta import bias, compare, display_of, fit_effects, henmi_copas, intervals, pool_many, predict, q_profile
from synaptrace.evidence.meta import heterogeneity as between
from synaptrace.evidence.meta.analysis import influence_figures
from synaptrace.evidence.meta.conversions import combined_arms
from synaptrace.evidence.meta.dose_contrasts import contrasts_of_means, contrasts_of_risks
from synaptrace.evidence.meta.mixed_model import fit_given
from synaptrace.evidence.meta.network import fit_network, trials_from_pairs
from synaptrace.evidence.meta.predictions import study_effects
from synaptrace.figures import forest, funnel

Y, V, X = np.array([0.1, 0.5, 0.9, 0.3]), np.array([0.1, 0.2, 0.15, 0.12]), np.array([1.0, 2.0, 3.0, 5.0])


def refused(sentence, kind=ResultError):
    return pytest.raises(kind, match=sentence)


def test_models_of_other_rows_methods_or_moderators_are_not_compared():
    full, plain = fit_effects(Y, V, "ML", moderators={"x": X}), fit_effects(Y, V, "ML")
    with refused("The two models are not of the same rows."):
        compare(full, fit_effects(Y[:3], V[:3], "ML"))
    with refused("The two models were not fitted by the same likelihood."):
        compare(full, fit_effects(Y, V, "DL"))
    with refused("Restricted likelihoods of different models cannot be compared."):
        compare(fit_effects(Y, V, "REML", moderators={"x": X}), fit_effects(Y, V, "REML"))
    with refused("The reduced model is not nested in the full one."):
        compare(plain, full)


def test_a_result_without_a_design_predicts_nothing_but_its_own_mean():
    with refused("A HC result predicts nothing but its own mean."):
        predict(henmi_copas(Y, V))
    with refused("Studies have effects of their own only in a model with a variance between them."):
        study_effects(fit_effects(Y, V, "EE"))
    with refused("A double arcsine value cannot be shown as a proportion by itself."):
        display_of("PFT")


def test_what_does_not_settle_says_so(monkeypatch):
    turns = itertools.cycle([(1.0, 1.0), (2.0, 1.0)])
    monkeypatch.setattr(bias, "_estimated", lambda *_: next(turns))
    with refused("The number of missing studies did not settle.", SolveError):
        bias.trim_and_fill(Y, V, side="left", method="EE")
    monkeypatch.setattr(between, "generalized_q", lambda *_: 1e9)
    with refused("The interval of the variance between studies has no upper end that could be found.", SolveError):
        q_profile(Y, V)
    monkeypatch.setattr(intervals, "quad", lambda *_, **__: (1.0, 0.0))
    with refused("The Henmi-Copas interval has no half-width that could be found.", SolveError):
        intervals._half_width(V, 0.1, 0.95)


def test_columns_that_cannot_be_are_refused():
    with refused("An interval of the variance between studies needs more effects than coefficients."):
        q_profile(Y[:1], V[:1])
    with refused(r"The data sets are not one array \(B, k\) each."):
        pool_many(Y, V)
    assert "The data sets are not one array (B, k) each."
    with refused("Arms of fewer than two people have no standard deviation."):
        combined_arms([1.0], [1.0], [1])
    with refused("The coefficients of the model cannot be told apart in these effects."):
        fit_given(Y, np.column_stack([np.ones(4), np.zeros(4)]), np.diag(V), ("a", "b"))


def test_doses_and_networks_that_do_not_hold_together_are_refused():
    with refused("There are no people without the event at a dose."):
        contrasts_of_risks("A", [0, 1], [0, 0.5], [0, 0.2], [10, 20], [20, 20], "cumulative-incidence")
    with refused("The study 'A' does not have its reference dose once, beside another dose."):
        contrasts_of_means("A", [0, 0], [1, 2], [1, 1], [10, 10])
    with refused("The study 'A' does not have each comparison of its treatments once."):
        trials_from_pairs(["A", "A"], ["x", "y"], ["y", "z"], [1, 1], [1, 1])
    apart = trials_from_pairs(["A", "B"], ["x", "u"], ["y", "v"], [1, 1], [1, 1])
    with refused("The network is in pieces, so its treatments cannot all be compared."):
        fit_network(apart, "x")


def test_figures_of_nothing_or_of_another_kind_are_refused(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("study,yi,vi,x\nA,1,1,1\nB,2,1,2\nC,3,1,4\n")
    with refused("A cumulative analysis is of a pooled effect."):
        influence_figures(asked(path, moderators=["x"]))
    found = forest.data(fit_effects(Y, V))
    with refused("'a.pdf' is not a kind of figure this writes."):
        forest.draw(found, "a.pdf")
    with refused("'a.pdf' is not a kind of figure this writes."):
        funnel.sheet("a.pdf")
    with refused("A forest of so many studies cannot be read."):
        forest.draw(found | {"rows": found["rows"] * 100}, tmp_path / "a.png")
    with refused("There is no study to draw."):
        forest.draw(found | {"rows": []}, tmp_path / "a.png")
    assert " is not a kind of figure this writes."
