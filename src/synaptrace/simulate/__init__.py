"""Model and protocol (and population) to labeled results."""

from synaptrace.simulate.cascade import cascade
from synaptrace.simulate.compare import compare
from synaptrace.simulate.run import repeat, run
from synaptrace.simulate.summary import at_times, averages, peaks

__all__ = ["at_times", "averages", "cascade", "compare", "peaks", "repeat", "run"]
