"""Activity releases BDNF.

A part of the release is steady, the rest follows the calcium of activity. What is outside is cleared within minutes: BDNF
acts only where it is both made and released.
"""

from synaptrace.core import Mechanism, Param, State, ddt, out, relative_hill

mechanism = Mechanism(
    reads={"c": "calcium.activity", "pool": "bdnf.pool"},
    states={"B": State(1.0, "1", "BDNF outside cells, relative to healthy")},
    writes={"released": "bdnf.released", "share": "bdnf.release_share"},
    params={
        "steady": Param(0.3, "1", "share of the release in health that is steady", kind="assumed", range=(0, 1),
                        why="set by hand in the dossier's reference model; no measurement"),
        "regulated": Param(0.7, "1", "share that follows activity; less with the Met allele", kind="assumed", range=(0, 1),
                           why="set by hand in the dossier's reference model; no measurement"),
        "half": Param(1.5, "1", "calcium at half of it, relative to healthy", kind="assumed", range=(0.3, 5),
                      why="set by hand in the dossier's reference model; no measurement"),
        "steepness": Param(2, "1", "Hill exponent", kind="assumed", range=(1, 5),
                           why="a fit of the reference model, not determined by data"),
        "clearing": Param("4 1/h", "1/s", "clearance outside cells", kind="assumed", range=("1 1/h", "20 1/h"),
                          why="set by hand in the dossier's reference model; no measurement"),
    },
    signs={"c": "+B +share", "pool": "+B", "B": "+released"},
)  # fmt: skip


@mechanism.equations
def equations(c, pool, B, steady, regulated, half, steepness, clearing):
    share = steady + regulated * relative_hill(c, half, steepness)
    return ddt(B=clearing * (pool * share - B)), out(released=B, share=share)
