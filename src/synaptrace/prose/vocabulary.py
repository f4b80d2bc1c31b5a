"""Every shared quantity: its name, what it means, its unit, its level and who writes it."""

from synaptrace.lookup import mechanism_files
from synaptrace.models import load_model
from synaptrace.prose.markdown import begun, counted, page_text, plain, table, unit_words
from synaptrace.prose.numbers import place_of, title_and_text
from synaptrace.vocabulary import VOCABULARY, expression_of

ORDER = ("input", "patient", "exposure", "synapse", "stress", "circuit", "signaling", "plasticity", "symptoms")
READING = (
    "Two mechanisms are joined by the name of a quantity and by nothing else: one writes it, others read it. A name with "
    "`{enantiomer}`, `{pool}` or `{name}` stands for one quantity per enantiomer, pool of receptors or perturbation."
)


def vocabulary():
    """The page as text."""
    model = load_model()
    writers, elsewhere = _writers(model), _elsewhere()
    given = {"time", "perturbation.{name}", *(_pattern(q) for q in model.inputs)}  # every run has these two
    levels = sorted({e.level for e in VOCABULARY.values()}, key=lambda x: ORDER.index(x) if x in ORDER else len(ORDER))
    written = sum(q in writers for q in VOCABULARY)
    count = (
        f"{counted(len(VOCABULARY), 'quantity', 'quantities')}: {written} are written by mechanisms of `{model.name}`, "
        f"{sum(q in given for q in VOCABULARY)} are given to it, the others belong to other models and to the bench."
    )
    lines = begun("Vocabulary", count, READING)
    for level in levels:
        mine = {q: e for q, e in VOCABULARY.items() if e.level == level}
        rows = [[f"`{q}`", plain(e.meaning), unit_words(e.unit), _who(q, e, writers, given, elsewhere)] for q, e in mine.items()]
        head = ["name", "meaning", "unit", f"written in `{model.name}` by"]
        lines += ["", f"## {level.capitalize()} ({len(mine)})", *table(head, rows)]
    return page_text(lines)


def _pattern(quantity):
    """The row of the vocabulary that a quantity of a model belongs to."""
    if quantity in VOCABULARY:
        return quantity
    return next((p for p in VOCABULARY if "{" in p and expression_of(p).fullmatch(quantity)), quantity)


def _writers(model):
    """{row: {sentence of a mechanism: places where it writes}}."""
    found = {}
    for quantity, m in model.writers().items():
        found.setdefault(_pattern(quantity), {}).setdefault(title_and_text(m)[0], []).append(place_of(m))
    return found


def _elsewhere():
    """{row: sentences of all mechanisms that write it in some model}."""
    found = {}
    for module in mechanism_files():
        for quantity in module.mechanism.writes.values():
            found.setdefault(_pattern(quantity), []).append(title_and_text(module.mechanism)[0])
    return found


def _who(quantity, entry, writers, given, elsewhere):
    if quantity in writers:
        return "; ".join(_at(title, places) for title, places in writers[quantity].items())
    if quantity in given:
        return "the clock" if quantity == "time" else "the person" if entry.level == "patient" else "the protocol"
    others = "; ".join(dict.fromkeys(elsewhere.get(quantity, ())))
    return f"*nothing*; elsewhere: {others}" if others else "*nothing*; an input of other models"


def _at(title, places):
    """A sentence, and where it stands if it stands at several places."""
    return title if places == [""] or len(places) == 1 else f"{title} ({', '.join(places)})"
