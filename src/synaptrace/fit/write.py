"""The text of a fit with what was found: overlay-compatible numbers, and how well they are known."""

from synaptrace.flatten import model_hash
from synaptrace.version import __version__


def fit_text(fit, text, model, found):
    """The file of a fit: what was written by hand in `text`, then numbers, residuals and their hashes.

    Parameters
    ----------
    fit : Fit
    text : str
        The file as it was; anything from the first [[number]] or [built] on is replaced.
    model : Model
        As it was before the fit.
    found : dict
        From `solve`.
    """
    kept = text.split("\n[[number]]")[0].split("\n[built]")[0].rstrip("\n")
    lines = [kept]
    for name, row in found["values"].items():
        lines += [
            "",
            "[[number]]",
            f'name  = "{name}"',
            f'value = "{row["value"]:.6g} {row["unit"]}"',
            'kind  = "fitted"',
            f'source = "fit:{fit.name}:{name}"',
        ]
    lines += ["", "[built]", f"objective = {found['cost']:.6g}", f"starts = {[round(c, 3) for c in found['costs']]}"]
    lines += [f'data_hash = "{fit.data_hash}"', f'model_hash = "{model_hash(model)}"', f'synaptrace = "{__version__}"']
    lines += [f"seconds = {found['seconds']}", f"not_identifiable = {_names(found, 'determined', False)}"]
    lines += [f"at_a_bound = {_names(found, 'at_bound', True)}", "", "[built.interval]  # 95 %, from slopes at the optimum"]
    lines += [f'"{name}" = [{row["low"]:.4g}, {row["high"]:.4g}]' for name, row in found["values"].items()]
    lines += ["", "[built.residual]  # [read, distance in standard errors]"]
    lines += [f'"{r["name"]}" = [{_number(r["read"])}, {r["distance"]:.3f}]' for r in found["residuals"]]
    return "\n".join(lines) + "\n"


def _names(found, key, wanted):
    return "[" + ", ".join(f'"{n}"' for n, row in found["values"].items() if row[key] is wanted) + "]"


def _number(value):
    return "nan" if value != value else f"{value:.5g}"  # noqa: PLR0124
