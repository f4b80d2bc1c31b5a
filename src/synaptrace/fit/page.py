"""A fit as text: the list of all, and what came out of one."""

from synaptrace.fit.declared import fits, load_fit


def fit_rows():
    """Lines 'name  title  what came out' of the shipped fits."""
    names = fits()
    width = max(len(n) for n in names)
    return [f"{n:<{width}}  {title}  [{_state(load_fit(n).table.get('built'))}]" for n, title in names.items()]


def _state(built):
    if not built:
        return "not run yet"
    return f"objective {built['objective']:g}, {len(built['not_identifiable'])} not identifiable"


def fit_page(fit, found):
    """The numbers with their 95 % intervals, the residuals, and what is not identifiable.

    Parameters
    ----------
    fit : Fit
    found : dict
        From `solve`.
    """
    rows = [("number", "value", "95 %", "")]
    for name, row in found["values"].items():
        marks = [*(["at a bound"] if row["at_bound"] else []), *([] if row["determined"] else ["not identifiable"])]
        between = f"{row['low']:.4g} to {row['high']:.4g}"
        rows.append((name, f"{row['value']:.4g} {row['unit']}", between, ", ".join(marks)))
    aims = [("target", "read", "distance in standard errors")]
    aims += [(r["name"], f"{r['read']:.4g}", f"{r['distance']:.2f}") for r in found["residuals"]]
    lines = [fit.table["title"], "", *_table(rows), "", *_table(aims), ""]
    lines += [f"'{a}' and '{b}' stand for each other" for a, b in found["alike"]]
    total = len(found["costs"])
    lines.append(f"objective {found['cost']:.4g}, reached from {found['reached']} of {total} starts in {found['seconds']} s")
    return "\n".join(lines)


def _table(rows):
    widths = [max(len(row[k]) for row in rows) for k in range(len(rows[0]))]
    return ["  ".join(text.ljust(w) for text, w in zip(row, widths, strict=True)).rstrip() for row in rows]
