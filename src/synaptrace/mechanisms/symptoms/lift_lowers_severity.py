"""Lift lowers severity.

Severity lies between 0 and 60 points; relief moves it on the logit scale. Without drug it lies where stress has put it, in
proportion on that scale between a healthy and a depressed person.
"""

from synaptrace.core import Mechanism, Param, exp, out, power

mechanism = Mechanism(
    reads={"lift": "mood.lift", "cortisol": "stress.cortisol"},
    writes={"MADRS": "outcome.madrs"},
    params={
        "largest": Param(60, "points", "largest score", kind="assumed", range=(60, 60),
                         why="the scale has ten items of 0 to 6 points"),
        "healthy": Param(4, "points", "score of a healthy person", kind="assumed", range=(1, 10),
                         why="below every threshold of depression"),
        "depressed": Param(32, "points", "score of a depressed person before the drug", kind="assumed", range=(28, 36),
                           why="28 to 36 in trials"),
    },
    signs={"lift": "-MADRS"},
)  # fmt: skip


@mechanism.equations
def equations(lift, cortisol, largest, healthy, depressed):
    healthy_odds, depressed_odds = healthy / (largest - healthy), depressed / (largest - depressed)
    odds = power(healthy_odds, 2 - cortisol) * power(depressed_odds, cortisol - 1) * exp(-lift)
    return out(MADRS=largest * odds / (1 + odds))
