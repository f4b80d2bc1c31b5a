"""Quantities of the exposure level: doses, clearance, plasma, brain. `{enantiomer}` stands for S or R."""

from synaptrace.vocabulary.shared import Shared

KETAMINE = {"substance": "ketamine", "binding": "total"}
NORKETAMINE = {"substance": "norketamine", "binding": "total"}

WAYS = {
    "iv": "given into a vein",
    "iv_seen_by_veins": "given into a vein, a bolus counted as one minute",
    "im": "given into muscle",
    "sc": "given under the skin",
    "oral": "dissolving in the gut",
    "nasal": "sprayed into the nose by the 28 mg device",
    "nasal_swallowed": "of such a spray, being swallowed",
    "nasal_later": "sprayed within 2 h after the first device",
    "nasal_later_swallowed": "of such a later spray, being swallowed",
    "nasal_generic": "sprayed into the nose by an unknown device",
    "nasal_generic_swallowed": "of such a spray, being swallowed",
    "film": "released by a film under the tongue",
    "film_swallowed": "of a film, being swallowed",
    "lozenge": "released by a lozenge under the tongue",
    "lozenge_swallowed": "of a lozenge, being swallowed",
}
DOSES = {
    f"dose.{way}.{{enantiomer}}_ketamine": Shared("mg/s", f"{{enantiomer}}-ketamine base {meaning}", "input", "ketamine")
    for way, meaning in WAYS.items()
} | {
    f"dose.iv.{{enantiomer}}_{drug}": Shared("mg/s", f"{{enantiomer}}-{drug} base given into a vein", "input", drug)
    for drug in ("norketamine", "hydroxynorketamine")
}


def flow(meaning):
    return Shared("umol/s", meaning, "exposure", "ketamine")


FLOWS = {
    "vein.{enantiomer}_ketamine_arriving": flow("{enantiomer}-ketamine arriving from a vein"),
    "muscle.{enantiomer}_ketamine_absorbed": flow("{enantiomer}-ketamine absorbed from muscle"),
    "skin.{enantiomer}_ketamine_absorbed": flow("{enantiomer}-ketamine absorbed from under the skin"),
    "nose.{enantiomer}_ketamine_absorbed": flow("{enantiomer}-ketamine absorbed through the nose"),
    "nose.{enantiomer}_ketamine_swallowed": flow("{enantiomer}-ketamine swallowed from a spray"),
    "nose.{enantiomer}_ketamine_swallowed_in_vain": flow(
        "{enantiomer}-ketamine swallowed from a spray that will be metabolized whole"
    ),
    "mouth.{enantiomer}_ketamine_absorbed": flow("{enantiomer}-ketamine absorbed through the mouth"),
    "mouth.{enantiomer}_ketamine_swallowed": flow("{enantiomer}-ketamine swallowed from the mouth"),
    "mouth.{enantiomer}_ketamine_swallowed_in_vain": flow(
        "{enantiomer}-ketamine swallowed from the mouth that will be metabolized whole"
    ),
    "gut.{enantiomer}_ketamine_absorbed": flow("{enantiomer}-ketamine entering the gut wall"),
    "gut.{enantiomer}_ketamine_absorbed_in_vain": flow(
        "{enantiomer}-ketamine entering the gut wall that will be metabolized whole"
    ),
    "liver.{enantiomer}_ketamine_surviving": flow("absorbed {enantiomer}-ketamine that survives gut wall and liver"),
    "liver.{enantiomer}_ketamine_first_pass": flow("{enantiomer}-ketamine extracted at the first pass"),
    "arterial.{enantiomer}_ketamine_input": flow("{enantiomer}-ketamine arriving in arterial blood"),
    "liver.{enantiomer}_norketamine_formed": Shared(
        "umol/s", "{enantiomer}-norketamine appearing in blood", "exposure", "norketamine"
    ),
    "liver.{enantiomer}_norketamine_cleared": Shared(
        "umol/s", "{enantiomer}-norketamine being cleared", "exposure", "norketamine"
    ),
}

TIMES = {
    "nose.{enantiomer}_ketamine_swallowing_time": Shared("s", "time over which a spray is swallowed", "exposure"),
    "mouth.{enantiomer}_ketamine_release_time": Shared("s", "time over which film or lozenge releases", "exposure"),
    "mouth.{enantiomer}_ketamine_swallowing_time": Shared("s", "time over which the rest of a film is swallowed", "exposure"),
    "gut.{enantiomer}_ketamine_immediate_release_time": Shared("s", "time over which an oral dose dissolves", "exposure"),
    "gut.{enantiomer}_ketamine_prolonged_release_time": Shared(
        "s", "time over which a prolonged-release tablet dissolves", "exposure"
    ),
}

BODY = {
    "body.volume_factor": Shared("1", "volumes relative to the reference weight", "exposure"),
    "body.flow_factor": Shared("1", "flows and clearances relative to the reference weight", "exposure"),
    "liver.blood_flow": Shared("L/s", "liver blood flow, as plasma equivalent", "exposure"),
    "liver.enzyme_factor": Shared("1", "liver enzymes under other drugs, relative", "exposure"),
    "liver.gene_factor": Shared("1", "liver enzymes of the genotype, relative", "exposure"),
    "gut.enzyme_factor": Shared("1", "gut-wall enzymes under other drugs, relative", "exposure"),
    "liver.{enantiomer}_ketamine_clearance": Shared("L/s", "clearance of {enantiomer}-ketamine by the liver", "exposure"),
    "liver.{enantiomer}_ketamine_extraction": Shared(
        "1", "share of {enantiomer}-ketamine taken out in one pass of the liver", "exposure"
    ),
    "liver.{enantiomer}_ketamine_oral_availability": Shared(
        "1", "share of an oral dose of {enantiomer}-ketamine that reaches the circulation", "exposure"
    ),
    "brain.exchange_rate": Shared("1/s", "rate of exchange between plasma and brain", "exposure"),
    "brain.free_share": Shared("1", "unbound brain to total plasma ketamine, in balance", "exposure"),
}


def plasma(drug):
    return Shared("umol/L", f"{{enantiomer}}-{drug} in arterial plasma, total", "exposure", drug, "total")


def brain(drug):
    return Shared("umol/L", f"unbound {drug} in the brain", "exposure", drug.split("-")[-1].split(",")[0], "unbound")


CONCENTRATIONS = {
    "arterial.{enantiomer}_ketamine": plasma("ketamine"),
    "arterial.{enantiomer}_norketamine": plasma("norketamine"),
    "arterial.{enantiomer}_dehydronorketamine": plasma("dehydronorketamine"),
    "arterial.{enantiomer}_hydroxynorketamine": plasma("hydroxynorketamine"),
    "arterial.ketamine": Shared("ng/mL", "ketamine in arterial plasma, both enantiomers, total", "exposure", **KETAMINE),
    "venous.ketamine": Shared(
        "ng/mL", "ketamine in venous plasma, both enantiomers, total, floored at zero", "exposure", **KETAMINE
    ),
    "venous.norketamine": Shared("ng/mL", "norketamine in venous plasma, both enantiomers, total", "exposure", **NORKETAMINE),
    "brain.{enantiomer}_ketamine_free": brain("{enantiomer}-ketamine"),
    "brain.{enantiomer}_norketamine_free": brain("{enantiomer}-norketamine"),
    "brain.ketamine_free": Shared("umol/L", "unbound ketamine in the brain, both enantiomers", "exposure", "ketamine", "unbound"),
}

EXPOSURE = {**DOSES, **FLOWS, **TIMES, **BODY, **CONCENTRATIONS}
