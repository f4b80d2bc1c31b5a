"""Habenula bursts need NMDA.

A burst needs NMDA receptors together with T channels; near its threshold a small block costs many bursts.
"""

from synaptrace.core import Mechanism, Param, State, ddt, out, power

mechanism = Mechanism(
    reads={"drive": "habenula.drive", "signal": "nmda.habenula.signal"},
    states={"b": State(1.0, "1", "bursts, relative to healthy")},
    writes={"bursts": "habenula.bursts"},
    params={
        "steepness": Param(8, "1", "power with which bursts follow the NMDA signal", kind="assumed", range=(1, 30),
                           why="to be fitted; bursting is regenerative, no number was read"),
        "time": Param("0.05 h", "s", "time in which bursts follow", kind="assumed", range=("1 min", "1 h"),
                      why="set by hand in the dossier's reference model; no measurement"),
    },
    signs={"drive": "+b", "signal": "+b", "b": "+bursts"},
)  # fmt: skip


@mechanism.equations
def equations(drive, signal, b, steepness, time):
    return ddt(b=(drive * power(signal, steepness) - b) / time), out(bursts=b)
