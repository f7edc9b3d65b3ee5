"""What stands in a model's file, read without running anything that the file names.

The file is what ``torch.save`` writes: a zip archive of stored members, one of them a pickle, the others the numbers of
the tensors. torch's own reader checks no checksum and makes whatever sizes a pickle says; here a tensor lies inside the
numbers that the file holds.
"""

import math
import sys
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from adahlib.errors import AdahError, reason
from adahlib.plain_pickle import Name, read_plain_pickle

TYPES = {"FloatStorage": torch.float32, "DoubleStorage": torch.float64, "HalfStorage": torch.float16}
TYPES |= {"BFloat16Storage": torch.bfloat16, "LongStorage": torch.int64, "IntStorage": torch.int32}
TYPES |= {"ShortStorage": torch.int16, "CharStorage": torch.int8, "ByteStorage": torch.uint8}
AXES = 4  # the most that a tensor of a model has
STEPS = 5_000_000  # of the pickle; a word of the vocabulary takes two
PICKLE_LIMIT = 2**26  # bytes of everything but tensors; a vocabulary of a million words has 20 MB


def read_model_file(path: Path | str) -> dict[str, Any]:
    """Return the dictionary that was saved.

    Raises:
        AdahError: the file is missing, damaged or no file of ``torch.save``.
    """
    if not Path(path).is_file():
        raise AdahError(f"{path} is missing; `adah run --model FILE` writes a model.")
    try:
        with zipfile.ZipFile(path) as archive:
            check_members(archive, Path(path).stat().st_size)
            return read_state(archive)
    except AdahError as error:
        raise AdahError(f"{path} {error}") from error
    except (zipfile.BadZipFile, OSError, ValueError, LookupError, RuntimeError, NotImplementedError) as error:
        what = f"{path} is not a whole model of adahlib ({reason(error)})"
        raise AdahError(f"{what}; `adah run --model FILE` writes one.") from error


def check_members(archive: zipfile.ZipFile, size: int) -> None:
    """Raise ValueError unless the members are stored as they are, fit into the file and have the right checksums."""
    members = archive.infolist()
    if any(member.compress_type != zipfile.ZIP_STORED for member in members):
        raise ValueError("its members are compressed")
    if sum(member.file_size for member in members) > size or len({m.filename for m in members}) < len(members):
        raise ValueError("its members are larger than the file, or there twice")
    if (damaged := archive.testzip()) is not None:
        raise ValueError(f"{damaged} has another checksum")


def read_state(archive: zipfile.ZipFile) -> dict[Any, Any]:
    """Return what the archive's pickle makes, with its tensors."""
    pickles = [member for member in archive.infolist() if member.filename.endswith("/data.pkl")]
    if len(pickles) != 1 or pickles[0].file_size > PICKLE_LIMIT:
        raise ValueError("it has no data.pkl")
    root = pickles[0].filename.removesuffix("data.pkl")
    if f"{root}byteorder" in archive.namelist() and archive.read(f"{root}byteorder").decode() != sys.byteorder:
        raise ValueError("its numbers have another order of bytes")
    numbers = _Numbers(archive, root)
    calls: dict[str, Callable[..., object]] = {
        "collections.OrderedDict": lambda: {},
        "torch._utils._rebuild_tensor_v2": numbers.tensor,
    }
    names = frozenset(f"torch.{name}" for name in TYPES)
    return read_plain_pickle(archive.read(pickles[0]), STEPS, calls, names, numbers.of)


@dataclass(eq=False)
class _Numbers:
    """The numbers of the tensors, by the keys under which the archive has them."""

    archive: zipfile.ZipFile
    root: str

    def __post_init__(self) -> None:
        self.read: dict[str, torch.Tensor] = {}
        self.left = sum(member.file_size for member in self.archive.infolist())

    def of(self, place: Any) -> torch.Tensor:
        """Return the numbers that a pickle refers to, one-dimensional."""
        kind, storage, key, _, _ = place
        if kind != "storage" or type(storage) is not Name or type(key) is not str:
            raise ValueError("it refers to something else than numbers")
        if key not in self.read:
            data = bytearray(self.archive.read(f"{self.root}data/{key}"))
            dtype = TYPES[storage.path.removeprefix("torch.")]
            self.read[key] = torch.frombuffer(data, dtype=dtype) if data else torch.empty(0, dtype=dtype)
        return self.read[key]

    def tensor(self, numbers: Any, start: Any, shape: Any, strides: Any, *_: object) -> torch.Tensor:
        """Return a tensor of some numbers; all tensors together have no more than the file holds."""
        whole = [start, *shape, *strides] if type(shape) is type(strides) is tuple and len(shape) <= AXES else [None]
        if type(numbers) is not torch.Tensor or any(type(each) is not int or each < 0 for each in whole):
            raise ValueError("it has a tensor without a shape")
        self.left -= math.prod(shape) * numbers.element_size()
        if self.left < 0:
            raise ValueError("its tensors are larger than the file")
        return numbers.as_strided(shape, strides, start)
