"""Synapses and the habenula lift mood.

Stronger synapses relieve depression for days and a quiet habenula for hours; the two add on the logit scale of severity.
"""

from synaptrace.core import Mechanism, Param, State, ddt, out, relative_to_rest

mechanism = Mechanism(
    reads={"strength": "synapse.strength", "limb": "mood.habenula_limb"},
    states={"L": State(0.0, "1", "relief by synapses", scale=0.1)},
    writes={"lift": "mood.lift"},
    params={
        "by_synapses": Param(3, "1", "relief per relative gain of strength", kind="assumed", range=(0.1, 30),
                             why="to be fitted to the effect at 24 h and at 7 d"),
        "by_habenula": Param(1, "1", "relief per unit of the habenula limb", kind="assumed", range=(0, 30),
                             why="to be fitted to the effect at 24 h and at 7 d"),
        "time": Param("1 h", "s", "time in which mood follows", kind="assumed", range=("0.3 h", "12 h"),
                      why="set by hand in the dossier's reference model; no measurement"),
        "strength_0": relative_to_rest("strength", "strength before the first dose"),
    },
    signs={"strength": "+L", "limb": "+lift", "L": "+lift"},
)  # fmt: skip


@mechanism.equations
def equations(strength, limb, L, by_synapses, by_habenula, time, strength_0):
    return ddt(L=(by_synapses * (strength / strength_0 - 1) - L) / time), out(lift=L + by_habenula * limb)
