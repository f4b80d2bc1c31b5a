"""Spines persist until stress removes them.

Transient spines that last become persistent, more where MeCP2 is phosphorylated; cortisol speeds their loss.
"""

from synaptrace.core import Mechanism, Param, State, ddt, out, sqrt

mechanism = Mechanism(
    reads={"transient": "spines.transient", "MeCP2": "mecp2.phosphorylated", "cortisol": "stress.cortisol"},
    states={"N": State(0.8, "1", "persistent spines per healthy density", scale=0.1)},
    writes={"density": "spines.density"},
    params={
        "settling": Param("0.12 1/d", "1/s", "transient spines that become persistent", kind="assumed",
                          range=("0.02 1/d", "0.5 1/d"), why="set by hand in the dossier's reference model; no measurement"),
        "by_cortisol": Param(0.6, "1", "faster loss per unit of cortisol above healthy", kind="assumed", range=(0, 2),
                             why="set by hand in the dossier's reference model; no measurement"),
        "ratio": Param(4, "1", "persistent per transient spine in health", kind="assumed", range=(1, 20),
                       why="set by hand in the dossier's reference model; no measurement"),
    },
    signs={"transient": "+N +density", "MeCP2": "+N", "cortisol": "-N", "N": "+density"},
)  # fmt: skip


@mechanism.equations
def equations(transient, MeCP2, cortisol, N, settling, by_cortisol, ratio):
    slope = settling * (transient * sqrt(MeCP2) - (1 + by_cortisol * (cortisol - 1)) * N / ratio)
    return ddt(N=slope), out(density=N + transient)
