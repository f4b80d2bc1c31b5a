"""Pooling of published effects: univariate, multilevel, multivariate and network meta-analysis."""

from synaptrace.evidence.meta.bias import begg, egger, fail_safe, trim_and_fill
from synaptrace.evidence.meta.bootstrap import bootstrap_effects, pool_many
from synaptrace.evidence.meta.influence import baujat, cumulative, influence_of, leave_one_out
from synaptrace.evidence.meta.intervals import henmi_copas, q_profile
from synaptrace.evidence.meta.measures import MEASURES, display_of, effects_of
from synaptrace.evidence.meta.models import fit_effects, fit_subgroups, indicators
from synaptrace.evidence.meta.predictions import compare, predict, study_effects
from synaptrace.evidence.meta.result import MetaResult
from synaptrace.evidence.meta.tables_2x2 import mantel_haenszel, peto

__all__ = [
    "MEASURES",
    "MetaResult",
    "baujat",
    "begg",
    "bootstrap_effects",
    "compare",
    "cumulative",
    "display_of",
    "effects_of",
    "egger",
    "fail_safe",
    "fit_effects",
    "fit_subgroups",
    "henmi_copas",
    "indicators",
    "influence_of",
    "leave_one_out",
    "mantel_haenszel",
    "peto",
    "pool_many",
    "predict",
    "q_profile",
    "study_effects",
    "trim_and_fill",
]
