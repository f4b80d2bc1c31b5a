"""NMDA block causes dissociation.

Dissociation follows S-ketamine at its receptors; R-ketamine does not count. It wanes while the drug stays, and is weaker at
later infusions. Volunteers report more of it than patients do.
"""

from synaptrace.core import Mechanism, Param, State, ddt, hill, out

mechanism = Mechanism(
    reads={"S": "brain.S_ketamine_free"},
    states={"T": State(0.0, "1", "tolerance within an infusion", scale=0.1),
            "U": State(0.0, "1", "tolerance between infusions", scale=0.1)},
    writes={"CADSS": "outcome.dissociation"},
    params={
        "most": Param("68.1761 points", "points", "largest score of a volunteer", kind="fitted",
                      source="fit:dissociation:nmda_block_causes_dissociation.most", range=(30, 92)),
        "half": Param("0.205 umol/L", "umol/L", "unbound S-ketamine at half of it", kind="derived",
                      source="outcomes_dossier:exposure-effects:C50_S_free", range=("0.15 umol/L", "0.27 umol/L")),
        "steepness": Param("1.39973 1", "1", "Hill exponent", kind="fitted",
                           source="fit:dissociation:nmda_block_causes_dissociation.steepness", range=(1, 4)),
        "patient": Param("0.383298 1", "1", "score of a patient relative to a volunteer; 1 in volunteers", kind="fitted",
                         source="fit:dissociation:nmda_block_causes_dissociation.patient", range=(0.2, 1)),
        "within": Param("2.9704 1", "1", "tolerance gained at full effect", kind="fitted",
                        source="fit:dissociation:nmda_block_causes_dissociation.within", range=(0.05, 20)),
        "waning": Param("1 h", "s", "time in which this tolerance comes and goes", kind="assumed", range=("0.2 h", "6 h"),
                        why="two ratings, 10 and 60 min after the first dose, do not determine it"),
        "between": Param(0.5, "1", "tolerance gained over infusions, per full effect of an hour", kind="assumed",
                         range=(0, 5), why="weaker with repetition; no size was read"),
        "lasting": Param("14 d", "s", "time for which it lasts", kind="assumed", range=("2 d", "60 d"),
                         why="no number was read"),
        "hour": Param("1 h", "s", "an hour", kind="assumed", range=("1 h", "1 h"), why="a definition"),
    },
    signs={"S": "+CADSS +T +U", "T": "-CADSS", "U": "-CADSS"},
)  # fmt: skip


@mechanism.equations
def equations(S, T, U, most, half, steepness, patient, within, waning, between, lasting, hour):
    effect = hill(S, half, steepness)
    CADSS = patient * most * effect / ((1 + T) * (1 + U))
    return ddt(T=(within * effect - T) / waning, U=between * effect / hour - U / lasting), out(CADSS=CADSS)
