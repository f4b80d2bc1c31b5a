"""Venous blood follows arterial blood.

Two stages of 1.5 min after the arterial concentration less a part of what is being infused, which the arm's vein has not
seen yet; a bolus counts as an infusion of one minute here. Where the difference is negative, in the first minutes and
at the peak of fast infusions, the observation is set to zero: a patch, which no state sees. Metabolites have no such part.
"""

from synaptrace.core import Mechanism, Param, State, ddt, maximum, molar_mass, out

DOSSIER = "exposure_dossier:section-7-2"

mechanism = Mechanism(
    reads={
        "S": "arterial.S_ketamine", "R": "arterial.R_ketamine", "Sn": "arterial.S_norketamine", "Rn": "arterial.R_norketamine",
        "S_infused": "dose.iv_seen_by_veins.S_ketamine", "R_infused": "dose.iv_seen_by_veins.R_ketamine",
    },
    states={
        "early": State(0.0, "umol/L", "ketamine on the way to a vein", scale=0.1),
        "late": State(0.0, "umol/L", "ketamine in a vein, unfloored", scale=0.1),
        "early_nor": State(0.0, "umol/L", "norketamine on the way to a vein", scale=0.1),
        "late_nor": State(0.0, "umol/L", "norketamine in a vein", scale=0.1),
    },
    writes={"ketamine": "venous.ketamine", "norketamine": "venous.norketamine"},
    params={
        "stage": Param("1.5 min", "s", "mean time of each of two stages", source=f"{DOSSIER}:venous_stage_time", kind="assumed",
                       range=("0.5 min", "3 min"), why="choice of the dossier"),
        "phi": Param(0.61, "1", "share of the infused ketamine that veins have not seen", source=DOSSIER, kind="derived",
                     range=(0, 1)),
        "Qpk": Param("455 L/h", "L/s", "flow that mixes the infused ketamine", source=DOSSIER, range=("410 L/h", "500 L/h")),
        "molar_mass": molar_mass("ketamine"),
        "molar_mass_nor": molar_mass("norketamine"),
        "umol_per_mmol": Param(1000, "umol/mmol", "micromoles in a millimole", source="si:prefixes", kind="derived"),
        "unity": Param(1, "(ng/mL)/((umol/L)*(g/mol))", "ng/mL in one umol/L times g/mol", source="si:prefixes", kind="derived"),
    },
    signs={"S": "+early", "R": "+early", "phi": "-early", "Qpk": "+early", "early": "+late", "Sn": "+early_nor"},
)  # fmt: skip


@mechanism.equations
def equations(S, R, Sn, Rn, S_infused, R_infused, early, late, early_nor, late_nor,
              stage, phi, Qpk, molar_mass, molar_mass_nor, umol_per_mmol, unity):
    unseen = phi * (S_infused + R_infused) / molar_mass * umol_per_mmol / Qpk
    slopes = ddt(early=(S + R - unseen - early) / stage, late=(early - late) / stage,
                 early_nor=(Sn + Rn - early_nor) / stage, late_nor=(early_nor - late_nor) / stage)
    return slopes, out(ketamine=maximum(late, 0 * late) * molar_mass * unity, norketamine=late_nor * molar_mass_nor * unity)
