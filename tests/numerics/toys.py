"""Small mechanisms and models for tests; their numbers are invented."""

from synaptrace.core import LogNormal, Mechanism, Param, State, ddt, maximum, out, relative_to_rest
from synaptrace.model import compose
from synaptrace.vocabulary import Shared

VOCABULARY = {
    "time": Shared("s", "time", "input"),
    "patient.weight": Shared("kgBW", "weight", "patient"),
    "dose.iv.S_ketamine": Shared("mg/s", "dose", "input", "ketamine"),
    "dose.iv.R_ketamine": Shared("mg/s", "dose", "input", "ketamine"),
    "drive": Shared("1", "drive", "input"),
    "perturbation.{name}": Shared("1", "1 while the perturbation {name} acts", "input"),
    "level": Shared("1", "level", "exposure"),
    "relative": Shared("1", "level relative to rest", "exposure"),
    "other": Shared("1", "another level", "exposure"),
}


def param(value, unit="1", **more):
    return Param(value, unit, "invented", kind="assumed", why="a toy", range=(-1e9, 1e9), **more)


def toy(body, **tables):
    m = Mechanism(**tables)
    body.__module__ = "toys." + body.__name__
    m.equations(body)
    return m


def relaxing():
    """level' = (drive + base - level) / tau, reported relative to rest."""

    def relaxes(drive, level, base, tau, at_rest):
        return ddt(level=(drive + base - level) / tau), out(absolute=level, relative=level / at_rest)

    return toy(
        relaxes,
        reads={"drive": "drive"},
        states={"level": State(0.0, "1", "level")},
        writes={"absolute": "level", "relative": "relative"},
        params={
            "base": param(2.0, iiv=LogNormal(cv=0.3)),
            "tau": param(100.0, "s"),
            "at_rest": relative_to_rest("level", "level before anything happens"),
        },
    )


def relaxing_model():
    return compose(relaxing(), inputs=["drive"], name="relaxing", vocabulary=VOCABULARY)


def two_roots():
    """x' = x (1 - x) (x - 1/2) / tau: rests at 0, 1/2 (unstable) and 1."""

    def tips(x, half, tau):
        return ddt(x=(x * (1 - x) * (x - half)) / tau), out(level=x)

    return compose(
        toy(
            tips,
            states={"x": State(0.05, "1", "x", scale=10.0)},
            writes={"level": "level"},
            params={"half": param(0.5), "tau": param(50.0, "s")},
        ),
        inputs=[],
        vocabulary=VOCABULARY,
    )


def exploding():
    """x' = x squared / tau: no number after tau / x(0)."""

    def explodes(drive, x, tau):
        return ddt(x=maximum(x, 0 * x) * x / tau + drive / tau), out(level=x)

    return compose(
        toy(
            explodes,
            reads={"drive": "drive"},
            states={"x": State(1.0, "1", "x")},
            writes={"level": "level"},
            params={"tau": param(3600.0, "s")},
        ),
        inputs=["drive"],
        vocabulary=VOCABULARY,
    )


def timed():
    """x' = rate * time: the time is read; x = rate t squared / 2."""

    def follows(time, x, rate):
        return ddt(x=rate * time), out(level=x)

    return compose(
        toy(
            follows,
            reads={"time": "time"},
            states={"x": State(0.0, "1", "x")},
            writes={"level": "level"},
            params={"rate": param(2e-6, "1/s**2")},
        ),
        vocabulary=VOCABULARY,
    )
