"""Cortisol weakens inhibition.

GABA synapses lose strength under chronic stress, as SST markers do in depressed people.
"""

from synaptrace.core import Mechanism, Param, State, ddt, out

mechanism = Mechanism(
    reads={"C": "stress.cortisol"},
    states={"strength": State(1.0, "1", "strength of GABA synapses, relative to healthy")},
    writes={"gaba": "circuit.gaba"},
    params={
        "loss": Param(0.3, "1", "strength lost per unit of cortisol above healthy", kind="assumed", range=(0, 1),
                      why="set by hand in the dossier's reference model; no measurement"),
        "time": Param("72 h", "s", "time in which inhibition follows", kind="assumed", range=("1 h", "1000 h"),
                      why="set by hand in the dossier's reference model; no measurement"),
    },
    signs={"C": "-strength", "strength": "+gaba"},
)  # fmt: skip


@mechanism.equations
def equations(C, strength, loss, time):
    return ddt(strength=(1 / (1 + loss * (C - 1)) - strength) / time), out(gaba=strength)
