"""What the drugs are: molar masses, salts and enantiomers, each number with its source."""

from synaptrace.errors import UnknownName, nearest

# g/mol; salts end in ' HCl'; every value stands again in library/sources/molar_masses.toml
MOLAR_MASSES = {
    "ketamine": 237.73,
    "ketamine HCl": 274.2,
    "norketamine": 223.70,
    "dehydronorketamine": 221.68,
    "hydroxynorketamine": 239.70,
}
MOLAR_MASS_SOURCE = "molar_masses:table"

# name of a drug in a protocol -> substance, and share of each enantiomer
DRUGS = {
    "racemic ketamine": ("ketamine", {"S": 0.5, "R": 0.5}),
    "esketamine": ("ketamine", {"S": 1.0}),
    "arketamine": ("ketamine", {"R": 1.0}),
    "norketamine": ("norketamine", {"S": 0.5, "R": 0.5}),
    "(2R,6R)-hydroxynorketamine": ("hydroxynorketamine", {"R": 1.0}),
}


def molar_mass_of(substance):
    """Molar mass in g/mol. Raises UnknownName for a substance that the table does not hold."""
    if substance not in MOLAR_MASSES:
        raise UnknownName(f"'{substance}' has no molar mass here.", nearest=nearest(substance, MOLAR_MASSES))
    return MOLAR_MASSES[substance]


def read_drug(name):
    """'esketamine HCl' -> ('ketamine', {'S': 1.0}, mass of base per mass as named).

    Raises UnknownName; bare 'ketamine' is refused with the choices.
    """
    base = name.removesuffix(" HCl")
    if base == "ketamine":
        raise UnknownName(
            f"'{name}' could be three drugs.",
            given=f"drug = {name!r}",
            expected="racemic ketamine, esketamine, arketamine",
            fix="write 'racemic ketamine' if the paper does not say which",
        )
    if base not in DRUGS:
        raise UnknownName(
            f"'{name}' is not a drug of this release.",
            given=f"drug = {name!r}",
            nearest=nearest(base, DRUGS),
            expected=", ".join(DRUGS) + "; ketamine also with ' HCl'",
        )
    substance, shares = DRUGS[base]
    salt = name != base
    return substance, shares, molar_mass_of(substance) / molar_mass_of(f"{substance} HCl") if salt else 1.0
