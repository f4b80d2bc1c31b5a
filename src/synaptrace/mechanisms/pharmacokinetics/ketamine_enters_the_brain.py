"""Ketamine enters the brain.

The effect site follows arterial plasma with the exchange rate; unbound brain ketamine is a fixed share of it.
"""

from synaptrace.core import Mechanism, State, ddt, out

mechanism = Mechanism(
    reads={"arterial": "arterial.{enantiomer}_ketamine", "rate": "brain.exchange_rate", "share": "brain.free_share"},
    states={"site": State(0.0, "umol/L", "effect site, as the plasma concentration it is in balance with", scale=0.1)},
    writes={"free": "brain.{enantiomer}_ketamine_free"},
    signs={"arterial": "+site", "site": "-site +free", "share": "+free"},
)


@mechanism.equations
def equations(arterial, rate, share, site):
    return ddt(site=rate * (arterial - site)), out(free=share * site)
