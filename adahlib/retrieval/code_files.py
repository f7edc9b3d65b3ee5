"""Codes in a file: ``.npz`` without pickle, with ids and metadata, whole or absent."""

import json
import zlib
from collections.abc import Sequence
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from adahlib.errors import AdahError
from adahlib.files import whole_file
from adahlib.retrieval.codes import BinaryCodes


def save_codes(path: Path | str, codes: BinaryCodes, ids: Sequence | None = None, metadata: dict | None = None) -> None:
    """Write n codes with their ids and metadata to a file, which is then whole or not there.

    Args:
        path: the file; its name ends in ``.npz``.
        codes: n codes.
        ids: n whole numbers or texts; default: 0 to n - 1.
        metadata: plain JSON values by name.

    Raises:
        AdahError: another ending, no ``BinaryCodes``, or not one id a code.

    Example:
        >>> import tempfile
        >>> from adahlib.retrieval import BinaryCodes, load_codes, save_codes
        >>> path = tempfile.mkdtemp() + "/codes.npz"
        >>> save_codes(path, BinaryCodes.from_signs([[1, -1], [-1, -1]]), ["cat", "dog"], {"method": "lsh"})
        >>> load_codes(path)[2]
        {'method': 'lsh'}
    """
    if not isinstance(codes, BinaryCodes) or not isinstance(path, str | Path):
        raise AdahError(f"a {type(path).__name__} and a {type(codes).__name__}; call save_codes(path, codes).")
    path = Path(path)
    if path.suffix != ".npz":
        raise AdahError(f"{path}: codes are kept in .npz files; give a name that ends so.")
    kept = np.arange(len(codes)) if ids is None else np.asarray(ids)
    if kept.shape != (len(codes),) or kept.dtype.kind not in "iuU":
        raise AdahError(f"{len(codes)} codes and ids of shape {kept.shape}, {kept.dtype}; give one a code.")
    with whole_file(path) as temporary:
        np.savez(temporary, packed=codes.packed, bits=codes.bits, ids=kept, metadata=json.dumps(metadata or {}))


def load_codes(path: Path | str) -> tuple[BinaryCodes, np.ndarray, dict]:
    """Return the codes, the ids (n,) and the metadata of a file that ``save_codes`` wrote.

    Args:
        path: the file.

    Raises:
        AdahError: the file is missing, truncated, or holds something else.

    Example:
        >>> import tempfile
        >>> from adahlib.retrieval import BinaryCodes, load_codes, save_codes
        >>> path = tempfile.mkdtemp() + "/codes.npz"
        >>> save_codes(path, BinaryCodes.from_signs([[1, -1], [-1, -1]]))
        >>> codes, ids, metadata = load_codes(path)
        >>> codes, ids, metadata
        (BinaryCodes(2 codes of 2 bits), array([0, 1]), {})
    """
    try:
        with np.load(path, allow_pickle=False) as stored:
            codes, ids = BinaryCodes(stored["packed"], int(stored["bits"])), stored["ids"]
            if ids.shape != (len(codes),):
                raise ValueError(f"{len(codes)} codes and ids of shape {ids.shape}")
            return codes, ids, json.loads(str(stored["metadata"]))
    except (OSError, ValueError, TypeError, KeyError, RuntimeError, BadZipFile, EOFError, zlib.error) as error:
        raise AdahError(f"{path} is not a whole file of codes ({error}); write it again with save_codes.") from error
