"""New spines form.

In prefrontal cortex induction is followed, half a day later, by more new spines, for days; BDNF helps them. New spines are
transient: most go, some become persistent.
"""

from synaptrace.core import Mechanism, Param, State, ddt, maximum, minimum, out, sqrt

mechanism = Mechanism(
    reads={"x": "synapse.induction", "B": "bdnf.released", "MeCP2": "mecp2.phosphorylated"},
    states={"delay": State(0.0, "1", "induction on its way to spines", scale=0.1),
            "drive": State(0.0, "1", "drive of new spines", scale=0.1),
            "N": State(0.2, "1", "transient spines per healthy density", scale=0.1)},
    writes={"transient": "spines.transient"},
    params={
        "gain": Param(20, "1", "rise of formation per drive", kind="assumed", range=(1, 150),
                      why="to be fitted to spines after ketamine; the reference fitted half of 39"),
        "usual": Param(0.2, "1", "transient spines in health, per all spines", kind="assumed", range=(0.05, 0.5),
                       why="set by hand in the dossier's reference model; no measurement"),
        "by_BDNF": Param(0.5, "1", "share of formation that rests on BDNF", kind="assumed", range=(0, 1),
                         why="set by hand in the dossier's reference model; no measurement"),
        "most": Param(3, "1", "BDNF beyond which it helps no more, relative to healthy", kind="assumed", range=(1, 10),
                      why="set by hand in the dossier's reference model; no measurement"),
        "waiting": Param("6 h", "s", "time until spines follow", kind="assumed", range=("1 h", "24 h"),
                         why="none at 3 to 6 h, many at 12 to 24 h"),
        "fading": Param("40 h", "s", "time for which formation stays raised", kind="assumed", range=("10 h", "200 h"),
                        why="set by hand in the dossier's reference model; no measurement"),
        "leaving": Param("0.1 1/d", "1/s", "loss of transient spines", kind="assumed", range=("0.03 1/d", "0.8 1/d"),
                         why="a fit of the reference model, not determined by data"),
        "settling": Param("0.12 1/d", "1/s", "transient spines that become persistent", kind="assumed",
                          range=("0.02 1/d", "0.5 1/d"), why="set by hand in the dossier's reference model; no measurement"),
    },
    signs={"x": "+delay", "delay": "+drive", "drive": "+N", "B": "+N", "N": "+transient"},
)  # fmt: skip


@mechanism.equations
def equations(x, B, MeCP2, delay, drive, N, gain, usual, by_BDNF, most, waiting, fading, leaving, settling):
    formed = usual * (leaving + settling) * (1 + gain * drive) * sqrt(1 - by_BDNF + by_BDNF * minimum(B, most))
    slope = formed - (leaving + settling * sqrt(MeCP2)) * N
    return (
        ddt(delay=(maximum(x, 0) - delay) / waiting, drive=delay / waiting - drive / fading, N=slope),
        out(transient=N),
    )
