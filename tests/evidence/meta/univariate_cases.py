"""Data of the univariate reference cases, and what synaptrace finds for every quantity of every case."""

import numpy as np

from synaptrace.evidence.meta.bias import begg, egger, fail_safe, trim_and_fill
from synaptrace.evidence.meta.influence import cumulative, influence_of, leave_one_out
from synaptrace.evidence.meta.intervals import henmi_copas
from synaptrace.evidence.meta.measures import (
    effects_of,
    log_odds_ratio,
    mean_difference,
    risk_difference,
    standardized_mean_difference,
)
from synaptrace.evidence.meta.models import fit_effects, fit_subgroups, indicators
from synaptrace.evidence.meta.predictions import compare, predict, study_effects
from synaptrace.evidence.meta.tables_2x2 import mantel_haenszel, peto
from tests.evidence.meta.multivariate_cases import numbers, table, words


def bcg(measure="RR"):
    return effects_of(measure, bcg_tables())


def bcg_tables():
    rows = table("bcg")
    tpos, tneg, cpos, cneg = (numbers(rows, n) for n in ("tpos", "tneg", "cpos", "cneg"))
    return {"events_1": tpos, "total_1": tpos + tneg, "events_2": cpos, "total_2": cpos + cneg}


def bcg_column(name):
    return numbers(table("bcg"), name)


def counts(name, columns=("ai", "n1i", "ci", "n2i"), rows=slice(None)):
    return [numbers(table(name), column)[rows] for column in columns]


def normand(pooled):
    n_1, m_1, sd_1, n_2, m_2, sd_2 = (numbers(table("normand1999"), n) for n in ("n1i", "m1i", "sd1i", "n2i", "m2i", "sd2i"))
    if pooled:
        sd_1 = sd_2 = np.sqrt(((n_1 - 1) * sd_1**2 + (n_2 - 1) * sd_2**2) / (n_1 + n_2 - 2))
    return m_1, sd_1, n_1, m_2, sd_2, n_2


def ready(name):
    rows = table(name)
    return numbers(rows, "yi"), numbers(rows, "vi")


def ends(found, name="ci"):
    return {f"{name}_low": found[0], f"{name}_high": found[1]}


def basic(r, *more):
    return {"estimate": r.estimate, "se": r.se} | ends(r.ci) | {n: getattr(r, n) for n in more}


def some(r, *names):
    return {n: getattr(r, n) for n in names}


def r01():
    return basic(fit_effects(*bcg(), method="EE"), "statistic", "q", "i2")


def r02():
    return basic(fit_effects(*bcg(), method="DL"), "tau2", "statistic", "i2", "h2")


def r03():
    return basic(fit_effects(*bcg()), "tau2", "tau2_se", "i2", "h2")


def r04():
    return some(fit_effects(*bcg(), method="ML"), "tau2", "estimate", "se")


def r05():
    return some(fit_effects(*bcg(), method="PM"), "tau2", "estimate", "se")


def r06():
    return {f"tau2_{m}": fit_effects(*bcg(), method=m).tau2 for m in ("EB", "HE", "HS", "SJ")}


def r07():
    r = fit_effects(*bcg(), test="knha")
    return some(r, "se", "statistic", "df", "p") | ends(r.ci) | ends(r.prediction_interval, "prediction")


def r08():
    found = {}
    for m in ("DL", "PM"):
        r = fit_effects(*bcg(), method=m, test="knha")
        found |= {f"{m}_se": r.se} | ends(r.ci, f"{m}_ci")
    return found


def r09():
    return _both([(m, fit_effects(*bcg(), method=m)) for m in ("REML", "DL")])


def r10():
    return _both([(m, fit_effects(*bcg(), method=m, prediction="hts")) for m in ("DL", "REML", "PM")])


def _both(results):
    found = {}
    for m, r in results:
        found |= ends(r.prediction_interval, m)
    return found


def r11():
    r = fit_effects(*bcg(), method="DL")
    return ends(r.tau2_ci, "tau2") | ends(r.i2_ci, "i2") | ends(r.h2_ci, "h2")


def r12():
    return basic(mantel_haenszel(**bcg_tables(), measure="RR"), "q")


def r13():
    return _without_se(mantel_haenszel(**bcg_tables(), measure="OR"), "q")


def r14():
    return _without_se(mantel_haenszel(**bcg_tables(), measure="RD"), "q")


def r15():
    return _without_se(peto(**bcg_tables()), "q")


def _without_se(r, *more):
    return {k: v for k, v in basic(r, *more).items() if k != "se"}


def r16():
    return _without_se(fit_effects(*bcg("OR"), method="DL"), "tau2", "i2")


def r17():
    return _without_se(fit_effects(*bcg("RD"), method="DL"), "tau2", "i2")


def r18(tau2=None):
    r = fit_effects(*bcg(), moderators={"ablat": bcg_column("ablat")}, tau2=tau2)
    ways = {"qm": r.moderator_test["statistic"], "qe": r.q, "tau2": r.tau2, "r2": r.r2, "i2": r.i2}
    shown = {f"exp_{x}": np.exp(predict(r, {"ablat": [x]})[0].estimate) for x in range(10, 70, 10)}
    return _coefficients(r) | ways | shown


def _coefficients(r, errors=True):
    found = {c.name: c.estimate for c in r.coefficients}
    return found | ({f"{c.name}_se": c.se for c in r.coefficients} if errors else {})


def r19(tau2=None):
    r = fit_effects(*bcg(), test="knha", moderators={"ablat": bcg_column("ablat")}, tau2=tau2)
    errors = {f"{c.name}_se": c.se for c in r.coefficients}
    return errors | {"f": r.moderator_test["statistic"], "p": r.moderator_test["p"]}


def r20(tau2=None):
    r = fit_effects(*bcg(), moderators={n: bcg_column(n) for n in ("ablat", "year")}, tau2=tau2)
    return _coefficients(r) | {"tau2": r.tau2, "qm": r.moderator_test["statistic"], "r2": r.r2}


def r21(tau2=None):
    r = fit_effects(*bcg(), moderators=indicators(words(table("bcg"), "alloc")), tau2=tau2)
    test = {"qm": r.moderator_test["statistic"], "p": r.moderator_test["p"], "tau2": r.tau2, "i2": r.i2}
    return _coefficients(r, errors=False) | test


def r22():
    groups = fit_subgroups(*bcg(), words(table("bcg"), "alloc"), method="DL")
    found = {f"{n}_{g}": getattr(r, n) for g, r in groups.results.items() for n in ("estimate", "se", "tau2", "q")}
    return found | {"q_between": groups.q_between, "p_between": groups.q_p}


def r23():
    r = egger(*log_odds_ratio(*counts("egger2001", rows=slice(15))))
    return some(r, "statistic", "df", "p", "limit") | ends(r.limit_ci, "limit_ci")


def r24():
    r = egger(*log_odds_ratio(*counts("egger2001", rows=slice(15))))
    return {"intercept": r.bias, "se": r.bias_se, "slope": r.limit}


def r25():
    data = log_odds_ratio(*counts("egger2001"))
    return {"statistic": egger(*data, model="rma").statistic, "tau": begg(*data).tau, "tau_p": begg(*data).p}


def r26():
    return some(egger(*bcg()), "statistic", "df", "p") | {"tau": begg(*bcg()).tau, "tau_p": begg(*bcg()).p}


def r27():
    filled, other = (trim_and_fill(*bcg(), method="EE", estimator=e) for e in ("L0", "R0"))
    assert filled.side == other.side == "right" and other.missing == 4 and other.result.estimate == filled.result.estimate
    return basic(filled.result, "q") | some(filled, "missing", "missing_se") | {"R0_missing_se": other.missing_se}


def r28():
    filled = trim_and_fill(*bcg())
    assert filled.side == "right" and trim_and_fill(*bcg(), estimator="R0").missing == 0
    return basic(filled.result, "tau2") | some(filled, "missing", "missing_se")


def r29():
    plain, filled = fit_effects(*ready("hackshaw1998")), trim_and_fill(*ready("hackshaw1998"))
    assert filled.side == "left"
    found = some(plain, "estimate", "se", "tau2", "q", "i2") | some(filled, "missing", "missing_se")
    return (
        found | {"filled_estimate": filled.result.estimate, "filled_tau2": filled.result.tau2} | ends(filled.result.ci, "filled")
    )


def r30():
    found = {}
    for m in ("EE", "DL"):
        r = fit_effects(*mean_difference(*normand(pooled=True)), method=m)
        found |= {f"{m}_estimate": r.estimate} | ends(r.ci, f"{m}_ci")
    return found | {"DL_tau2": r.tau2}


def r31():
    r = fit_effects(*standardized_mean_difference(*normand(pooled=False)))
    return {f"yi_{i + 1}": r.yi[i] for i in range(3)} | some(r, "estimate", "se", "tau2", "q", "i2")


def r32():
    data = ready("raudenbush1985")
    weeks = np.minimum(numbers(table("raudenbush1985"), "weeks"), 3)
    m = fit_effects(*data, moderators={"weeks": weeks})
    found = some(fit_effects(*data), "tau2", "estimate", "statistic", "q")
    return found | _coefficients(m, errors=False) | {"mods_tau2": m.tau2, "qe": m.q}


def r33():
    own = study_effects(fit_effects(*ready("raudenbush1985")))
    return {f"study_{i + 1}": own[i].estimate for i in range(4)}


WAYS = ("PM", "HE", "DL", "EB", "ML", "REML", "HS", "SJ")


def r34():
    data = log_odds_ratio(*counts("clasp"))
    return {f"tau_{m}": fit_effects(*data, method=m).tau2 ** 0.5 for m in WAYS}


def r35(tau2=None):
    data = log_odds_ratio(*counts("clasp"))
    return {f"estimate_{m}": fit_effects(*data, method=m, tau2=None if tau2 is None else tau2[m]).estimate for m in WAYS}


def r36():
    data = log_odds_ratio(*counts("collins1985b", ("xti", "nti", "xci", "nci")))
    found = {f"tau2_{m}": fit_effects(*data, method=m).tau2 for m in ("DL", "ML", "REML", "SJ")}
    return found | ends(fit_effects(*data).tau2_ci, "tau2_ci")


def r43():
    return {f"without_{label}": r.estimate for label, r in leave_one_out(*bcg())}


def r44():
    found = cumulative(*bcg(), order=bcg_column("year"))
    return {f"first_{i + 1}": r.estimate for i, (_, r) in enumerate(found)}


def r45():
    return {f"cook_{i + 1}": d for i, d in enumerate(influence_of(fit_effects(*bcg())).cook)}


def r46():
    return {n: fail_safe(*ready(n)).number for n in ("raudenbush1985", "hackshaw1998")} | {"bcg": fail_safe(*bcg()).number}


def r47():
    return {n: fail_safe(*ready(n), kind="rosenberg").number for n in ("raudenbush1985", "hackshaw1998")}


def r48():
    data = log_odds_ratio(*counts("lee2004"))
    r, plain = henmi_copas(*data), fit_effects(*data, method="DL")
    return {"estimate": r.estimate, "DL_tau2": plain.tau2, "DL_estimate": plain.estimate} | ends(r.ci)


def r50():
    columns = dict(zip(("events", "total"), counts("pritz1997", ("xi", "ni")), strict=True))
    found = {}
    for m in ("PR", "PLO", "PAS", "PFT"):
        r = fit_effects(*effects_of(m, columns), method="DL")
        found |= {f"estimate_{m}": r.estimate, f"tau2_{m}": r.tau2}
    return found


def r51():
    full = fit_effects(*bcg(), method="ML", moderators={"ablat": bcg_column("ablat")})
    return some(compare(full, fit_effects(*bcg(), method="ML")), "statistic", "p")


def r52():
    data = risk_difference(*counts("hine1989"))
    knha, adhoc, z = (fit_effects(*data, test=t) for t in ("knha", "adhoc", "z"))
    assert adhoc.se == z.se > knha.se
    return {"knha_se": knha.se, "adhoc_se": adhoc.se, "tau2": z.tau2}


GROUPS = {"mean_1": 10, "sd_1": 2, "n_1": 15, "mean_2": 8, "sd_2": 3, "n_2": 12}
TABLE = {"events_1": 8, "total_1": 12, "events_2": 3, "total_2": 12}
PAIR = {"mean_1": 20, "mean_2": 15, "sd_1": 5, "sd_2": 6, "n": 20, "correlation": 0.5}
ONE = {"events": 9, "total": 16}
MICRO = {
    "MD": ("MD", GROUPS, {}),
    "SMD": ("SMD", GROUPS, {}),
    "SMD-UB": ("SMD", GROUPS, {"variance": "UB"}),
    "SMDH": ("SMDH", GROUPS, {}),
    "ROM": ("ROM", GROUPS, {}),
    "RR": ("RR", TABLE, {}),
    "OR": ("OR", TABLE, {}),
    "OR-zero": ("OR", TABLE | {"events_1": 2, "events_2": 0}, {}),
    "RD": ("RD", TABLE, {}),
    "SMCR": ("SMCR", PAIR, {}),
    "MC": ("MC", PAIR, {}),
    "PLO": ("PLO", ONE, {}),
    "PFT": ("PFT", ONE, {}),
}


def micro(name):
    measure, columns, options = MICRO[name]
    return dict(zip(("yi", "vi"), effects_of(measure, columns, **options), strict=True))


NUMBERS = [i for i in range(1, 53) if i not in (*range(37, 43), 49)]
CASES = {f"R{i:02}": globals()[f"r{i:02}"] for i in NUMBERS} | {name: (lambda n=name: micro(n)) for name in MICRO}
