"""Body weight scales volumes and flows.

Volumes grow with body weight, clearances and flows with its power 0.75, relative to a 70 kg adult: the
convention of the population models that the disposition comes from, not a finding about ketamine.
"""

from synaptrace.core import Mechanism, Param, out, power

mechanism = Mechanism(
    reads={"weight": "patient.weight"},
    writes={"volume": "body.volume_factor", "flow": "body.flow_factor"},
    params={
        "reference": Param(70, "kgBW", "weight that the volumes and flows refer to", range=(60, 80),
                           source="exposure_dossier:section-7-2:reference_weight", kind="derived"),
        "exponent_V": Param(1, "1", "allometric exponent of volumes", range=(0.8, 1.2),
                            source="exposure_dossier:section-7-2:exponent_V", kind="derived"),
        "exponent_CL": Param(0.75, "1", "allometric exponent of clearances and flows", range=(0.5, 1),
                             source="exposure_dossier:section-7-2:exponent_CL_Q", kind="derived"),
    },
    signs={"weight": "+volume +flow"},
)


@mechanism.equations
def equations(weight, reference, exponent_V, exponent_CL):
    ratio = weight / reference
    return out(volume=power(ratio, exponent_V), flow=power(ratio, exponent_CL))
