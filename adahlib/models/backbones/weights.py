"""Finding, hashing and reading files with pretrained weights. Nothing here downloads."""

import hashlib
from collections.abc import Iterable
from pathlib import Path

import torch
from torch import Tensor, nn

from adahlib.errors import AdahError, UnavailableError
from adahlib.progress import progress

HASH_DIGITS = 16
CHUNK = 1 << 22  # bytes read at a time


def find_weights(given: Path | str | None, places: Iterable[Path], how_to_get: str) -> Path:
    """Return the weights file: the given path, or the first of the places that holds it.

    Args:
        given: path chosen by the user, or ``None``.
        places: paths to try when none was given.
        how_to_get: half a sentence for the user who has no such file.

    Raises:
        UnavailableError: there is no such file.
    """
    candidates = [Path(given)] if given is not None else list(places)
    for path in candidates:
        if path.is_file():
            return path
    names = " or ".join(dict.fromkeys(path.name for path in candidates))
    looked = ", ".join(str(path) for path in candidates)
    raise UnavailableError(f"weights file {names} not found (looked for {looked}); {how_to_get}.")


def file_hash(path: Path) -> str:
    """Return the first 16 hexadecimal digits of a file's sha256."""
    digest = hashlib.sha256()
    with (
        path.open("rb") as file,
        progress(total=path.stat().st_size, unit="B", unit_scale=True, desc=f"hashing {path.name}") as bar,
    ):
        while chunk := file.read(CHUNK):
            digest.update(chunk)
            bar.update(len(chunk))
    return digest.hexdigest()[:HASH_DIGITS]


def read_state_dict(path: Path) -> dict[str, Tensor]:
    """Return the tensors of a PyTorch weights file by name, on the CPU.

    Raises:
        AdahError: the file is truncated, or is not a PyTorch file of named tensors.
    """
    try:
        state = torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:  # unpickling foreign bytes may raise anything
        raise AdahError(f"{path} is not a whole PyTorch file: truncated, foreign or locked.") from error
    if not isinstance(state, dict) or not all(isinstance(value, Tensor) for value in state.values()):
        raise AdahError(f"{path} is a PyTorch file, but not a dictionary of named tensors as weights are.")
    return state


def fill(network: nn.Module, state: dict[str, Tensor], path: Path, name: str) -> None:
    """Load named tensors into a network; every parameter must be there, in its shape, and no others.

    Raises:
        AdahError: the tensors are those of another network; ``path`` and the backbone's ``name`` are told.
    """
    try:
        network.load_state_dict(state)
    except RuntimeError as error:
        raise AdahError(f"{path} does not fit {name}: names or shapes of its layers differ.") from error
