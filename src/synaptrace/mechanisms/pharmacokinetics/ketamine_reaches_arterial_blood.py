"""Ketamine reaches arterial blood.

The sum of what arrives from a vein, from muscle, skin, nose and mouth, and of what survives gut wall and liver.
"""

from synaptrace.core import Mechanism, out

mechanism = Mechanism(
    reads={
        "vein": "vein.{enantiomer}_ketamine_arriving",
        "muscle": "muscle.{enantiomer}_ketamine_absorbed",
        "skin": "skin.{enantiomer}_ketamine_absorbed",
        "nose": "nose.{enantiomer}_ketamine_absorbed",
        "mouth": "mouth.{enantiomer}_ketamine_absorbed",
        "liver": "liver.{enantiomer}_ketamine_surviving",
    },
    writes={"arriving": "arterial.{enantiomer}_ketamine_input"},
    signs={way: "+arriving" for way in ("vein", "muscle", "skin", "nose", "mouth", "liver")},
)


@mechanism.equations
def equations(vein, muscle, skin, nose, mouth, liver):
    return out(arriving=vein + muscle + skin + nose + mouth + liver)
