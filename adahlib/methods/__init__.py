"""Every method the papers compare, behind one interface."""

from typing import Any

from adahlib.errors import unknown_name
from adahlib.methods.adah import Adah
from adahlib.methods.base import HashingMethod
from adahlib.methods.cca import CCA
from adahlib.methods.cmfh import CMFH
from adahlib.methods.dcmh import DCMH
from adahlib.methods.dvsh import DVSH
from adahlib.methods.label_scores import LabelScores
from adahlib.methods.prdh import PRDH
from adahlib.methods.scm import SCM
from adahlib.methods.seph import SePH
from adahlib.methods.shallow import ShallowMethod
from adahlib.methods.stmh import STMH

__all__ = ["METHODS", "HashingMethod", "ShallowMethod", "make_method"]

METHODS: dict[str, type[HashingMethod]] = {
    "adah": Adah,
    "cca": CCA,
    "cmfh": CMFH,
    "dcmh": DCMH,
    "dvsh": DVSH,
    "label-scores": LabelScores,
    "prdh": PRDH,
    "scm": SCM,
    "seph": SePH,
    "stmh": STMH,
}


def make_method(name: str, bits: int, seed: int = 0, **hyperparameters: Any) -> HashingMethod:
    """Return the named method, untrained.

    Args:
        name: a key of ``METHODS``.
        bits: code length, 1 to 1024.
        seed: source of all its randomness.
        **hyperparameters: the method's options; the paper's values are the defaults.

    Raises:
        AdahError: unknown method or option, or a value out of range.
    """
    if name not in METHODS:
        raise unknown_name("method", name, METHODS)
    return METHODS[name](bits, seed, **hyperparameters)
