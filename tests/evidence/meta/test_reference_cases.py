"""The univariate reference cases of metafor: exact solutions, and the same code stopped where the reference stopped.

metafor ends the search for tau2 at a step below 1e-5, and R's uniroot within 1.2e-4; synaptrace goes to the root. Where that
shows in six digits, the case file says by how much, and the rule of the reference must give its digits.
"""

import numpy as np
import pytest

from synaptrace.evidence.meta import models
from synaptrace.evidence.meta.heterogeneity import estimate_tau2, weighted
from tests.evidence.meta.multivariate_cases import table
from tests.evidence.meta.univariate_cases import CASES

FISHER, BRENT = 1e-5, 1.23e-4  # metafor's default threshold, and .Machine$double.eps^0.25 of R


def expected(case):
    rows = [r for r in table("cases") if r["case"] == case]
    assert rows
    return {r["quantity"]: r for r in rows}


def check(case, stopped):
    rows, found = expected(case), CASES[case]()
    assert set(rows) == set(found)
    for name, row in rows.items():
        number = float(found[name])
        exact = row["apart"] == "" or (stopped and row["rule"] == "fisher")
        if row["value"]:
            value = float(row["value"])
            bound = 1e-6 * abs(value) + 1e-12 if exact else float(row["apart"])
            assert abs(number - value) <= max(bound, 1e-6 if value == 0 else 0.0), (name, number, row)
        if row["published"] and exact:
            digits = len(row["published"].partition(".")[2])
            assert abs(number - float(row["published"])) <= 0.5000001 * 10.0**-digits, (name, number, row)


def printed(case, quantity):
    return float(expected(case)[quantity]["value"])


def as_the_reference_stops(effects, variances, design, method, iterations=100):
    """Fisher scoring from the HE estimate until a step is below 1e-5, with half steps at 0 (Viechtbauer 2010); PM as printed."""
    exact = estimate_tau2(effects, variances, design, method, iterations)
    if method == "PM":
        near = abs(exact[0][0] - printed("R05", "tau2")) < BRENT
        return (np.array([printed("R05", "tau2")]), exact[1]) if near else exact
    if method not in ("ML", "REML", "EB"):
        return exact
    count = len(design)
    tau2 = estimate_tau2(effects, variances, design, "HE")[0]
    step = np.inf
    while abs(step) > FISHER:
        at = weighted(effects, 1 / (variances + tau2[:, None]), design)
        step = {
            "ML": lambda s: (s.second - np.sum(s.weights, -1)) / np.sum(s.weights**2, -1),
            "REML": lambda s: (s.second - s.trace) / s.trace_squared,
            "EB": lambda s: (s.quadratic * count / (count - s.design.shape[1]) - count) / np.sum(s.weights, -1),
        }[method](at)[0]
        while tau2[0] + step < 0:
            step /= 2
        tau2 = tau2 + step
    return tau2, exact[1]


@pytest.mark.parametrize("case", CASES)
def test_every_case_to_six_digits(case):
    check(case, stopped=False)


SHOWS = sorted({r["case"] for r in table("cases") if r["rule"] == "fisher"} | {"R05", "R08", "R10"})


@pytest.mark.parametrize("case", SHOWS)
def test_with_the_stopping_rule_of_the_reference_its_digits_come_out(case, monkeypatch):
    monkeypatch.setattr(models, "estimate_tau2", as_the_reference_stops)
    if case in ("R05", "R08", "R10"):
        found = CASES[case]()
        for name, row in expected(case).items():
            assert found[name] == pytest.approx(float(row["value"]), rel=1e-6), (name, row)
    else:
        check(case, stopped=True)


def test_no_deviation_is_larger_than_the_rule_it_is_put_down_to():
    found = {case: CASES[case]() for case in ("R04", "R05", "R06", "R11", "R18", "R20", "R21", "R29", "R32", "R36")}
    for case, quantities in found.items():
        for name, number in quantities.items():
            row = expected(case)[name]
            if "tau2" in name and row["value"]:
                bound = BRENT if row["rule"] == "brent" else 10 * FISHER
                assert abs(number - float(row["value"])) <= bound, (case, name)
    # On the CLASP trials the reference stops above 0, where the likelihood has no maximum.
    assert CASES["R34"]()["tau_ML"] == 0 and printed("R34", "tau_ML") ** 2 < FISHER


def test_the_case_file_holds_every_case_asked_for():
    wanted = {f"R{i:02}" for i in (*range(1, 37), *range(43, 49), *range(50, 53))}
    assert {r["case"] for r in table("cases")} == set(CASES) and wanted <= set(CASES) and len(set(CASES) - wanted) == 13
