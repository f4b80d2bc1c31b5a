"""Named models: each a list of mechanisms and nothing else."""

import sys
from types import ModuleType

from synaptrace.errors import UnknownName, nearest
from synaptrace.mechanisms.pharmacokinetics import (
    blood_flows_through_the_liver,
    body_weight_scales_volumes_and_flows,
    both_enantiomers_make_ketamine,
    ketamine_distributes,
    ketamine_is_infused_into_a_vein,
    liver_clears_ketamine,
)
from synaptrace.model import compose


def standard():
    """Arterial plasma of S- and R-ketamine after intravenous doses."""
    per_enantiomer = (ketamine_is_infused_into_a_vein, liver_clears_ketamine, ketamine_distributes)
    return compose(
        body_weight_scales_volumes_and_flows,
        blood_flows_through_the_liver,
        *(part.mechanism.at(enantiomer=e) for e in ("S", "R") for part in per_enantiomer),
        both_enantiomers_make_ketamine,
        inputs=["patient.weight", "dose.iv.S_ketamine", "dose.iv.R_ketamine"],
        name="standard",
    )


MODELS = {"standard": standard}


def load_model(name="standard"):
    """The named model. Raises UnknownName with the nearest one."""
    if name not in MODELS:
        raise UnknownName(f"'{name}' is not a model.", nearest=nearest(name, MODELS), find="synaptrace models")
    return MODELS[name]()


class _Models(ModuleType):
    """Lets `synaptrace.models()` list the models although `synaptrace.models` is this module."""

    def __call__(self):
        return {name: build.__doc__ for name, build in MODELS.items()}


sys.modules[__name__].__class__ = _Models
