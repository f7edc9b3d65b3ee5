"""Clean files from others, changed, swollen or leading elsewhere, are one sentence; a full disk leaves nothing."""

import os

import h5py
import numpy as np
import pytest
from scipy.sparse import csr_matrix

from adahlib.datasets import make_split
from adahlib.datasets.own.clean_file import read_pairs
from adahlib.datasets.own.clean_write import write_pairs
from adahlib.errors import AdahError
from tests.damage import changed_copies, run_apart
from tests.datasets.mat_files import N, photos
from tests.datasets.own.test_clean_file import make_pairs, same

resource = pytest.importorskip("resource")


def with_everything():
    pairs = make_pairs(photos(), masks=np.ones((N, 4, 4), bool), captions=tuple(f"Zoë saw {i}" for i in range(N)))
    return pairs, make_split(pairs, 3, 5, 2)


@pytest.fixture
def clean(tmp_path):
    write_pairs(with_everything()[0], tmp_path / "a.h5", with_everything()[1])
    return tmp_path / "a.h5"


def refused(path, message):
    with pytest.raises(AdahError, match=message) as caught:
        read_pairs(path)
    assert "\n" not in str(caught.value) and str(path) in str(caught.value)


def other_photo(file):
    """Put another picture of equally many bytes into a file, as another program may."""
    starts = file["images/starts"][()]
    data = file["images/bytes"][()]
    data[starts[0] : starts[1]] = np.roll(data[starts[0] : starts[1]], 1)
    file["images/bytes"][...] = data


CHANGES = {
    "a caption": lambda file: file["captions"].__setitem__(3, "Zoë saw nobody"),
    "a caption too few": lambda file: file.__delitem__("captions"),
    "provenance": lambda file: file["provenance"].__setitem__(0, '{"title": "Other"}'),
    "its name": lambda file: file.attrs.__setitem__("name", "other"),
    "a mask": lambda file: file["masks"].__setitem__((2, 1, 1), False),
    "no masks": lambda file: file.__delitem__("masks"),
    "the split": lambda file: file["split/validation"].__setitem__(slice(None), file["split/validation"][()][::-1]),
    "a photo": other_photo,
    "a value of a tag": lambda file: file["tags/data"].__setitem__(0, 7),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_what_another_program_changes_is_seen(clean, change):
    with h5py.File(clean, "r+") as file:
        change(file)
    refused(clean, "has changed since it was written; convert it again")


def as_older_versions_wrote(path):
    """Write a file anew with texts of any length as attributes, provenance among them, and without details_hash."""
    with h5py.File(path, "r") as file, h5py.File(path.with_suffix(".old"), "w") as old:
        for name in file:
            if name != "provenance":
                file.copy(name, old)
        for name in ("format", "name", "image_hash", "content_hash"):
            old.attrs[name] = file.attrs[name].decode()
        old.attrs["provenance"] = file["provenance"].asstr()[0]
    path.with_suffix(".old").replace(path)


def test_files_of_older_versions_are_read(clean):
    as_older_versions_wrote(clean)
    found = read_pairs(clean)
    same(found, with_everything()[0])
    assert found.captions == with_everything()[0].captions and (found.masks == with_everything()[0].masks).all()
    assert found.split.content_hash() == with_everything()[1].content_hash()


@pytest.fixture
def disk_of(monkeypatch):
    """Limit the size of files, which is how a full disk looks to a program; what a test has changed is put back."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    yield lambda size: resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_full_disk_is_an_error_and_leaves_nothing(tmp_path, disk_of):
    pairs, split = with_everything()
    write_pairs(pairs, tmp_path / "whole.h5", split)
    size = (tmp_path / "whole.h5").stat().st_size
    for room in [*np.linspace(0, size - 1, 25, dtype=int), size - 8, size - 100]:
        disk_of(int(room))
        with pytest.raises(OSError, match="File too large"):
            write_pairs(pairs, tmp_path / "a.h5", split)
        assert [path.name for path in tmp_path.iterdir()] == ["whole.h5"]
    disk_of(size)
    write_pairs(pairs, tmp_path / "a.h5", split)
    assert read_pairs(tmp_path / "a.h5").content_hash() == pairs.content_hash()


def replaced(file, name, **made):
    del file[name]
    file.create_dataset(name, **made)


def linked(file, name, link):
    file.move(name, "elsewhere")
    file[name] = link


ELSEWHERE = {
    "external storage": lambda file: replaced(
        file, "labels", shape=(N, 4), dtype="u1", external=[("secret", 0, h5py.h5f.UNLIMITED)]
    ),
    "a pipe": lambda file: replaced(file, "labels", shape=(N, 4), dtype="u1", external=[("pipe", 0, N * 4)]),
    "an external link": lambda file: linked(file, "labels", h5py.ExternalLink("other.h5", "labels")),
    "a link": lambda file: linked(file, "labels", h5py.SoftLink("/elsewhere")),
    "a link in a group": lambda file: linked(file, "tags/data", h5py.SoftLink("/elsewhere")),
    "a group that is a link": lambda file: linked(file, "split", h5py.ExternalLink("other.h5", "/split")),
}


@pytest.mark.parametrize("change", ELSEWHERE.values(), ids=ELSEWHERE)
def test_other_files_of_the_machine_are_not_taken_in(clean, change, monkeypatch):
    monkeypatch.chdir(clean.parent)
    (clean.parent / "secret").write_bytes(bytes(100))
    (clean.parent / "other.h5").write_bytes(clean.read_bytes())
    os.mkfifo(clean.parent / "pipe")
    with h5py.File(clean, "r+") as file:
        change(file)
    refused(clean, "takes its values from other files|is a link to another place")


def swollen(name, shape, rows):
    """Return a change that makes a set one of gigabytes of zeros, all of them one chunk of ``rows`` rows, packed."""

    def change(file):
        dtype, rest = file[name].dtype, (0,) * (len(shape) - 1)
        replaced(file, name, shape=shape, dtype=dtype, chunks=(rows, *shape[1:]), compression="gzip")
        file[name][:rows] = np.zeros((rows, *shape[1:]), dtype)
        packed = file[name].id.read_direct_chunk((0, *rest))[1]
        for start in range(rows, shape[0], rows):
            file[name].id.write_direct_chunk((start, *rest), packed)

    return change


def share(file):
    """Make ten thousand captions one text of a megabyte."""
    replaced(file, "captions", shape=(10**4,), dtype=h5py.string_dtype())
    file["captions"][0] = "x" * 10**6
    file.flush()
    start = file["captions"].id.get_offset()
    with open(file.filename, "r+b") as raw:
        raw.seek(start)
        record = raw.read(16)
        raw.seek(start)
        raw.write(record * 10**4)


WRONG = {
    "labels": (swollen("labels", (2**28, 8), 2**21), "labels, tags, masks and texts take over 1024 MiB in memory"),
    "masks": (swollen("masks", (2**22, 32, 16), 2**15), "labels, tags, masks and texts take over 1024 MiB in memory"),
    "captions": (share, "the texts captions take over 10.. MiB"),
    "columns beyond the words": (lambda file: file["tags/indices"].__setitem__(0, 10**6), "damaged clean file"),
    "negative columns": (lambda file: file["tags/indices"].__setitem__(0, -1), "damaged clean file"),
    "labels of texts": (lambda file: replaced(file, "labels", data=[["a"] * 4] * N), "labels holds object"),
    "features of texts": (lambda file: file.create_dataset("features", data=[["a"]] * N), "features holds object"),
    "ids that are a group": (lambda file: (file.__delitem__("ids"), file.create_group("ids/a")), "damaged clean file"),
    "a photo of a gigabyte": (lambda file: file["images/starts"].__setitem__(1, 2**30), "the photos' offsets"),
    "no text as format": (lambda file: file.attrs.__setitem__("format", [1, 2]), "attribute 'format' is not"),
    "no text as name": (lambda file: file.attrs.__setitem__("name", 3), "name is no text"),
    "a list as provenance": (lambda file: file["provenance"].__setitem__(0, "[1]"), "provenance is no dictionary"),
    "a split of fractions": (
        lambda file: replaced(file, "split/query", data=np.array([0.5])), "split/query holds float64"
    ),
}  # fmt: skip


@pytest.mark.parametrize(("change", "message"), WRONG.values(), ids=WRONG)
def test_what_no_data_set_holds_is_refused_before_it_is_read(clean, change, message):
    with h5py.File(clean, "r+") as file:
        change(file)
    assert clean.stat().st_size < 2**23
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    refused(clean, message)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000  # kB


def test_columns_beyond_the_words_are_refused_though_every_hash_is_right(tmp_path):
    """Arithmetic with such a matrix would read and write beyond its memory."""
    pairs, split = with_everything()
    wrong = csr_matrix(pairs.tags)
    wrong.indices[0] = 10**6
    object.__setattr__(pairs, "tags", wrong)
    write_pairs(pairs, tmp_path / "a.h5", split)
    refused(tmp_path / "a.h5", "is a damaged clean file")


BATCH = """
import sys
from adahlib.datasets.own.clean_file import read_pairs
from adahlib.errors import AdahError
for path in sys.argv[1:]:
    try:
        pairs = read_pairs(path)
        list(pairs.images)
        print("loaded", pairs.content_hash(), pairs.captions, pairs.provenance, pairs.masks.sum())
    except AdahError as error:
        print("refused", "\\n" in str(error))
"""


@pytest.mark.slow
def test_changed_bytes_are_refused_or_change_nothing(clean, tmp_path):
    copies = changed_copies(clean, tmp_path, 150)
    done = run_apart(BATCH, [clean, *copies], timeout=120)
    right, *lines = done.stdout.splitlines()
    assert done.returncode == 0 and len(lines) == 150, done.stderr
    assert set(lines) <= {right, "refused False"} and right.startswith("loaded")
