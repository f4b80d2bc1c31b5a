"""Presynaptic receptors set release probability.

Adenosine and autoreceptors each leave a share of the release probability that the bouton would have without them.
"""

from synaptrace.core import Mechanism, out

mechanism = Mechanism(
    reads={"free": "release.{pool}.unrestrained", "A": "release.{pool}.adenosine_factor",
           "G": "release.{pool}.autoreceptor_factor"},
    writes={"U": "release.{pool}.probability"},
    signs={"free": "+U", "A": "+U", "G": "+U"},
)  # fmt: skip


@mechanism.equations
def equations(free, A, G):
    return out(U=free * A * G)
