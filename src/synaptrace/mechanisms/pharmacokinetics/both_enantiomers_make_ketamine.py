"""Both enantiomers together make the ketamine that most assays report.

The sum of S- and R-ketamine as mass of base per volume of arterial plasma.
"""

from synaptrace.core import Mechanism, Param, molar_mass, out

mechanism = Mechanism(
    reads={"S": "arterial.S_ketamine", "R": "arterial.R_ketamine"},
    writes={"both": "arterial.ketamine"},
    params={
        "molar_mass": molar_mass("ketamine"),
        "unity": Param(1, "(ng/mL)/((umol/L)*(g/mol))", "ng/mL in one umol/L times g/mol", source="si:prefixes", kind="derived"),
    },
    signs={"S": "+both", "R": "+both"},
)


@mechanism.equations
def equations(S, R, molar_mass, unity):
    return out(both=(S + R) * molar_mass * unity)
