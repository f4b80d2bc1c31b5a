"""Declared fits: free numbers, targets, and what came out, each in one file of library/fits."""

from synaptrace.fit.declared import fits, load_fit, text_of
from synaptrace.fit.page import fit_page, fit_rows
from synaptrace.fit.solve import solve
from synaptrace.fit.write import fit_text

__all__ = ["fit_page", "fit_rows", "fit_text", "fits", "load_fit", "solve", "text_of"]
