"""The evidence page: every claim of a group in one self-contained HTML file, for readers who are not programmers."""

from synaptrace.page.gather import collect
from synaptrace.page.write import write_page

__all__ = ["collect", "write_page"]
