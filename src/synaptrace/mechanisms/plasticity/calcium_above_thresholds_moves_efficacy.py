"""Calcium above thresholds moves efficacy.

Graupner and Brunel (2012): efficacy rises while the trace is above one threshold and falls while it is above another. Noise
makes single synapses differ; here are the mean and the variance over many, for those that start weak and those that start
strong, while a protocol runs. What they settle to afterwards is read from these four.
"""

from synaptrace.core import Mechanism, Param, State, ddt, out, warmed, where


def number(row, value, unit, low, high, meaning):
    return Param(value, unit, meaning, source=f"synapse_dossier:section-6:DP_{row}", range=(low, high))


mechanism = Mechanism(
    reads={"trace": "plasticity.{pool}.trace", "T": "tissue.temperature"},
    states={"weak": State(0.0, "1", "mean efficacy of synapses that started weak", scale=0.1),
            "strong": State(1.0, "1", "mean efficacy of synapses that started strong", scale=0.1),
            "spread": State(0.0, "1", "variance of efficacy over synapses", scale=0.01),
            "above_d": State(0.0, "s", "time above the threshold of depression"),
            "above_p": State(0.0, "s", "time above the threshold of potentiation")},
    writes={"efficacy": "plasticity.{pool}.efficacy"},
    params={
        "theta_d": Param(1, "1", "threshold of depression", source="synapse_dossier:section-6:theta_d", range=(0.2, 5)),
        "theta_p": number("theta_p", 1.3, "1", 0.2, 5, "threshold of potentiation"),
        "gamma_d": number("gamma_d", 200, "1", 0, 2000, "speed of depression"),
        "gamma_p": number("gamma_p", 321.808, "1", 0, 2000, "speed of potentiation"),
        "sigma": number("sigma", 2.8284, "1", 0, 20, "noise"),
        "tau": number("tau", "150 s", "s", "10 s", "1000 s", "time constant of efficacy"),
        "T_0": Param(308.15, "K", "temperature of the rates", kind="assumed", range=(290, 312),
                     why="not stated in what was read; 35 degC as in the experiments here"),
        "Q10": Param(1, "1", "speed per 10 K", kind="assumed", range=(1, 4), why="no temperature dependence was read"),
    },
    signs={"weak": "+efficacy", "strong": "+efficacy"},
)  # fmt: skip


@mechanism.equations
def equations(trace, T, weak, strong, spread, above_d, above_p, theta_d, theta_p, gamma_d, gamma_p, sigma, tau, T_0, Q10):
    D, P, speed = where(trace > theta_d, 1, 0), where(trace > theta_p, 1, 0), warmed(T, T_0, Q10) / tau
    up, down = speed * gamma_p * P, speed * gamma_d * D
    return (
        ddt(weak=up * (1 - weak) - down * weak, strong=up * (1 - strong) - down * strong,
            spread=speed * sigma**2 * (D + P) - 2 * (up + down) * spread, above_d=D, above_p=P),
        out(efficacy=(weak + strong) / 2),
    )
