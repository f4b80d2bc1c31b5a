"""A small nonlinear model that uses all words of core, for tests; its numbers are invented."""

from synaptrace.core import LogitNormal, LogNormal, State, ddt, exp, hill, log, markov, maximum, minimum, out, power, sqrt, where
from synaptrace.model import compose
from tests.numerics.toys import VOCABULARY, param, toy


def everything():
    def uses_all(dose, time, a, b, opened, k, n, half, day, share, gain):
        wave = exp(-time / day) * time / day
        scheme = markov([("closed", "opened", k * hill(a, half, n), k)], remainder="closed", opened=opened)
        kink = where(a > half, 2 * a - half, a) - maximum(b, a) + minimum(b, half) + sqrt(1 + a * a) - power(maximum(b, half), n)
        slope_a = dose * gain - k * a * (1 + scheme["closed"]) + k * share * wave
        return ddt(scheme, a=slope_a, b=k * (log(1 + a * a) - b) + k * share * kink / (1 + b**2)), out(
            level=a + b, other=scheme["closed"]
        )

    return toy(
        uses_all,
        reads={"dose": "dose.iv.S_ketamine", "time": "time"},
        states={"a": State(0.0, "1", "a"), "b": State(0.0, "1", "b"), "opened": State(0.0, "1", "opened")},
        writes={"level": "level", "other": "other"},
        params={
            "k": param(3e-4, "1/s", iiv=LogNormal(cv=0.4)),
            "n": param(1.7, iiv=LogNormal(cv=0.1)),
            "half": param(1.1, iiv=LogNormal(cv=0.3, with_=("k", -0.4))),
            "day": param(2e4, "s"),
            "share": param(0.4, iiv=LogitNormal(sd=0.5)),
            "gain": param(1.0, "1/mg"),
        },
    )


def model():
    return compose(everything(), inputs=["dose.iv.S_ketamine"], name="nonlinear", vocabulary=VOCABULARY)
