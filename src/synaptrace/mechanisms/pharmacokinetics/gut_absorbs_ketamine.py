"""Gut absorbs ketamine.

An oral dose dissolves over some time (immediate or prolonged release) and is then absorbed, first order. What is
swallowed from a nasal spray has a rate of its own. What the gut absorbs still has to pass its wall and the liver.
"""

from synaptrace.core import LogNormal, Mechanism, Param, State, ddt, molar_mass, out

DOSSIER = "exposure_dossier:section-7-2"

mechanism = Mechanism(
    reads={
        "dose": "dose.oral.{enantiomer}_ketamine",
        "from_mouth": "mouth.{enantiomer}_ketamine_swallowed",
        "from_nose": "nose.{enantiomer}_ketamine_swallowed",
        "mouth_in_vain": "mouth.{enantiomer}_ketamine_swallowed_in_vain",
        "nose_in_vain": "nose.{enantiomer}_ketamine_swallowed_in_vain",
    },
    states={
        "oral": State(0.0, "umol", "ketamine of an oral dose or lozenge waiting in the gut", scale=1),
        "spray": State(0.0, "umol", "ketamine swallowed from a nasal spray, waiting in the gut", scale=1),
        "in_vain": State(0.0, "umol", "swallowed ketamine that gut and liver will metabolize whole", scale=1),
    },
    writes={
        "absorbed": "gut.{enantiomer}_ketamine_absorbed",
        "absorbed_in_vain": "gut.{enantiomer}_ketamine_absorbed_in_vain",
        "immediate": "gut.{enantiomer}_ketamine_immediate_release_time",
        "prolonged": "gut.{enantiomer}_ketamine_prolonged_release_time",
    },
    params={
        "ka": Param("0.97 1/h", "1/s", "absorption of an oral dose", source=f"{DOSSIER}:oral_ka", range=("0.2 1/h", "5 1/h"),
                    iiv=LogNormal(cv=1.30)),
        "ka_spray": Param("1.17 1/h", "1/s", "absorption of what is swallowed from a spray", kind="derived",
                          source=f"{DOSSIER}:IN_swallowed_ka", range=("0.2 1/h", "5 1/h"), iiv=LogNormal(cv=1.0)),
        "ka_in_vain": Param("0.049 1/min", "1/s", "absorption of what is swallowed from a film",
                            source="simons2022:population-model:KA2", range=("0.02 1/min", "0.15 1/min")),
        "D": Param("0.32 h", "s", "time over which an immediate oral dose dissolves", source=f"{DOSSIER}:oral_D",
                   range=("0.1 h", "1 h")),
        "D_prolonged": Param("10 h", "s", "time over which a prolonged-release tablet dissolves", kind="derived",
                             source="exposure_dossier:section-7-1:prolonged_release_D", range=("6 h", "14 h")),
        "molar_mass": molar_mass("ketamine"),
        "umol_per_mmol": Param(1000, "umol/mmol", "micromoles in a millimole", source="si:prefixes", kind="derived"),
    },
    signs={"dose": "+oral", "from_mouth": "+oral", "from_nose": "+spray", "mouth_in_vain": "+in_vain", "nose_in_vain": "+in_vain",
           "ka": "-oral +absorbed", "ka_spray": "-spray +absorbed", "oral": "+absorbed", "spray": "+absorbed"},
)  # fmt: skip


@mechanism.equations
def equations(dose, from_mouth, from_nose, mouth_in_vain, nose_in_vain, oral, spray, in_vain,
              ka, ka_spray, ka_in_vain, D, D_prolonged, molar_mass, umol_per_mmol):
    return ddt(
        oral=dose / molar_mass * umol_per_mmol + from_mouth - ka * oral,
        spray=from_nose - ka_spray * spray,
        in_vain=mouth_in_vain + nose_in_vain - ka_in_vain * in_vain,
    ), out(absorbed=ka * oral + ka_spray * spray, absorbed_in_vain=ka_in_vain * in_vain,
          immediate=D, prolonged=D_prolonged)
