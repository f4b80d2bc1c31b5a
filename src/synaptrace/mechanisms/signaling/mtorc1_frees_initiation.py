"""mTORC1 frees initiation.

4E-BP holds the factor that initiates proteins until mTORC1 phosphorylates it.
"""

from synaptrace.core import Mechanism, Param, State, ddt, out, relative_hill

mechanism = Mechanism(
    reads={"M": "mtorc1.active"},
    states={"F": State(1.0, "1", "initiation, relative to healthy")},
    writes={"initiation": "translation.initiation"},
    params={
        "control": Param(1, "1", "control by 4E-BP; 0 without it", kind="assumed", range=(0, 1), why="1 by definition"),
        "half": Param(1.5, "1", "mTORC1 at half effect, relative to healthy", kind="assumed", range=(0.3, 5),
                      why="set by hand in the dossier's reference model; no measurement"),
        "steepness": Param(1.5, "1", "Hill exponent", kind="assumed", range=(1, 4),
                           why="set by hand in the dossier's reference model; no measurement"),
        "time": Param("0.2 h", "s", "time in which it follows", kind="assumed", range=("1 min", "3 h"),
                      why="set by hand in the dossier's reference model; no measurement"),
    },
    signs={"M": "+F", "F": "+initiation"},
)  # fmt: skip


@mechanism.equations
def equations(M, F, control, half, steepness, time):
    return ddt(F=(1 + control * (relative_hill(M, half, steepness) - 1) - F) / time), out(initiation=F)
