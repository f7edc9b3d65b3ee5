"""The codes of a search index as plain files, for programs that know nothing of indexes."""

from pathlib import Path

from adahlib.errors import AdahError
from adahlib.files import checked_folder, whole_folder
from adahlib.retrieval import load_codes, save_codes
from adahlib.search.search_index import SIDES, SearchIndex

FILES = {side: f"{side}.npz" for side in SIDES}


def code_folder(folder: Path | str) -> Path:
    """Return the folder that codes are written to.

    Raises:
        AdahError: it is a file, something else is in it, which would be lost, or the folder around it is missing.
    """
    target = checked_folder(folder, "a set of codes", FILES.values())
    for side, name in FILES.items():
        if (target / name).exists() and not is_ours(target / name, side):
            raise AdahError(f"{target / name} is no file of adah encode --codes; give another folder.")
    return target


def is_ours(path: Path, side: str) -> bool:
    """Return whether a file holds codes that ``write_codes`` wrote."""
    try:
        return load_codes(path)[2] == {"of": side}
    except AdahError:
        return False


def write_codes(index: SearchIndex, folder: Path | str) -> None:
    """Write the codes of an index to ``images.npz`` and, where items have texts, ``texts.npz``; whole or not at all.

    ``load_codes`` reads them. NumPy does too: ``packed`` holds the codes, uint8 (n, ⌈bits/8⌉), ``bits`` the code length
    and ``ids`` the images' names; ``np.unpackbits(packed, axis=1, count=bits)`` are the bits.

    Args:
        index: whose codes.
        folder: a new folder, or one of older codes, which are replaced.

    Raises:
        AdahError: the folder is a file or holds something else, or the folder around it is missing.

    Example:
        >>> import tempfile
        >>> from pathlib import Path
        >>> from adahlib.datasets import miniature_pairs, write_folder, write_pairs
        >>> from adahlib.experiments import RunSpec, train
        >>> from adahlib.retrieval import load_codes
        >>> from adahlib.search import SearchIndex, load_model, read_folder, save_model, write_codes
        >>> folder, pairs = Path(tempfile.mkdtemp()), miniature_pairs()
        >>> write_pairs(pairs, folder / "walls.h5")
        >>> spec = RunSpec(folder / "walls.h5", "itq", 8, backbone="gist")
        >>> save_model(spec, train(spec), folder / "model.pt")
        >>> items = read_folder(folder / "walls", write_folder(pairs, range(12), folder / "walls"))
        >>> write_codes(SearchIndex.build(load_model(folder / "model.pt"), folder / "walls", items), folder / "codes")
        >>> codes, names, about = load_codes(folder / "codes" / "images.npz")
        >>> codes, str(names[3])
        (BinaryCodes(12 codes of 8 bits), '00003.png')
    """
    with whole_folder(code_folder(folder)) as temporary:
        for side, name in FILES.items():
            held = index.indexes[side]
            if len(held):
                save_codes(temporary / name, held.codes, [index.items[place].image for place in held.ids], {"of": side})
