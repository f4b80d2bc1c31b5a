"""Vesicles are recycled.

Release empties the ready pool, recycling fills it; at the healthy rate both are in balance.
"""

from synaptrace.core import Mechanism, Param, State, ddt, out

mechanism = Mechanism(
    reads={"rate": "circuit.pyramidal_rate", "U": "release.pyramidal_evoked.probability",
           "U_0": "release.healthy_probability"},
    states={"V": State(1.0, "1", "vesicles ready for release, relative to healthy")},
    writes={"ready": "vesicles.ready"},
    params={
        "use": Param(0.5, "1", "release at the healthy rate relative to recycling", kind="assumed", range=(0, 5),
                     why="no number was read for cortex in people"),
        "time": Param("1 min", "s", "time of recycling", kind="assumed", range=("5 s", "10 min"), why="seconds to minutes"),
    },
    signs={"rate": "-V", "U": "-V", "V": "-V +ready"},
)  # fmt: skip


@mechanism.equations
def equations(rate, U, U_0, V, use, time):
    return ddt(V=(1 + use - V * (1 + use * rate * U / U_0)) / time), out(ready=V)
