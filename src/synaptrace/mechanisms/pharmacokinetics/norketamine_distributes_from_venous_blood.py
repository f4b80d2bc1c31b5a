"""Norketamine distributes from venous blood and is cleared.

The norketamine of the other published disposition (Set B): two compartments, volumes and clearances over an unknown share.
"""

from synaptrace.core import LogNormal, Mechanism, Param, State, ddt, molar_mass, out, transport

TABLE = "perez_ruixo2021:population-model"

mechanism = Mechanism(
    reads={"formed": "liver.S_norketamine_formed"},
    states={
        "central": State(0.0, "umol", "norketamine in venous blood", scale=1),
        "tissue": State(0.0, "umol", "norketamine in tissues", scale=1),
    },
    writes={"venous": "venous.norketamine"},
    params={
        "Vcn_F": Param(70.0, "L", "central volume of norketamine", source=TABLE, range=(35, 140), iiv=LogNormal(cv=0.316)),
        "CLn_F": Param("38.0 L/h", "L/s", "clearance of norketamine", source=TABLE, range=("20 L/h", "80 L/h"),
                       iiv=LogNormal(cv=0.254)),
        "Vpn_F": Param(115, "L", "tissue volume of norketamine", source=TABLE, range=(50, 250)),
        "Q3_F": Param("26.1 L/h", "L/s", "flow of norketamine to tissues", source=TABLE, range=("12 L/h", "52 L/h")),
        "molar_mass": molar_mass("norketamine"),
        "unity": Param(1, "(ng/mL)/((umol/L)*(g/mol))", "ng/mL in one umol/L times g/mol", source="si:prefixes", kind="derived"),
    },
    signs={"formed": "+central", "CLn_F": "-central", "central": "+venous"},
)


@mechanism.equations
def equations(formed, central, tissue, Vcn_F, CLn_F, Vpn_F, Q3_F, molar_mass, unity):
    body = transport(
        [("central", "tissue", Q3_F / Vcn_F, Q3_F / Vpn_F)],
        gains={"central": formed}, losses={"central": CLn_F / Vcn_F}, central=central, tissue=tissue,
    )
    return ddt(body), out(venous=central / Vcn_F * molar_mass * unity)
