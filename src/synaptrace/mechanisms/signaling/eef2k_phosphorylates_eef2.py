"""eEF2K phosphorylates eEF2.

Phosphorylated eEF2 does not elongate proteins. A phosphatase takes the phosphate off; in health half of it is phosphorylated.
"""

from synaptrace.core import Mechanism, Param, State, ddt, out

mechanism = Mechanism(
    reads={"K": "eef2k.active"},
    states={"f": State(0.5, "1", "phosphorylated share of eEF2")},
    writes={"share": "eef2.phosphorylated"},
    params={
        "rate": Param("0.00117323 1/s", "1/s", "dephosphorylation, and phosphorylation in health",
                      source="fit:signaling:eef2k_phosphorylates_eef2.rate", kind="fitted", range=("0.5 1/h", "20 1/h")),
    },
    signs={"K": "+f", "f": "+share"},
)  # fmt: skip


@mechanism.equations
def equations(K, f, rate):
    return ddt(f=rate * (K * (1 - f) - f)), out(share=f)
