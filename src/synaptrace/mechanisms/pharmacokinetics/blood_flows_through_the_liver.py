"""Blood flows through the liver.

The flow is a plasma equivalent, set so that the well-stirred liver returns both the fitted clearance of
S-ketamine and the share of a swallowed dose that reaches the circulation.
"""

from synaptrace.core import LogNormal, Mechanism, Param, out

mechanism = Mechanism(
    reads={"flow_factor": "body.flow_factor"},
    writes={"flow": "liver.blood_flow"},
    params={
        "Qh": Param("129 L/h", "L/s", "liver blood flow at the reference weight, plasma equivalent", kind="derived",
                    source="exposure_dossier:section-7-2", range=("60 L/h", "180 L/h"), iiv=LogNormal(cv=0.20)),
    },
    signs={"flow_factor": "+flow", "Qh": "+flow"},
)


@mechanism.equations
def equations(flow_factor, Qh):
    return out(flow=Qh * flow_factor)
