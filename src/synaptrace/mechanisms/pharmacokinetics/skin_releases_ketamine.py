"""Skin releases ketamine.

First-order absorption of a subcutaneous dose into arterial blood. No concentrations after subcutaneous ketamine in
people were found: rate and share are assumptions.
"""

from synaptrace.core import LogNormal, Mechanism, Param, State, ddt, molar_mass, out

mechanism = Mechanism(
    reads={"dose": "dose.sc.{enantiomer}_ketamine"},
    states={"depot": State(0.0, "umol", "ketamine waiting under the skin", scale=1)},
    writes={"absorbed": "skin.{enantiomer}_ketamine_absorbed"},
    params={
        "ka": Param("2.0 1/h", "1/s", "absorption from under the skin", kind="assumed", range=("0.67 1/h", "6 1/h"),
                    iiv=LogNormal(cv=0.5), source="exposure_dossier:section-7-2:SC_ka",
                    why="no concentrations in people were found"),
        "F": Param(0.90, "1", "share of a subcutaneous dose that is absorbed", range=(0.7, 1),
                   source="exposure_dossier:section-7-2:SC_F", kind="assumed", why="no concentrations in people were found"),
        "molar_mass": molar_mass("ketamine"),
        "umol_per_mmol": Param(1000, "umol/mmol", "micromoles in a millimole", source="si:prefixes", kind="derived"),
    },
    signs={"dose": "+depot", "ka": "-depot +absorbed", "F": "+depot"},
)


@mechanism.equations
def equations(dose, depot, ka, F, molar_mass, umol_per_mmol):
    return ddt(depot=F * dose / molar_mass * umol_per_mmol - ka * depot), out(absorbed=ka * depot)
