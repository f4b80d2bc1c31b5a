"""Ketamine is infused into a vein.

The dose arrives as mass of base; it is counted as amount from here on. The passage through the lungs is not
modeled: what is infused appears at once in arterial blood.
"""

from synaptrace.core import Mechanism, Param, molar_mass, out

mechanism = Mechanism(
    reads={"dose": "dose.iv.{enantiomer}_ketamine"},
    writes={"arriving": "vein.{enantiomer}_ketamine_arriving"},
    params={
        "molar_mass": molar_mass("ketamine"),
        "umol_per_mmol": Param(1000, "umol/mmol", "micromoles in a millimole", source="si:prefixes", kind="derived"),
    },
    signs={"dose": "+arriving"},
)


@mechanism.equations
def equations(dose, molar_mass, umol_per_mmol):
    return out(arriving=dose / molar_mass * umol_per_mmol)
