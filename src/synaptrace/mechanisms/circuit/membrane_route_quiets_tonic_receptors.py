"""A membrane route quiets tonic receptors.

From the membrane, beside the pore, ketamine holds receptors in states before opening. It spares brief synaptic openings and
cuts the current that ambient glutamate drives.
"""

from synaptrace.core import Mechanism, Param, hill, out

mechanism = Mechanism(
    reads={"blocked": "nmda.extrasynaptic.blocked", "K": "brain.ketamine_free"},
    writes={"signal": "nmda.extrasynaptic.signal"},
    params={
        "most": Param(0.5, "1", "largest share of tonic current that this route takes", kind="assumed", range=(0, 1),
                      why="to be fitted; its size was not read"),
        "half": Param("0.1 umol/L", "umol/L", "ketamine at half of it", kind="assumed", range=("0.03 umol/L", "0.5 umol/L"),
                      why="about 0.1 umol/L, in an abstract of 2024"),
    },
    signs={"blocked": "-signal", "K": "-signal"},
)  # fmt: skip


@mechanism.equations
def equations(blocked, K, most, half):
    return out(signal=(1 - blocked) * (1 - most * hill(K, half, 1)))
