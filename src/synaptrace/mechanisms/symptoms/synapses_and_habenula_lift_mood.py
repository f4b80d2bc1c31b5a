"""Synapses and the habenula lift mood.

Stronger synapses relieve depression for days, up to a limit, and a quiet habenula for hours; the two add on the logit scale
of severity.
"""

from synaptrace.core import Mechanism, Param, State, ddt, hill, maximum, out, relative_to_rest

mechanism = Mechanism(
    reads={"strength": "synapse.strength", "limb": "mood.habenula_limb"},
    states={"L": State(0.0, "1", "relief by synapses", scale=0.1)},
    writes={"lift": "mood.lift"},
    params={
        "most": Param(1, "1", "largest relief by synapses, on the logit scale", kind="assumed", range=(0.1, 6),
                      why="to be fitted to the effect at 24 h and at 7 d"),
        "half": Param(0.3, "1", "relative gain of strength at half of it", kind="assumed", range=(0.01, 3),
                      why="to be fitted to the effect at 24 h and at 7 d"),
        "steepness": Param(2, "1", "Hill exponent", kind="assumed", range=(1, 4),
                           why="bounded relief, as in the empirical curve"),
        "by_habenula": Param(1, "1", "relief per unit of the habenula limb", kind="assumed", range=(0, 30),
                             why="to be fitted to the effect at 24 h and at 7 d"),
        "time": Param("1 h", "s", "time in which mood follows", kind="assumed", range=("0.3 h", "12 h"),
                      why="set by hand in the dossier's reference model; no measurement"),
        "strength_0": relative_to_rest("strength", "strength before the first dose"),
    },
    signs={"limb": "+lift", "L": "+lift"},
)  # fmt: skip


@mechanism.equations
def equations(strength, limb, L, most, half, steepness, by_habenula, time, strength_0):
    gain = maximum(strength / strength_0 - 1, 0)
    return ddt(L=(most * hill(gain, half, steepness) - L) / time), out(lift=L + by_habenula * limb)
