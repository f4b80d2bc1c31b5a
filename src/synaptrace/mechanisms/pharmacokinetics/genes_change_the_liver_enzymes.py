"""Genes change the liver enzymes.

The allele CYP2B6*6 lowered the clearance of a 24-hour infusion to 0.60 (one copy) and 0.32 (two copies); it changed
nothing after a single oral dose. Whoever states the genotype chooses the first finding; by default it is not stated.
"""

from synaptrace.core import Mechanism, Param, out, where

mechanism = Mechanism(
    reads={"copies": "patient.CYP2B6_copies"},
    writes={"factor": "liver.gene_factor"},
    params={
        "one_copy": Param(0.30, "1", "liver enzymes with one copy of CYP2B6*6, relative", kind="assumed", range=(0.15, 1),
                          source="exposure_dossier:section-7-2:CYP2B6_16_CLint",
                          why="scenario for prolonged infusions; no effect was found after one oral dose"),
        "two_copies": Param(0.12, "1", "liver enzymes with two copies of CYP2B6*6, relative", kind="assumed", range=(0.06, 1),
                            source="exposure_dossier:section-7-2:CYP2B6_66_CLint",
                            why="scenario for prolonged infusions; no effect was found after one oral dose"),
    },
    signs={"one_copy": "+factor"},
)


@mechanism.equations
def equations(copies, one_copy, two_copies):
    return out(factor=where(copies > 1, two_copies, where(copies > 0, one_copy, 1)))
