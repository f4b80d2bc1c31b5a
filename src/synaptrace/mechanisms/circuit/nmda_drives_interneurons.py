"""NMDA drives interneurons.

Part of the firing of an interneuron rests on its NMDA receptors, so it fires less when their signal falls. The same step
stands once in SST and once in PV cells.
"""

from synaptrace.core import Mechanism, Param, out

mechanism = Mechanism(
    reads={"signal": "nmda.{cell}_interneuron.signal"},
    writes={"rate": "circuit.{cell}_rate"},
    params={
        "share": Param(0.5, "1", "share of the firing that rests on NMDA receptors", kind="assumed", range=(0, 1),
                       why="set by hand in the dossier's reference model; no measurement"),
    },
    signs={"signal": "+rate", "share": "-rate"},
)  # fmt: skip


@mechanism.equations
def equations(signal, share):
    return out(rate=1 - share * (1 - signal))
