"""The page and the table of a run: joins data, computes nothing."""

from synaptrace.protocol import Protocol
from synaptrace.results import tables_of
from synaptrace.simulate import at_times, peaks

KEPT = ("name", "unit", "value", "time_h", "auc_last", "auc_inf", "half_life_h", "value_range", "badge")
USE = "For research and teaching; never for dosing a person."


def as_table(result, accept_failures=0):
    """What --json prints: protocol, model, patient, people, peaks, at, failures, warnings, use."""
    tables = tables_of(result)
    rows = [{k: _or_none(r[k]) for k in KEPT if k in r} for r in peaks(result, accept_failures)]
    return {
        "protocol": result.attrs["protocol"],
        "model": result.attrs["model"],
        "patient": tables["patient"],
        "people": int(result.attrs["people"]),
        "peaks": rows,
        "at": at_times(result, accept_failures=accept_failures),
        "failures": tables["failures"],
        "warnings": tables["warnings"],
        "use": USE,
    }


def _or_none(value):
    """JSON has no NaN."""
    return None if isinstance(value, float) and value != value else value  # noqa: PLR0124


def as_text(result, nca=False, accept_failures=0):
    """The printed page of a run; `nca` adds how the terminal slope was found."""
    rows = peaks(result, accept_failures)
    lines = [*_head(result), "", *_peaks(rows), "  AUC in unit x h"]
    if nca:
        tails = [[r["name"], f"{r['tail_points']}", f"{r['tail_r2']:.5f}", f"{r['auc_inf'] - r['auc_last']:.3g}"] for r in rows]
        lines += ["", *_aligned([["terminal slope", "points", "R squared", "AUC beyond the last time"], *tails])]
    values = at_times(result, accept_failures=accept_failures)
    lines += ["", *_values(values)] if values else []
    for f in tables_of(result)["failures"]:
        lines.append(f"  failed   patient {f['patient']} at {f['time']:.4g} h: {f['reason']}, {f['state']} ({f['mechanism']})")
    return "\n".join([*lines, ""])


def _head(result):
    """What was run: doses in words, patient, model, people, changes, notes."""
    tables, attrs = tables_of(result), result.attrs
    protocol, people = Protocol(**tables["protocol_tables"]), int(attrs["people"])
    lines = [attrs["title"], *(f"  dose     {w}" for w in protocol.words())]
    lines += [f"  patient  {attrs['patient_words']}", f"  model    {attrs['model']} ({attrs['model_hash'][:12]})"]
    if people > 1:
        lines.append(f"  people   {people}, seed {attrs['seed']}: medians, and the 5th to 95th percentile of the peak")
    lines += [f"  changed  {name} = {text}" for name, text, _ in tables["changes"]]
    return lines + [f"  note     {w}" for w in tables["warnings"]]


def _peaks(rows):
    head = ["", "unit", "Cmax", "Tmax (h)", "AUC(0-t)", "AUC(inf)", "t1/2 (h)", "badge"]
    body = [
        [r["name"], r["unit"], _peak(r), f"{r['time_h']:.3f}", f"{r['auc_last']:.4g}", f"{r['auc_inf']:.4g}",
         f"{r['half_life_h']:.3g}", r["badge"]]
        for r in rows
    ]  # fmt: skip
    return _aligned([head, *body])


def _peak(row):
    band = row.get("value_range")
    return f"{row['value']:.4g}" + (f" ({band[0]:.4g}-{band[1]:.4g})" if band else "")


def _values(values):
    """The values asked for: one row per time, one column per quantity."""
    names = list(dict.fromkeys(v["name"] for v in values))
    units = {v["name"]: v["unit"] for v in values}
    found = {(v["name"], v["time_h"]): f"{v['value']:.4g}" for v in values}
    times = sorted({v["time_h"] for v in values})
    cells = [[f"{t * 60:.4g} min" if t < 10 else f"{t:.4g} h", *(found.get((n, t), "") for n in names)] for t in times]
    return _aligned([["at", *(f"{n} ({units[n]})" for n in names)], *cells])


def _aligned(rows):
    widths = [max(len(r[k]) for r in rows) for k in range(len(rows[0]))]
    last = len(widths) - 1
    return [
        (
            "  " + "  ".join(c.ljust(w) if k in (0, last) else c.rjust(w) for k, (c, w) in enumerate(zip(r, widths, strict=True)))
        ).rstrip()
        for r in rows
    ]
