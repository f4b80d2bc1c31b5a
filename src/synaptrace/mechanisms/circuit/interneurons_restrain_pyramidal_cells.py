"""Interneurons restrain pyramidal cells.

Less inhibition means more firing. At high doses the block of the pyramidal cells' own receptors wins: firing over dose is an
inverted U.
"""

from synaptrace.core import Mechanism, Param, hill, maximum, out

mechanism = Mechanism(
    reads={"sst": "circuit.sst_rate", "pv": "circuit.pv_rate", "gaba": "circuit.gaba",
           "blocked": "nmda.pyramidal_evoked.blocked"},
    writes={"rate": "circuit.pyramidal_rate"},
    params={
        "gain": Param(0.45, "1", "firing gained when all inhibition is lost", kind="assumed", range=(0.1, 2),
                      why="set by hand in the dossier's reference model; no measurement"),
        "weight": Param(0.5, "1", "share of the inhibition that SST cells give", kind="assumed", range=(0, 1),
                        why="SST and PV cells are not told apart by what was read"),
        "loss": Param(1, "1", "firing lost when all evoked NMDA receptors are blocked", kind="assumed", range=(0.2, 1.8),
                      why="fitted by hand to the sign of glutamate efflux at 20, 50 and 200 mg/kg"),
        "half": Param(0.5, "1", "block of evoked receptors at half of it", kind="assumed", range=(0.1, 0.9),
                      why="10 umol/L silences a slice"),
        "steepness": Param(3, "1", "Hill exponent of it", kind="assumed", range=(1, 6),
                           why="network silencing is steep: 1.8 in concentration"),
        "least": Param(0.05, "1", "firing that always stays", kind="assumed", range=(0, 0.2),
                       why="set by hand in the dossier's reference model; no measurement"),
    },
    signs={"sst": "-rate", "pv": "-rate", "blocked": "-rate"},
)  # fmt: skip


@mechanism.equations
def equations(sst, pv, gaba, blocked, gain, weight, loss, half, steepness, least):
    inhibition = gaba * (weight * sst + (1 - weight) * pv)
    return out(rate=maximum(least, 1 + gain * (1 - inhibition) - loss * hill(blocked, half, steepness)))
