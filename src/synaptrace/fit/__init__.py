"""Declared fits: free numbers, targets, and what came out, each in one file of library/fits."""

from synaptrace.fit.declared import fits, load_fit
from synaptrace.fit.solve import solve

__all__ = ["fits", "load_fit", "solve"]
