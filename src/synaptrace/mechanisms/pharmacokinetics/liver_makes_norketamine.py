"""The liver makes norketamine.

What the liver clears, and what gut wall and liver extract at the first pass, appears as norketamine after a delay of two
equal stages.
"""

from synaptrace.core import LogNormal, Mechanism, Param, State, ddt, out

mechanism = Mechanism(
    reads={
        "ketamine": "arterial.{enantiomer}_ketamine",
        "clearance": "liver.{enantiomer}_ketamine_clearance",
        "first_pass": "liver.{enantiomer}_ketamine_first_pass",
    },
    states={
        "early": State(0.0, "umol", "extracted ketamine, first stage of the delay", scale=1),
        "late": State(0.0, "umol", "extracted ketamine, second stage of the delay", scale=1),
    },
    writes={"formed": "liver.{enantiomer}_norketamine_formed"},
    params={
        "MTT": Param("0.262 h", "s", "mean time from clearance of ketamine to norketamine in blood", kind="derived",
                     source="exposure_dossier:section-7-2", range=("0.15 h", "0.5 h"), iiv=LogNormal(cv=0.14)),
        "fm": Param(0.80, "1", "share of cleared ketamine that becomes norketamine", source="exposure_dossier:section-7-2",
                    range=(0.5, 1)),
    },
    signs={"ketamine": "+early", "clearance": "+early", "first_pass": "+early", "fm": "+formed"},
)


@mechanism.equations
def equations(ketamine, clearance, first_pass, early, late, MTT, fm):
    rate = 2 / MTT
    slopes = ddt(early=clearance * ketamine + first_pass - rate * early, late=rate * (early - late))
    return slopes, out(formed=fm * rate * late)
