"""Glutamate opens AMPA receptors.

Seven states (Jonas, Major and Sakmann 1993): closed with 0, 1 or 2 glutamate, open, and three desensitized states. Two
return rates, from the desensitized states D2 and D3, follow from the balance of the two cycles; the printed ones are 0.6 %
lower and 0.4 % lower.
"""

from synaptrace.core import Mechanism, Param, State, ddt, markov, out, warmed

KEPT = ("C1", "C2", "O", "D1", "D2", "D3")


def rate(row, value, unit, low, high, meaning):
    return Param(value, unit, meaning, kind="assumed", source=f"synapse_dossier:section-2-1:{row}", range=(low, high),
                 why="read in public model code; that these are the published numbers is from memory")


mechanism = Mechanism(
    reads={"glu": "glutamate.{pool}.cleft", "T": "tissue.temperature"},
    states={name: State(0.0, "1", f"AMPA receptors in {name}, share", scale=0.01) for name in KEPT},
    writes={"conducting": "ampa.{pool}.conducting"},
    params={
        "on_1": rate("first_binding", "4.59e6 L/mol/s", "L/mmol/s", "1e6 L/mol/s", "2e7 L/mol/s", "first binding of glutamate"),
        "off_1": rate("first_unbinding", "4.26e3 1/s", "1/s", 1e3, 2e4, "its unbinding"),
        "on_2": rate("second_binding", "2.84e7 L/mol/s", "L/mmol/s", "5e6 L/mol/s", "1e8 L/mol/s", "second binding of glutamate"),
        "off_2": rate("second_unbinding", "3.26e3 1/s", "1/s", 1e3, 2e4, "its unbinding"),
        "opening": rate("opening", "4.24e3 1/s", "1/s", 1e3, 2e4, "opening"),
        "closing": rate("closing", "900 1/s", "1/s", 200, 4e3, "closing"),
        "desens_1": rate("one_desensitizing", "2.89e3 1/s", "1/s", 500, 1e4, "desensitizing with one glutamate"),
        "recover_1": rate("one_recovering", "39.2 1/s", "1/s", 5, 200, "recovering with one glutamate"),
        "on_D": rate("desensitized_binding", "1.27e6 L/mol/s", "L/mmol/s", "2e5 L/mol/s", "5e6 L/mol/s", "binding, desensitized"),
        "off_D": rate("desensitized_unbinding", "45.7 1/s", "1/s", 5, 200, "unbinding, desensitized"),
        "desens_2": rate("two_desensitizing", "172 1/s", "1/s", 30, 1e3, "desensitizing with two glutamate"),
        "deepen": rate("deepening", "16.8 1/s", "1/s", 2, 100, "from D2 to D3"),
        "lift": rate("lifting", "190.4 1/s", "1/s", 30, 1e3, "from D3 to D2"),
        "desens_O": rate("open_desensitizing", "17.7 1/s", "1/s", 2, 100, "desensitizing while open"),
        "T_0": Param(295.15, "K", "temperature at which the rates were measured", kind="assumed", range=(290, 300),
                     why="about 22 degC"),
        "Q10": Param(2, "1", "speed per 10 K", source="synapse_dossier:section-2-1:variant_Q10", range=(1.5, 4)),
    },
    signs={"glu": "+C1", "closing": "-O"},
)  # fmt: skip


@mechanism.equations
def equations(glu, T, C1, C2, O, D1, D2, D3, on_1, off_1, on_2, off_2, opening, closing, desens_1, recover_1, on_D, off_D,
              desens_2, deepen, lift, desens_O, T_0, Q10):
    speed = warmed(T, T_0, Q10)
    recover_2 = desens_2 * on_2 * recover_1 * off_D / (off_2 * desens_1 * on_D)
    recover_O = desens_O * opening * recover_2 * lift / (closing * desens_2 * deepen)
    steps = [("C0", "C1", on_1 * glu, off_1), ("C1", "C2", on_2 * glu, off_2), ("C2", "O", opening, closing),
             ("C1", "D1", desens_1, recover_1), ("D1", "D2", on_D * glu, off_D), ("C2", "D2", desens_2, recover_2),
             ("D2", "D3", deepen, lift), ("O", "D3", desens_O, recover_O)]
    steps = [(a, b, speed * forward, speed * backward) for a, b, forward, backward in steps]
    return ddt(markov(steps, remainder="C0", C1=C1, C2=C2, O=O, D1=D1, D2=D2, D3=D3)), out(conducting=O)
