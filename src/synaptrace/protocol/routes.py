"""The ways a drug can be given, and which inputs of a model each way feeds."""

from dataclasses import dataclass, replace

from synaptrace.errors import ProtocolError, nearest

# forms of each route; the first is the default where one stands alone
FORMS = {
    "iv": ("",),
    "im": ("",),
    "sc": ("",),
    "intranasal": ("spray",),
    "oral": ("immediate", "prolonged release"),
    "sublingual": ("film", "lozenge"),
}
ROUTES = tuple(FORMS)
INFUSED = ("iv", "im", "sc")  # routes that can take a duration or a rate
MINUTE, TINY = 1 / 60, 1e-9  # hours
DEVICE, BETWEEN, AGAIN = 28.0, 5 * MINUTE, 2.0  # mg of esketamine per device; hours between devices; hours of the later factor


@dataclass(frozen=True)
class Channel:
    """An input that a dose feeds: 'dose.{way}.S_ketamine'.

    `spread` names the quantity of the model over whose value the dose is spread; `at_least` is the shortest
    duration in hours; models without an `optional` channel go without it.
    """

    way: str
    spread: str = ""
    at_least: float = 0.0
    optional: bool = False


SWALLOWED = "nose.{enantiomer}_ketamine_swallowing_time"
FILM_SWALLOWED = "mouth.{enantiomer}_ketamine_swallowing_time"
RELEASED = "mouth.{enantiomer}_ketamine_release_time"
DISSOLVED = "gut.{enantiomer}_ketamine_immediate_release_time"
PROLONGED = "gut.{enantiomer}_ketamine_prolonged_release_time"

CHANNELS = {
    ("iv", ""): (Channel("iv"), Channel("iv_seen_by_veins", at_least=MINUTE, optional=True)),
    ("im", ""): (Channel("im"),),
    ("sc", ""): (Channel("sc"),),
    ("intranasal", "spray"): (Channel("nasal"), Channel("nasal_swallowed", SWALLOWED)),
    ("intranasal", "later spray"): (Channel("nasal_later"), Channel("nasal_later_swallowed", SWALLOWED)),
    ("intranasal", "unknown device"): (Channel("nasal_generic"), Channel("nasal_generic_swallowed", SWALLOWED)),
    ("oral", "immediate"): (Channel("oral", DISSOLVED),),
    ("oral", "prolonged release"): (Channel("oral", PROLONGED),),
    ("sublingual", "film"): (Channel("film", RELEASED), Channel("film_swallowed", FILM_SWALLOWED)),
    ("sublingual", "lozenge"): (Channel("lozenge", RELEASED), Channel("lozenge_swallowed", DISSOLVED)),
}


def check_route(route, form):
    """The form of a dose. Raises ProtocolError for a route or form that is unknown, or a form that has to be named."""
    if route not in FORMS:
        raise ProtocolError(
            f"'{route}' is not a route.",
            given=f"route = {route!r}",
            nearest=nearest(route, ROUTES),
            expected=", ".join(ROUTES),
        )
    forms = FORMS[route]
    if form is None:
        if route == "sublingual":
            raise ProtocolError(
                "a sublingual dose needs a form; film and lozenge differ two-fold.",
                given=f"route = {route!r}",
                expected=", ".join(f'form = "{f}"' for f in forms),
            )
        return forms[0]
    if form not in forms:
        raise ProtocolError(
            f"'{form}' is not a form of the route '{route}'.",
            given=f"form = {form!r}",
            nearest=nearest(form, forms),
            expected=", ".join(f for f in forms if f) or "no form",
        )
    return form


def check_infused(route, table, where):
    """Refuse a duration or a rate on a route that is taken at once."""
    given = [k for k in ("rate", "duration") if k in table]
    if given and route not in INFUSED:
        raise ProtocolError(
            f"a dose by '{route}' is taken at once; it has no {given[0]}.",
            given=f"{where}: {given[0]} = {table[given[0]]!r}",
            fix="leave it out; the model knows how long absorption takes",
        )


def expand_devices(drug, route, base_mg, per_weight, given):
    """Number of 28 mg devices that a nasal dose of esketamine stands for; 1 for anything else.

    Raises ProtocolError for more than one device that is not a whole number of them, and for a dose per kg.
    """
    if route != "intranasal" or not drug.startswith("esketamine"):
        return 1
    if per_weight:
        raise ProtocolError(
            "nasal esketamine comes in devices of 28 mg, not per kg.", given=given, expected="28 mg, 56 mg or 84 mg"
        )
    devices = base_mg / DEVICE
    if devices <= 1.005:
        return 1
    if abs(devices - round(devices)) > 0.005 * devices:
        raise ProtocolError(
            f"'{given}' is not a whole number of 28 mg devices.",
            given=f"esketamine intranasal, {base_mg:.4g} mg of base",
            expected='28 mg, 56 mg or 84 mg, or 28 mg with every = "5 min" and times',
        )
    return round(devices)


@dataclass(frozen=True)
class Administration:
    """One act of giving: start and duration in hours, mg of base by enantiomer, substance, way in."""

    start: float
    duration: float
    substance: str
    amounts: dict
    channels: tuple
    dose: object

    def inputs(self, channel):
        """{input of the model: mg} of a channel."""
        return {f"dose.{channel.way}.{e}_{self.substance}": mg for e, mg in self.amounts.items()}


def administrations(doses, weight):
    """Every act of giving of a protocol, in the order of its doses. Nasal devices within 2 h after another are later ones."""
    sprays, found = [], []
    for dose in doses:
        for start in dose.starts:
            form = dose.form
            if dose.route == "intranasal":
                form = "spray" if _is_device(dose) else "unknown device"
            channels = CHANNELS[dose.route, form]
            found.append(Administration(start, dose.duration, dose.substance, dose.enantiomers(weight), channels, dose))
            if channels is CHANNELS["intranasal", "spray"]:
                sprays.append(len(found) - 1)
    last = None
    for k in sorted(sprays, key=lambda k: found[k].start):
        if last is not None and found[k].start - last <= AGAIN + TINY:
            found[k] = replace(found[k], channels=CHANNELS["intranasal", "later spray"])
        last = found[k].start
    return found


def _is_device(dose):
    return dose.route == "intranasal" and dose.drug.startswith("esketamine")
