"""The page and the table of a run: joins data, computes nothing."""

import math
import re
from textwrap import wrap

from synaptrace.results import tables_of
from synaptrace.simulate import at_times, averages, cascade, peaks
from synaptrace.simulate.cascade import DIFFERENCE, RATIO

KEPT = ("name", "unit", "value", "time_h", "auc_last", "auc_inf", "half_life_h", "value_range", "band", "band_over", "badge")
PLASMA = "ng/mL"
UNTREATED = "untreated: the same without the drug; times count from the first dose"
MORE = ["  --all prints every peak with its area and band, and the averages of the fast synapse"]
USE = "For research and teaching; never for dosing a person."


def as_table(result, accept_failures=0):
    """What --json prints: protocol, model, patient, people, peaks, at, averages, failures, warnings, use."""
    tables = tables_of(result)
    rows = [{k: _or_none(r[k]) for k in KEPT if k in r} for r in peaks(result, accept_failures)]
    return {
        "protocol": result.attrs["protocol"],
        "model": result.attrs["model"],
        "patient": tables["patient"],
        "people": int(result.attrs["people"]),
        **({"borrowed": tables["borrowed"]} if "borrowed" in tables else {}),
        "cascade": cascade(result, accept_failures),
        "peaks": rows,
        "at": at_times(result, accept_failures=accept_failures),
        "averages": averages(result, accept_failures),
        "compared": tables["compared"],
        "failures": tables["failures"],
        "warnings": tables["warnings"],
        "use": USE,
    }


def _or_none(value):
    """JSON has no NaN."""
    return None if isinstance(value, float) and value != value else value  # noqa: PLR0124


def as_text(result, nca=False, accept_failures=0, full=False):
    """The printed page of a run: from plasma to mood, then peaks and areas in plasma; `full` gives those of every quantity.

    A run that does not reach mood is always printed in full; `nca` adds how the terminal slope was found.
    """
    rows, short = peaks(result, accept_failures), cascade(result, accept_failures)
    full = full or nca or not short
    moving = [r for r in rows if r["value"] != 0] or rows
    shown = moving if full else [r for r in moving if r["unit"] == PLASMA]
    lines = [*_head(result), *_cascade(result, short), *(["", *_peaks(shown), "  AUC in unit x h"] if shown else [])]
    if full and len(shown) < len(rows):
        lines.append(f"  zero throughout: {', '.join(r['name'] for r in rows if r not in shown)}")
    for over in dict.fromkeys(r["band_over"] for r in shown if "band_over" in r):
        lines.append(f"  bands: lowest and highest peak of the typical patient over {over}")
    if nca:
        tails = [
            [r["name"], f"{r['tail_points']}", f"{r['tail_r2']:.5f}", f"{r['auc_inf'] - r['auc_last']:.3g}"]
            for r in rows
            if "tail_r2" in r
        ]
        lines += ["", *_aligned([["terminal slope", "points", "R squared", "AUC beyond the last time"], *tails])]
    values = at_times(result, accept_failures=accept_failures)
    lines += ["", *_values(values)] if values else []
    lines += _averages(averages(result, accept_failures)) if full else []
    lines += _data(tables_of(result).get("compared", [])) + _borrowed(tables_of(result).get("borrowed"))
    lines += [] if full else MORE
    for f in tables_of(result)["failures"]:
        lines.append(f"  failed   patient {f['patient']} at {f['time']:.4g} h: {f['reason']}, {f['state']} ({f['mechanism']})")
    return "\n".join([*lines, ""])


def _cascade(result, rows):
    """From plasma to mood: one line per quantity, the word assumed before a number that is not more than that."""
    if not rows:
        return []
    body = [[r["label"], _number(r), r["unit"], f"at {_hours(r['time_h'])}", r["badge"]] for r in rows]
    lines = [*_person(tables_of(result)["person"], int(result.attrs["people"]))]
    return ["", *_aligned([["from plasma to mood", "", "", "", "badge"], *body]), *(f"  {line}" for line in lines)]


def _number(row):
    """Peak or change of a row, with the word before it and the range of people behind it."""
    between = f" ({_plain(row['range'][0], row['unit'])} to {_plain(row['range'][1], row['unit'])})" if "range" in row else ""
    return f"{_word(row)}{_plain(row.get('peak', row.get('change')), row['unit'])}{between}"


def _plain(value, unit):
    """A number of the short table: ratios to hundredths, differences to tenths with their sign."""
    if unit == DIFFERENCE:
        return f"{round(value, 1) + 0.0:+.1f}"
    return f"{value:.2f}" if unit == RATIO else f"{value:.3g}"


def _person(about, people):
    """Whom the short table describes and whom it does not, and what mood hangs on."""
    if about["species"] != "human":
        return [f"one {about['species']}: human scores are left out", UNTREATED]
    rest, stated = f"at rest with MADRS {about['madrs']:.3g}", about["stated"]
    if stated and abs(about["madrs"] - stated[0]) < 0.05:
        rest = f"depressed {rest} ({stated[3]}, {stated[1]:g} to {stated[2]:g})"
    others = "this model knows no people who do not respond"
    if about["share"]:
        others = f"says nothing about {100 * (1 - about['share'][0]):.0f} % of people ({about['share'][1]}), who do not respond"
    who = "a responder" if about["responder"] else "not a responder"
    lines = [f"one person: random effects zero, {who}, {rest}, drug effect only;", others] if people == 1 else []
    lines.append(UNTREATED)
    if not about["follows"]:
        lines.append("MADRS is an empirical curve driven by block; it does not follow from the synapses above it")
    return lines


def _borrowed(found):
    """What stays borrowed in a run about another species: by species, how many numbers of which mechanisms."""
    if not found:
        return []
    lines = ["", f"  borrowed from elsewhere: {sum(map(len, found.values()))} numbers"]
    for species, names in found.items():
        parts = [re.sub(r"\[.*?\]", "", n.rpartition(": ")[2]).split(".")[0] for n in names]
        text = f"{species} {len(names)}: " + ", ".join(f"{p} {parts.count(p)}" for p in dict.fromkeys(parts))
        lines += wrap(text, 126, initial_indent="    ", subsequent_indent="      ")
    return lines


def _word(row):
    return "assumed " if row["badge"].startswith("assumed") else ""


def _hours(hours):
    return f"{60 * hours:.3g} min" if hours < 2 else f"{hours:.3g} h" if hours < 72 else f"{hours / 24:.3g} d"


def _averages(rows):
    """Averages of the fast synapse at the first time, at their lowest and at their highest."""
    if not rows:
        return []
    body = [[f"{r['name']} ({r['unit']})", *(f"{r[k]:.4g}" for k in ("first", "lowest", "highest"))] for r in rows]
    return ["", *_aligned([["average of the fast synapse", "first", "lowest", "highest"], *body])]


def _data(rows):
    """Observations beside what the model gives, and the median of the relative errors without their sign."""
    if not rows:
        return []
    body = [
        [r["id"], f"{r['time_h']:.4g} h", f"{r['name']} ({r['unit']})", f"{r['observed']:.4g}", f"{r['predicted']:.4g}",
         f"{100 * r['relative_error']:+.0f} %"]
        for r in rows
    ]  # fmt: skip
    errors = sorted(abs(r["relative_error"]) for r in rows)
    middle = 100 * (errors[len(errors) // 2] + errors[(len(errors) - 1) // 2]) / 2
    table = _aligned([["ID", "time", "observed quantity", "observed", "predicted", "error"], *body])
    return ["", *table, f"  median absolute error {middle:.0f} % of {len(rows)} observations"]


def _head(result):
    """What was run: doses in words, patient, model, people, changes, notes."""
    tables, attrs = tables_of(result), result.attrs
    people = int(attrs["people"])
    cohort = "members" in tables["protocol_tables"]
    lines = [attrs["title"], *(f"  dose     {w}" for w in tables["words"])]
    lines += [] if cohort else [f"  patient  {attrs['patient_words']}"]
    lines += [f"  model    {attrs['model']} ({attrs['model_hash'][:12]})"]
    if cohort:
        lines.append(f"  people   {people} of the file: medians, and the 5th to 95th percentile of the peak")
    elif people > 1:
        lines.append(f"  people   {people}, seed {attrs['seed']}: medians, and the 5th to 95th percentile of the peak")
    lines += [f"  overlay  {name}" for name in tables.get("overlays", [])]
    lines += [f"  under    {name}" for name in tables.get("perturbations", [])]
    lines += [f"  changed  {name} = {text}" for name, text, _ in tables["changes"]]
    return lines + [f"  note     {w}" for w in tables["warnings"]]


def _peaks(rows):
    head = ["", "unit", "peak", "band", "Tmax (h)", "AUC(0-t)", "AUC(inf)", "t1/2 (h)", "badge"]
    body = [[r["name"], r["unit"], _peak(r), _range(r.get("band")), f"{r['time_h']:.3f}", *_areas(r), r["badge"]] for r in rows]
    return _aligned([head, *body])


def _areas(row):
    if "auc_last" not in row:
        return ["", "", ""]
    return [f"{row['auc_last']:.4g}", f"{row['auc_inf']:.4g}", f"{row['half_life_h']:.3g}"]


def _peak(row):
    people = row.get("value_range")
    return f"{row['value']:.4g}" + (f" ({_range(people)})" if people else "")


def _range(pair):
    return f"{pair[0]:.3g}-{pair[1]:.3g}" if pair else ""


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


def compared(result, full=False):
    """The printed page of a comparison, one column per arm: from plasma to mood, and where asked or else empty all peaks."""
    arms = {arm: about["rows"] for arm, about in tables_of(result)["cascade_by_arm"].items()}
    short = _short_rows_by_arm(arms)
    return "\n".join(short if all(arms.values()) and not full else [*short, *_peaks_by_arm(tables_of(result)["peaks_by_arm"])])


def _short_rows_by_arm(arms):
    """The short table with a column per arm, each cell with the number of assumed numbers behind it."""
    found = {(arm, row["label"]): row for arm, rows in arms.items() for row in rows}
    names = list(dict.fromkeys(label for _, label in found))
    if not names:
        return []

    def cell(arm, name):
        row = found.get((arm, name))
        return f"{_number(row)}, {row['badge'].split(', ')[1].removesuffix(' numbers')}" if row else ""

    units = {row["label"]: row["unit"] for row in found.values()}
    body = [[name, units[name], *(cell(arm, name) for arm in arms)] for name in names]
    note = "  3 of 10: of the 10 numbers behind it 3 are assumed; untreated: the same without the drug"
    return [*_aligned([["from plasma to mood", "unit", *arms], *body]), note, ""]


def _peaks_by_arm(arms):
    names = list(dict.fromkeys(row["name"] for rows in arms.values() for row in rows))
    found = {(arm, row["name"]): row for arm, rows in arms.items() for row in rows}
    units = {row["name"]: row["unit"] for rows in arms.values() for row in rows}

    def cell(arm, name):
        row = found.get((arm, name))
        return f"{_peak(row)} at {row['time_h']:.2f} h" if row else ""

    body = [[name, units[name], *(cell(arm, name) for arm in arms)] for name in names]
    return _aligned([["peak", "unit", *arms], *body])


def _short(value):
    return "none" if value is None else f"{value:.3g}"


def _two(value):
    return "none" if value is None else f"{round(value, 2) + 0:.2f}"


def scorecard(found):
    """The printed scorecard: one row per part, then how many of the free and clean parts hold."""
    from synaptrace.claims.checks import NOT_RUN

    rows = [["claim", "part", "role", "circularity", "independence", "model", "expected", "unit", "verdict", "switched off"]]
    for claim in found["claims"]:
        for p in claim["parts"]:
            window = [f"{k} {v:.3g}" if k in ("above", "below") else f"{v:.3g}" for k, v in p["expected"].items()]
            off = p["off"].get("none", "") or f"{_short(p['off'].get('observed'))} ({p['off']['expect']})"
            off = f"waits for {p['off']['waits_for']}" if "waits_for" in p["off"] else off
            rows.append(
                [claim["id"], p["name"], p["role"], p["circularity"], p["independence"], _short(p["observed"]),
                 " to ".join(window), p["unit"], p["model_verdict"], off]
            )  # fmt: skip
    parts = [p for claim in found["claims"] for p in claim["parts"]]
    valid = [p for p in parts if p["circularity"] == "free" and p["independence"] == "clean" and p["role"] == "held-out"]
    lines = [line.rstrip() for line in _aligned(rows)]
    lines += _counted(parts, "role", ("calibration", "held-out", "contested", "definition"))
    if any(claim.get("group") == "mission" for claim in found["claims"]):
        lines += _counted(parts, "circularity", ("built-in", "fitted", "free", "exact", "none"))
        labels = [c["evidence_verdict"] for c in found["claims"]]
        lines.append("  sentences: " + ", ".join(f"{labels.count(v)} {v}" for v in dict.fromkeys(sorted(labels))))
    if not any(p["model_verdict"] == NOT_RUN for p in parts):  # what was not run validates nothing
        passed = sum(p["model_verdict"] == "pass" for p in valid)
        lines.append(f"  validation (held-out, free and clean): {passed} of {len(valid)} parts pass")
    if found.get("sealed"):
        lines.append(f"  {found['sealed']} held-out parts are run by `make heldout` alone, which logs them")
    return "\n".join([*lines, *(["", theories(found["theories"])] if "theories" in found else [])])


def _counted(parts, key, words):
    """One line per word of a column: how many parts came to which verdict."""
    lines = []
    for word in words:
        mine = [p["model_verdict"] for p in parts if p[key] == word]
        if mine:
            counts = ", ".join(f"{mine.count(v)} {v}" for v in dict.fromkeys(sorted(mine, reverse=True)))
            lines.append(f"  {word}: {counts}")
    return lines


def theories(found):
    """The truth table as text: rows matched by each theory and by the trivial rule, each row, and block received and needed."""
    names = [t["theory"] for t in found["theories"]]
    short = dict(zip(names, "abcdefghijklmnopqrstuvwxyz", strict=False))
    head = [["", "theory", "numbers", "role", "rows matched", "balanced accuracy", "label"]]
    for t in found["theories"]:
        for role, s in t["scores"].items():
            share = f"{s['matched']:.4g} of {s['rows']:.4g}"
            numbers = "fitted" if t["fitted"] else "not fitted" if t["received"] else "none"
            head.append([short[t["theory"]], t["theory"], numbers, role, share, _short(s["balanced_accuracy"]), t["label"]])
    rows = [["row", "part", "found", *short.values()]]
    for row in found["rows"]:
        cells = [_two(c["ratio"]) + ("" if c["matched"] else " x") for c in row["found"].values()]
        rows.append([row["claim"], row["part"], row["outcome"], *cells])
    pools = list(dict.fromkeys(p for t in found["theories"] for p in t["received"]))
    blocks = [["theory", *pools]]
    for t in found["theories"][1:]:
        both = [(t["received"].get(p), t["needed"].get(p)) for p in pools]
        blocks.append([t["theory"], *("none" if r is None else f"{100 * r:.1f} / {100 * n:.1f} %" for r, n in both)])
    return "\n".join(
        [
            *_aligned(head),
            "",
            "effect relative to that of the drug alone; x: not what was found; none: the drug has no effect of its own",
            *_aligned(rows),
            "",
            "block received by each pool / fall of its signal that the theory makes of it, at the peak of a single infusion",
            *_aligned(blocks),
        ]
    )


def readings(experiment, rows):
    """The readings of an experiment as text: a table, one column per off-switch, then the explanation."""
    from synaptrace.experiment.run import AS_IS

    lines = [experiment["title"], ""]
    head = ["reading", AS_IS, "published", "error", "window", "verdict", *experiment.off]
    table = [head, *([*_reading(row), *(_short(row["off"][name]) for name in experiment.off)] for row in rows)]
    wide = [max(len(row[k]) for row in table) for k in range(len(head))]
    lines += ["  ".join(cell.ljust(w) for cell, w in zip(row, wide, strict=True)).rstrip() for row in table]
    lines += [f"  {row['name']}: {row['note']}" for row in rows if row["note"]]
    if experiment.get("explanation"):
        lines += ["", experiment["explanation"].strip()]
    return "\n".join(lines)


def series_readings(experiment, found, rows, series):
    """What a caller's series gave as text: a line per varied value, then `rows`, read across the series, with no verdict."""
    units_of = {n: found[n].attrs["units"] for n in series[0] if n in found}
    units_of |= {m["name"]: m["unit"] for m in experiment["measure"]}
    head = [f"{n} ({units_of[n]})" if units_of[n] != "1" else n for n in series[0]]
    table = [head, *([_short(v) for v in row.values()] for row in series)]
    wide = [max(len(row[k]) for row in table) for k in range(len(head))]
    lines = [experiment["title"], ""]
    lines += ["  ".join(cell.ljust(w) for cell, w in zip(row, wide, strict=True)).rstrip() for row in table]
    for row in rows:
        value = f"{_short(row['value'])} {row['unit']}".removesuffix(" 1")
        lines.append(f"{row['name']}: {value if math.isfinite(row['value']) else 'cannot be read off this series'}")
    return "\n".join([*lines, "not compared with published numbers: the series is yours"])


def _reading(row):
    given = row["published"]
    published = "" if given is None else _short(given) if isinstance(given, float) else " ".join(map(_short, given))
    error = "" if row["error"] is None else f"{100 * row['error']:+.0f} %"
    window = "" if row["window"] is None else f"{_short(row['window'][0])} to {_short(row['window'][1])}"
    unit = "" if row["unit"] == "1" else f" {row['unit']}"
    role = f" ({row['role']})" if row["role"] and row["verdict"] else ""
    return [row["name"], f"{_short(row['value'])}{unit}", published, error, window, f"{row['verdict']}{role}"]


def table_rows():
    """Lines of text about every shipped table of averages."""
    from synaptrace.tables import load_table, tables

    lines = []
    for name in tables():
        table = load_table(name)
        axes, found = ", ".join(f"{a.name} {a.low:g} to {a.high:g} {a.unit}" for a in table.axes), "not built"
        if "built" in table.table:
            error = table.table["built"]["error"]
            sizes = f"{100 * error['of_range']:.2f} % of range, {100 * error['of_value']:.2f} % of value"
            found = f"{len(table.terms)} terms; largest error {sizes}, at {error['points']} points held back"
        lines += [f"{name:<26}{table.table['meaning']} ({table.unit})", f"{'':26}{axes}", f"{'':26}{found}"]
    return lines
