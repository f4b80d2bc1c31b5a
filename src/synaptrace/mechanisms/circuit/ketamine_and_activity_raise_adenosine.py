"""Ketamine and activity raise adenosine.

Ketamine lowers ATP and adenosine leaves cells in a surge that ends by itself, peaking near 500 s and lasting some 30 min in
mice; activity through AMPA receptors adds to it.
"""

from synaptrace.core import Mechanism, Param, State, ddt, hill, maximum, out

mechanism = Mechanism(
    reads={"K": "brain.ketamine_free", "drive": "ampa.drive"},
    states={"A": State(0.1, "umol/L", "adenosine outside cells", scale=0.05),
            "adapted": State(0.0, "1", "load that cells are used to", scale=0.1)},
    writes={"outside": "adenosine.extracellular"},
    params={
        "base": Param("0.1 umol/L", "umol/L", "adenosine outside cells in health", kind="assumed",
                      range=("0.02 umol/L", "0.3 umol/L"), why="tens to hundreds of nmol/L; no number was read"),
        "gain": Param(0.5, "1", "relative rise per relative rise of the AMPA drive", kind="assumed", range=(0, 3),
                      why="the direction was read, no size"),
        "surge": Param(1.5, "1", "relative rise at full load", kind="assumed", range=(0, 5),
                       why="set by hand in the dossier's reference model; no measurement"),
        "half": Param("0.5 umol/L", "umol/L", "ketamine at half load", kind="assumed", range=("0.05 umol/L", "5 umol/L"),
                      why="set by hand in the dossier's reference model; no measurement"),
        "time": Param("0.04 h", "s", "time in which adenosine follows", kind="assumed", range=("10 s", "1 h"),
                      why="with the next row it peaks at 432 s; measured 500 s"),
        "used": Param("0.35 h", "s", "time in which cells get used to the load", kind="assumed", range=("1 min", "3 h"),
                      why="with the row before it lasts 38 min; measured 30 min"),
    },
    signs={"K": "+A", "drive": "+A", "adapted": "-A"},
)  # fmt: skip


@mechanism.equations
def equations(K, drive, A, adapted, base, gain, surge, half, time, used):
    load = hill(K, half, 1)
    level = base * (1 + gain * (drive - 1) + surge * maximum(load - adapted, 0))
    return ddt(A=(level - A) / time, adapted=(load - adapted) / used), out(outside=A)
