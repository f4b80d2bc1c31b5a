"""NMDA block causes dissociation.

Dissociation follows S-ketamine at its receptors, steeply; R-ketamine does not count. It wanes while the drug stays, and is
weaker at later infusions. Volunteers report more of it than patients do.
"""

from synaptrace.core import Mechanism, Param, State, ddt, hill, out

mechanism = Mechanism(
    reads={"S": "brain.S_ketamine_free"},
    states={"T": State(0.0, "1", "tolerance within an infusion", scale=0.1),
            "U": State(0.0, "1", "tolerance between infusions", scale=0.1)},
    writes={"CADSS": "outcome.dissociation"},
    params={
        "most": Param(60, "points", "largest score of a volunteer", kind="assumed", range=(30, 92),
                      why="below the 92 points of the scale"),
        "half": Param("0.25 umol/L", "umol/L", "unbound S-ketamine at half of it", kind="assumed",
                      range=("0.1 umol/L", "0.6 umol/L"),
                      why="set so that volunteers score 25 ten minutes after 0.4 mg/kg in 10 min"),
        "steepness": Param(3, "1", "Hill exponent", kind="assumed", range=(1, 6),
                           why="volunteers halve their score while the level falls by a fifth"),
        "patient": Param(0.38, "1", "score of a patient relative to a volunteer; 1 in volunteers", kind="assumed",
                         range=(0.3, 1), why="7.7 against 24.9 and 16.8 points: 0.31 to 0.46, at other doses and times"),
        "within": Param(2, "1", "tolerance gained at full effect", kind="assumed", range=(0, 20),
                        why="set so that volunteers score 13 at the end of the infusion"),
        "waning": Param("1 h", "s", "time in which this tolerance comes and goes", kind="assumed", range=("0.2 h", "6 h"),
                        why="set with the row above"),
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
