"""Calcium at rest adds up.

The calcium that tells a cell that it is quiet comes from single vesicles and from glutamate outside synapses. Averages of the
fast synapse give it without drug and with the block; where a theory says that more of the signal is lost than receptors are
blocked, its signal stands in for theirs.
"""

from synaptrace.core import Mechanism, Param, State, ddt, out

mechanism = Mechanism(
    reads={"resting": "nmda.resting_calcium", "resting_0": "healthy.resting_calcium",
           "signal": "nmda.pyramidal_resting.signal", "blocked": "nmda.pyramidal_resting.blocked",
           "outside": "nmda.extrasynaptic_calcium", "outside_0": "healthy.extrasynaptic_calcium",
           "signal_out": "nmda.extrasynaptic.signal", "blocked_out": "nmda.extrasynaptic.blocked"},
    states={"c": State(1.0, "1", "NMDA calcium at rest, relative to healthy")},
    writes={"calcium": "calcium.resting", "tonic": "calcium.tonic"},
    params={
        "weight": Param(0.8, "1", "share of single vesicles in it", kind="assumed", range=(0, 1),
                        why="set by hand: single vesicles drive eEF2 kinase, ambient glutamate mTORC1"),
        "time": Param("0.1 h", "s", "time over which it adds up", kind="assumed", range=("1 min", "1 h"),
                      why="set by hand in the dossier's reference model; no measurement"),
    },
    signs={"resting": "+c", "outside": "+c +tonic", "signal": "+c", "signal_out": "+c +tonic", "c": "+calcium"},
)  # fmt: skip


@mechanism.equations
def equations(resting, resting_0, signal, blocked, outside, outside_0, signal_out, blocked_out, c, weight, time):
    quiet = resting / resting_0 * signal / (1 - blocked)
    beyond = outside / outside_0 * signal_out / (1 - blocked_out)
    return ddt(c=(weight * quiet + (1 - weight) * beyond - c) / time), out(calcium=c, tonic=beyond)
