"""Effects and sampling variances of means, changes and correlations."""

import numpy as np
from scipy.special import gammaln

from synaptrace.errors import ResultError

SMD_VARIANCES = ("LS", "LS2", "UB")


def arrays(**columns):
    """Columns as float arrays of one shape, in the order given; nan stands for what is missing.

    Raises ResultError where a count is below 1, a standard deviation below 0 or a correlation outside [-1, 1].
    """
    try:
        found = np.broadcast_arrays(*[np.asarray(v, float) for v in columns.values()])
    except ValueError as error:
        shapes = ", ".join(f"{name} {np.shape(v)}" for name, v in columns.items())
        raise ResultError("The columns of an effect have different lengths.", given=shapes) from error
    for name, values in zip(columns, found, strict=True):
        kind = name.partition("_")[0]
        low, high = {"n": (1, np.inf), "total": (1, np.inf), "sd": (0, np.inf), "events": (0, np.inf)}.get(
            kind, (-np.inf, np.inf)
        )
        low, high = (-1, 1) if kind == "correlation" else (low, high)
        if np.any((values < low) | (values > high)):
            bad = values[(values < low) | (values > high)][0]
            raise ResultError(
                f"The column {name} holds a number that cannot be.", given=f"{bad:g}", expected=f"{low:g} to {high:g}"
            )
    return found


def finite(effect, variance):
    """(effect, variance), both nan where either is not a finite number; plain numbers for plain numbers."""
    effect, variance = np.broadcast_arrays(np.asarray(effect, float), np.asarray(variance, float))
    good = np.isfinite(effect) & np.isfinite(variance)
    return np.where(good, effect, np.nan)[()], np.where(good, variance, np.nan)[()]


def small_sample_factor(df):
    """Exact factor J(df) that removes the bias of a standardized mean difference (Hedges 1981, J Educ Stat 6:107).

    J = Gamma(df/2) / (sqrt(df/2) Gamma((df-1)/2)); `df` (k,) > 1, nan elsewhere.
    """
    df = np.asarray(df, float)
    half = np.where(df > 1, df, np.nan) / 2
    return np.exp(gammaln(half) - 0.5 * np.log(half) - gammaln(half - 0.5))[()]


def mean_difference(mean_1, sd_1, n_1, mean_2, sd_2, n_2):
    """MD = mean_1 - mean_2 (unit of the means) and its variance sd_1^2/n_1 + sd_2^2/n_2; columns (k,).

    Raises ResultError for columns that cannot be (Borenstein 2009, equation 12.5).
    """
    mean_1, sd_1, n_1, mean_2, sd_2, n_2 = arrays(mean_1=mean_1, sd_1=sd_1, n_1=n_1, mean_2=mean_2, sd_2=sd_2, n_2=n_2)
    return finite(mean_1 - mean_2, sd_1**2 / n_1 + sd_2**2 / n_2)


def standardized_mean_difference(mean_1, sd_1, n_1, mean_2, sd_2, n_2, variance="LS"):
    """SMD: Hedges' g with the exact J and the pooled SD, dimensionless, and its variance; columns (k,).

    `variance`: LS, 1/n_1 + 1/n_2 + g^2/(2 (n_1 + n_2)) (Hedges 1982); UB, unbiased (Hedges 1983); LS2, J^2 times that of
    Cohen's d (Borenstein 2009). Raises ResultError for another word or columns that cannot be.
    """
    mean_1, sd_1, n_1, mean_2, sd_2, n_2 = arrays(mean_1=mean_1, sd_1=sd_1, n_1=n_1, mean_2=mean_2, sd_2=sd_2, n_2=n_2)
    with np.errstate(divide="ignore", invalid="ignore"):
        pooled = np.sqrt(((n_1 - 1) * sd_1**2 + (n_2 - 1) * sd_2**2) / (n_1 + n_2 - 2))
        return standardized_from_d((mean_1 - mean_2) / pooled, n_1, n_2, variance)


def standardized_from_d(d, n_1, n_2, variance="LS"):
    """Hedges' g and its variance from Cohen's d (k,) of two groups; `variance` as in standardized_mean_difference.

    Raises ResultError for another word or columns that cannot be (Hedges 1981, 1982, 1983).
    """
    if variance not in SMD_VARIANCES:
        raise ResultError(f"'{variance}' is not a variance of a standardized mean difference.", expected=", ".join(SMD_VARIANCES))
    d, n_1, n_2 = arrays(d=d, n_1=n_1, n_2=n_2)
    df = n_1 + n_2 - 2
    factor = small_sample_factor(df)
    g = factor * d
    with np.errstate(divide="ignore", invalid="ignore"):
        base = 1 / n_1 + 1 / n_2
        if variance == "LS":
            found = base + g**2 / (2 * (n_1 + n_2))
        elif variance == "LS2":
            found = factor**2 * (base + d**2 / (2 * (n_1 + n_2)))
        else:
            found = base + (1 - (df - 2) / (df * factor**2)) * g**2
    return finite(g, found)


def heteroscedastic_mean_difference(mean_1, sd_1, n_1, mean_2, sd_2, n_2):
    """SMDH: the difference over the root of the average variance, times J(n_1 + n_2 - 2), and its variance; columns (k,).

    The variance is J^2 times equation 2 of Bonett at the corrected value (Bonett 2008, 2009; as in metafor 3.8).
    Raises ResultError for columns that cannot be.
    """
    mean_1, sd_1, n_1, mean_2, sd_2, n_2 = arrays(mean_1=mean_1, sd_1=sd_1, n_1=n_1, mean_2=mean_2, sd_2=sd_2, n_2=n_2)
    factor = small_sample_factor(n_1 + n_2 - 2)
    with np.errstate(divide="ignore", invalid="ignore"):
        average = (sd_1**2 + sd_2**2) / 2
        g = factor * (mean_1 - mean_2) / np.sqrt(average)
        spread = g**2 * (sd_1**4 / (n_1 - 1) + sd_2**4 / (n_2 - 1)) / (8 * average**2)
        return finite(g, factor**2 * (spread + (sd_1**2 / (n_1 - 1) + sd_2**2 / (n_2 - 1)) / average))


def log_ratio_of_means(mean_1, sd_1, n_1, mean_2, sd_2, n_2):
    """ROM = ln(mean_1/mean_2) and its variance; columns (k,), nan where the means differ in sign.

    Raises ResultError for columns that cannot be (Hedges, Gurevitch & Curtis 1999, equation 1).
    """
    mean_1, sd_1, n_1, mean_2, sd_2, n_2 = arrays(mean_1=mean_1, sd_1=sd_1, n_1=n_1, mean_2=mean_2, sd_2=sd_2, n_2=n_2)
    with np.errstate(divide="ignore", invalid="ignore"):
        effect = np.log(mean_1 / mean_2)
        return finite(effect, sd_1**2 / (n_1 * mean_1**2) + sd_2**2 / (n_2 * mean_2**2))


def mean_change(mean_1, mean_2, sd_1, sd_2, n, correlation):
    """MC: mean_1 - mean_2 of the same `n` people (paired or crossover) whose two values have that `correlation`; columns (k,).

    Variance (sd_1^2 + sd_2^2 - 2 r sd_1 sd_2)/n. Raises ResultError for columns that cannot be (Elbourne 2002).
    """
    mean_1, mean_2, sd_1, sd_2, n, correlation = arrays(
        mean_1=mean_1, mean_2=mean_2, sd_1=sd_1, sd_2=sd_2, n=n, correlation=correlation
    )
    return finite(mean_1 - mean_2, (sd_1**2 + sd_2**2 - 2 * correlation * sd_1 * sd_2) / n)


def paired_mean_difference(mean_of_differences, sd_of_differences, n):
    """MCD: mean difference within `n` people and its variance sd^2/n, from the differences themselves; columns (k,).

    Raises ResultError for columns that cannot be (Elbourne 2002, Int J Epidemiol 31:140).
    """
    difference, sd_of_differences, n = arrays(mean_of_differences=mean_of_differences, sd_of_differences=sd_of_differences, n=n)
    return finite(difference, sd_of_differences**2 / n)


def standardized_mean_change(mean_1, mean_2, sd_1, n, correlation):
    """SMCR: change in units of sd_1 (the raw score), times J(n - 1), and its variance 2(1 - r)/n + g^2/(2 n); columns (k,).

    Raises ResultError for columns that cannot be (Becker 1988).
    """
    mean_1, mean_2, sd_1, n, correlation = arrays(mean_1=mean_1, mean_2=mean_2, sd_1=sd_1, n=n, correlation=correlation)
    with np.errstate(divide="ignore", invalid="ignore"):
        g = small_sample_factor(n - 1) * (mean_1 - mean_2) / sd_1
        return finite(g, 2 * (1 - correlation) / n + g**2 / (2 * n))


def crossover_standardized_difference(mean_1, mean_2, sd_1, sd_2, n, correlation):
    """SMDX: difference of `n` people over the root of the average variance of the two periods, and its variance; columns (k,).

    Variance (1/n + d^2/(2 n)) 2 (1 - r); no small-sample factor, so it can stand beside parallel trials
    (Elbourne 2002; Cochrane Handbook 23.2.7.1). Raises ResultError for columns that cannot be.
    """
    mean_1, mean_2, sd_1, sd_2, n, correlation = arrays(
        mean_1=mean_1, mean_2=mean_2, sd_1=sd_1, sd_2=sd_2, n=n, correlation=correlation
    )
    with np.errstate(divide="ignore", invalid="ignore"):
        d = (mean_1 - mean_2) / np.sqrt((sd_1**2 + sd_2**2) / 2)
        return finite(d, (1 / n + d**2 / (2 * n)) * 2 * (1 - correlation))


def correlation(correlation, n):
    """COR: a correlation as it is and its large-sample variance (1 - r^2)^2/(n - 1); columns (k,), nan below 2 people.

    Raises ResultError for columns that cannot be (Hedges & Olkin 1985).
    """
    r, n = arrays(correlation=correlation, n=n)
    with np.errstate(divide="ignore", invalid="ignore"):
        return finite(r, (1 - r**2) ** 2 / np.where(n > 1, n - 1, np.nan))


def fisher_z(correlation, n):
    """ZCOR = artanh(r) and its variance 1/(n - 3); columns (k,), nan below 4 people or at a correlation of 1 or -1.

    Raises ResultError for columns that cannot be (Fisher 1921).
    """
    r, n = arrays(correlation=correlation, n=n)
    with np.errstate(divide="ignore", invalid="ignore"):
        return finite(np.arctanh(r), 1 / np.where(n > 3, n - 3, np.nan))
