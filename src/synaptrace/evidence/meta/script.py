"""The same analysis as a script for R's metafor, so that anybody can check it with another program."""

import numpy as np

from synaptrace.evidence.meta.own_table import PLACE

GROUPS = "m1i=mean1, sd1i=sd1, n1i=n1, m2i=mean2, sd2i=sd2, n2i=n2"
TABLE = "ai=events1, n1i=n1, ci=events2, n2i=n2"
PAIRS = "m1i=mean1, m2i=mean2, sd1i=sd1, sd2i=sd2, ni=n, ri=r"
CALLS = {
    **dict.fromkeys(("MD", "SMD", "SMDH", "ROM"), GROUPS),
    **dict.fromkeys(("OR", "RR", "RD", "PETO"), TABLE),
    **dict.fromkeys(("PR", "PLO", "PAS", "PFT"), "xi=events, ni=n"),
    **dict.fromkeys(("COR", "ZCOR"), "ri=r, ni=n"),
    **{"MC": PAIRS, "SMCR": "m1i=mean1, m2i=mean2, sd1i=sd1, ni=n, ri=r"},
}


def metafor_script(file, found, method="REML", test="z", moderators=(), subgroup=None, prediction="default"):
    """R code, as text, that reads the same file, leaves out the same rows and fits the same model.

    Parameters
    ----------
    file : str
        Name of the CSV file as R shall read it.
    found : Effects
        What the analysis here used.
    method, test, moderators, subgroup, prediction : str, str, list of str, str, str
        As given to the analysis.
    """
    lines = ["library(metafor)", *_data(file, found)]
    mods = f", mods=~{' + '.join(_name(m) for m in moderators)}" if moderators else ""
    lines += [f'res <- rma(yi, vi{mods}, data=dat, method="{method}", test="{test}")', "print(res, digits=6)"]
    if not moderators:
        lines.append("predict(res, digits=6)")
    if prediction == "hts" and not moderators:
        lines.append("coef(res) + c(-1, 1) * qt(.975, res$k - 2) * sqrt(res$tau2 + res$se^2)  # Higgins, Thompson, Spiegelhalter")
    if method != "EE" and len(found.yi) > 1:
        lines.append("confint(res, digits=6)")
    if subgroup:
        lines.append(f'by(dat, dat[[{_quoted(subgroup)}]], function(d) rma(yi, vi, data=d, method="{method}", test="{test}"))')
    return "\n".join(lines) + "\n"


def _data(file, found):
    """Lines that read the same rows of the file and make the same effects; of the store, effects and variances as they are."""
    left = [f"# left out: {label}: {reason}".replace("\n", " ") for label, reason in found.left_out]
    if not str(file).endswith(".csv"):
        names = ", ".join(_quoted(x) for x in found.labels)
        rows = f"study=c({names}), yi=c({_numbers(found.yi)}), vi=c({_numbers(found.vi)})"
        return [f"# {file}, {found.measure}", *left, f"dat <- data.frame({rows})"]
    lines = [f'dat <- read.csv({_quoted(file)}, comment.char="#", check.names=FALSE)', *left]
    if found.left_out:
        lines.append(f"dat <- dat[c({', '.join(str(i) for i in _places(found))}), ]")
    if found.measure in CALLS:
        return [*lines, f'dat <- escalc(measure="{found.measure}", {CALLS[found.measure]}, slab=study, data=dat)']
    if found.measure == "given":
        given = "vi=vi" if found.rows[0].get("vi") is not None else "sei=sei"
        return [*lines, f"dat <- escalc(yi=yi, {given}, slab=study, data=dat)"]
    lines.append(f"# {found.measure} is not among the measures of metafor: effects and variances as computed here")
    return [*lines, f"dat$yi <- c({_numbers(found.yi)})", f"dat$vi <- c({_numbers(found.vi)})"]


def _places(found):
    """Rows of the file, counted from 1 below the header, that were used."""
    return [r[PLACE] for r in found.rows]


def _quoted(text):
    return '"' + str(text).replace("\\", "/").replace('"', '\\"') + '"'


def _name(column):
    return column if column.isidentifier() else f"`{column}`"


def _numbers(values):
    return ", ".join(f"{x:.17g}" for x in np.asarray(values))
