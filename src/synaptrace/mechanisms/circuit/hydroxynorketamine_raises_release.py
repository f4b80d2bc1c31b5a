"""Hydroxynorketamine raises release.

(2R,6R)-hydroxynorketamine makes boutons release more, without NMDA receptors.
"""

from synaptrace.core import Mechanism, Param, State, ddt, hill, out

mechanism = Mechanism(
    reads={"H": "brain.hydroxynorketamine_free", "U": "release.healthy_probability"},
    states={"F": State(1.0, "1", "factor on the release probability")},
    writes={"free": "release.pyramidal_evoked.unrestrained"},
    params={
        "most": Param(0.7, "1", "largest relative rise of release", kind="assumed", range=(0, 1.2),
                      why="set by hand in the dossier's reference model; no measurement"),
        "half": Param("3.3 umol/L", "umol/L", "concentration at half of it", source="signaling_dossier:section-1-1:HNK_EC50",
                      range=("1 umol/L", "10 umol/L")),
        "time": Param("0.5 h", "s", "time in which release follows", kind="assumed", range=("0.1 h", "3 h"),
                      why="set by hand in the dossier's reference model; no measurement"),
        "left": Param(0.888, "1", "share of release that adenosine leaves in health", kind="assumed", range=(0.5, 1),
                      why="what adenosine_restrains_release gives at 0.1 umol/L"),
    },
    signs={"H": "+F", "F": "+free"},
)  # fmt: skip


@mechanism.equations
def equations(H, U, F, most, half, time, left):
    return ddt(F=(1 + most * hill(H, half, 1) - F) / time), out(free=U / left * F)
