"""PSD-95 is captured.

Induced synapses capture PSD-95 from elsewhere; it lives for two weeks, too long for synthesis alone to raise it within a day.
"""

from synaptrace.core import Mechanism, Param, State, ddt, maximum, out

mechanism = Mechanism(
    reads={"x": "synapse.induction"},
    states={"P": State(1.0, "1", "PSD-95 in synapses, relative to healthy")},
    writes={"amount": "psd95.amount"},
    params={
        "capture": Param("0.06 1/h", "1/s", "capture at full induction", kind="assumed", range=("0.005 1/h", "0.5 1/h"),
                         why="set by hand in the dossier's reference model; no measurement"),
        "life": Param("14.2 d", "s", "lifetime of PSD-95 in the mouse brain",
                      source="signaling_dossier:section-1-3:PSD95_lifetime", range=("10 d", "17 d")),
    },
    signs={"x": "+P", "P": "+amount"},
)  # fmt: skip


@mechanism.equations
def equations(x, P, capture, life):
    return ddt(P=capture * maximum(x, 0) * (2 - P) - (P - 1) / life), out(amount=P)
