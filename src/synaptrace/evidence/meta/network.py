"""Network meta-analysis: many treatments compared through each other, from arms or from comparisons."""

from dataclasses import dataclass, field

import numpy as np
from scipy.linalg import block_diag
from scipy.stats import chi2, norm

from synaptrace.errors import ResultError
from synaptrace.evidence.meta.inputs import codes, column, heterogeneity_scale, limits, same_length, two_sided, wald
from synaptrace.evidence.meta.mixed_model import HIDDEN, LinearFit, as_plain, fit_given, linear_structure, maximize

NETWORK_METHODS = ("fixed", "DL", "ML", "REML")


@dataclass(frozen=True)
class Trial:
    """One study: contrasts (m - 1,) of its other treatments with the first, and their sampling covariance (m - 1, m - 1)."""

    name: str
    treatments: tuple
    contrasts: np.ndarray
    covariance: np.ndarray

    @property
    def design(self):
        """The set of treatments compared, in alphabetical order."""
        return tuple(sorted(self.treatments))


@dataclass(frozen=True)
class NetworkResult:
    """Effects of each treatment against the reference (unit of the contrasts); covariance with the reference first, as zeros.

    tau2 is the variance between studies of any contrast, that of two contrasts of one study correlated by 1/2.
    """

    reference: str
    treatments: tuple
    estimate: tuple
    se: tuple
    ci: tuple
    z: tuple
    p: tuple
    covariance: np.ndarray
    tau2: float
    q: float
    q_df: int
    q_p: float
    all_zero_test: dict
    studies: int
    contrasts: int
    designs: tuple
    log_likelihood: float
    method: str
    linear: LinearFit = field(repr=False, metadata=HIDDEN)

    def as_json(self):
        """Plain dictionary of all fields but the matrices of the fit."""
        return as_plain(self)

    def compare(self, first, second, level=0.95):
        """(estimate, se, (low, high)) of treatment `first` minus treatment `second`. Raises ResultError for an unknown one."""
        order = (self.reference, *self.treatments)
        for name in (first, second):
            if name not in order:
                raise ResultError(f"'{name}' is not a treatment of the network.", given=name, expected=", ".join(order))
        values = np.array([0.0, *self.estimate])
        vector = np.array([float(t == first) - float(t == second) for t in order])
        estimate, se = float(vector @ values), float(np.sqrt(max(0.0, vector @ self.covariance @ vector)))
        return estimate, se, limits(np.array([estimate]), np.array([se]), level)[0]


def trials_from_arms(studies, treatments, estimates, variances):
    """Trials from one row per arm: labels (n,), arm means or log odds (n,) and their sampling variances (n,).

    Raises ResultError for a study with one arm, or with a treatment twice (pool those arms first).
    """
    estimates = column(estimates, "arm estimates")
    variances = column(variances, "arm variances", positive=True, length=len(estimates))
    names, code = codes(same_length(studies, "studies", len(estimates)))
    labels = [str(t) for t in same_length(treatments, "treatments", len(estimates))]
    found = []
    for place, name in enumerate(names):
        rows = np.flatnonzero(code == place)
        order = sorted(rows, key=lambda row: labels[row])
        arms = tuple(labels[row] for row in order)
        if len(set(arms)) < len(arms) or len(arms) < 2:
            raise ResultError(
                f"The study '{name}' compares no two different treatments as written.",
                given=", ".join(arms),
                expected="two or more arms, each treatment once",
                fix="pool arms of the same treatment, or drop the study",
            )
        y, v = estimates[order], variances[order]
        found.append(Trial(name, arms, y[1:] - y[0], v[0] + np.diag(v[1:])))
    return found


def trials_from_pairs(studies, first, second, effects, se):
    """Trials from one row per comparison: effects (n,) of `first` minus `second` with standard errors (n,).

    A study of m treatments needs all m (m - 1) / 2 of its comparisons; they give back the covariances (Rucker & Schwarzer 2014,
    Stat Med 33:4353). Raises ResultError where rows are missing, twice, or do not add up.
    """
    effects = column(effects, "effects")
    se = column(se, "standard errors", positive=True, length=len(effects))
    names, code = codes(same_length(studies, "studies", len(effects)))
    one, two = ([str(t) for t in same_length(side, "treatments", len(effects))] for side in (first, second))
    return [_from_pairs(name, np.flatnonzero(code == i), one, two, effects, se) for i, name in enumerate(names)]


def fit_network(trials, reference, method="REML", level=0.95, tau2=None):
    """Consistent effects of all treatments by generalized least squares on the contrasts of all trials.

    After Lu & Ades 2006, J Am Stat Assoc 101:447. Parameters: trials, a list of Trial; reference, the treatment all others are
    set against; method: fixed, DL (moments, Jackson 2012, Stat Med 31:3805), ML or REML for tau2, the same for all contrasts
    with correlation 1/2; tau2: this value instead of a fitted one. Raises ResultError for an unknown treatment, a network in
    pieces, or an unknown method.
    """
    order = _order(trials, reference)
    outcomes, design, known, unit = stacked(trials, order)
    names = tuple(order[1:])
    fixed = fit_given(outcomes, design, known, names)
    variance, linear = fit_tau2(outcomes, design, known, unit, names, method, tau2)
    free = len(outcomes) - len(names)
    z = linear.coefficients / linear.se
    covariance = np.zeros((len(order), len(order)))
    covariance[1:, 1:] = linear.covariance
    return NetworkResult(
        reference=order[0],
        treatments=names,
        estimate=tuple(linear.coefficients.tolist()),
        se=tuple(linear.se.tolist()),
        ci=limits(linear.coefficients, linear.se, level),
        z=tuple(z.tolist()),
        p=two_sided(z),
        covariance=covariance,
        tau2=variance,
        q=fixed.quadratic,
        q_df=free,
        q_p=float(chi2.sf(fixed.quadratic, free)) if free else 1.0,
        all_zero_test=dict(zip(("q", "df", "p"), wald(linear.coefficients, linear.covariance), strict=True)),
        studies=len(trials),
        contrasts=len(outcomes),
        designs=tuple(sorted({t.design for t in trials})),
        log_likelihood=linear.log_likelihood,
        method=method if tau2 is None else "given",
        linear=linear,
    )


def fit_arms(studies, treatments, estimates, variances, reference, method="REML", level=0.95):
    """The same network fitted to the arms: one free mean per study, treatment effects random per arm with variance tau2 / 2.

    Parameters as in trials_from_arms and fit_network; equal to fit_network but for a constant in log_likelihood. `linear` holds
    the fit of the arms, with the means of the studies first. Raises ResultError for ML, whose tau2 would depend on those means.
    """
    if method == "ML":
        raise ResultError(
            "ML on arms is biased by the free mean of every study.",
            given="ML",
            expected="fixed, DL or REML",
            fix="use fit_network",
        )
    trials = trials_from_arms(studies, treatments, estimates, variances)
    contrast = fit_network(trials, reference, method, level)
    order = (contrast.reference, *contrast.treatments)
    rows = [str(t) for t in treatments]
    names, code = codes(studies)
    effect = np.array([[float(t == other) for other in order[1:]] for t in rows])
    design = np.column_stack([(code[:, None] == np.arange(len(names))).astype(float), effect])
    outcomes, known = np.asarray(estimates, float), np.diag(np.asarray(variances, float))
    labels = (*names, *order[1:])
    variance, linear = fit_tau2(outcomes, design, known, 0.5 * np.eye(len(rows)), labels, method, None)
    tail = slice(len(names), None)
    values, spread = linear.coefficients[tail], linear.covariance[tail, tail]
    covariance = np.zeros((len(order), len(order)))
    covariance[1:, 1:] = spread
    se = np.sqrt(np.diag(spread))
    found = dict(vars(contrast))
    found |= {"estimate": tuple(values.tolist()), "se": tuple(se.tolist()), "ci": limits(values, se, level), "tau2": variance}
    found |= {"z": tuple((values / se).tolist()), "p": two_sided(values / se), "covariance": covariance, "linear": linear}
    found |= {"q": fit_given(outcomes, design, known).quadratic, "log_likelihood": linear.log_likelihood}
    found |= {"all_zero_test": dict(zip(("q", "df", "p"), wald(values, spread), strict=True))}
    return NetworkResult(**found)


def fit_tau2(outcomes, design, known, unit, names, method, tau2=None):
    """(tau2, LinearFit) of contrasts whose covariance is known + tau2 unit; all in the squared unit of the contrasts."""
    if method not in NETWORK_METHODS:
        raise ResultError(f"'{method}' is not a way to fit tau2.", given=method, expected=", ".join(NETWORK_METHODS))
    spare = len(outcomes) - design.shape[1]
    if tau2 is None and method in ("ML", "REML") and spare > 0:
        structure = linear_structure([unit], 2 * heterogeneity_scale(outcomes, design, known))
        theta, linear = maximize(outcomes, design, known, structure, names, method)
        return float(theta[0]), linear
    if tau2 is None and method == "DL" and spare > 0:
        weight = np.linalg.inv(known)
        left = weight @ design
        project = weight - left @ np.linalg.solve(design.T @ left, left.T)
        tau2 = max(0.0, (outcomes @ project @ outcomes - spare) / np.sum(project * unit))
    value = float(tau2 or 0.0)
    return value, fit_given(outcomes, design, known + value * unit, names, "ML" if method == "ML" else "REML")


def stacked(trials, order):
    """(contrasts (n,), design (n, T - 1), sampling covariance (n, n), unit of tau2 (n, n)) for treatments in `order`."""
    place = {name: i for i, name in enumerate(order)}
    rows = []
    for trial in trials:
        for other in trial.treatments[1:]:
            row = np.zeros(len(order))
            row[place[other]], row[place[trial.treatments[0]]] = 1.0, -1.0
            rows.append(row[1:])
    known = block_diag(*[t.covariance for t in trials])
    unit = block_diag(*[0.5 * (np.eye(len(t.contrasts)) + 1) for t in trials])
    return np.concatenate([t.contrasts for t in trials]), np.array(rows), known, unit


def p_scores(result, better="larger"):
    """Mean certainty that each treatment beats the others, best first (Rucker & Schwarzer 2015, BMC Med Res Meth 15:58).

    `better` says which direction of the effect is good: larger or smaller. Raises ResultError for another word.
    """
    if better not in ("larger", "smaller"):
        raise ResultError(f"'{better}' is not a direction.", given=better, expected="larger or smaller")
    order = (result.reference, *result.treatments)
    sign = 1.0 if better == "larger" else -1.0
    scores = {}
    for name in order:
        ratios = [e / s for e, s, _ in (result.compare(name, other) for other in order if other != name)]
        scores[name] = float(np.mean(norm.cdf(sign * np.array(ratios))))
    return dict(sorted(scores.items(), key=lambda item: -item[1]))


def league_table(result, level=0.95):
    """All comparisons as rows {first, second, estimate, se, low, high} of first minus second; treatments by name."""
    order = sorted((result.reference, *result.treatments))
    rows = []
    for first in order:
        for second in order:
            if first != second:
                estimate, se, (low, high) = result.compare(first, second, level)
                rows.append({"first": first, "second": second, "estimate": estimate, "se": se, "low": low, "high": high})
    return rows


def _from_pairs(name, rows, one, two, effects, se):
    """One Trial from all pairs of its treatments."""
    arms = tuple(sorted({one[r] for r in rows} | {two[r] for r in rows}))
    size = len(arms)
    effect, variance = np.full((size, size), np.nan), np.zeros((size, size))
    for row in rows:
        a, b = arms.index(one[row]), arms.index(two[row])
        effect[a, b], effect[b, a], variance[a, b], variance[b, a] = effects[row], -effects[row], se[row] ** 2, se[row] ** 2
    np.fill_diagonal(effect, 0.0)
    if len(rows) != size * (size - 1) // 2 or np.any(np.isnan(effect)):
        raise ResultError(
            f"The study '{name}' does not have each comparison of its treatments once.",
            given=f"{len(rows)} rows for {', '.join(arms)}",
            expected=f"{size * (size - 1) // 2} rows",
            fix="add the missing comparisons, or use trials_from_arms",
        )
    gap = np.abs(effect[:, 0][:, None] - effect[:, 0][None, :] - effect)
    if np.max(gap) > 0.02 * np.max(np.sqrt(variance)):
        raise ResultError(
            f"The comparisons of the study '{name}' do not add up.",
            given=f"a gap of {np.max(gap):.3g}",
            expected="A-B + B-C = A-C",
        )
    covariance = 0.5 * (variance[1:, :1] + variance[:1, 1:] - variance[1:, 1:])
    return Trial(name, arms, effect[1:, 0], covariance)


def _order(trials, reference):
    """All treatments, the reference first; raises ResultError for an unknown reference or a network in pieces."""
    everything = sorted({t for trial in trials for t in trial.treatments})
    if str(reference) not in everything:
        raise ResultError(f"'{reference}' is not a treatment of the network.", given=reference, expected=", ".join(everything))
    reached = connected(trials, str(reference))
    if len(reached) < len(everything):
        raise ResultError(
            "The network is in pieces, so its treatments cannot all be compared.",
            given=", ".join(sorted(set(everything) - reached)) + f" never meet {reference}",
            fix="analyze the pieces apart, or add a study that joins them",
        )
    return [str(reference), *[t for t in everything if t != str(reference)]]


def connected(trials, start):
    """The treatments that a chain of trials joins to `start`."""
    reached, grew = {start}, True
    while grew:
        touching = {t for trial in trials if reached & set(trial.treatments) for t in trial.treatments}
        grew, reached = not touching <= reached, reached | touching
    return reached
