"""Vesicles fill the cleft with glutamate.

A full release brings glutamate in the cleft to 1.1 mmol/L at once, from where it falls with one time constant to the level
outside (Clements et al. 1992).
"""

from synaptrace.core import Mechanism, Param, State, ddt, out, warmed

mechanism = Mechanism(
    reads={"release": "release.{pool}.rate", "outside": "glutamate.outside", "T": "tissue.temperature"},
    states={"burst": State(0.0, "mmol/L", "glutamate in the cleft above that outside", scale=0.01)},
    writes={"cleft": "glutamate.{pool}.cleft"},
    params={
        "peak": Param(1.1, "mmol/L", "glutamate that a release of the whole ready pool adds", range=(0.5, 5),
                      source="synapse_dossier:section-1:cleft_glutamate_peak"),
        "decay": Param("1.2 ms", "s", "time constant with which the cleft empties", range=("0.5 ms", "3 ms"),
                       source="synapse_dossier:section-1:cleft_glutamate_decay"),
        "T_0": Param(308.15, "K", "temperature of the decay", kind="assumed", range=(290, 312),
                     why="not stated in what was read; 35 degC as in the experiments here"),
        "Q10": Param(1, "1", "speed per 10 K", kind="assumed", range=(1, 4), why="no temperature dependence was read"),
    },
    signs={"release": "+burst", "outside": "+cleft", "peak": "+burst"},
)  # fmt: skip


@mechanism.equations
def equations(release, outside, T, burst, peak, decay, T_0, Q10):
    return ddt(burst=peak * release - warmed(T, T_0, Q10) * burst / decay), out(cleft=burst + outside)
