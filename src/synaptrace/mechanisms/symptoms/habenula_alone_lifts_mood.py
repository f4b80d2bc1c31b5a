"""The habenula alone lifts mood.

Relief follows the limb of the lateral habenula, in proportion on the logit scale of severity.
"""

from synaptrace.core import Mechanism, Param, out

mechanism = Mechanism(
    reads={"limb": "mood.habenula_limb"},
    writes={"lift": "mood.lift"},
    params={
        "weight": Param(2, "1", "relief per unit of the limb", kind="assumed", range=(0, 30),
                        why="to be fitted to the effect at 24 h and at 7 d"),
    },
    signs={"limb": "+lift"},
)  # fmt: skip


@mechanism.equations
def equations(limb, weight):
    return out(lift=weight * limb)
