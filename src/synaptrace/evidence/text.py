"""Reviews and meta-analyses as printed text: joins, computes nothing."""

from textwrap import fill

from synaptrace.evidence.reviews import DIFFERS, MATCH, OPEN

WIDTH, MOST, STUDIES = 100, 12, 100  # letters of a line; rows left out and studies that are printed one by one
TESTS = {"z": "normal intervals", "knha": "Knapp-Hartung", "adhoc": "Knapp-Hartung, never narrower than normal", "t": "t"}


def number(value, digits=4):
    """A number as printed: four significant digits, or a dash."""
    return "-" if value is None else f"{value:.{digits}g}"


def aligned(rows, gap="  "):
    """Rows of text in columns, two spaces in."""
    widths = [max(len(str(r[i])) for r in rows if i < len(r)) for i in range(max(map(len, rows)))]
    return ["  " + gap.join(f"{c!s:<{widths[i]}}" for i, c in enumerate(r)).rstrip() for r in rows]


def analysis_text(analysis):
    """The printed page of one meta-analysis: studies, pooled effect, heterogeneity, subgroups, asymmetry, rows left out."""
    result, show = analysis.result, analysis.display
    lines = [f"{result.measure}, {_model(result)}, {_studies(result.k)}", "", *_rows(analysis), ""]
    lines += _pooled(result, show, analysis.found.measure)
    for name, part in analysis.parts.items():
        low, high = sorted(float(show(x)) for x in part.ci)
        lines.append(f"  {name}: {number(float(show(part.estimate)))} [{number(low)}, {number(high)}], {_studies(part.k)}")
    if analysis.between:
        b = analysis.between
        lines.append(f"  subgroups differ: Q = {number(b['q'])}, df {b['df']}, p = {number(b['p'], 3)}")
    lines += _asymmetry(analysis.as_json()["asymmetry"])
    lines += [f"  note: {n}" for n in result.notes] + [f"  look at: {flag}" for flag in analysis.found.flags]
    remembered = result.tags.get("memory", 0)
    lines += [f"  {remembered} of {result.k} rows are remembered, not read"] if remembered else []
    return "\n".join([*lines, *left_out_text(result.rows_left_out), ""])


def _model(result):
    return f"{'common effect' if result.method == 'EE' else 'random effects by ' + result.method}, {TESTS[result.test]}"


def _studies(count):
    return f"{count} {'study' if count == 1 else 'studies'}"


def _rows(analysis):
    result, show = analysis.result, analysis.display
    table = [["study", "effect", "95 % interval", "weight %"]]
    for label, y, ends, w in list(zip(result.labels, result.yi, result.intervals, result.weights, strict=True))[:STUDIES]:
        low, high = sorted(float(show(x)) for x in ends)
        table.append([label, number(float(show(y))), f"[{number(low)}, {number(high)}]", f"{w:.1f}"])
    more = [f"  and {result.k - STUDIES} more; --json lists all"] if result.k > STUDIES else []
    return aligned(table) + more


def _pooled(result, show, measure):
    if len(result.coefficients) > 1:
        table = [["coefficient", "estimate", "se", "95 % interval", "p"]]
        for c in result.coefficients:
            table.append([c.name, number(c.estimate), number(c.se), f"[{number(c.ci[0])}, {number(c.ci[1])}]", number(c.p, 3)])
        test = result.moderator_test
        lines = [*aligned(table), f"  moderators: {test['kind']} = {number(test['statistic'])}, p = {number(test['p'], 3)}"]
        lines += [f"  R2 {number(result.r2, 3)} %"] if result.r2 is not None else []
        lines.append(f"  scale: {'logarithm of the ' + measure if measure in ('OR', 'RR', 'ROM', 'PETO') else measure}")
    else:
        low, high = sorted(float(show(x)) for x in result.ci)
        p = f", p = {number(result.p, 3)}" if result.p is not None else ""
        lines = [f"  pooled {number(float(show(result.estimate)))} [{number(low)}, {number(high)}]{p}"]
        if result.prediction_interval:
            low, high = sorted(float(show(x)) for x in result.prediction_interval)
            lines.append(f"  a new study would lie in [{number(low)}, {number(high)}] ({result.prediction_method})")
    if result.q is not None:
        lines.append(f"  Q = {number(result.q)}, df {result.q_df}, p = {number(result.q_p, 3)}; I2 {number(result.i2, 3)} %")
    if result.tau2 is not None:
        ends = f" [{number(result.tau2_ci[0])}, {number(result.tau2_ci[1])}]" if result.tau2_ci else ""
        lines.append(f"  tau2 {number(result.tau2)}{ends}")
    return lines


def _asymmetry(found):
    if "not_done" in found:
        return [f"  {found['not_done']}"]
    filled = found["trim_and_fill"]
    return [
        f"  Egger p = {number(found['egger']['p'], 3)}, Begg p = {number(found['begg']['p'], 3)}; trim and fill adds "
        f"{filled['missing']} on the {filled['side']}; fail-safe number (Rosenthal) {found['fail_safe_rosenthal']}"
    ]


def left_out_text(rows):
    """Rows that were not used, each with its reason; those that the analysis does not ask for are only counted."""
    other = [r for r in rows if "the analysis asks for" in r[1] or "not in the analysis" in r[1]]
    rows = [r for r in rows if r not in other]
    lines = [f"  left out: {label}: {reason}" for label, reason in rows[:MOST]]
    lines += [f"  and {len(rows) - MOST} more; --json lists all"] if len(rows) > MOST else []
    return lines + ([f"  not asked for: {len(other)} rows of other outcomes or studies; --json lists all"] if other else [])


def list_text(store, counts):
    """One line per review: name, rows, analyses and what came out of them, title."""
    table = [["review", "trials", "arms", "effects", MATCH, DIFFERS, "open", "title"]]
    for name, review in store.items():
        sizes = [len(review.rows[t]) for t in ("trials", "arms", "effects")]
        found = counts[name]
        title = review.about.get("title", "")
        table.append([name, *sizes, found[MATCH], found[DIFFERS], found[OPEN], title if len(title) < 64 else title[:61] + "..."])
    return "\n".join([*aligned(table), f"  open: {OPEN}", ""])


def show_text(review, recomputed, papers, table=None):
    """One review: question, status, analyses with what was printed and found, and the rows of a table with their sources."""
    about = review.about
    lines = [
        about.get("title", review.name),
        fill(about.get("question", ""), WIDTH),
        "",
        fill(about.get("status", ""), WIDTH),
        "",
    ]
    lines += [line for r in recomputed for line in recomputed_lines(r)]
    tables = [table] if table else [t for t in ("trials", "arms", "effects") if review.rows[t]]
    for name in tables:
        lines += ["", f"{name}.csv, {len(review.rows[name])} rows"]
        lines += aligned(_row_table(review.rows[name])) if review.rows[name] else []
    keys = dict.fromkeys(r["source"].split(":")[0] for t in tables for r in review.rows[t])
    lines += ["", "sources"] if keys else []
    lines += [f"  {k}: {address(papers[k])}" if k in papers else f"  {k}: see synaptrace explain" for k in keys]
    return "\n".join([*lines, ""])


def address(paper):
    """Authors, title, journal, year and where a paper lives."""
    where = [f"doi:{paper['doi']}" if paper["doi"] else "", f"PMID {paper['pmid']}" if paper["pmid"] else ""]
    where += [paper["pmcid"] or "", paper["registry"] or "", paper["publisher"] or ""]
    parts = [paper["authors"], paper["title"], paper["journal"], paper["year"], *where]
    return ". ".join(str(p).rstrip(".") for p in parts if p)


def _row_table(rows):
    """The filled columns of rows, source and tag last; notes are in the file."""
    names = [c for c in rows[0] if c not in ("file", "line", "note", "source", "tag") and any(r[c] is not None for r in rows)]
    names += ["source", "tag"]
    cells = [
        [("" if r[c] is None else number(r[c], 6) if isinstance(r[c], float) else str(r[c])[:38]) for c in names] for r in rows
    ]
    return [names, *cells]


def recomputed_lines(r):
    """What an analysis printed, what came out, and what stands behind the difference."""
    numbers = [k for k in r.printed if k in r.found]
    printed = ", ".join(f"{k} {v}" for k, v in r.printed.items())
    shown = numbers or [k for k in ("estimate", "ci_low", "ci_high") if k in r.found]
    found = ", ".join(f"{k} {_as_printed(r.found[k], r.printed.get(k))}" for k in shown)
    lines = [f"  {r.analysis}  {r.verdict or 'our own'}: {r.what}"]
    lines += [f"      printed  {printed}"] if printed else []
    lines += [f"      found    {found}"] if found else []
    return lines + ([f"      because  {r.because}"] if r.because else [])


def _as_printed(value, printed):
    """A number with one digit more than was printed, or four."""
    if printed is None or not printed.lstrip("-+").replace(".", "").isdigit():
        return number(value)
    return f"{value:.{len(printed.partition('.')[2]) + 1}f}"


def reviews_text(recomputed, only=None):
    """All analyses with something printed, by verdict: differs first, then open, then match."""
    lines, chosen = [], [r for r in recomputed if r.verdict and (only is None or r.verdict == only)]
    for verdict in (DIFFERS, MATCH):
        some = [r for r in chosen if r.verdict == verdict]
        lines += [
            f"{verdict}: {len(some)}",
            *(f"{r.review}\n{line}" if i == 0 else line for r in some for i, line in enumerate(recomputed_lines(r))),
            "",
        ]
    some = [r for r in chosen if r.verdict == OPEN]
    lines += [f"{OPEN}: {len(some)}"]
    lines += aligned([[r.review, r.analysis, r.because[:90]] for r in some]) if some else []
    return "\n".join([*lines, ""])


def forensic_text(one, two):
    """Whether a printed interval is that of a change in one group or of a difference of two; `one`, `two` are Recomputed."""
    table, off = [["formula", "people", "interval", "differs from print by"]], []
    for name, r in (("change within one group", one), ("difference of two groups", two)):
        off.append(max(abs(r.found[k] - float(r.printed[k])) for k in ("ci_low", "ci_high")))
        people = " and ".join(f"{r.found[k]:.0f}" for k in ("n", "n2") if k in r.found)
        table.append([name, people, f"[{r.found['ci_low']:.3f}, {r.found['ci_high']:.3f}]", f"{off[-1]:.3f}"])
    printed, fits = one.printed, "one arm, not two" if off[0] < off[1] else "two arms"
    meaning = (
        "it is a change from the patients' own start, without a control group" if off[0] < off[1] else "it has a control group"
    )
    lines = [
        f"{one.review}: which formula gives the printed interval?",
        f"  printed {printed['estimate']} [{printed['ci_low']}, {printed['ci_high']}]",
        *aligned(table),
        f"  The printed interval fits {fits}: {meaning}.",
        "",
    ]
    return "\n".join(lines)
