"""Blood flows through the liver.

The flow is a plasma equivalent, set so that the well-stirred liver returns both the fitted clearance of
S-ketamine and the share of a swallowed dose that reaches the circulation. It falls with age beyond 60 years.
"""

from synaptrace.core import LogNormal, Mechanism, Param, maximum, out

mechanism = Mechanism(
    reads={"flow_factor": "body.flow_factor", "age": "patient.age"},
    writes={"flow": "liver.blood_flow"},
    params={
        "Qh": Param("129 L/h", "L/s", "liver blood flow at the reference weight, plasma equivalent", kind="derived",
                    source="exposure_dossier:section-7-2", range=("60 L/h", "180 L/h"), iiv=LogNormal(cv=0.20)),
        "decline": Param("0.0145 1/year", "1/year", "loss of liver blood flow per year of age beyond the onset, relative",
                         source="exposure_dossier:section-7-2:age_Qh_per_year", range=("0 1/year", "0.015 1/year")),
        "onset": Param(60, "year", "age from which liver blood flow falls", source="exposure_dossier:section-7-2:age_onset",
                       range=(55, 70)),
    },
    signs={"flow_factor": "+flow", "Qh": "+flow"},
)


@mechanism.equations
def equations(flow_factor, age, Qh, decline, onset):
    return out(flow=Qh * flow_factor * (1 - decline * maximum(age - onset, 0 * onset)))
