"""Ketamine distributes from arterial blood into the body and is cleared.

Linear three-compartment disposition of one enantiomer: arterial blood, tissues that fill fast, tissues that
fill slowly. No chiral inversion, no interaction between the enantiomers.

There is no deep compartment: beyond 10 h after a dose, plasma is under-predicted.
"""

from synaptrace.core import LogNormal, Mechanism, Param, State, ddt, out, transport

DOSSIER = "exposure_dossier:section-7-2"
ORIGIN = {"source": {"S": "kamp2020_meta:population-model", "R": DOSSIER}, "kind": {"S": "measured", "R": "derived"}}

mechanism = Mechanism(
    reads={
        "arriving": "arterial.{enantiomer}_ketamine_input",
        "clearance": "liver.{enantiomer}_ketamine_clearance",
        "volume_factor": "body.volume_factor",
        "flow_factor": "body.flow_factor",
    },
    states={
        "central": State(0.0, "umol", "ketamine in arterial blood and what mixes with it at once", scale=1),
        "fast": State(0.0, "umol", "ketamine in tissues that fill fast", scale=1),
        "slow": State(0.0, "umol", "ketamine in tissues that fill slowly", scale=1),
    },
    writes={"arterial": "arterial.{enantiomer}_ketamine"},
    params={
        "V1": Param({"S": 25, "R": 21.7}, "L", "arterial (central) volume", range=(5, 150), **ORIGIN,
                    iiv=LogNormal(cv=0.25, with_=("Qh", 0.5))),
        "V2": Param({"S": 56, "R": 48.5}, "L", "volume of the tissues that fill fast", range=(20, 200), **ORIGIN),
        "V3": Param({"S": 157, "R": 136}, "L", "volume of the tissues that fill slowly", range=(80, 450), **ORIGIN,
                    iiv=LogNormal(cv=0.20)),
        "Q2": Param({"S": "161 L/h", "R": "139.5 L/h"}, "L/s", "flow to the fast tissues", range=("20 L/h", "300 L/h"), **ORIGIN,
                    iiv=LogNormal(cv=0.25)),
        "Q3": Param({"S": "79 L/h", "R": "68.4 L/h"}, "L/s", "flow to the slow tissues", range=("15 L/h", "200 L/h"), **ORIGIN,
                    iiv=LogNormal(cv=0.16)),
    },
    signs={"arriving": "+central", "clearance": "-central", "central": "+arterial"},
)


@mechanism.equations
def equations(arriving, clearance, volume_factor, flow_factor, central, fast, slow, V1, V2, V3, Q2, Q3):
    v1, q2, q3 = V1 * volume_factor, Q2 * flow_factor, Q3 * flow_factor
    body = transport(
        [("central", "fast", q2 / v1, q2 / (V2 * volume_factor)), ("central", "slow", q3 / v1, q3 / (V3 * volume_factor))],
        gains={"central": arriving}, losses={"central": clearance / v1},
        central=central, fast=fast, slow=slow,
    )
    return ddt(body), out(arterial=central / v1)
