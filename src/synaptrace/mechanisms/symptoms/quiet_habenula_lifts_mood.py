"""A quiet habenula lifts mood.

Fewer bursts of the lateral habenula than before the first dose release monoamine cells; opioid tone permits it.
"""

from synaptrace.core import Mechanism, Param, State, ddt, out, relative_to_rest

mechanism = Mechanism(
    reads={"bursts": "habenula.bursts", "tone": "opioid.tone"},
    states={"H": State(0.0, "1", "relief by the habenula", scale=0.1)},
    writes={"limb": "mood.habenula_limb"},
    params={
        "by_opioids": Param(0.8, "1", "share that opioid tone permits", kind="assumed", range=(0, 1),
                            why="set by hand in the dossier's reference model; no measurement"),
        "brake": Param(0.4, "1", "share of the restraint of monoamine cells in health that is bursts", kind="assumed",
                       range=(0.05, 1), why="set by hand in the dossier's reference model; no measurement"),
        "time": Param("0.3 h", "s", "time in which mood follows", kind="assumed", range=("1 min", "12 h"),
                      why="set by hand in the dossier's reference model; no measurement"),
        "bursts_0": relative_to_rest("bursts", "bursts before the first dose"),
    },
    signs={"bursts": "-H", "H": "+limb"},
)  # fmt: skip


@mechanism.equations
def equations(bursts, tone, H, by_opioids, brake, time, bursts_0):
    free = 1 / (1 - brake + brake * bursts) - 1 / (1 - brake + brake * bursts_0)
    return ddt(H=((1 - by_opioids * (1 - tone)) * free - H) / time), out(limb=H)
