"""Whether the direct and the indirect evidence of a treatment network agree."""

from dataclasses import dataclass

import numpy as np
from scipy.linalg import block_diag
from scipy.stats import chi2, norm

from synaptrace.errors import ResultError
from synaptrace.evidence.meta.mixed_model import as_plain, fit_given
from synaptrace.evidence.meta.network import Trial, connected, fit_network, fit_tau2, stacked


@dataclass(frozen=True)
class ConsistencyResult:
    """Cochran's Q of a network, and its parts within and between designs (sets of treatments compared in one study).

    `by_design` has q, df and p of each design; `between_random` the part between designs with the tau2 that is left within them.
    """

    q: float
    q_df: int
    q_p: float
    within: dict
    between: dict
    by_design: dict
    between_random: dict

    def as_json(self):
        """Plain dictionary of all fields."""
        return as_plain(self)


@dataclass(frozen=True)
class SplitResult:
    """Direct and indirect evidence for `first` minus `second` (unit of the contrasts) and the test of their difference."""

    first: str
    second: str
    direct: float
    direct_se: float
    indirect: float
    indirect_se: float
    difference: float
    difference_se: float
    z: float
    p: float
    direct_studies: int
    tau2: float

    def as_json(self):
        """Plain dictionary of all fields."""
        return as_plain(self)


def decompose_q(trials, reference, method="REML"):
    """Q of the fixed-effect network split into within and between designs (Krahn 2013, BMC Med Res Methodol 13:35).

    Parameters as in fit_network; `method` fits the tau2 of `between_random`, from a model with effects of every design of its own
    (design-by-treatment interaction, Higgins 2012, Res Synth Methods 3:98). Raises ResultError as fit_network does.
    """
    whole = fit_network(trials, reference, "fixed")
    groups = {}
    for trial in trials:
        groups.setdefault(trial.design, []).append(trial)
    own = {design: _own_design(members) for design, members in groups.items()}
    by_design = {design: _test(fit.quadratic, len(fit.outcomes) - len(fit.coefficients)) for design, fit in own.items()}
    within = _test(sum(t["q"] for t in by_design.values()), sum(t["df"] for t in by_design.values()))
    between = _test(max(0.0, whole.q - within["q"]), whole.q_df - within["df"])
    return ConsistencyResult(whole.q, whole.q_df, whole.q_p, within, between, by_design, _between_random(groups, whole, method))


def split_comparison(trials, reference, first, second, method="REML"):
    """Direct evidence for one comparison (arms of the two treatments in studies with both) against all other studies.

    The two share no study, so they are independent (SIDDE, Efthimiou 2019, Stat Med 38:2992); both use the tau2 of the whole
    network. Raises ResultError where no study compares the two, or the other studies do not join them.
    """
    whole = fit_network(trials, reference, method)
    whole.compare(first, second)
    first, second = str(first), str(second)
    having = [t for t in trials if {first, second} <= set(t.treatments)]
    rest = [t for t in trials if t not in having]
    if not having:
        raise ResultError(f"No study compares '{first}' with '{second}'.", given=f"{first}, {second}", fix="use compare()")
    if first not in connected(rest, second):
        raise ResultError(
            f"There is no indirect evidence for '{first}' against '{second}'.",
            given=f"{len(having)} studies with both, and no other path between them",
            expected="a path through other treatments",
        )
    direct = fit_network([_pair(t, first, second) for t in having], second, tau2=whole.tau2)
    joined = connected(rest, second)
    indirect = fit_network([t for t in rest if set(t.treatments) <= joined], second, tau2=whole.tau2)
    one, one_se, _ = direct.compare(first, second)
    other, other_se, _ = indirect.compare(first, second)
    spread = float(np.hypot(one_se, other_se))
    z = (one - other) / spread
    values = (one, one_se, other, other_se, one - other, spread, z, float(2 * norm.sf(abs(z))))
    return SplitResult(first, second, *values, len(having), whole.tau2)


def split_all(trials, reference, method="REML"):
    """A SplitResult for each comparison that has both direct and indirect evidence, in alphabetical order."""
    pairs = sorted({(a, b) for t in trials for a in t.treatments for b in t.treatments if a < b})
    found = []
    for first, second in pairs:
        rest = [t for t in trials if not {first, second} <= set(t.treatments)]
        if first in connected(rest, second):
            found.append(split_comparison(trials, reference, first, second, method))
    return found


def _test(q, df):
    """q, df and p of a chi-squared statistic; p is 1 without degrees of freedom."""
    return {"q": float(q), "df": int(df), "p": float(chi2.sf(q, df)) if df > 0 else 1.0}


def _own_design(members):
    """Fixed-effect fit of the studies of one design, with its own effects."""
    order = list(members[0].design)
    outcomes, design, known, _ = stacked(members, order)
    return fit_given(outcomes, design, known, order[1:])


def _between_random(groups, whole, method):
    """Wald test that the effects of all designs fit one consistent network, with the tau2 left within designs."""
    order = [whole.reference, *whole.treatments]
    pieces = [stacked(members, list(members[0].design)) for members in groups.values()]
    ends = [stacked(members[:1], order)[1] for members in groups.values()]
    outcomes = np.concatenate([p[0] for p in pieces])
    design, known, unit = (block_diag(*[p[i] for p in pieces]) for i in (1, 2, 3))
    tau2, free = fit_tau2(outcomes, design, known, unit, None, method)
    # Each design has as many effects as contrasts in one study, so the network predicts them from one study of it.
    first = [_basis(members[0]) for members in groups.values()]
    consistent = np.concatenate([np.linalg.solve(b, e) for b, e in zip(first, ends, strict=True)])
    fit = fit_given(free.coefficients, consistent, free.covariance)
    return _test(fit.quadratic, len(free.coefficients) - consistent.shape[1]) | {"tau2_within": tau2}


def _basis(trial):
    """Contrasts of one study by the effects of its own design, square."""
    return stacked([trial], list(trial.design))[1]


def _pair(trial, first, second):
    """The arms of two treatments of a study, as a study of its own."""
    arms = list(trial.treatments)
    row = np.array([float(a == first) - float(a == second) for a in arms])[1:]
    contrast, variance = row @ trial.contrasts, row @ trial.covariance @ row
    return Trial(trial.name, (second, first), np.array([contrast]), np.array([[variance]]))
