"""Tables of the fast model for the slow one: built from brute force, with their error, and rebuilt when a rate changes."""

from synaptrace.averages.making import build, rebuild_outdated
from synaptrace.averages.runs import Averager, Runner

__all__ = ["Averager", "Runner", "build", "rebuild_outdated"]
