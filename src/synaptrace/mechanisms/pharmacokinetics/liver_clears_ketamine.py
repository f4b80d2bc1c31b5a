"""The liver clears ketamine.

Well-stirred liver: clearance is blood flow times the extracted share CLint / (Qh + CLint). Ketamine is a
high-extraction drug, so clearance follows the flow more than the enzymes.
"""

from synaptrace.core import LogNormal, Mechanism, Param, out

mechanism = Mechanism(
    reads={"Qh": "liver.blood_flow", "flow_factor": "body.flow_factor"},
    writes={"clearance": "liver.{enantiomer}_ketamine_clearance"},
    params={
        "CLint": Param({"S": "314.6 L/h", "R": "205.4 L/h"}, "L/s", "intrinsic clearance at the reference weight", kind="derived",
                       source="exposure_dossier:section-7-2", range=("20 L/h", "2000 L/h"), iiv=LogNormal(cv=0.25)),
    },
    signs={"Qh": "+clearance", "CLint": "+clearance"},
)


@mechanism.equations
def equations(Qh, flow_factor, CLint):
    enzymes = CLint * flow_factor
    return out(clearance=Qh * enzymes / (Qh + enzymes))
