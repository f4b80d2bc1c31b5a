"""Esketamine distributes from venous blood and passes the liver.

The other published disposition (Set B): venous plasma, two tissues, and a liver compartment that all blood and all that
the gut absorbs must pass. It has the late tail that the arterial model lacks. Known fault of the publication: norketamine
areas come out 1.4 to 1.6 times too large, peaks come out right.
"""

from synaptrace.core import LogNormal, Mechanism, Param, State, ddt, molar_mass, out

TABLE = "perez_ruixo2021:population-model"

mechanism = Mechanism(
    reads={
        "vein": "vein.S_ketamine_arriving",
        "nose": "nose.S_ketamine_absorbed",
        "gut": "gut.S_ketamine_absorbed",
        "Qh": "liver.blood_flow",
    },
    states={
        "central": State(0.0, "umol", "esketamine in venous blood", scale=1),
        "near": State(0.0, "umol", "esketamine in the smaller tissue", scale=1),
        "deep": State(0.0, "umol", "esketamine in the deep tissue", scale=1),
        "liver": State(0.0, "umol", "esketamine in the liver", scale=1),
    },
    writes={"venous": "venous.ketamine", "formed": "liver.S_norketamine_formed"},
    params={
        "Vc": Param(192, "L", "venous (central) volume", source=TABLE, range=(100, 300), iiv=LogNormal(cv=0.275)),
        "Q1": Param("84.3 L/h", "L/s", "flow to the smaller tissue", source=TABLE, range=("40 L/h", "160 L/h")),
        "Vp1": Param(143, "L", "volume of the smaller tissue", source=TABLE, range=(70, 300), iiv=LogNormal(cv=0.493)),
        "Q2": Param("37.6 L/h", "L/s", "flow to the deep tissue", source=TABLE, range=("18 L/h", "75 L/h")),
        "Vp2": Param(417, "L", "volume of the deep tissue", source=TABLE, range=(200, 800)),
        "Vh": Param(101, "L", "volume of the liver compartment", source=TABLE, range=(50, 200), iiv=LogNormal(cv=0.346)),
        "kel": Param("1.11 1/h", "1/s", "elimination in the liver other than to norketamine", source=TABLE,
                     range=("0.2 1/h", "6 1/h"), iiv=LogNormal(cv=1.20)),
        "kmet": Param("2.77 1/h", "1/s", "elimination in the liver to norketamine", source=TABLE, range=("1 1/h", "6 1/h")),
        "Fgut": Param(0.64, "1", "share that passes the gut wall", source=TABLE, range=(0.2, 1)),
        "molar_mass": molar_mass("ketamine"),
        "unity": Param(1, "(ng/mL)/((umol/L)*(g/mol))", "ng/mL in one umol/L times g/mol", source="si:prefixes", kind="derived"),
    },
    signs={"vein": "+central", "nose": "+central", "gut": "+liver", "kmet": "+formed -liver", "kel": "-liver", "Fgut": "+liver"},
)  # fmt: skip


@mechanism.equations
def equations(vein, nose, gut, Qh, central, near, deep, liver, Vc, Q1, Vp1, Q2, Vp2, Vh, kel, kmet, Fgut, molar_mass, unity):
    to_near, to_deep = Q1 * (central / Vc - near / Vp1), Q2 * (central / Vc - deep / Vp2)
    to_liver = Qh * (central / Vc - liver / Vh)
    return ddt(
        central=vein + nose - to_near - to_deep - to_liver, near=to_near, deep=to_deep,
        liver=to_liver + Fgut * gut - (kel + kmet) * liver,
    ), out(venous=central / Vc * molar_mass * unity, formed=kmet * liver)
