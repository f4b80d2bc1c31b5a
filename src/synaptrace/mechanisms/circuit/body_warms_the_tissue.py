"""The body warms the tissue.

Rates that were measured at another temperature run at that of the body.
"""

from synaptrace.core import Mechanism, Param, out

mechanism = Mechanism(
    writes={"T": "tissue.temperature"},
    params={
        "temperature": Param(310.15, "K", "temperature of the brain", kind="assumed", range=(308, 312),
                             why="37 degC; the body's usual"),
    },
    signs={"temperature": "+T"},
)  # fmt: skip


@mechanism.equations
def equations(temperature):
    return out(T=temperature)
