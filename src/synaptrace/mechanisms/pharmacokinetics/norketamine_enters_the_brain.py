"""Norketamine enters the brain.

As ketamine does, but to a fifth: the label of the nasal spray says that norketamine reaches the brain four to six times
less. Its binding in plasma is taken to be that of ketamine.
"""

from synaptrace.core import Mechanism, Param, State, ddt, out

mechanism = Mechanism(
    reads={"arterial": "arterial.{enantiomer}_norketamine", "rate": "brain.exchange_rate", "share": "brain.free_share"},
    states={"site": State(0.0, "umol/L", "effect site, as the plasma concentration it is in balance with", scale=0.1)},
    writes={"free": "brain.{enantiomer}_norketamine_free"},
    params={
        "relative": Param(0.2, "1", "brain to plasma of norketamine relative to ketamine", range=(0.15, 0.3),
                          source="exposure_dossier:section-7-2:NK_brain_relative"),
    },
    signs={"arterial": "+site", "site": "-site +free", "share": "+free", "relative": "+free"},
)


@mechanism.equations
def equations(arterial, rate, share, site, relative):
    return ddt(site=rate * (arterial - site)), out(free=share * relative * site)
