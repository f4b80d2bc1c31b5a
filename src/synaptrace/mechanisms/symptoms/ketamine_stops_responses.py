"""Ketamine stops responses.

At anesthetic levels people no longer answer; S-ketamine is the stronger form.
"""

from synaptrace.core import Mechanism, Param, hill, out

mechanism = Mechanism(
    reads={"S": "brain.S_ketamine_free", "R": "brain.R_ketamine_free"},
    writes={"chance": "outcome.unresponsive"},
    params={
        "half": Param("1.26 umol/L", "umol/L", "unbound S-ketamine at which half of people do not answer", kind="derived",
                      source="outcomes_dossier:exposure-effects:unresponsive", range=("0.6 umol/L", "2.4 umol/L")),
        "steepness": Param(5, "1", "Hill exponent", kind="assumed", range=(2, 10), why="steep, as for other anesthetics"),
        "potency": Param(0.25, "1", "strength of R-ketamine relative to S-ketamine", kind="assumed", range=(0.1, 1),
                         why="as at the receptor"),
    },
    signs={"S": "+chance", "R": "+chance"},
)  # fmt: skip


@mechanism.equations
def equations(S, R, half, steepness, potency):
    return out(chance=hill(S + potency * R, half, steepness))
