"""Plasticity lifts mood.

Fast and slow plasticity together relieve depression up to a limit, in those who respond; in the others they do not.
"""

from synaptrace.core import Mechanism, Param, Share, hill, out

mechanism = Mechanism(
    reads={"fast": "mood.fast", "slow": "mood.slow"},
    writes={"lift": "mood.lift"},
    params={
        "most": Param("0.847241 1", "1", "largest relief, on the logit scale of severity", kind="fitted",
                      source="fit:mood:plasticity_lifts_mood.most", range=(0.1, 3)),
        "half": Param("0.322017 1", "1", "plasticity at half of it", kind="fitted", source="fit:mood:plasticity_lifts_mood.half",
                      range=(0.05, 1)),
        "steepness": Param(3, "1", "Hill exponent", kind="assumed", range=(1, 5),
                           why="3 to 4 let day 7 keep 0.6 and day 14 a tenth; in proportion, 0.6 at day 7 would leave a third"),
        "responder": Param(1, "1", "1 in who responds, 0 in the others", kind="assumed", iiv=Share(0.6), range=(0, 1),
                           why="the typical person responds; 0.6 of people with resistant depression, outcomes_dossier:mood-3"),
    },
    signs={"fast": "+lift", "slow": "+lift", "responder": "+lift"},
)  # fmt: skip


@mechanism.equations
def equations(fast, slow, most, half, steepness, responder):
    return out(lift=responder * most * hill(fast + slow, half, steepness))
