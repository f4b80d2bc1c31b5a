"""Published numbers as the second reader found them; later the trials and the meta-analyses."""

from synaptrace.evidence.sources import NO_EVIDENCE, SPECIES, TAGS, Source, find_number, load_source, sources, species_of

__all__ = ["NO_EVIDENCE", "SPECIES", "TAGS", "Source", "find_number", "load_source", "sources", "species_of"]
