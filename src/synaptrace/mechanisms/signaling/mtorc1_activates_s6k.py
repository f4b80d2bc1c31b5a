"""mTORC1 activates S6K.

S6 kinase follows mTORC1 and saturates; it restrains eEF2 kinase and mTORC1 in return.
"""

from synaptrace.core import Mechanism, Param, State, ddt, out, relative_hill

mechanism = Mechanism(
    reads={"M": "mtorc1.active"},
    states={"S": State(1.0, "1", "active S6 kinase, relative to healthy")},
    writes={"active": "s6k.active"},
    params={
        "half": Param(1.5, "1", "mTORC1 at half activation, relative to healthy", kind="assumed", range=(0.3, 5),
                      why="set by hand in the dossier's reference model; no measurement"),
        "steepness": Param(2, "1", "Hill exponent", kind="assumed", range=(1, 4),
                           why="set by hand in the dossier's reference model; no measurement"),
        "time": Param("0.4 h", "s", "time in which S6 kinase follows", kind="assumed", range=("1 min", "3 h"),
                      why="set by hand in the dossier's reference model; no measurement"),
    },
    signs={"M": "+S", "S": "+active"},
)  # fmt: skip


@mechanism.equations
def equations(M, S, half, steepness, time):
    return ddt(S=(relative_hill(M, half, steepness) - S) / time), out(active=S)
