"""Network meta-analysis against metafor, in closed form and under changes that must not matter."""

import json

import numpy as np
import pytest

from synaptrace.errors import ResultError
from synaptrace.evidence.meta.consistency import decompose_q, split_all, split_comparison
from synaptrace.evidence.meta.multilevel import fit_multilevel
from synaptrace.evidence.meta.network import (
    fit_arms,
    fit_network,
    league_table,
    p_scores,
    trials_from_arms,
    trials_from_pairs,
)
from synaptrace.evidence.meta.robust import robust
from tests.evidence.meta.multivariate_cases import check, numbers, table, words

SENN = table("senn2013")
SUGAR = (words(SENN, "study"), words(SENN, "treatment"), numbers(SENN, "mi"), numbers(SENN, "sdi") ** 2 / numbers(SENN, "ni"))
TRIALS = trials_from_arms(*SUGAR)
SMOKE = table("hasselblad1998")
QUIT, STAY = numbers(SMOKE, "xi") + 0.5, numbers(SMOKE, "ni") - numbers(SMOKE, "xi") + 0.5
ARMS = (words(SMOKE, "study"), words(SMOKE, "trt"), np.log(QUIT / STAY), 1 / QUIT + 1 / STAY)


def effects(result):
    """Estimates and errors by the names of the cases."""
    found = {f"estimate_{t}": e for t, e in zip(result.treatments, result.estimate, strict=True)}
    return found | {f"se_{t}": s for t, s in zip(result.treatments, result.se, strict=True)}


def test_sugar_lowering_drugs_with_fixed_effects():
    for result in (fit_arms(*SUGAR, "placebo", "fixed"), fit_network(TRIALS, "placebo", "fixed")):
        check("R40", effects(result) | {"q": result.q, "q_df": result.q_df})


def test_sugar_lowering_drugs_with_random_effects():
    arms, contrasts = fit_arms(*SUGAR, "placebo"), fit_network(TRIALS, "placebo")
    for result in (arms, contrasts):
        found = effects(result) | {"tau2": result.tau2, "all_zero_q": result.all_zero_test["q"]}
        check("R41", found | {"arms_log_likelihood": arms.log_likelihood})
    assert (contrasts.studies, contrasts.contrasts, len(contrasts.designs)) == (26, 27, 15)
    assert json.loads(json.dumps(contrasts.as_json()))["reference"] == "placebo"


def test_help_to_stop_smoking():
    arms, contrasts = fit_arms(*ARMS, "no_contact"), fit_network(trials_from_arms(*ARMS), "no_contact")
    for result in (arms, contrasts):
        found = effects(result) | {"tau2": result.tau2, "q": result.q, "all_zero_q": result.all_zero_test["q"]}
        check("R42", found | {"arms_log_likelihood": arms.log_likelihood})


def test_arms_and_contrasts_agree_by_moments_too():
    arms, contrasts = fit_arms(*SUGAR, "placebo", "DL"), fit_network(TRIALS, "placebo", "DL")
    assert arms.tau2 == pytest.approx(contrasts.tau2, rel=1e-9)
    assert arms.estimate == pytest.approx(contrasts.estimate, rel=1e-9)
    assert arms.covariance == pytest.approx(contrasts.covariance, rel=1e-9)


def test_two_treatments_are_the_pairwise_analysis():
    rng = np.random.default_rng(5)
    means, variances = rng.normal(0, 0.4, 16), rng.uniform(0.01, 0.05, 16)
    trials = trials_from_arms(np.repeat(range(8), 2), ["drug", "placebo"] * 8, means, variances)
    difference, spread = means[::2] - means[1::2], variances[::2] + variances[1::2]
    pair = fit_multilevel(difference, spread, {"study": range(8)})
    network = fit_network(trials, "placebo")
    assert network.estimate == pytest.approx(pair.estimate, rel=1e-8)
    assert network.se == pytest.approx(pair.se, rel=1e-8)
    assert network.tau2 == pytest.approx(pair.sigma2["study"], rel=1e-7)
    assert network.q == pytest.approx(pair.q, rel=1e-10)
    weight = 1 / spread
    moments = (pair.q - 7) / (weight.sum() - (weight**2).sum() / weight.sum())
    assert fit_network(trials, "placebo", "DL").tau2 == pytest.approx(max(0, moments), rel=1e-9)


def test_variances_are_the_resistances_of_the_network():
    # Rucker 2012, Res Synth Methods 3:312: inverse variances of two-arm studies are conductances.
    first, second, variances = ["a", "b", "c", "a"], ["b", "c", "d", "d"], [0.1, 0.2, 0.05, 0.3]
    result = fit_network(trials_from_pairs(range(4), first, second, [0.3, -0.2, 0.5, 0.7], np.sqrt(variances)), "a", "fixed")
    laplacian = np.zeros((4, 4))
    for one, two, v in zip(first, second, variances, strict=True):
        edge = np.array([float(n == one) - float(n == two) for n in "abcd"])
        laplacian += np.outer(edge, edge) / v
    inverse = np.linalg.pinv(laplacian)
    for i, one in enumerate("abcd"):
        for j, two in enumerate("abcd"):
            assert result.compare(one, two)[1] ** 2 == pytest.approx(inverse[i, i] + inverse[j, j] - 2 * inverse[i, j], abs=1e-12)


def test_pairs_of_a_study_give_back_its_arms():
    rows = [("t", "a", "b", 1.0 - 0.4, 0.1 + 0.2), ("t", "c", "a", 0.9 - 1.0, 0.3 + 0.1), ("t", "b", "c", 0.4 - 0.9, 0.2 + 0.3)]
    study, first, second, effect, variance = zip(*rows, strict=True)
    pairs = trials_from_pairs(study, first, second, effect, np.sqrt(variance))[0]
    arms = trials_from_arms(["t"] * 3, ["a", "b", "c"], [1.0, 0.4, 0.9], [0.1, 0.2, 0.3])[0]
    assert pairs.treatments == arms.treatments
    assert pairs.contrasts == pytest.approx(arms.contrasts)
    assert pairs.covariance == pytest.approx(arms.covariance)


def test_order_of_rows_and_choice_of_reference_do_not_matter():
    order = np.random.default_rng(1).permutation(len(SUGAR[0]))
    shuffled = trials_from_arms(*[np.array(column)[order] for column in SUGAR])
    first, second = fit_network(TRIALS, "placebo"), fit_network(shuffled, "metformin")
    assert second.tau2 == pytest.approx(first.tau2, rel=1e-8)
    assert second.compare("acarbose", "placebo") == (
        pytest.approx(first.compare("acarbose", "placebo")[0], rel=1e-8),
        pytest.approx(first.compare("acarbose", "placebo")[1], rel=1e-8),
        pytest.approx(first.compare("acarbose", "placebo")[2], rel=1e-8),
    )


def test_robust_errors_of_a_network_cluster_on_studies():
    trials = trials_from_arms(*ARMS)
    labels = [t.name for t in trials for _ in t.contrasts]
    found = robust(fit_network(trials, "no_contact"), labels)
    assert found.clusters == 24 and all(1 < df < 24 for df in found.df)


def test_consistency_of_the_drugs():
    result = decompose_q(TRIALS, "placebo")
    found = {"within_q": result.within["q"], "within_df": result.within["df"]}
    random = result.between_random
    check("senn-consistency", found | {"tau2_within": random["tau2_within"], "between_random_q": random["q"]})
    assert result.within["q"] + result.between["q"] == pytest.approx(result.q)
    assert (result.within["df"], result.between["df"], result.q_df) == (11, 7, 18)
    # One design, two-arm studies: its Q is Cochran's.
    rows = [t for t in TRIALS if t.design == ("placebo", "rosiglitazone")]
    y, w = np.array([t.contrasts[0] for t in rows]), np.array([1 / t.covariance[0, 0] for t in rows])
    q = np.sum(w * (y - np.sum(w * y) / np.sum(w)) ** 2)
    assert result.by_design["placebo", "rosiglitazone"]["q"] == pytest.approx(q)
    assert "metformin : placebo" in json.loads(json.dumps(result.as_json()))["by_design"]


def test_a_closed_loop_is_inconsistent_by_what_it_does_not_close():
    effects_, variance = [0.3, 0.4, 1.0], np.array([0.01, 0.02, 0.03])
    trials = trials_from_pairs(range(3), ["b", "c", "c"], ["a", "b", "a"], effects_, np.sqrt(variance))
    gap = (1.0 - 0.7) ** 2 / variance.sum()
    result = decompose_q(trials, "a", "fixed")
    assert result.between["q"] == pytest.approx(gap) and result.between["df"] == 1 and result.within["df"] == 0
    split = split_comparison(trials, "a", "c", "a", "fixed")
    assert (split.direct, split.indirect) == (pytest.approx(1.0), pytest.approx(0.7))
    assert split.z**2 == pytest.approx(gap)
    assert split.difference_se == pytest.approx(np.sqrt(variance.sum()))


def test_direct_and_indirect_evidence_give_back_the_network_of_two_arm_studies():
    two = [t for t in TRIALS if len(t.treatments) == 2]
    whole = fit_network(two, "placebo")
    splits = split_all(two, "placebo")
    assert len(splits) > 5
    for split in splits:
        weights = np.array([split.direct_se**-2, split.indirect_se**-2])
        both = weights @ [split.direct, split.indirect] / weights.sum()
        estimate, se, _ = whole.compare(split.first, split.second)
        assert both == pytest.approx(estimate, rel=1e-6)
        assert weights.sum() ** -0.5 == pytest.approx(se, rel=1e-6)


def test_scores_and_league():
    result = fit_network(TRIALS, "placebo")
    scores = p_scores(result, "smaller")
    assert list(scores)[0] == "rosiglitazone" and list(scores)[-1] == "placebo"
    assert np.mean(list(scores.values())) == pytest.approx(0.5)
    other = p_scores(result)
    assert all(other[t] == pytest.approx(1 - s) for t, s in scores.items())
    rows = league_table(result)
    assert len(rows) == 90
    row = next(r for r in rows if (r["first"], r["second"]) == ("metformin", "placebo"))
    assert row["estimate"] == pytest.approx(result.estimate[2]) and row["low"] < row["estimate"] < row["high"] < 0


WRONG = [
    (lambda: trials_from_arms(["s"], ["a"], [1.0], [1.0]), "The study 's' compares no two different treatments as written."),
    (lambda: trials_from_arms(["s", "s"], ["a", "a"], [1.0, 2], [1.0, 1]), "The study 's' compares no two different treatments"),
    (
        lambda: trials_from_pairs("ss", "ab", "bc", [1, 2], [1, 1]),
        "The study 's' does not have each comparison of its treatments",
    ),
    (lambda: trials_from_pairs("sss", "aab", "bcc", [1, 2, 3], [1, 1, 1]), "The comparisons of the study 's' do not add up."),
    (
        lambda: fit_network(TRIALS, "insulin"),
        "'insulin' is not a treatment of the network.\n  given     insulin\n  expected  acarbose",
    ),
    (
        lambda: fit_network(TRIALS, "placebo", "PM"),
        "'PM' is not a way to fit tau2.\n  given     PM\n  expected  fixed, DL, ML, REML",
    ),
    (lambda: fit_arms(*SUGAR, "placebo", "ML"), "ML on arms is biased by the free mean of every study."),
    (
        lambda: fit_network(trials_from_pairs("st", "ac", "bd", [1, 2], [1, 1]), "a"),
        "The network is in pieces, so its treatments",
    ),
    (lambda: fit_network(TRIALS, "placebo").compare("placebo", "water"), "'water' is not a treatment of the network."),
    (lambda: p_scores(fit_network(TRIALS, "placebo"), "lower"), "'lower' is not a direction.\n  given     lower"),
    (lambda: split_comparison(TRIALS, "placebo", "sitagliptin", "acarbose"), "No study compares 'sitagliptin' with 'acarbose'."),
    (
        lambda: split_comparison(TRIALS, "placebo", "sitagliptin", "placebo"),
        "There is no indirect evidence for 'sitagliptin' against",
    ),
]


@pytest.mark.parametrize(("call", "start"), WRONG, ids=[start[:30] for _, start in WRONG])
def test_networks_that_cannot_be_analyzed_are_named(call, start):
    with pytest.raises(ResultError) as error:
        call()
    assert str(error.value).startswith(start)
