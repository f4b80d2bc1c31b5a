"""Co agonists fill a second site.

NMDA receptors open only with a co-agonist on both of their second sites. Glycine and D-serine compete for them; the sites
follow the concentrations at once, and hold on while the channel is open.
"""

from synaptrace.core import Mechanism, Param, out

mechanism = Mechanism(
    reads={"glycine": "tissue.glycine", "serine": "tissue.D_serine"},
    writes={"filled": "nmda.coagonist_bound"},
    params={
        "K_glycine": Param("1 umol/L", "umol/L", "glycine at half of the sites", kind="assumed",
                           range=("0.1 umol/L", "10 umol/L"), why="from memory; no number was read"),
        "K_serine": Param("0.5 umol/L", "umol/L", "D-serine at half of the sites", kind="assumed",
                          range=("0.05 umol/L", "5 umol/L"), why="from memory; no number was read"),
    },
    signs={"glycine": "+filled", "serine": "+filled", "K_glycine": "-filled"},
)  # fmt: skip


@mechanism.equations
def equations(glycine, serine, K_glycine, K_serine):
    load = glycine / K_glycine + serine / K_serine
    return out(filled=(load / (1 + load)) ** 2)
