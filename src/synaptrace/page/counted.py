"""How many statements and parts came out how; which of them count as validation."""

from synaptrace.page.words import CIRCULARITY, EVIDENCE, MODEL, ROLES


def counts(scorecard):
    """Counts of a scorecard.

    Returns
    -------
    dict
        "evidence" and "model" {verdict: statements}, "role" and "circularity" {word: {verdict: parts}}, "free" and "clean"
        (passed, all): free parts that are no side of an open question, and those of them that are held out and clean.
    """
    claims = scorecard["claims"]
    parts = [p for c in claims for p in c["parts"]]
    free = [p for p in parts if p["circularity"] == "free" and p["role"] != "contested"]
    clean = [p for p in free if p["role"] == "held-out" and p["independence"] == "clean"]
    return {
        "evidence": {v: sum(c["evidence_verdict"] == v for c in claims) for v in EVIDENCE},
        "model": {v: sum(c["model_verdict"] == v for c in claims) for v in MODEL},
        "role": _by("role", ROLES, parts),
        "circularity": _by("circularity", CIRCULARITY, parts),
        "free": _passed(free),
        "clean": _passed(clean),
    }


def _by(key, known, parts):
    verdicts = [v for v in MODEL if v != "not applicable"]
    return {w: {v: sum(p[key] == w and p["model_verdict"] == v for p in parts) for v in verdicts} for w in known}


def _passed(parts):
    return sum(p["model_verdict"] == "pass" for p in parts), len(parts)
