"""Mouth absorbs ketamine.

A film or a lozenge under the tongue releases its dose over some minutes; a share crosses the mucosa, the rest is
swallowed. Of what is swallowed from the film nothing reaches the circulation, as its authors found; what is swallowed
from a lozenge goes the way of an oral dose.
"""

from synaptrace.core import LogNormal, Mechanism, Param, State, ddt, molar_mass, out

DOSSIER = "exposure_dossier:section-7-2"

mechanism = Mechanism(
    reads={
        "film": "dose.film.{enantiomer}_ketamine",
        "film_swallowed": "dose.film_swallowed.{enantiomer}_ketamine",
        "lozenge": "dose.lozenge.{enantiomer}_ketamine",
        "lozenge_swallowed": "dose.lozenge_swallowed.{enantiomer}_ketamine",
    },
    states={"mucosa": State(0.0, "umol", "ketamine waiting in the mouth", scale=1)},
    writes={
        "absorbed": "mouth.{enantiomer}_ketamine_absorbed",
        "swallowed": "mouth.{enantiomer}_ketamine_swallowed",
        "lost": "mouth.{enantiomer}_ketamine_swallowed_in_vain",
        "duration": "mouth.{enantiomer}_ketamine_release_time",
        "swallowing": "mouth.{enantiomer}_ketamine_swallowing_time",
    },
    params={
        "ka": Param("2.4 1/h", "1/s", "absorption through the mouth", source=f"{DOSSIER}:film_ka", range=("1 1/h", "6 1/h"),
                    iiv=LogNormal(cv=0.25)),
        "F_film": Param(0.263, "1", "share of a film that crosses the mouth", source=f"{DOSSIER}:film_F", range=(0.15, 0.4),
                        iiv=LogNormal(cv=0.24)),
        "F_lozenge": Param(0.10, "1", "share of a lozenge or wafer that crosses the mouth", source=f"{DOSSIER}:lozenge_F",
                           kind="derived", range=(0.05, 0.2), iiv=LogNormal(cv=0.40)),
        "D1": Param("13.1 min", "s", "time over which film or lozenge releases", source=f"{DOSSIER}:film_D1",
                    range=("4 min", "40 min"), iiv=LogNormal(cv=0.39)),
        "D2": Param("29.9 min", "s", "time over which the rest of a film is swallowed", source="simons2022:population-model:D2",
                    range=("10 min", "90 min")),
        "molar_mass": molar_mass("ketamine"),
        "umol_per_mmol": Param(1000, "umol/mmol", "micromoles in a millimole", source="si:prefixes", kind="derived"),
    },
    signs={"film": "+mucosa", "lozenge": "+mucosa", "F_film": "-lost", "F_lozenge": "-swallowed", "ka": "-mucosa +absorbed",
           "D1": "+duration", "D2": "+swallowing"},
)  # fmt: skip


@mechanism.equations
def equations(film, film_swallowed, lozenge, lozenge_swallowed, mucosa, ka, F_film, F_lozenge, D1, D2,
              molar_mass, umol_per_mmol):
    amount = umol_per_mmol / molar_mass
    crossing = F_film * film + F_lozenge * lozenge
    return ddt(mucosa=crossing * amount - ka * mucosa), out(
        absorbed=ka * mucosa, swallowed=(1 - F_lozenge) * lozenge_swallowed * amount,
        lost=(1 - F_film) * film_swallowed * amount, duration=D1, swallowing=D2,
    )
