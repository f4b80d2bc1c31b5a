"""Glutamate outside restrains release.

Autoreceptors of group II (mGlu2/3) on the bouton bind glutamate from outside the cleft, or an agonist, and switch on G
proteins; several of those together lower release. The form is that of a slow G-protein coupled response; its rates were
measured for another receptor.
"""

from synaptrace.core import Mechanism, Param, State, ddt, hill, out, warmed

DOSSIER = "synapse_dossier:section-2-11"


def rate(row, value, unit, low, high, meaning):
    return Param(value, unit, meaning, kind="assumed", source=f"{DOSSIER}:mGluR1a_{row}", range=(low, high),
                 why="measured for mGluR1a; no kinetics of group II were found")


mechanism = Mechanism(
    reads={"outside": "glutamate.outside", "agonist": "drug.mglu23_agonist", "held": "drug.mglu23_antagonist",
           "T": "tissue.temperature"},
    states={"bound": State(0.0, "1", "autoreceptors holding glutamate, share", scale=0.01),
            "G": State(0.0, "1", "G proteins switched on, relative", scale=0.01)},
    writes={"factor": "release.{pool}.autoreceptor_factor"},
    params={
        "on": Param("0.24 L/umol/s", "L/mmol/s", "binding", kind="assumed", range=("0.01 L/umol/s", "10 L/umol/s"),
                    why="half of the autoreceptors at 5 umol/L; no number was read"),
        "off": rate("K2", "0.0012 1/ms", "1/s", "1e-4 1/ms", "0.1 1/ms", "unbinding"),
        "making": rate("K3", "0.18 1/ms", "1/s", "0.01 1/ms", "1 1/ms", "switching on of G proteins"),
        "losing": rate("K4", "0.034 1/ms", "1/s", "1e-3 1/ms", "0.5 1/ms", "switching off of G proteins"),
        "half": Param(3.16, "1", "G protein at half effect", kind="assumed", range=(0.5, 10),
                      why="fourth root of the 100 of mGluR1a"),
        "steepness": Param(4, "1", "G proteins that act together", kind="assumed", range=(1, 4), source=f"{DOSSIER}:mGluR1a_n",
                           why="form of the slow GABA response"),
        "largest": Param(0.6, "1", "largest share of release taken away", kind="assumed", range=(0, 1),
                         why="the direction was read, no size"),
        "T_0": Param(308.15, "K", "temperature of the rates", kind="assumed", range=(290, 312),
                     why="not stated in what was read; 35 degC as in the experiments here"),
        "Q10": Param(1, "1", "speed per 10 K", kind="assumed", range=(1, 4), why="no temperature dependence was read"),
    },
    signs={"outside": "+bound", "agonist": "+G", "held": "-bound", "G": "-factor", "largest": "-factor"},
)  # fmt: skip


@mechanism.equations
def equations(outside, agonist, held, T, bound, G, on, off, making, losing, half, steepness, largest, T_0, Q10):
    speed, active = warmed(T, T_0, Q10), (1 - held) * (bound + agonist * (1 - bound))
    return (
        ddt(bound=speed * (on * outside * (1 - held) * (1 - bound) - off * bound), G=speed * (making * active - losing * G)),
        out(factor=1 - largest * hill(G, half, steepness)),
    )
