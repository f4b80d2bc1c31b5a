"""Released glutamate stays outside.

A part of the glutamate between synapses comes from release, the rest from glia; uptake removes both.
"""

from synaptrace.core import Mechanism, Param, State, ddt, out

mechanism = Mechanism(
    reads={"evoked": "glutamate.evoked", "uptake": "glutamate.uptake", "healthy": "healthy.glutamate"},
    states={"G": State(50.0, "nmol/L", "glutamate outside synapses", scale=10)},
    writes={"extracellular": "glutamate.extracellular", "outside": "glutamate.outside"},
    params={
        "share": Param(0.4, "1", "share of the outside glutamate that comes from vesicles", kind="assumed", range=(0, 1),
                       why="set by hand in the dossier's reference model; no measurement"),
        "time": Param("0.3 h", "s", "time in which it follows", kind="assumed", range=("1 min", "3 h"),
                      why="set by hand in the dossier's reference model; no measurement"),
        "milli": Param(1e-06, "mmol/nmol", "nanomoles in millimoles", kind="assumed", range=(1e-06, 1e-06),
                       why="a definition"),
    },
    signs={"evoked": "+G", "uptake": "-G", "G": "+outside"},
)  # fmt: skip


@mechanism.equations
def equations(evoked, uptake, healthy, G, share, time, milli):
    level = healthy / milli * (1 - share + share * evoked) / uptake
    return ddt(G=(level - G) / time), out(extracellular=G, outside=G * milli)
