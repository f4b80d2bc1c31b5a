"""Activity brings calcium.

Spikes open L channels when AMPA receptors drive the cell, and NMDA receptors when glutamate is released. Together they are
the calcium that releases BDNF.
"""

from synaptrace.core import Mechanism, Param, State, ddt, out

mechanism = Mechanism(
    reads={"L": "channels.L_calcium", "L_0": "healthy.L_calcium", "drive": "ampa.drive", "evoked": "nmda.evoked_calcium",
           "evoked_0": "healthy.evoked_calcium"},
    states={"c": State(1.0, "1", "calcium of activity, relative to healthy")},
    writes={"calcium": "calcium.activity"},
    params={
        "weight": Param(0.75, "1", "share of L channels in it", kind="assumed", range=(0, 1),
                        why="set by hand in the dossier's reference model; no measurement"),
        "time": Param("0.1 h", "s", "time over which it adds up", kind="assumed", range=("1 min", "1 h"),
                      why="set by hand in the dossier's reference model; no measurement"),
    },
    signs={"L": "+c", "drive": "+c", "evoked": "+c", "c": "+calcium"},
)  # fmt: skip


@mechanism.equations
def equations(L, L_0, drive, evoked, evoked_0, c, weight, time):
    entering = weight * L / L_0 * drive + (1 - weight) * evoked / evoked_0
    return ddt(c=(entering - c) / time), out(calcium=c)
