"""Norketamine becomes dehydronorketamine.

A fixed share of cleared norketamine; one compartment. The share is not identifiable, so volume and clearance hold only
together with it.
"""

from synaptrace.core import LogNormal, Mechanism, Param, State, ddt, out

ORIGIN = {"source": "exposure_dossier:section-7-2", "kind": "derived"}

mechanism = Mechanism(
    reads={
        "cleared": "liver.{enantiomer}_norketamine_cleared",
        "volume_factor": "body.volume_factor",
        "flow_factor": "body.flow_factor",
    },
    states={"blood": State(0.0, "umol", "dehydronorketamine in blood and tissues", scale=1)},
    writes={"arterial": "arterial.{enantiomer}_dehydronorketamine"},
    params={
        "fD": Param(0.15, "1", "share of cleared norketamine that becomes dehydronorketamine", kind="assumed", range=(0.05, 0.3),
                    source="exposure_dossier:section-7-2", why="not identifiable from plasma alone"),
        "VD": Param(19.7, "L", "volume of dehydronorketamine", range=(5, 60), **ORIGIN),
        "CLD": Param({"S": "88 L/h", "R": "37.7 L/h"}, "L/s", "clearance of dehydronorketamine", range=("15 L/h", "200 L/h"),
                     iiv=LogNormal(cv=0.35), **ORIGIN),
    },
    signs={"cleared": "+blood", "CLD": "-blood", "blood": "+arterial"},
)


@mechanism.equations
def equations(cleared, volume_factor, flow_factor, blood, fD, VD, CLD):
    concentration = blood / (VD * volume_factor)
    return ddt(blood=fD * cleared - CLD * flow_factor * concentration), out(arterial=concentration)
