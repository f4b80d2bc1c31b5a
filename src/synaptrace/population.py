"""Virtual patients: one standard normal number per varying parameter, reproducible for any order and split."""

import hashlib

import numpy as np

MOST = 1_000_000


def draw_people(model, people, seed):
    """{draw: array of standard normals}, value k belongs to patient k.

    Each draw has a Philox stream of its own, keyed by seed and name, and takes one raw number per patient; the
    normal comes by inverse distribution function. Correlated draws are combined afterward.
    """
    names = list(dict.fromkeys(model.draws().values()))
    own = {name: _normals(seed, name, people) for name in names}
    mixed = dict(own)
    for name, (other, correlation) in model.correlations().items():
        mixed[name] = correlation * own[other] + np.sqrt(1.0 - correlation * correlation) * own[name]
    return mixed


def _normals(seed, name, people):
    from scipy.special import ndtri

    return ndtri(uniforms(seed, name, people))


def uniforms(seed, name, count):
    """Numbers above 0 and below 1 from the stream of a seed and a name; value k does not depend on `count`."""
    digest = hashlib.sha256(f"{seed}|{name}".encode()).digest()
    raw = np.random.Philox(key=np.frombuffer(digest[:16], np.uint64)).random_raw(count)
    # 53 bits, shifted by half a step: never 0, never 1
    return ((raw >> np.uint64(11)).astype(float) + 0.5) * 2.0**-53
