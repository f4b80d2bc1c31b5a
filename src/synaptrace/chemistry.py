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

# name of a drug in a protocol -> share of each enantiomer
ENANTIOMERS = {
    "racemic ketamine": {"S": 0.5, "R": 0.5},
    "esketamine": {"S": 1.0},
    "arketamine": {"R": 1.0},
}


def molar_mass_of(substance):
    """Molar mass in g/mol. Raises UnknownName for a substance that the table does not hold."""
    if substance not in MOLAR_MASSES:
        raise UnknownName(f"'{substance}' has no molar mass here.", nearest=nearest(substance, MOLAR_MASSES))
    return MOLAR_MASSES[substance]


def read_drug(name):
    """'esketamine HCl' -> ({'S': 1.0}, mass of base per mass as named).

    Raises UnknownName; bare 'ketamine' is refused with the three choices.
    """
    base = name.removesuffix(" HCl")
    if base == "ketamine":
        raise UnknownName(
            f"'{name}' could be three drugs.",
            given=f"drug = {name!r}",
            expected=", ".join(ENANTIOMERS),
            fix="write 'racemic ketamine' if the paper does not say which",
        )
    if base not in ENANTIOMERS:
        raise UnknownName(
            f"'{name}' is not a drug of this release.",
            given=f"drug = {name!r}",
            nearest=nearest(base, ENANTIOMERS),
            expected=", ".join(ENANTIOMERS) + ", each also with ' HCl'",
        )
    salt = name != base
    return ENANTIOMERS[base], molar_mass_of("ketamine") / molar_mass_of("ketamine HCl") if salt else 1.0
