"""Plasticity lifts mood.

Fast and slow plasticity together relieve depression up to a limit, in those who respond; in the others they do not.
"""

from synaptrace.core import Mechanism, Param, Share, hill, out

mechanism = Mechanism(
    reads={"fast": "mood.fast", "slow": "mood.slow"},
    writes={"lift": "mood.lift"},
    params={
        "most": Param(0.8, "1", "largest relief, on the logit scale of severity", kind="assumed", range=(0, 3),
                      why="set to two anchors, 0.58 at 24 h and 0.38 at 7 d, and to doses"),
        "half": Param(0.287, "1", "plasticity at half of it", kind="assumed", range=(0.05, 1),
                      why="set to two anchors, 0.58 at 24 h and 0.38 at 7 d, and to doses"),
        "steepness": Param(3, "1", "Hill exponent", kind="assumed", range=(1, 5),
                           why="3 to 4 let day 7 keep two thirds and day 14 little"),
        "responder": Param(1, "1", "1 in who responds, 0 in the others", kind="assumed", iiv=Share(0.6), range=(0, 1),
                           why="a class of people; the typical person is a responder"),
    },
    signs={"fast": "+lift", "slow": "+lift", "responder": "+lift"},
)  # fmt: skip


@mechanism.equations
def equations(fast, slow, most, half, steepness, responder):
    return out(lift=responder * most * hill(fast + slow, half, steepness))
