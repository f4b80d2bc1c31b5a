"""Claims: what papers found, each part with one read-out and one check, and what the model makes of it."""

from synaptrace.claims.load import load_claims
from synaptrace.claims.scorecard import check, groups, paired

__all__ = ["check", "groups", "load_claims", "paired"]
