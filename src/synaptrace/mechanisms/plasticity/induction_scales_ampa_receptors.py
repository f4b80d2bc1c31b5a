"""Induction scales AMPA receptors.

Hippocampal synapses that were induced gain AMPA receptors within an hour and lose them over days, later where MeCP2 is
phosphorylated.
"""

from synaptrace.core import Mechanism, Param, State, ddt, maximum, out, power

mechanism = Mechanism(
    reads={"x": "synapse.induction", "MeCP2": "mecp2.phosphorylated"},
    states={"s": State(1.0, "1", "scaling of AMPA receptors, relative to healthy")},
    writes={"scaling": "synapse.scaling"},
    params={
        "gain": Param(1, "1", "largest relative rise", kind="assumed", range=(0.05, 3),
                      why="to be fitted; 3 h without single vesicles raise quanta by 1.28 to 1.42"),
        "half": Param(0.3, "1", "induction at half of the fastest rise", kind="assumed", range=(0.05, 1),
                      why="set by hand in the dossier's reference model; no measurement"),
        "rise": Param("0.8 h", "s", "time of the rise", kind="assumed", range=("0.2 h", "12 h"),
                      why="far faster than scaling without spikes"),
        "memory": Param("72 h", "s", "lifetime of the gain", kind="assumed", range=("12 h", "240 h"),
                        why="set by hand in the dossier's reference model; no measurement"),
        "by_MeCP2": Param(0.5, "1", "power of MeCP2 on this lifetime", kind="assumed", range=(0, 3), why="direction only"),
    },
    signs={"x": "+s", "s": "+scaling"},
)  # fmt: skip


@mechanism.equations
def equations(x, MeCP2, s, gain, half, rise, memory, by_MeCP2):
    drive = maximum(x, 0) / (maximum(x, 0) + half) / rise
    return ddt(s=drive * (1 + gain - s) - (s - 1) / (memory * power(MeCP2, by_MeCP2))), out(scaling=s)
