"""Fuzzed .mat exports: a correct load or one clear sentence, and under 1 GB of memory for any bad file."""

import itertools
import os
import struct
import subprocess
import sys
import zlib

import h5py
import numpy as np
import pytest
import scipy.io
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from adahlib.datasets.mat.exports import load_mat
from adahlib.errors import AdahError
from tests.datasets.mat_files import features, labels, photos, texts, write, write_plain

UPRIGHT = [order for order in map("".join, itertools.permutations("NHWC")) if order.index("H") < order.index("W")]
quick = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))


def right_or_refused(path, images, tags, classes):
    """Load everything; return whether it was loaded, having compared it."""
    try:
        export = load_mat(path)
        found = [np.asarray(image) for image in export.images]
    except AdahError as error:
        assert "\n" not in str(error)
        return False
    assert len(found) == len(images) and all(np.array_equal(a, b) for a, b in zip(found, images, strict=True))
    assert np.array_equal(export.tags.toarray(), tags) and np.array_equal(export.labels, classes)
    return True


sizes, writers = st.integers(1, 6), st.sampled_from(["v7", "v7.3", "plain"])


@quick
@given(st.tuples(sizes, sizes, sizes), sizes, sizes, st.sampled_from(UPRIGHT), writers)
def test_whatever_the_sizes_coincide_photos_are_upright_or_refused(tmp_path_factory, shape, v, c, order, writer):
    n, height, width = shape
    draw = np.random.default_rng(n + 7 * v)
    images, tags = photos(n, 3, height, width), (draw.random((n, v)) < 0.5).astype(float)
    classes = (draw.random((n, c)) < 0.5).astype(float)
    path = tmp_path_factory.mktemp("fuzz") / "a.mat"
    variables = {"images": images.transpose(["NHWC".index(axis) for axis in order]), "YAll": tags, "LAll": classes}
    write_plain(path, variables) if writer == "plain" else write(path, variables, writer)
    right_or_refused(path, images, tags, classes)


@quick
@given(st.sampled_from(["u1", "i2", "i4", "i8", "f4", "f8"]), st.sampled_from(["v7", "v7.3"]), st.booleans(), st.data())
def test_types_change_nothing_and_other_values_are_refused(tmp_path_factory, dtype, version, broken, data):
    path = tmp_path_factory.mktemp("fuzz") / "a.mat"
    values = {"images": photos().transpose(1, 2, 3, 0).astype(dtype), "YAll": texts(), "LAll": labels().astype(dtype)}
    if broken:
        name, wrong = data.draw(st.sampled_from([("images", 256), ("images", -1), ("LAll", 2), ("LAll", 255)]))
        assume(dtype != "u1" or 0 <= wrong <= 255)
        values[name][(0,) * values[name].ndim] = wrong
    with_marks = {name: value.astype("f8") if value.dtype.str[1:] == "i2" else value for name, value in values.items()}
    write(path, with_marks, version)
    assert right_or_refused(path, photos(), texts(), labels()) is not broken


@quick
@given(st.sampled_from(["v7", "v7.3"]), st.floats(0, 1))
def test_truncated_files_are_refused(tmp_path_factory, version, share):
    path = tmp_path_factory.mktemp("fuzz") / "a.mat"
    write(path, {"images": photos().transpose(1, 2, 3, 0), "YAll": texts(), "LAll": labels()}, version)
    whole = path.read_bytes()
    path.write_bytes(whole[: min(len(whole) - 1, int(share * len(whole)))])
    assert not right_or_refused(path, photos(), texts(), labels())


@quick
@given(st.integers(0, 2**16), st.integers(1, 255))
def test_damaged_bytes_of_a_v7_file_are_seen(tmp_path_factory, place, flip):
    """Compressed variables carry a checksum; a load must be the file's content or an error."""
    path = tmp_path_factory.mktemp("fuzz") / "a.mat"
    write(path, {"images": photos().transpose(1, 2, 3, 0), "YAll": texts(), "LAll": labels()}, "v7")
    data = bytearray(path.read_bytes())
    data[128 + place % (len(data) - 128)] ^= flip
    path.write_bytes(data)
    right_or_refused(path, photos(), texts(), labels())


def declared_v7(path, name, shape, given_bytes, compressed):
    """Write a v7 variable whose head declares uint8 values of a shape that the file does not hold."""
    count = min(int(np.prod(shape, dtype=object)), 2**32 - 1)
    head = struct.pack(f"<IIIIII{len(shape)}i", 6, 8, 9, 0, 5, 4 * len(shape), *shape)
    head += b"\0" * (-len(head) % 8) + struct.pack("<II8s", 1, len(name), name.encode())
    body = head + struct.pack("<II", 2, count) + b"\0" * given_bytes
    total = min(len(head) + 8 + count, 2**32 - 1)
    element = struct.pack("<II", 14, total) + body
    if compressed:
        packed = zlib.compress(element, 1)
        element = struct.pack("<II", 15, len(packed)) + packed
    path.write_bytes(b"MATLAB 5.0 MAT-file".ljust(124) + b"\x00\x01IM" + element)


def write_huge(folder):
    """Write bad files that declare or expand to more than a machine has."""
    others = {"YAll": texts(), "LAll": labels()}
    for name, shape in {"wide": (8, 10, 3, 2**31 - 1), "matrix": (2**31 - 1, 2**31 - 1), "two": (2**20, 3000)}.items():
        for compressed in (False, True):
            (folder / f"{name}-{compressed}").mkdir()
            scipy.io.savemat(folder / f"{name}-{compressed}" / "b.mat", others)
            declared_v7(folder / f"{name}-{compressed}" / "iall.mat", "IAll", shape, 1000, compressed)
    for name, shape in {"labels": (10**9, 24), "tags": (12, 10**10)}.items():
        with h5py.File(folder / f"h5-{name}.mat", "w") as file:
            right = {"imgs": features(), "tags": texts(), "labels": labels()}
            for other in right.keys() - {name}:
                file[other] = right[other]
            file.create_dataset(name, shape, "f8", chunks=(1, 4))
    with h5py.File(folder / "h5-chunk.mat", "w") as file:  # one chunk of 3 GB, empty on disk but for a byte's worth
        file["imgs"], file["labels"] = np.zeros((12, 5)), labels()
        file.create_dataset("tags", (12, 2**28), "u1", chunks=(12, 2**28), compression="gzip")
    with h5py.File(folder / "h5-photo.mat", "w") as file:
        file["tags"], file["labels"] = texts(), labels()
        file.create_dataset("imgs", (12, 30000, 30000, 3), "f8", chunks=(1, 1000, 1000, 3), compression="gzip")
    for name, shape in {"bomb": (40_000, 10_000), "wide": (2, 10**7), "large": (60_000, 10_000)}.items():
        (folder / name).mkdir()  # these hold what they declare
        others = {"imgs": features(shape[0]), "labels": labels(shape[0]) + 1}
        scipy.io.savemat(folder / name / "a.mat", others, do_compression=True)
        declared_v7(folder / name / "tags.mat", "tags", shape, int(np.prod(shape)), True)
    return sorted(folder.iterdir())


MEASURE = """
import resource, sys
resource.setrlimit(resource.RLIMIT_AS, (4 * 2**30, 4 * 2**30))
from adahlib.datasets.mat.exports import load_mat
from adahlib.errors import AdahError
for path in sys.argv[1:]:
    try:
        export = load_mat(path)
        list(export.images or ())
        print(path, "loaded")
    except AdahError as error:
        print(error)
status = dict(line.split(":", 1) for line in open("/proc/self/status"))
print(int(status["VmHWM"].split()[0]) // 1024)
"""


def measured(files):
    """Load files in a process of its own; return a line for each, and its peak memory in MiB."""
    command = [sys.executable, "-c", MEASURE, *map(str, files)]
    done = subprocess.run(command, capture_output=True, text=True, env=os.environ | {"ADAH_PROGRESS": "0"})
    assert done.returncode == 0, done.stderr
    *lines, peak = done.stdout.splitlines()
    assert len(lines) == len(files) and done.stderr == ""
    return lines, int(peak)


linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="peak memory is read from /proc")


@pytest.mark.slow
@linux
def test_bad_files_take_less_than_a_gigabyte(tmp_path):
    lines, peak = measured(write_huge(tmp_path))
    assert not any(line.endswith(" loaded") for line in lines)
    assert peak < 1e9 / 2**20, f"{peak} MiB"


@pytest.mark.slow
@linux
@pytest.mark.parametrize("kind", ["photos", "texts"])
def test_damaged_bytes_of_v73_files_neither_crash_nor_fill_the_memory(tmp_path, kind):
    """HDF5 keeps no checksum of values, so that a damaged one may be loaded; damaged structure is a sentence."""
    draw = np.random.default_rng(0)
    variables = {"images": photos().transpose(1, 2, 3, 0), "YAll": texts(), "LAll": labels()}
    if kind == "texts":
        variables = {"index": ["a.jpg"] * 12, "caption": [["b", "c"]] * 12, "label": labels()}
    write(tmp_path / "whole.mat", variables, "v7.3")
    whole = np.frombuffer((tmp_path / "whole.mat").read_bytes(), np.uint8)
    for number in range(150):
        damaged = whole.copy()
        damaged[draw.integers(0, len(whole), 3)] = draw.integers(0, 256, 3)
        (tmp_path / f"{number}.mat").write_bytes(damaged.tobytes())
    lines, peak = measured([tmp_path / f"{number}.mat" for number in range(150)])
    assert 10 < sum(line.endswith(" loaded") for line in lines) < 140
    assert peak < 500, f"{peak} MiB"
