"""Targets of a fit from the calibration parts of claims, read off their runs as the scorecard reads them."""

from synaptrace import units
from synaptrace.claims.load import FOLDER, read_claim
from synaptrace.claims.readouts import plan, run_text
from synaptrace.errors import ProtocolError, UnknownName, nearest
from synaptrace.vocabulary import shared

SPREAD = 0.2  # relative error of a number that is printed without one
OTHER_MODEL = ("overlays", "changes", "perturb", "theory", "experiment")  # keys of a run that make another model of it


def claimed(names, model):
    """([target], {run text: Protocol}) of the parts of some claims; the error is what the window prints, or 20 %.

    Parameters
    ----------
    names : list of str
        Ids of claims.
    model : str
        Name of the model that is fitted.

    Raises
    ------
    UnknownName, ProtocolError
        For claims that do not exist, and for parts that are held out, remembered, of another model, or read in another way.
    """
    rows, plans = [], {}
    for claim in load_named(names):
        for part in claim.parts:
            _check(part, model)
            base, measure = part["measure"].get("relative_to"), part["measure"]
            runs = [part["run"]] + ([base.get("run", part["run"])] if base else [])
            plans |= {run_text(r): plan(r).protocol for r in runs}
            middle, wide = sum(part.window) / 2, (part.window[1] - part.window[0]) / 2
            row = {"name": f"{claim.id} {part['name']}", "protocol": run_text(runs[0]), "what": measure["what"][0]}
            row |= {"at": measure["at"][0], "value": middle, "se": wide if part.get("spread") else SPREAD * abs(middle)}
            if base:
                rows.append(row | {"read": "over", "base": run_text(runs[1]), "of": base["at"][0]})
            else:
                entry = shared(measure["what"][0])
                scale = units.convert(f"1 {entry.unit}", measure["unit"], entry.substance)
                rows.append(row | {"read": "value", "share": scale})
    return rows, plans


def load_named(names):
    """The claims with these ids. Raises UnknownName with the nearest one."""
    known = sorted(p.name.removesuffix(".toml") for p in FOLDER.iterdir() if p.name.endswith(".toml"))
    for name in names:
        if name not in known:
            raise UnknownName(f"'{name}' is not a claim.", nearest=nearest(name, known), find="synaptrace evidence check")
    return [read_claim((FOLDER / f"{name}.toml").read_text("utf-8"), name) for name in names]


def _check(part, model):
    """Refuse a part that a fit must not or cannot use."""
    where, measure = f"{part.claim}: {part['name']}", part["measure"]
    if part["role"] != "calibration":
        raise ProtocolError(f"'{where}' is {part['role']} and cannot be fitted.", fix="leave its claim out of the fit")
    if part.window is None or part["check"] != "between":
        raise ProtocolError(f"'{where}' has no printed number to be fitted to.", given=f"{part['tag']}, {part['check']}")
    run = part["run"]
    if run.get("model") != model or set(run) & set(OTHER_MODEL):
        raise ProtocolError(f"'{where}' is run on another model.", given=run.get("model", "exposure"), expected=model)
    base = measure.get("relative_to", measure)
    plain = [len(m["what"]) == 1 and m["as"] == "value" and m["what"] == measure["what"] for m in (measure, base)]
    if not all(plain):
        raise ProtocolError(f"'{where}' is read in a way that a fit cannot use.", given=measure["as"], expected="one value")
