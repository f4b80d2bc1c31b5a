"""Norketamine becomes hydroxynorketamine.

A fixed share of cleared norketamine; two compartments. Laboratories differ five-fold in how much hydroxynorketamine they
find; the scale kH carries that, and no conclusion should rest on a factor of three here.
"""

from synaptrace.core import LogNormal, Mechanism, Param, State, ddt, molar_mass, out, transport

DOSSIER = "exposure_dossier:section-7-2"

mechanism = Mechanism(
    reads={
        "cleared": "liver.{enantiomer}_norketamine_cleared",
        "dose": "dose.iv.{enantiomer}_hydroxynorketamine",
        "volume_factor": "body.volume_factor",
        "flow_factor": "body.flow_factor",
    },
    states={
        "central": State(0.0, "umol", "hydroxynorketamine in blood", scale=1),
        "tissue": State(0.0, "umol", "hydroxynorketamine in tissues", scale=1),
    },
    writes={"arterial": "arterial.{enantiomer}_hydroxynorketamine"},
    params={
        "fH": Param(0.70, "1", "share of cleared norketamine that becomes hydroxynorketamine", source=DOSSIER, range=(0.3, 1)),
        "kH": Param(1.0, "1", "scale between laboratories of hydroxynorketamine", source=DOSSIER, kind="assumed", range=(0.35, 2),
                    why="laboratories differ: 0.35 fits one, 1 the second, 1.8 to 2 the third"),
        "VH1": Param(4.4, "L", "central volume of hydroxynorketamine", source=DOSSIER, range=(1, 20), iiv=LogNormal(cv=1.10)),
        "VH2": Param(87.5, "L", "tissue volume of hydroxynorketamine", source=DOSSIER, range=(40, 180), iiv=LogNormal(cv=0.40)),
        "QHNK": Param("102 L/h", "L/s", "flow of hydroxynorketamine to tissues", source=DOSSIER, range=("30 L/h", "300 L/h"),
                      iiv=LogNormal(cv=0.58)),
        "CLH": Param({"S": "56.0 L/h", "R": "29.0 L/h"}, "L/s", "clearance of hydroxynorketamine", source=DOSSIER,
                     kind={"S": "measured", "R": "derived"}, range=("10 L/h", "120 L/h"), iiv=LogNormal(cv=0.33)),
        "molar_mass": molar_mass("hydroxynorketamine"),
        "umol_per_mmol": Param(1000, "umol/mmol", "micromoles in a millimole", source="si:prefixes", kind="derived"),
    },
    signs={"cleared": "+central", "dose": "+central", "kH": "+central", "CLH": "-central", "central": "+arterial"},
)


@mechanism.equations
def equations(cleared, dose, volume_factor, flow_factor, central, tissue, fH, kH, VH1, VH2, QHNK, CLH, molar_mass, umol_per_mmol):
    v, q, cl = VH1 * volume_factor, QHNK * flow_factor, CLH * flow_factor
    body = transport(
        [("central", "tissue", q / v, q / (VH2 * volume_factor))],
        gains={"central": fH * kH * cleared + dose / molar_mass * umol_per_mmol}, losses={"central": cl / v},
        central=central, tissue=tissue,
    )
    return ddt(body), out(arterial=central / v)
