"""Adenosine restrains release.

Adenosine outside cells acts on A1 receptors of the bouton, which lower release, and on A2A receptors, which raise it. An agonist
at A1 adds to adenosine; antagonists take the receptors that they hold out of play.
"""

from synaptrace.core import Mechanism, Param, out

FIT = "synapse_fits:adenosine"

mechanism = Mechanism(
    reads={"adenosine": "adenosine.extracellular", "agonist": "drug.A1_agonist", "held_1": "drug.A1_antagonist",
           "held_2": "drug.A2A_antagonist"},
    writes={"factor": "release.{pool}.adenosine_factor"},
    params={
        "E_1": Param(0.85, "1", "largest share of release that A1 receptors take away", kind="assumed", range=(0.5, 1),
                     source=f"{FIT}:largest", why="middle of the 0.8 to 0.9 within which the data leave it"),
        "K_1": Param("0.607 umol/L", "umol/L", "adenosine at half of it", kind="fitted", source=f"{FIT}:half_adenosine",
                     range=("0.1 umol/L", "3 umol/L")),
        "K_agonist": Param("4.17 nmol/L", "umol/L", "agonist CPA at half of it", kind="fitted", source=f"{FIT}:half_CPA",
                           range=("0.5 nmol/L", "20 nmol/L")),
        "E_2": Param(0.1, "1", "largest share of release that A2A receptors add", kind="assumed", range=(0, 1),
                     why="the direction was read, no size"),
        "K_2": Param("1 umol/L", "umol/L", "adenosine at half of it", kind="assumed", range=("0.1 umol/L", "10 umol/L"),
                     why="no number was read"),
    },
    signs={"agonist": "-factor", "held_1": "+factor", "held_2": "-factor", "E_1": "-factor"},
)  # fmt: skip


@mechanism.equations
def equations(adenosine, agonist, held_1, held_2, E_1, K_1, K_agonist, E_2, K_2):
    load = (1 - held_1) * (adenosine / K_1 + agonist / K_agonist)
    raised = E_2 * (1 - held_2) * adenosine / (K_2 + adenosine)
    return out(factor=(1 - E_1 * load / (1 + load)) * (1 + raised))
