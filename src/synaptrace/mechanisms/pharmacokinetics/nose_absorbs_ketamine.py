"""Nose absorbs ketamine.

A share of every spray crosses the mucosa (first order); the rest is swallowed. The esketamine device delivers 28 mg per
dose, and sprays within 2 h after the first are absorbed less. For racemic ketamine the device is unknown: a band of
shares, and what is not absorbed counts as metabolized in gut and liver.
"""

from synaptrace.core import LogitNormal, LogNormal, Mechanism, Param, State, ddt, molar_mass, out

DOSSIER = "exposure_dossier:section-7-2"

mechanism = Mechanism(
    reads={
        "spray": "dose.nasal.{enantiomer}_ketamine",
        "spray_swallowed": "dose.nasal_swallowed.{enantiomer}_ketamine",
        "later": "dose.nasal_later.{enantiomer}_ketamine",
        "later_swallowed": "dose.nasal_later_swallowed.{enantiomer}_ketamine",
        "generic": "dose.nasal_generic.{enantiomer}_ketamine",
        "generic_swallowed": "dose.nasal_generic_swallowed.{enantiomer}_ketamine",
    },
    states={"mucosa": State(0.0, "umol", "ketamine waiting in the nose", scale=1)},
    writes={
        "absorbed": "nose.{enantiomer}_ketamine_absorbed",
        "swallowed": "nose.{enantiomer}_ketamine_swallowed",
        "lost": "nose.{enantiomer}_ketamine_swallowed_in_vain",
        "duration": "nose.{enantiomer}_ketamine_swallowing_time",
    },
    params={
        "ka": Param("1.13 1/h", "1/s", "absorption through the nose", source=f"{DOSSIER}:IN_ka", kind="derived",
                    range=("0.5 1/h", "3 1/h"), iiv=LogNormal(cv=0.61)),
        "F1": Param(0.373, "1", "share of the first 28 mg that crosses the nose", source=f"{DOSSIER}:IN_F1", kind="derived",
                    range=(0.2, 0.6), iiv=LogitNormal(sd=0.71)),
        "later_factor": Param(0.50, "1", "share crossing from sprays within 2 h after the first, relative to it",
                              source=f"{DOSSIER}:IN_later_factor", kind="derived", range=(0.4, 1)),
        "F_generic": Param(0.22, "1", "share of a racemic spray that reaches the circulation", kind="assumed", range=(0.11, 0.45),
                           why="device unknown; geometric middle of the published 0.11 to 0.45"),
        "D": Param("0.53 h", "s", "time over which the rest of a spray is swallowed", source=f"{DOSSIER}:IN_swallowed_D",
                   range=("0.2 h", "1 h")),
        "molar_mass": molar_mass("ketamine"),
        "umol_per_mmol": Param(1000, "umol/mmol", "micromoles in a millimole", source="si:prefixes", kind="derived"),
    },
    signs={"spray": "+mucosa", "later": "+mucosa", "generic": "+mucosa", "F1": "-swallowed", "F_generic": "-lost",
           "later_factor": "-swallowed", "ka": "-mucosa +absorbed", "D": "+duration"},
)  # fmt: skip


@mechanism.equations
def equations(spray, spray_swallowed, later, later_swallowed, generic, generic_swallowed, mucosa,
              ka, F1, later_factor, F_generic, D, molar_mass, umol_per_mmol):
    amount, F2 = umol_per_mmol / molar_mass, F1 * later_factor
    crossing = F1 * spray + F2 * later + F_generic * generic
    swallowed = (1 - F1) * spray_swallowed + (1 - F2) * later_swallowed
    return ddt(mucosa=crossing * amount - ka * mucosa), out(
        absorbed=ka * mucosa, swallowed=swallowed * amount, lost=(1 - F_generic) * generic_swallowed * amount, duration=D
    )
