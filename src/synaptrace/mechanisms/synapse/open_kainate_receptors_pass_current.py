"""Open kainate receptors pass current.

They carry a small share of the charge that AMPA receptors carry; how many receptors that takes is set by that share.
"""

from synaptrace.core import Mechanism, Param, out

mechanism = Mechanism(
    reads={"opened": "kainate.{pool}.conducting", "V": "nmda.{pool}.voltage"},
    writes={"current": "current.{pool}.kainate"},
    params={
        "largest": Param("4.7 pS", "nS", "conductance of all kainate receptors of a spine, open", kind="assumed",
                         range=("0 pS", "100 pS"), why="7.5 % of the charge through AMPA receptors; the share is from memory"),
        "E_rev": Param(0, "mV", "reversal potential", kind="assumed", range=(-5, 5), why="that of AMPA receptors"),
    },
    signs={"E_rev": "-current"},
)  # fmt: skip


@mechanism.equations
def equations(opened, V, largest, E_rev):
    return out(current=largest * opened * (V - E_rev))
