"""Blood exchanges with the brain.

What is unbound in plasma crosses to the brain with one half-life, and settles at a fixed ratio of unbound brain to
unbound plasma. The half-life is that of the effects of S-ketamine in people; the ratio rests on one secondary reading of
cerebrospinal fluid, so results that need it are shown as a band.
"""

from synaptrace.core import LogNormal, Mechanism, Param, log, out

DOSSIER = "exposure_dossier:section-7-2"

mechanism = Mechanism(
    writes={"rate": "brain.exchange_rate", "share": "brain.free_share"},
    params={
        "half_life": Param("8.3 min", "s", "half-life of exchange between plasma and brain", source=f"{DOSSIER}:t_half_ke0",
                           range=("5.1 min", "13 min"), iiv=LogNormal(cv=0.40)),
        "fu": Param(0.55, "1", "unbound share of ketamine in plasma", source=DOSSIER, range=(0.4, 0.6), iiv=LogNormal(cv=0.10)),
        "Kp_uu": Param(0.73, "1", "unbound ketamine in brain relative to unbound ketamine in plasma", source=DOSSIER,
                       kind="derived", range=(0.5, 1)),
    },
    signs={"half_life": "-rate", "fu": "+share", "Kp_uu": "+share"},
)


@mechanism.equations
def equations(half_life, fu, Kp_uu):
    return out(rate=log(2) / half_life, share=fu * Kp_uu)
