"""The liver clears ketamine.

Well-stirred liver: clearance is blood flow times the extracted share CLint / (Qh + CLint). Ketamine is a
high-extraction drug, so clearance follows the flow more than the enzymes.
"""

from synaptrace.core import LogNormal, Mechanism, Param, minimum, out

mechanism = Mechanism(
    reads={
        "Qh": "liver.blood_flow",
        "flow_factor": "body.flow_factor",
        "drugs": "liver.enzyme_factor",
        "genes": "liver.gene_factor",
        "female": "patient.female",
    },
    writes={"clearance": "liver.{enantiomer}_ketamine_clearance", "extraction": "liver.{enantiomer}_ketamine_extraction"},
    params={
        "CLint": Param({"S": "314.6 L/h", "R": "205.4 L/h"}, "L/s", "intrinsic clearance at the reference weight", kind="derived",
                       source="exposure_dossier:section-7-2", range=("20 L/h", "2000 L/h"), iiv=LogNormal(cv=0.25)),
        "women": Param(1.0, "1", "clearance of women relative to men", kind="assumed", range=(1, 1.2),
                       why="one study of 20 found 1.2, two larger ones found no difference"),
    },
    signs={"Qh": "+clearance", "CLint": "+clearance", "drugs": "+clearance", "genes": "+clearance"},
)


@mechanism.equations
def equations(Qh, flow_factor, drugs, genes, female, CLint, women):
    enzymes = CLint * flow_factor * drugs * genes
    extraction = minimum(enzymes / (Qh + enzymes) * (1 + female * (women - 1)), 1)
    return out(clearance=Qh * extraction, extraction=extraction)
