"""Other drugs change the enzymes.

Rifampicin induces, clarithromycin, ticlopidine and grapefruit juice inhibit the enzymes of liver and gut wall. The
factors were solved from the ratios of areas after oral S-ketamine; itraconazole, a like inhibitor, changed nothing, so
the effects through CYP3A are uncertain by a factor of two.
"""

from synaptrace.core import Mechanism, Param, out, power

PLACE = "exposure_dossier:section-2-interactions"


def factor(row, meaning, value, low, high):
    return Param(value, "1", meaning, source=f"{PLACE}:{row}", kind="derived", range=(low, high))


mechanism = Mechanism(
    reads={
        "rifampicin": "patient.rifampicin",
        "clarithromycin": "patient.clarithromycin",
        "ticlopidine": "patient.ticlopidine",
        "grapefruit": "patient.grapefruit",
    },
    writes={"liver": "liver.enzyme_factor", "gut": "gut.enzyme_factor"},
    params={
        "rifampicin_liver": factor("rifampicin_CLint", "liver enzymes under rifampicin, relative", 1.93, 1, 3.9),
        "clarithromycin_liver": factor("clarithromycin_CLint", "liver enzymes under clarithromycin, relative", 0.60, 0.3, 1.2),
        "ticlopidine_liver": factor("ticlopidine_CLint", "liver enzymes under ticlopidine, relative", 0.42, 0.2, 1),
        "grapefruit_liver": factor("grapefruit_CLint", "liver enzymes under grapefruit juice, relative", 0.52, 0.25, 1.05),
        "Fgut": Param(0.64, "1", "share passing the gut wall without other drugs",
                      source="exposure_dossier:section-7-2:Fgut", range=(0.2, 1)),
        "rifampicin_Fgut": factor("rifampicin_Fgut", "share passing the gut wall under rifampicin", 0.17, 0.08, 0.34),
        "clarithromycin_Fgut": factor("clarithromycin_Fgut", "share passing the gut wall under clarithromycin", 1.0, 0.5, 1),
        "grapefruit_Fgut": factor("grapefruit_Fgut", "share passing the gut wall under grapefruit juice", 1.0, 0.5, 1),
    },
    signs={"rifampicin_liver": "+liver", "rifampicin_Fgut": "-gut", "clarithromycin_Fgut": "-gut", "grapefruit_Fgut": "-gut"},
)


@mechanism.equations
def equations(rifampicin, clarithromycin, ticlopidine, grapefruit, rifampicin_liver, clarithromycin_liver, ticlopidine_liver,
              grapefruit_liver, Fgut, rifampicin_Fgut, clarithromycin_Fgut, grapefruit_Fgut):
    usual = (1 - Fgut) / Fgut
    gut = (1 + rifampicin * ((1 - rifampicin_Fgut) / rifampicin_Fgut / usual - 1)) * (
        1 + clarithromycin * ((1 - clarithromycin_Fgut) / clarithromycin_Fgut / usual - 1)) * (
        1 + grapefruit * ((1 - grapefruit_Fgut) / grapefruit_Fgut / usual - 1))
    return out(liver=power(rifampicin_liver, rifampicin) * power(clarithromycin_liver, clarithromycin)
               * power(ticlopidine_liver, ticlopidine) * power(grapefruit_liver, grapefruit), gut=gut)
