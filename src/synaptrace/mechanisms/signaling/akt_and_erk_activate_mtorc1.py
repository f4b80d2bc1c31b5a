"""Akt and ERK activate mTORC1.

Both kinases together set mTORC1; GSK3, the calcium outside synapses through GluN2B and S6 kinase restrain it.
"""

from synaptrace.core import Mechanism, Param, State, ddt, maximum, out, sqrt

mechanism = Mechanism(
    reads={"Akt": "akt.active", "ERK": "erk.active", "GSK3": "gsk3.active", "tonic": "calcium.tonic", "S6K": "s6k.active"},
    states={"M": State(1.0, "1", "active mTORC1, relative to healthy")},
    writes={"active": "mtorc1.active"},
    params={
        "brake": Param(1, "1", "restraint by calcium outside synapses", kind="assumed", range=(0.1, 5),
                       why="the knock-out of GluN2B doubles p-S6K; the size here is a choice"),
        "by_GSK3": Param(0.3, "1", "restraint by GSK3", kind="assumed", range=(0, 1),
                         why="set by hand in the dossier's reference model; no measurement"),
        "feedback": Param(0.5, "1", "restraint by S6 kinase above its level in health", kind="assumed", range=(0, 3),
                          why="set by hand in the dossier's reference model; no measurement"),
        "time": Param("0.15 h", "s", "time in which mTORC1 follows", kind="assumed", range=("1 min", "3 h"),
                      why="set by hand in the dossier's reference model; no measurement"),
    },
    signs={"Akt": "+M", "ERK": "+M", "GSK3": "-M", "tonic": "-M", "M": "+active"},
)  # fmt: skip


@mechanism.equations
def equations(Akt, ERK, GSK3, tonic, S6K, M, brake, by_GSK3, feedback, time):
    level = sqrt(maximum(Akt * ERK, 0)) * (1 + brake) / (1 + brake * tonic) / (1 + by_GSK3 * (GSK3 - 1))
    return ddt(M=(level / (1 + feedback * maximum(S6K - 1, 0)) - M) / time), out(active=M)
