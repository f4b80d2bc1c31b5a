"""Quantities of the exposure level: doses, body size, clearance, arterial plasma."""

from synaptrace.vocabulary.shared import Shared

KETAMINE = {"substance": "ketamine", "binding": "total"}

EXPOSURE = {
    "dose.iv.S_ketamine": Shared("mg/s", "S-ketamine base given into a vein", "input", "ketamine"),
    "dose.iv.R_ketamine": Shared("mg/s", "R-ketamine base given into a vein", "input", "ketamine"),
    "body.volume_factor": Shared("1", "volumes relative to the reference weight", "exposure"),
    "body.flow_factor": Shared("1", "flows and clearances relative to the reference weight", "exposure"),
    "liver.blood_flow": Shared("L/s", "liver blood flow, as plasma equivalent", "exposure"),
    "liver.S_ketamine_clearance": Shared("L/s", "clearance of S-ketamine by the liver", "exposure"),
    "liver.R_ketamine_clearance": Shared("L/s", "clearance of R-ketamine by the liver", "exposure"),
    "arterial.S_ketamine_input": Shared("umol/s", "S-ketamine arriving in arterial blood", "exposure", "ketamine"),
    "arterial.R_ketamine_input": Shared("umol/s", "R-ketamine arriving in arterial blood", "exposure", "ketamine"),
    "arterial.S_ketamine": Shared("umol/L", "S-ketamine in arterial plasma, total", "exposure", **KETAMINE),
    "arterial.R_ketamine": Shared("umol/L", "R-ketamine in arterial plasma, total", "exposure", **KETAMINE),
    "arterial.ketamine": Shared("ng/mL", "ketamine in arterial plasma, both enantiomers, total", "exposure", **KETAMINE),
}
