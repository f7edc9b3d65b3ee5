"""Hostile .mat files: other files of the machine, texts without end, parts without a shape."""

import os
import struct

import h5py
import numpy as np
import pytest
import scipy.io

from adahlib.datasets.mat.exports import load_mat
from adahlib.errors import AdahError
from tests.damage import run_apart
from tests.datasets.mat_files import N, cell, features, labels, texts, write, write_char


def refused(path, message):
    with pytest.raises(AdahError, match=message) as caught:
        load_mat(path)
    assert "\n" not in str(caught.value) and str(path) in str(caught.value)


@pytest.fixture
def export(tmp_path):
    """A v7.3 file of features, tags and labels, of which a test puts something else in the place of the tags."""
    write(tmp_path / "a.mat", {"FAll": features(), "YAll": texts(), "LAll": labels()}, "v7.3")
    with h5py.File(tmp_path / "a.mat", "a") as file:
        del file["YAll"]
    return tmp_path / "a.mat"


def test_values_from_other_files_are_refused(export, tmp_path):
    (tmp_path / "secret").write_bytes(bytes(N * 7))
    os.mkfifo(tmp_path / "pipe")  # reading it would never end
    with h5py.File(tmp_path / "other.h5", "w") as other:
        other["tags"] = texts().T
    for place in ("secret", "pipe"):
        with h5py.File(export, "a") as file:
            file.create_dataset("YAll", (7, N), "u1", external=[(str(tmp_path / place), 0, N * 7)])
        refused(export, "YAll takes its values from other files")
        with h5py.File(export, "a") as file:
            del file["YAll"]
    with h5py.File(export, "a") as file:
        layout = h5py.VirtualLayout((7, N), "f8")
        layout[...] = h5py.VirtualSource(str(tmp_path / "other.h5"), "tags", (7, N))
        file.create_virtual_dataset("YAll", layout)
    refused(export, "YAll takes its values from other files")


@pytest.mark.parametrize("link", [h5py.ExternalLink("other.h5", "tags"), h5py.SoftLink("/FAll")])
def test_links_are_refused(export, link):
    with h5py.File(export, "a") as file:
        file["YAll"] = link
    refused(export, "YAll is a link to another place")


def test_texts_of_a_cell_in_other_files_are_refused(tmp_path):
    (tmp_path / "secret").write_bytes(bytes(100))
    write(tmp_path / "a.mat", {"index": ["a.jpg"] * N, "caption": ["b"] * N, "label": labels()}, "v7.3")
    with h5py.File(tmp_path / "a.mat", "a") as file:
        foreign = file["#refs#"].create_dataset("x", (5, 1), "u2", external=[(str(tmp_path / "secret"), 0, 10)])
        file["caption"][0, 3] = foreign.ref
    refused(tmp_path / "a.mat", "x takes its values from other files")


def bomb(path, depth, width, letters):
    """Write captions that are cells of references to one and the same cell, and so on, down to one text."""
    write(path, {"index": ["a.jpg"] * N, "label": labels()}, "v7.3")
    with h5py.File(path, "a") as file:
        target = write_char(file["#refs#"], "text", np.full(letters, 97, np.uint16))
        for level in range(depth):
            inner = file["#refs#"].create_dataset(f"level{level}", (1, width), h5py.ref_dtype, compression="gzip")
            inner[0] = [target.ref] * width
            target = inner
        data = file.create_dataset("caption", (1, N), h5py.ref_dtype)
        data[0] = [target.ref] * N
        mark_cell(data)


def mark_cell(data):
    data.attrs["MATLAB_class"] = np.bytes_("cell")


@pytest.mark.parametrize(
    ("depth", "width", "letters"),
    [(3, 1000, (1, 10)), (1, 20_000, (1, 10_000)), (0, 1, (100_000, 1)), (1, 50, (500, 500))],
)
def test_texts_that_are_referred_to_again_and_again_are_refused(tmp_path, depth, width, letters):
    bomb(tmp_path / "a.mat", depth, width, letters)
    refused(tmp_path / "a.mat", "caption cannot be read .it refers to more texts")


@pytest.mark.parametrize("chunks", [None, (1000, 1)])
def test_a_text_that_stands_in_a_set_again_and_again_is_refused(tmp_path, chunks):
    """HDF5's own strings: each is sixteen bytes, and all may be one text."""
    with h5py.File(tmp_path / "a.mat", "w") as file:
        file["label"] = np.ones((2000, 2))
        file.create_dataset("index", data=[["a.jpg"]] * 2000)
        file.create_dataset("caption", (2000, 1), h5py.string_dtype(), chunks=chunks)
        file["caption"][0] = "x" * 10**6
        share_first(tmp_path / "a.mat", file["caption"])
    refused(tmp_path / "a.mat", f"the texts caption {'lie in chunks' if chunks else 'take over 128 MiB'}")


def share_first(path, data):
    """Make every text of a set refer to the first one, without writing it again."""
    data.file.flush()
    if data.chunks is not None:
        return
    start = data.id.get_offset()
    with path.open("r+b") as raw:
        raw.seek(start)
        record = raw.read(16)
        raw.seek(start)
        raw.write(record * data.size)


@pytest.mark.parametrize("name", ["caption", "label"])
def test_lists_of_any_length_are_no_texts_and_no_numbers(tmp_path, name):
    """HDF5 keeps them in its heaps, as it does texts, and NumPy shows them as it shows references."""
    with h5py.File(tmp_path / "a.mat", "w") as file:
        file["label"] = labels()
        file.create_dataset("index", data=[[f"{i}.jpg"] for i in range(N)])
        file.create_dataset("caption", data=[["a cat"]] * N)
        del file[name]
        file.create_dataset(name, (N, 1), h5py.vlen_dtype(np.uint8))[0] = np.arange(3)
    refused(tmp_path / "a.mat", f"{name} is other; expected")


def without_shape(data, place):
    """Return a v7 file's bytes with the shape of the text at a place made one of no axes."""
    shape = data.rindex(struct.pack("<II", 5, 8), 0, place)
    return data[: shape + 4] + struct.pack("<I", 0) + data[shape + 8 :]


@pytest.mark.parametrize("where", ["in a cell", "in a cell in a cell", "by itself"])
def test_a_text_without_a_shape_is_one_sentence(tmp_path, where):
    """scipy ends the process at it."""
    captions = {"in a cell": cell(["cat"] * N), "in a cell in a cell": cell([["cat", "dog"]] * N)}
    parts = {"index": cell([f"{i}.jpg" for i in range(N)]), "caption": captions.get(where, np.array(["cat"] * N))}
    scipy.io.savemat(tmp_path / "a.mat", parts | {"label": labels()}, do_compression=False)
    data = (tmp_path / "a.mat").read_bytes()
    place = data.rindex(b"cat" if where != "by itself" else b"caption")
    (tmp_path / "a.mat").write_bytes(without_shape(data, place))
    with pytest.raises(AdahError, match=r"a\.mat"):
        load_mat(tmp_path / "a.mat")


def test_numbers_of_no_type_and_a_name_that_stands_twice(tmp_path):
    scipy.io.savemat(tmp_path / "a.mat", {"FAll": features(), "YAll": texts(), "LAll": np.zeros((0, 3))})
    data = (tmp_path / "a.mat").read_bytes()
    place = data.index(b"LAll") + 4
    (tmp_path / "a.mat").write_bytes(data[:place] + struct.pack("<I", 200) + data[place + 4 :])
    refused(tmp_path / "a.mat", "LAll has numbers of the type 200")
    scipy.io.savemat(tmp_path / "a.mat", {"YAll": texts(), "LAll": labels()})
    data = (tmp_path / "a.mat").read_bytes()
    (tmp_path / "a.mat").write_bytes(data + data[128:])
    refused(tmp_path / "a.mat", "has the variable YAll twice")


BATCH = """
import sys
from adahlib.datasets.mat.exports import load_mat
from adahlib.errors import AdahError
for path in sys.argv[1:]:
    try:
        load_mat(path)
        print("loaded")
    except AdahError as error:
        print("refused", "\\n" in str(error))
"""


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["cells", "sparse"])
def test_changed_bytes_of_v7_files_never_end_the_process(tmp_path, kind):
    draw = np.random.default_rng(1)
    parts = {"index": cell([f"{i}.jpg" for i in range(N)]), "caption": cell([["b", "cat"]] * N), "label": labels()}
    if kind == "sparse":
        parts = {"FAll": features(), "YAll": scipy.sparse.csc_matrix(texts()), "LAll": labels()}
    scipy.io.savemat(tmp_path / "whole.mat", parts)
    whole = np.frombuffer((tmp_path / "whole.mat").read_bytes(), np.uint8)
    for number in range(150):
        changed = whole.copy()
        changed[draw.integers(128, len(whole), 2)] = draw.choice(np.arange(20), 2)
        (tmp_path / f"{number}.mat").write_bytes(changed.tobytes())
    done = run_apart(BATCH, [tmp_path / f"{number}.mat" for number in range(150)], timeout=120)
    assert done.returncode == 0 and len(done.stdout.splitlines()) == 150, done.stderr
    assert 0 < done.stdout.count("loaded") < 140 and "True" not in done.stdout
