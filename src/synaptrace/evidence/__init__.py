"""Published numbers as the second reader found them; later the trials and the meta-analyses."""

from synaptrace.evidence.sources import Source, find_number, load_source, sources

__all__ = ["Source", "find_number", "load_source", "sources"]
