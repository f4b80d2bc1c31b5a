"""Routes add up to induce change.

New proteins, TrkB and activity have to meet, as in the single theories; a tag of adenosine adds to what they do, and a tone
at opioid receptors permits it.
"""

from synaptrace.core import LogNormal, Mechanism, Param, hill, maximum, minimum, out, sqrt

mechanism = Mechanism(
    reads={"new": "proteins.new", "TrkB": "trkb.active", "c": "calcium.activity", "rodent": "species.rodent",
           "tag": "adenosine.tag", "tone": "opioid.tone"},
    writes={"induction": "synapse.induction"},
    params={
        "by_tag": Param(1, "1", "rise of the drive by a full tag", kind="assumed", range=(0, 5), why="to be fitted"),
        "by_opioids": Param(0.3, "1", "share of the drive that opioid tone permits", kind="assumed", range=(0, 1),
                            why="to be fitted to what naltrexone does"),
        "enough": Param(0.6, "1", "calcium of activity that is enough, relative to healthy", kind="assumed", range=(0.2, 1),
                        why="set by hand in the dossier's reference model; no measurement"),
        "threshold": Param(1.5, "1", "drive at half induction, relative to healthy", kind="assumed", range=(1.02, 5),
                           iiv=LogNormal(0.3), why="to be fitted; the reference fitted 1.52"),
        "steepness": Param(8, "1", "Hill exponent of induction", kind="assumed", range=(2, 20),
                           why="graded, so that thresholds of single dendrites differ"),
        "potency": Param(1, "1", "drive that a rodent needs, relative to a person", kind="assumed", range=(0.5, 3),
                         why="to be fitted; mice get far higher levels for a shorter time"),
    },
    signs={"new": "+induction", "TrkB": "+induction", "tag": "+induction", "tone": "+induction"},
)  # fmt: skip


@mechanism.equations
def equations(new, TrkB, c, rodent, tag, tone, by_tag, by_opioids, enough, threshold, steepness, potency):
    needed = 1 + rodent * (potency - 1)
    met = new * sqrt(maximum(TrkB, 0)) * minimum(c / enough, 1)
    drive = met * (1 + by_tag * tag) * (1 - by_opioids * (1 - tone)) / needed
    return out(induction=hill(drive, threshold, steepness) - hill(1 / needed, threshold, steepness))
