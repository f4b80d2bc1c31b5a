"""Generated prose: the pages of docs/ that follow from the code, written and compared as a set."""

from synaptrace.prose.pages import PAGES, check_pages, write_pages

__all__ = ["PAGES", "check_pages", "write_pages"]
