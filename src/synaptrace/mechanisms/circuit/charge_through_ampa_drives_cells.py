"""Charge through AMPA drives cells.

What AMPA receptors pass, relative to health, is the drive that depolarizes the cell behind them.
"""

from synaptrace.core import Mechanism, out

mechanism = Mechanism(
    reads={"charge": "ampa.charge", "healthy": "healthy.ampa_charge"},
    writes={"drive": "ampa.drive"},
    signs={"charge": "+drive"},
)  # fmt: skip


@mechanism.equations
def equations(charge, healthy):
    return out(drive=charge / healthy)
