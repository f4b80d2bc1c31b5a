"""Spikes raise the calcium trace.

The calcium of Graupner and Brunel (2012), in units of its own: each spike before and after the synapse adds a step that
falls with one time constant. What a presynaptic spike adds is a mean over releases and enters through NMDA receptors, so it
comes a little later, grows with the release probability, and a blocker takes its share.
"""

from synaptrace.core import Mechanism, Param, State, ddt, out, warmed


def number(row, value, unit, low, high, meaning):
    return Param(value, unit, meaning, source=f"synapse_dossier:section-6:DP_{row}", range=(low, high))


mechanism = Mechanism(
    reads={"before": "spikes.{pool}.presynaptic_delayed", "after": "spikes.{pool}.postsynaptic",
           "blocked": "nmda.{pool}.blocked", "U": "release.{pool}.probability", "T": "tissue.temperature"},
    states={"c": State(0.0, "1", "calcium trace", scale=0.1)},
    writes={"trace": "plasticity.{pool}.trace"},
    params={
        "C_pre": number("C_pre", 1, "1", 0, 5, "step of a presynaptic spike"),
        "C_post": number("C_post", 2, "1", 0, 5, "step of a postsynaptic spike"),
        "U_0": Param(0.5, "1", "release probability that this step refers to", kind="assumed", range=(0.1, 1),
                     why="the published sets do not state theirs; that of cortical synapses"),
        "t_Ca": number("tau_Ca", "0.02 s", "s", "5 ms", "100 ms", "time constant of the trace"),
        "T_0": Param(308.15, "K", "temperature of the trace", kind="assumed", range=(290, 312),
                     why="not stated in what was read; 35 degC as in the experiments here"),
        "Q10": Param(1, "1", "speed per 10 K", kind="assumed", range=(1, 4), why="no temperature dependence was read"),
    },
    signs={"before": "+c", "after": "+c", "blocked": "-c", "U": "+c", "c": "+trace"},
)  # fmt: skip


@mechanism.equations
def equations(before, after, blocked, U, T, c, C_pre, C_post, U_0, t_Ca, T_0, Q10):
    falling = warmed(T, T_0, Q10) * c / t_Ca
    return ddt(c=C_pre * U / U_0 * (1 - blocked) * before + C_post * after - falling), out(trace=c)
