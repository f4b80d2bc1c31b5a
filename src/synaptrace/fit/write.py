"""The text of a fit with what was found: overlay-compatible numbers, and how well they are known."""

from dataclasses import replace

from synaptrace.fit.declared import free_numbers, places_of, read_fit
from synaptrace.flatten import model_hash
from synaptrace.version import __version__


def fit_text(fit, text, model, found):
    """The file of a fit: what was written by hand in `text`, then numbers, residuals and their hashes.

    Parameters
    ----------
    fit : Fit
    text : str
        The file as it was; anything from the first [[number]] or [built] on is replaced. A free number without a prior gets
        the value that the model had, from which the search began.
    model : Model
    found : dict
        From `solve`.
    """
    kept = _with_priors(text.split("\n[[number]]")[0].split("\n[built]")[0].rstrip("\n"), fit, model)
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
    lines += [f"reached = {found['reached']}  # starts that ended at the optimum"]
    lines += [f"again = {found['again']:.6g}  # from the numbers that the file held before"] if "again" in found else []
    lines += [f'data_hash = "{read_fit(kept, fit.name).data_hash}"', f'model_hash = "{frame_hash(fit, model)}"']
    lines += [f'synaptrace = "{__version__}"', f"seconds = {found['seconds']}"]
    lines += [f"not_identifiable = {_names(found, 'determined', False)}", f"at_a_bound = {_names(found, 'at_bound', True)}"]
    alike = ", ".join(f'["{a}", "{b}"]' for a, b in found["alike"])
    lines += [f"alike = [{alike}]  # correlated beyond 0.9", "", "[built.interval]  # 95 %, from slopes at the optimum"]
    lines += [f'"{name}" = [{row["low"]:.4g}, {row["high"]:.4g}]' for name, row in found["values"].items()]
    lines += ["", "[built.residual]  # [read, distance in standard errors]"]
    lines += [f'"{r["name"]}" = [{_number(r["read"])}, {r["distance"]:.3f}]' for r in found["residuals"]]
    return "\n".join(lines) + "\n"


def frame_hash(fit, model):
    """Hash of the model without the numbers that the fit finds: those stand at their lowest."""
    rows = model.parameters()
    lowest = {n: f.low for f in free_numbers(fit, model) for n in places_of(f.name, rows)}
    return model_hash(replace(model, values=model.values | lowest))


def _with_priors(text, fit, model):
    """The text with a prior for every free number."""
    head, *free = text.split("\n[[free]]\n")
    rows = model.parameters()
    for k, (row, found) in enumerate(zip(fit.table["free"], free_numbers(fit, model), strict=True)):
        if found.prior is None:
            place = places_of(row["name"], rows)[0]
            value = min(max(model.values[place], found.low), found.high)
            lines = free[k].split("\n")
            at = next(i for i, line in enumerate(lines) if line.startswith("range"))
            free[k] = "\n".join([*lines[: at + 1], f'prior = "{value:.6g} {rows[place].unit}"', *lines[at + 1 :]])
    return "\n[[free]]\n".join([head, *free])


def _names(found, key, wanted):
    return "[" + ", ".join(f'"{n}"' for n, row in found["values"].items() if row[key] is wanted) + "]"


def _number(value):
    return f"{value:.5g}"
