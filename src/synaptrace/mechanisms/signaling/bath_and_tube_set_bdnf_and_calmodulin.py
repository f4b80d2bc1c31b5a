"""Bath and tube set BDNF and calmodulin.

On the rig BDNF is what is put into the bath, relative to what is outside healthy cells, and the calcium signal of eEF2 kinase
is the calmodulin in the tube. Cells on the rig are not stimulated otherwise, and S6 kinase stays as it is.
"""

from synaptrace.core import Mechanism, Param, out

mechanism = Mechanism(
    reads={"BDNF": "bath.BDNF", "CaM": "tube.calmodulin"},
    writes={"released": "bdnf.released", "resting": "calcium.resting", "activity": "calcium.activity", "S6K": "s6k.active"},
    params={
        "healthy": Param("0.05 nmol/L", "nmol/L", "BDNF outside healthy cells",
                         source="signaling_dossier:section-2-1:BDNF_healthy", range=("0.005 nmol/L", "0.5 nmol/L")),
        "usual": Param("1.05205 nmol/L", "nmol/L", "calmodulin with calcium in healthy cells at rest",
                       source="fit:signaling:bath_and_tube_set_bdnf_and_calmodulin.usual", kind="fitted",
                       range=("0.05 nmol/L", "20 nmol/L")),
        "still": Param(1, "1", "activity and S6 kinase on the rig, relative to health", kind="assumed", range=(1, 1),
                       why="not stimulated"),
    },
    signs={"BDNF": "+released", "CaM": "+resting"},
)  # fmt: skip


@mechanism.equations
def equations(BDNF, CaM, healthy, usual, still):
    return out(released=BDNF / healthy, resting=CaM / usual, activity=still, S6K=still)
