"""Activity raises adenosine.

Charge through AMPA receptors costs energy, and adenosine leaves the cells.
"""

from synaptrace.core import Mechanism, Param, State, ddt, out

mechanism = Mechanism(
    reads={"drive": "ampa.drive"},
    states={"A": State(0.1, "umol/L", "adenosine outside cells", scale=0.05)},
    writes={"outside": "adenosine.extracellular"},
    params={
        "base": Param("0.1 umol/L", "umol/L", "adenosine outside cells in health", kind="assumed",
                      range=("0.02 umol/L", "0.3 umol/L"), why="tens to hundreds of nmol/L; no number was read"),
        "gain": Param(0.5, "1", "relative rise per relative rise of the AMPA drive", kind="assumed", range=(0, 3),
                      why="the direction was read, no size"),
        "time": Param("0.12 h", "s", "time in which adenosine follows", kind="assumed", range=("1 min", "1 h"),
                      why="set by hand in the dossier's reference model; no measurement"),
    },
    signs={"drive": "+A", "A": "+outside"},
)  # fmt: skip


@mechanism.equations
def equations(drive, A, base, gain, time):
    return ddt(A=(base * (1 + gain * (drive - 1)) - A) / time), out(outside=A)
