"""Run the parts of claims and put evidence and model side by side: the same data for table, JSON and page."""

import functools
import hashlib
import json
import math
from pathlib import Path

from synaptrace.claims import checks
from synaptrace.claims.bench import bench_key, bench_pairs
from synaptrace.claims.evidence import KINDS, computed_key, computed_pairs
from synaptrace.claims.load import load_claims
from synaptrace.claims.readouts import curves, plan, read, run_text
from synaptrace.claims.theories import chosen, theory_key, theory_pairs, theory_verdict
from synaptrace.flatten import model_hash
from synaptrace.models import THEORIES, load_model
from synaptrace.units import duration
from synaptrace.version import __version__
from synaptrace.vocabulary import REGIONS
from synaptrace.windows import published, unit_of

OPEN_ENDED = ("sign", "stated-limit", "truth-table")  # rules whose windows may have one end only


def groups():
    """Names of the groups of claims."""
    return sorted({c.group for c in load_claims()})


def check(group=None, roles=None, fresh=False, simulate=True):
    """Check the claims of a group, or of all.

    Parameters
    ----------
    group : str
    roles : sequence of str
        Only parts of these roles, such as ['held-out']; if left out all, except held-out ones of models that reach mood.
    fresh : bool
        Run everything anew instead of taking unchanged read-outs from the cache.
    simulate : bool
        Without it only parts that need no run are computed, and all others are 'not run here'.

    Returns
    -------
    dict
        {"claims": [{id, group, evidence_verdict, model_verdict, parts}]}, ready for JSON. `observed` of a part is what
        the model's run shows, `expected` the window from the published numbers; "sealed" counts what was left out.
    """
    claims = load_claims(group)
    parts = [p for c in claims for p in c.parts if (p["role"] in roles if roles else not _sealed(p))]
    readouts = _read_all([p for p in parts if simulate or needs_no_run(p)], fresh)
    readouts = {id(p): readouts.get(id(p)) for p in parts}
    rows = []
    for claim in claims:
        mine = [_row(p, readouts[id(p)]) for p in claim.parts if id(p) in readouts]
        if mine:
            deciding = [r["model_verdict"] for r in mine if r["role"] != "contested"]
            head = {"id": claim.id, "group": claim.group, "statement": claim.table["statement"]}
            head |= {"evidence_verdict": claim.evidence_verdict, "model_verdict": checks.worst(deciding)}
            rows.append(head | {"qualifier": claim.table.get("qualifier", ""), "parts": mine})
    sealed = 0 if roles else sum(_sealed(p) for c in claims for p in c.parts)
    return {"claims": rows, **({"sealed": sealed} if sealed else {})}


def paired(row, claim):
    """[(part of the scorecard, Part of the file)]; parts that the scorecard keeps sealed are passed over."""
    waiting, pairs = list(claim.parts), []
    for mine in row["parts"]:
        part = next(p for p in waiting if p["name"] == mine["name"])
        del waiting[: waiting.index(part) + 1]
        pairs.append((mine, part))
    return pairs


def needs_no_run(part):
    """Whether a part is decided without simulating: a review, a structure, a printed number, or nothing yet."""
    return bool({*KINDS, "not_yet"} & set(part["run"]))


def _sealed(part):
    """Held-out parts of models that reach mood are run only where it is logged, so that no theory is chosen by them."""
    run = part["run"]
    regional = all(q.partition(".")[0] in REGIONS for q in part["measure"].get("what", ("",)))  # regions move no mood
    moody = "theory" in run or run.get("model") in ("standard", "empirical", "regions", *THEORIES)
    return part["role"] == "held-out" and moody and not regional


def _read_all(parts, fresh):
    """{id of part: (on, off)}: read-outs of the run and of the switched-off run, one simulation per run text."""
    found, jobs, places, known = {}, {}, {}, {}
    for part in parts:
        if "not_yet" in part["run"]:
            found[id(part)] = math.nan, math.nan
            continue
        path = places[id(part)] = _cached(part, known)
        if path.exists() and not fresh:
            found[id(part)] = tuple(json.loads(path.read_text("utf-8")))
        else:
            jobs.setdefault(_shared(part["run"]), []).append(part)
    for mine in jobs.values():
        for part, pair in zip(mine, _simulate(mine), strict=True):
            found[id(part)] = pair
            path = places[id(part)]
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(pair), "utf-8")
    return found


def _shared(run):
    """What parts that are simulated together have in common: the theory of rows of the truth table, else the whole run."""
    return f"theory {chosen(run)}" if "theory" in run else run_text(run)


def _cached(part, known):
    """Where the read-outs of a part are kept: named by model, run, published numbers, measure and switch.

    `known` remembers what runs depend on, since many parts read the same run.
    """
    import platformdirs

    measure = part["measure"]
    numbers = [published(r, unit_of(measure), measure.get("substance", "")) for r in part.get("published", [])]
    behind = [*_behind(part, known), numbers, __version__, _code()]
    text = json.dumps(behind + [part.get(k) for k in ("run", "measure", "check", "off")], sort_keys=True)
    folder = platformdirs.user_cache_path("synaptrace") / "claims"
    return Path(folder) / f"{hashlib.sha256(text.encode()).hexdigest()}.json"


@functools.cache
def _code():
    """Hash of the code that runs and reads: what is kept must not outlive it."""
    here = Path(__file__).parents[1]
    chosen = [
        p for folder in ("claims", "evidence", "experiment", "graph", "simulate", "solve") for p in (here / folder).rglob("*.py")
    ]
    return hashlib.sha256(b"".join(p.read_bytes() for p in sorted([*chosen, here / "flatten.py", here / "nca.py"]))).hexdigest()


def _behind(part, known):
    """What the run of a part depends on."""
    run = part["run"]
    if set(KINDS) & set(run):
        return computed_key(part)
    name = _shared(run)
    if name not in known:
        known[name] = _model_behind(run)
    return [*known[name], *theory_key(part)] if "theory" in run else known[name]


def _model_behind(run):
    if "theory" in run:
        return [model_hash(load_model(chosen(run)))]
    if "experiment" in run:
        return bench_key(run)
    planned = plan(run)
    return [model_hash(planned.model), planned.protocol.to_tables()]


def _simulate(parts):
    """[(on, off)] of parts that share one run; every off-run is one more patient of the same batch."""
    if set(KINDS) & set(parts[0]["run"]):
        return computed_pairs(parts)
    if "theory" in parts[0]["run"]:
        return theory_pairs(parts)
    if "experiment" in parts[0]["run"]:
        return bench_pairs(parts)
    offs = [p["off"].get("changes", {}) for p in parts]
    main = _curves(parts[0]["run"], [p["measure"] for p in parts], offs)
    pairs = []
    for k, part in enumerate(parts):
        values = [read(part["measure"], *main, row) for row in (0, 1 + k)]
        if "relative_to" in part["measure"]:
            below = _relative(part["measure"]["relative_to"], part["run"], offs[k])
            values = [over / under if under else float("nan") for over, under in zip(values, below, strict=True)]
        pairs.append(tuple(_scored(part, v) for v in values))
    return pairs


def _relative(measure, run, off):
    """[on, off] of what a read-out is relative to, itself perhaps relative to something."""
    run = measure.get("run", run)
    found = _curves(run, [measure], [off])
    values = [read(measure, *found, row) for row in (0, 1)]
    if "relative_to" in measure:
        below = _relative(measure["relative_to"], run, off)
        values = [a / b if b else float("nan") for a, b in zip(values, below, strict=True)]
    return values


def _curves(run, measures, offs):
    names = list(dict.fromkeys(n for m in measures for n in m["what"]))
    moments = [duration(t) for m in measures for t in [*m.get("at", []), *([m["until"]] if "until" in m else [])]]
    return curves(plan(run), names, moments, offs)


def _scored(part, value):
    """A list of read-outs as the median of its errors; a single one as it is."""
    if part["check"] != "follows":
        return value
    measure = part["measure"]
    return checks.follows(value, [published(r, measure["unit"], measure.get("substance", "")) for r in part["published"]])


def _row(part, pair):
    """One part as the JSON has it; `pair` is None where it was not run."""
    on, off = pair or (math.nan, math.nan)
    curve = part["check"] == "follows"
    ends = ("above", "below") if part.get("window") in OPEN_ENDED else ("low", "high")
    return {
        "name": part["name"],
        "role": part["role"],
        "circularity": part["circularity"],
        "independence": part["independence"],
        "model_verdict": _verdict(part, on, off) if pair else checks.NOT_RUN,
        "observed": _finite(on),
        "expected": {k: v for k, v in zip(ends, part.window or (), strict=False) if math.isfinite(v)},
        "unit": "median absolute relative error" if curve else unit_of(part["measure"]),
        "window": part.get("window", "none: memory"),
        "source": part["source"],
        "tag": part["tag"],
        "off": {**part["off"], **_off_run(part, off)},
    }


def _verdict(part, on, off):
    return (theory_verdict if "theory" in part["run"] else checks.verdict)(part, on, off)


def _off_run(part, off):
    """What the switched-off run showed, or what a part that cannot be simulated waits for."""
    if "not_yet" in part["run"]:
        return {"waits_for": part["run"]["not_yet"]}
    return {} if "none" in part["off"] else {"observed": _finite(off)}


def _finite(value):
    """JSON has no NaN: what cannot be computed is null."""
    return value if math.isfinite(value) else None
