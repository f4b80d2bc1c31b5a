"""Gut wall and liver extract ketamine.

Of what the gut absorbs, the gut wall lets a share pass, and the liver extracts its own share of the rest at the first
pass (well-stirred). What is extracted becomes norketamine; how much of the loss in the gut wall does is contested.
"""

from synaptrace.core import LogitNormal, Mechanism, Param, out

mechanism = Mechanism(
    reads={
        "absorbed": "gut.{enantiomer}_ketamine_absorbed",
        "in_vain": "gut.{enantiomer}_ketamine_absorbed_in_vain",
        "enzymes": "gut.enzyme_factor",
        "extraction": "liver.{enantiomer}_ketamine_extraction",
    },
    writes={
        "surviving": "liver.{enantiomer}_ketamine_surviving",
        "extracted": "liver.{enantiomer}_ketamine_first_pass",
        "F": "liver.{enantiomer}_ketamine_oral_availability",
    },
    params={
        "Fgut": Param(0.64, "1", "share that passes the gut wall", source="exposure_dossier:section-7-2:Fgut", range=(0.2, 1),
                      iiv=LogitNormal(sd=0.5)),
        "psi": Param(1.0, "1", "share of the loss in the gut wall that appears as norketamine", kind="assumed", range=(0, 1),
                     source="exposure_dossier:section-7-2:psi",
                     why="sources conflict: oral and film norketamine need 1, nasal norketamine needs 0"),
    },
    signs={"absorbed": "+surviving +extracted", "in_vain": "+extracted", "extraction": "-surviving", "enzymes": "-surviving",
           "psi": "+extracted", "Fgut": "+F"},
)  # fmt: skip


@mechanism.equations
def equations(absorbed, in_vain, enzymes, extraction, Fgut, psi):
    passing = Fgut / (Fgut + enzymes * (1 - Fgut))
    F = passing * (1 - extraction)
    lost = passing - F + psi * (1 - passing)
    return out(surviving=F * absorbed, extracted=lost * absorbed + (passing + psi * (1 - passing)) * in_vain, F=F)
