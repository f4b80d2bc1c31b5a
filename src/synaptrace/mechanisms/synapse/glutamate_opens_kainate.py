"""Glutamate opens kainate receptors.

A reduced form for receptors of GluK2 and GluK5: one binding step that opens, with the slow closing and the affinity that
were measured. No complete scheme was found, and fast desensitization is left out.
"""

from synaptrace.core import Mechanism, Param, State, ddt, markov, out, warmed

mechanism = Mechanism(
    reads={"glu": "glutamate.{pool}.cleft", "T": "tissue.temperature"},
    states={"O": State(0.0, "1", "open kainate receptors, share", scale=0.01)},
    writes={"conducting": "kainate.{pool}.conducting"},
    params={
        "closing": Param("46 ms", "s", "time constant of closing", range=("20 ms", "100 ms"),
                         source="synapse_dossier:section-2-9:GluK2QK5_deactivation_slow"),
        "half": Param("22 umol/L", "mmol/L", "glutamate that opens half", kind="assumed", range=("15 umol/L", "31 umol/L"),
                      why="middle of the printed 15 to 31 umol/L"),
        "T_0": Param(295.15, "K", "temperature at which it was measured", kind="assumed", range=(290, 300), why="about 22 degC"),
        "Q10": Param(2, "1", "speed per 10 K", kind="assumed", range=(1.5, 4), why="that of AMPA receptors"),
    },
    signs={"glu": "+O", "half": "-O"},
)  # fmt: skip


@mechanism.equations
def equations(glu, T, O, closing, half, T_0, Q10):
    leaving = warmed(T, T_0, Q10) / closing
    return ddt(markov([("C", "O", leaving * glu / half, leaving)], remainder="C", O=O)), out(conducting=O)
