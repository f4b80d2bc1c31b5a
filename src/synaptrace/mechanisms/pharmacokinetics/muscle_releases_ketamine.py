"""Muscle releases ketamine.

First-order absorption of an intramuscular dose into arterial blood. The rate was tuned to a peak that is remembered,
not read; no modern series of concentrations after intramuscular ketamine in adults was found.
"""

from synaptrace.core import LogNormal, Mechanism, Param, State, ddt, molar_mass, out

mechanism = Mechanism(
    reads={"dose": "dose.im.{enantiomer}_ketamine"},
    states={"depot": State(0.0, "umol", "ketamine waiting in muscle", scale=1)},
    writes={"absorbed": "muscle.{enantiomer}_ketamine_absorbed"},
    params={
        "ka": Param("3.5 1/h", "1/s", "absorption from muscle", kind="assumed", range=("1.2 1/h", "10.5 1/h"),
                    iiv=LogNormal(cv=0.5), source="exposure_dossier:section-7-2:IM_ka",
                    why="tuned to a remembered peak; no series was found"),
        "F": Param(0.93, "1", "share of an intramuscular dose that is absorbed", range=(0.7, 1),
                   source="exposure_dossier:section-7-2:IM_F", kind="assumed", why="read only in tertiary pages"),
        "molar_mass": molar_mass("ketamine"),
        "umol_per_mmol": Param(1000, "umol/mmol", "micromoles in a millimole", source="si:prefixes", kind="derived"),
    },
    signs={"dose": "+depot", "ka": "-depot +absorbed", "F": "+depot"},
)


@mechanism.equations
def equations(dose, depot, ka, F, molar_mass, umol_per_mmol):
    return ddt(depot=F * dose / molar_mass * umol_per_mmol - ka * depot), out(absorbed=ka * depot)
