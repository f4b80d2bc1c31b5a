"""Stores release calcium all or none.

At rest a single vesicle lets in little calcium, and stores answer with a whole event or not at all. Block leaves the size of
events alone and makes them rarer, more than in proportion.
"""

from synaptrace.core import Mechanism, Param, out, power

mechanism = Mechanism(
    reads={"blocked": "nmda.pyramidal_resting.blocked"},
    writes={"signal": "nmda.pyramidal_resting.signal"},
    params={
        "steepness": Param(5, "1", "power with which the rate of events follows the calcium that enters", kind="assumed",
                           range=(1, 12), why="to be fitted; 0.42 of releases give an event, which allows several"),
    },
    signs={"blocked": "-signal", "steepness": "-signal"},
)  # fmt: skip


@mechanism.equations
def equations(blocked, steepness):
    return out(signal=power(1 - blocked, steepness))
