"""Synapses lift mood.

Stronger synapses than before the first dose relieve depression; the link is a proportion on the logit scale of severity.
"""

from synaptrace.core import Mechanism, Param, State, ddt, out, relative_to_rest

mechanism = Mechanism(
    reads={"strength": "synapse.strength"},
    states={"L": State(0.0, "1", "relief by synapses", scale=0.1)},
    writes={"lift": "mood.lift"},
    params={
        "weight": Param(3, "1", "relief per relative gain of strength", kind="assumed", range=(0.1, 30),
                        why="to be fitted to the effect at 24 h and at 7 d"),
        "time": Param("1 h", "s", "time in which mood follows", kind="assumed", range=("0.3 h", "12 h"),
                      why="set by hand in the dossier's reference model; no measurement"),
        "strength_0": relative_to_rest("strength", "strength before the first dose"),
    },
    signs={"strength": "+L", "L": "+lift"},
)  # fmt: skip


@mechanism.equations
def equations(strength, L, weight, time, strength_0):
    return ddt(L=(weight * (strength / strength_0 - 1) - L) / time), out(lift=L)
