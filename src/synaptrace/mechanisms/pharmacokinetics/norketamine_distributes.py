"""Norketamine distributes and is cleared.

Linear two-compartment disposition of one enantiomer of norketamine.
"""

from synaptrace.core import LogNormal, Mechanism, Param, State, ddt, molar_mass, out, transport

ORIGIN = {"source": "exposure_dossier:section-7-2", "kind": "derived"}

mechanism = Mechanism(
    reads={
        "formed": "liver.{enantiomer}_norketamine_formed",
        "dose": "dose.iv.{enantiomer}_norketamine",
        "volume_factor": "body.volume_factor",
        "flow_factor": "body.flow_factor",
    },
    states={
        "central": State(0.0, "umol", "norketamine in blood and what mixes with it at once", scale=1),
        "tissue": State(0.0, "umol", "norketamine in tissues", scale=1),
    },
    writes={"arterial": "arterial.{enantiomer}_norketamine", "cleared": "liver.{enantiomer}_norketamine_cleared"},
    params={
        "VN1": Param(17.5, "L", "central volume of norketamine", range=(5, 100), iiv=LogNormal(cv=0.25), **ORIGIN),
        "VN2": Param(99, "L", "tissue volume of norketamine", range=(50, 250), **ORIGIN),
        "QN": Param("108 L/h", "L/s", "flow of norketamine to tissues", range=("20 L/h", "200 L/h"), **ORIGIN),
        "CLN": Param({"S": "50.4 L/h", "R": "40.7 L/h"}, "L/s", "clearance of norketamine", range=("20 L/h", "80 L/h"),
                     iiv=LogNormal(cv=0.25), **ORIGIN),
        "molar_mass": molar_mass("norketamine"),
        "umol_per_mmol": Param(1000, "umol/mmol", "micromoles in a millimole", source="si:prefixes", kind="derived"),
    },
    signs={"formed": "+central", "dose": "+central", "CLN": "-central +cleared", "central": "+arterial"},
)


@mechanism.equations
def equations(formed, dose, volume_factor, flow_factor, central, tissue, VN1, VN2, QN, CLN, molar_mass, umol_per_mmol):
    v, q, cl = VN1 * volume_factor, QN * flow_factor, CLN * flow_factor
    body = transport(
        [("central", "tissue", q / v, q / (VN2 * volume_factor))],
        gains={"central": formed + dose / molar_mass * umol_per_mmol}, losses={"central": cl / v}, central=central, tissue=tissue,
    )
    return ddt(body), out(arterial=central / v, cleared=cl * central / v)
