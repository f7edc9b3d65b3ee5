"""Every method the papers compare, behind two interfaces: those of pairs, and those of images alone."""

from typing import Any

from adahlib.errors import unknown_name
from adahlib.methods.base import HashingMethod
from adahlib.methods.deep.adah import Adah
from adahlib.methods.deep.base import DeepMethod
from adahlib.methods.deep.dcmh import DCMH
from adahlib.methods.deep.dvsh import DVSH
from adahlib.methods.deep.prdh import PRDH
from adahlib.methods.images import IMAGE_METHODS, ImageHashingMethod
from adahlib.methods.shallow.base import ShallowMethod
from adahlib.methods.shallow.cca import CCA
from adahlib.methods.shallow.cmfh import CMFH
from adahlib.methods.shallow.label_scores import LabelScores
from adahlib.methods.shallow.scm import SCM
from adahlib.methods.shallow.seph import SePH
from adahlib.methods.shallow.stmh import STMH

__all__ = [
    "ALL_METHODS",
    "CCA",
    "CMFH",
    "DCMH",
    "DVSH",
    "IMAGE_METHODS",
    "METHODS",
    "PRDH",
    "SCM",
    "STMH",
    "Adah",
    "DeepMethod",
    "HashingMethod",
    "ImageHashingMethod",
    "LabelScores",
    "SePH",
    "ShallowMethod",
    "make_method",
]

#: The methods for pairs of an image and a text, by name.
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

#: All methods by name: those for pairs, and those for images alone.
ALL_METHODS: dict[str, type[HashingMethod] | type[ImageHashingMethod]] = METHODS | IMAGE_METHODS


def make_method(name: str, bits: int, seed: int = 0, **hyperparameters: Any) -> HashingMethod | ImageHashingMethod:
    """Return the method of this name, not yet trained.

    Args:
        name: a key of ``METHODS`` or ``IMAGE_METHODS``.
        bits: code length, 1 to 1024.
        seed: source of all its randomness.
        **hyperparameters: the method's options. Their defaults are the paper's where it gives a value that this library
            uses; each option's help marks what the paper leaves open, and ``adahlib.profile_options("paper", dataset,
            name)`` gives what the paper prints. Deep methods also take ``backbone``, the network of their images, and
            those for images alone ``side``, the pixels to which pictures are enlarged for it.

    Raises:
        AdahError: unknown method or option, or a value out of range.

    Example:
        >>> from adahlib.methods import make_method
        >>> make_method("seph", 16, iterations=10)
        SePH(bits=16, seed=0, iterations=10)
        >>> make_method("sehp", 16)
        Traceback (most recent call last):
        adahlib.errors.AdahError: unknown method 'sehp'; did you mean 'seph'?
    """
    if name not in ALL_METHODS:
        raise unknown_name("method", name, ALL_METHODS)
    return ALL_METHODS[name](bits, seed, **hyperparameters)
