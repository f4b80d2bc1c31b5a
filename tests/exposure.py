"""`run`, `compare` and `load_model` on the model `exposure`: what tests of doses, plasma and block need, and quick to build."""

from synaptrace import models, simulate

EXPOSURE = ("--model", "exposure")  # for the command line


def run(protocol="single_infusion", model="exposure", **options):
    return simulate.run(protocol, model, **options)


def compare(*protocols, models=("exposure",), **options):
    return simulate.compare(*protocols, models=models, **options)


def load_model(name="exposure"):
    return models.load_model(name)
