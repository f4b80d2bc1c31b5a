"""Spikes travel back to the spine.

A spike of the cell arrives in the dendrite as a short pulse of current that charges it by some 60 mV. Its size and shape are
assumed; distance along the dendrite is not modeled.
"""

from synaptrace.core import Mechanism, Param, State, ddt, out, warmed

mechanism = Mechanism(
    reads={"spikes": "spikes.{pool}.postsynaptic", "T": "tissue.temperature"},
    states={"rise": State(0.0, "1", "rising part of the pulse", scale=0.1),
            "fall": State(0.0, "1", "falling part of the pulse", scale=0.1)},
    writes={"current": "dendrite.{pool}.spike_current"},
    params={
        "size": Param("2.65 nA", "pA", "current of the pulse, before its parts cancel", kind="assumed", range=("0 nA", "20 nA"),
                      why="with the L channels set to bring calcium up by 1.1 umol/L"),
        "t_rise": Param("0.3 ms", "s", "time constant of the rise", kind="assumed", range=("0.05 ms", "1 ms"),
                        why="no number read"),
        "t_fall": Param("0.9 ms", "s", "time constant of the fall", kind="assumed", range=("0.3 ms", "10 ms"),
                        why="no number read"),
        "T_0": Param(308.15, "K", "temperature of the pulse", kind="assumed", range=(290, 312),
                     why="that at which it is assumed: 35 degC as in the experiments here"),
        "Q10": Param(1, "1", "speed per 10 K", kind="assumed", range=(1, 4), why="no temperature dependence was read"),
    },
    signs={"spikes": "+rise +fall", "fall": "+current", "rise": "-current"},
)  # fmt: skip


@mechanism.equations
def equations(spikes, T, rise, fall, size, t_rise, t_fall, T_0, Q10):
    speed = warmed(T, T_0, Q10)
    return ddt(rise=spikes - speed * rise / t_rise, fall=spikes - speed * fall / t_fall), out(current=size * (fall - rise))
