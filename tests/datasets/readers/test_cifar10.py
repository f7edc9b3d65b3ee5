"""CIFAR-10: miniature batches beside torchvision's reading of them, JPEG copies, hostile pickles, splits by class."""

import hashlib
import os
import pickle
import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adahlib.datasets import dataset_split, load_dataset
from adahlib.datasets.readers.cifar10 import load
from adahlib.datasets.readers.pickled_pixels import read_batch_pickle
from adahlib.datasets.splits import make_class_split, unlabelled
from adahlib.errors import AdahError
from tests.datasets.miniatures import jpeg, write_folder, write_tar, write_zip

NAMES = ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"]
BATCHES = [*(f"data_batch_{i}" for i in range(1, 6)), "test_batch"]


def batches(size=10):
    """Return the release's files, with ``size`` images a batch, pickled as the release is (protocol 2)."""
    generator = np.random.default_rng(0)
    files = {"batches.meta": {"label_names": NAMES, "num_cases_per_batch": size, "num_vis": 3072}}
    for name in BATCHES:
        pixels = generator.integers(0, 256, (size, 3072), dtype=np.uint8)
        labels = [int(number) for number in generator.permutation(size) % 10]
        files[name] = {"batch_label": name, "labels": labels, "data": pixels, "filenames": ["x.png"] * size}
    return {f"cifar-10-batches-py/{name}": pickle.dumps(content, protocol=2) for name, content in files.items()}


def jpegs():
    return {
        f"{part}/{name}/{i:04d}.jpg": jpeg((20 * c, 30 * i, 50 if part == "train" else 200), (32, 32))
        for part, count in (("test", 2), ("train", 3))
        for c, name in enumerate(NAMES)
        for i in range(count)
    }


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("ADAH_CACHE", str(tmp_path / "cache"))


def torchvision_reading(root, files):
    """Return images and classes as torchvision reads the batches of a folder, training images first."""
    from benchmarks.torchvision_operators import declare_missing_operators

    declare_missing_operators()
    from torchvision.datasets import CIFAR10

    sums = {name.split("/")[1]: hashlib.md5(data).hexdigest() for name, data in files.items()}

    class Miniature(CIFAR10):  # torchvision compares checksums, and those of a miniature are its own
        train_list = [[name, sums[name]] for name in BATCHES[:5]]
        test_list = [["test_batch", sums["test_batch"]]]
        meta = {"filename": "batches.meta", "key": "label_names", "md5": sums["batches.meta"]}

    parts = [Miniature(root, train=train) for train in (True, False)]
    return np.concatenate([part.data for part in parts]), [number for part in parts for number in part.targets]


def test_batches_read_as_torchvision_reads_them(tmp_path):
    write_folder(tmp_path, batches())
    pairs = load(tmp_path, whole=False)
    images, classes = torchvision_reading(tmp_path, batches())
    assert np.array_equal(pairs.images, images)
    assert pairs.labels.argmax(axis=1).tolist() == classes and (pairs.labels.sum(axis=1) == 1).all()
    assert pairs.label_names == tuple(NAMES) and pairs.tags.shape == (60, 0)
    assert (pairs.ids[0], pairs.ids[49], pairs.ids[50]) == ("train/00000", "train/00049", "test/00000")
    assert pairs.provenance["title"] == "a part of CIFAR-10"


def test_the_release_archive_and_its_folder_give_the_same(tmp_path):
    write_folder(tmp_path, batches())
    (tmp_path / "tar").mkdir()
    write_tar(tmp_path / "tar/cifar-10-python.tar.gz", batches())
    assert load(tmp_path, whole=False).content_hash() == load(tmp_path / "tar", whole=False).content_hash()


@pytest.mark.parametrize("suffix", [".tar.xz", ".zip", ""])
def test_reads_a_copy_as_jpeg_files_and_says_so(tmp_path, suffix):
    {".zip": write_zip, "": write_folder}.get(suffix, write_tar)(tmp_path / f"cifar10_jpeg{suffix}", jpegs())
    pairs = load(tmp_path, whole=False)
    assert pairs.ids[:2] == ("train/airplane/0000", "train/airplane/0001") and pairs.ids[-1] == "test/truck/0001"
    assert pairs.label_names == tuple(NAMES)
    assert [pairs.label_names[row.argmax()] for row in pairs.labels] == [place.split("/")[1] for place in pairs.ids]
    assert pairs.provenance["title"] == "a part of CIFAR-10, JPEG re-encoded"
    assert pairs.images[0].shape == (32, 32, 3)


def test_the_batches_go_before_a_copy(tmp_path):
    write_folder(tmp_path, batches())
    write_zip(tmp_path / "cifar10.zip", jpegs())
    assert "JPEG" not in load(tmp_path, whole=False).provenance["title"]


@pytest.mark.parametrize("name", ["cifar-10-python.rar", "cifar10_jpeg.7z"])
def test_an_archive_that_cannot_be_read_hides_none_that_can(tmp_path, name):
    (tmp_path / name).write_bytes(b"Rar!")
    with pytest.raises(AdahError, match=f"{name} cannot be read, only zip and tar can"):
        load(tmp_path, whole=False)
    write_zip(tmp_path / "cifar10.zip", jpegs())
    assert "JPEG" in load(tmp_path, whole=False).provenance["title"]
    write_folder(tmp_path, batches())
    assert "JPEG" not in load(tmp_path, whole=False).provenance["title"]


def test_undecodable_images_are_counted_named_and_left_out(tmp_path):
    write_zip(tmp_path / "cifar10.zip", jpegs() | {"train/cat/0001.jpg": b"no image"})
    pairs = load(tmp_path, whole=False)
    assert len(pairs) == 49 and pairs.provenance["left_out_ids"] == ["train/cat/0001"]


@pytest.mark.parametrize(("write", "place", "files"), [(write_folder, "", batches), (write_zip, "cifar10.zip", jpegs)])
def test_other_counts_are_refused_by_name(tmp_path, write, place, files):
    write(tmp_path / place, files())
    message = r"not cifar10: found \d0 train, \d0 test, 10 classes, \d in the .* has 50,000 train, 10,000 test, 10 "
    with pytest.raises(AdahError, match=message):
        load_dataset("cifar10", tmp_path)


def test_nothing_there_names_the_release(tmp_path):
    with pytest.raises(AdahError, match=r"has no archive of CIFAR-10; place cifar-10-python\.tar\.gz there, or"):
        load(tmp_path)
    write_zip(tmp_path / "cifar10.zip", {"readme": "x"})
    with pytest.raises(AdahError, match=r"has no train/<class>/\*\.jpg"):
        load(tmp_path)


class Call:
    """Pickles as a call of ``function`` when it is loaded."""

    def __init__(self, function, *arguments):
        self.called = (function, arguments)

    def __reduce__(self):
        return self.called


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (Call(os.system, "touch was_run"), r"data_batch_1 asks for (posix|nt)\.system, which such a file"),
        (Call(eval, "open('was_run', 'w')"), r"asks for __builtin__\.eval"),
        (Call(np.memmap, "was_run", "u1", "w+", 0, (9,)), r"asks for numpy\.memmap"),
        (Call(np.ndarray, (10**10,)), "calls what such a file does not need"),
        ({"data": np.zeros((1, 3072), np.uint8), "more": np.zeros(9)}, "has another array than the one of a batch"),
        ([1, 2], "holds no dictionary"),
        ({"labels": [0]}, r"'data' is not an array \(n, 3072\) of uint8"),
        ({"data": np.zeros((1, 3072), np.float32), "labels": [0]}, r"an array that is not \(n, 3072\) of uint8"),
        ({"data": np.zeros((1, 3071), np.uint8), "labels": [0]}, r"an array that is not \(n, 3072\) of uint8"),
        ({"data": np.zeros((2, 3072), np.uint8), "labels": [0]}, "'labels' is not a list of 2 classes"),
        ({"data": np.zeros((1, 3072), np.uint8), "labels": [10]}, "other values than whole numbers from 0 to 9"),
        ({"data": np.zeros((1, 3072), np.uint8), "labels": [-1]}, "other values than whole numbers"),
        ({"data": np.zeros((1, 3072), np.uint8), "labels": [True]}, "other values than whole numbers"),
    ],
)
def test_hostile_and_wrong_batches_are_one_sentence(tmp_path, monkeypatch, content, message):
    monkeypatch.chdir(tmp_path)
    write_folder(tmp_path, batches() | {"cifar-10-batches-py/data_batch_1": pickle.dumps(content, protocol=2)})
    with pytest.raises(AdahError, match=message):
        load(tmp_path, whole=False)
    assert not Path("was_run").exists()


def array_state(kind, state):
    """Return the steps of a pickle that makes an empty array and gives it a state whose type of numbers is ``kind``."""
    array = b"cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\nK\x00\x85C\x01b\x87R"
    return array + b"(K\x01K\x01M\x00\x0c\x86" + kind + state + b"tb"


def nested_pairs(depth):
    """Return the steps that make a tuple of two tuples of two tuples …: to hash it takes 2**depth steps."""
    return b")" + b"".join(b"q%ch%c\x86" % (i, i) for i in range(depth))


OBJECTS = b"cnumpy\ndtype\nX\x02\x00\x00\x00O8K\x00K\x01\x87R"
PIXELS = b"cnumpy\ndtype\nX\x02\x00\x00\x00u1K\x00K\x01\x87R"
HOSTILE = {
    "lists without end": (b"]" * 400_000, "makes more objects than such a file has"),
    "a large memory": (b"]r\xff\xff\xff\x7f", "holds no dictionary"),
    "an array of pointers": (array_state(OBJECTS, b"\x89C\x08AAAABBBB"), "an array that is not"),
    "a type without flags": (array_state(OBJECTS + b"(K\x03NNNNNNtb", b"\x89C\x08AAAABBBB"), "an array that is not"),
    "an array as its own kind": (
        array_state(PIXELS, b"\x89C\x00").replace(b"cnumpy\nndarray\n", array_state(PIXELS, b"\x89C\x00"), 1),
        "an array that is not|another array",
    ),
    "a state of another form": (PIXELS + b"(K\x03](ttb", "not a whole pickle|changes an object"),
    "a state inside a state": (PIXELS + b"K\x03]\x86b", "changes an object in a way"),
    "a state of a dictionary": (b"}}b", "changes an object in a way"),
    "tuples as a key": (b"}" + nested_pairs(90) + b"K\x01s", "has a key that is tuple"),
    "tuples as a state": (PIXELS + nested_pairs(90) + b"b", "changes an object|not a whole pickle"),
    "an extension": (b"\x82\x01", "has the step EXT1 at byte 2"),
    "a set": (b"\x8f", "has the step EMPTY_SET"),
    "a frozen set": (b"(\x91", "has the step FROZENSET"),
    "a name of its own": (b"Pname\n", "has the step PERSID"),
    "an object": (b"(cos\nsystem\no", "asks for os.system"),
    "an instance": (b"(ios\nsystem\n", "has the step INST"),
    "a new object": (b"cnumpy\ndtype\n)\x81", "has the step NEWOBJ"),
    "a buffer from elsewhere": (b"\x97", "has the step NEXT_BUFFER"),
    "a frame beyond the end": (b"\x95\xff\xff\xff\xff\xff\xff\xff\xff}", "has the step FRAME at byte 2"),
    "a text beyond the end": (b"\x8d\xff\xff\xff\xff\xff\xff\xff\x7f", "is not a whole pickle"),
    "steps without a stack": (b"e", "is not a whole pickle"),
    "a list in itself": (b"]q\x00h\x00a", "holds no dictionary"),
    "a name with line breaks": (b"\x8c\x03a\nb\x8c\x01c\x93", r"asks for a\\nb\.c, which such a file"),
    "a key twice": (b"}\x8c\x01aK\x01sC\x01aK\x01s", "has 'a' twice"),
    "a number of many digits": (b"I" + b"9" * 100_000 + b"\n", "is not a whole pickle"),
}


@pytest.mark.parametrize(("steps", "message"), HOSTILE.values(), ids=HOSTILE)
def test_hostile_steps_of_a_pickle_are_refused(tmp_path, steps, message):
    write_folder(tmp_path, batches() | {"cifar-10-batches-py/data_batch_1": b"\x80\x02" + steps + b"."})
    with pytest.raises(AdahError, match=f"data_batch_1 .*({message})") as caught:
        load(tmp_path, whole=False)
    assert "\n" not in str(caught.value) and len(str(caught.value)) < 400


@pytest.mark.parametrize("protocol", [0, 1, 2, 3, 4, 5])
@pytest.mark.parametrize("keys", [str, str.encode], ids=["text", "bytes"])
def test_batches_that_were_pickled_again_read_like_the_makers_own(tmp_path, protocol, keys):
    """Others load a batch with ``encoding="bytes"``, as its makers' page says, and pickle it in their own protocol."""
    again = {}
    for name, data in batches().items():
        content = {keys(key): value for key, value in pickle.loads(data).items()}
        for key, value in content.items():
            if isinstance(value, list) and isinstance(value[0], str):
                content[key] = [keys(text) for text in value]
        again[name] = pickle.dumps(content, protocol)
    write_folder(tmp_path / "own", batches())
    write_folder(tmp_path / "again", again)
    assert load(tmp_path / "again", whole=False).content_hash() == load(tmp_path / "own", whole=False).content_hash()


def test_pixels_in_the_order_of_columns_and_read_only_ones_are_the_same_pixels(tmp_path):
    right = np.random.default_rng(1).integers(0, 256, (3, 3072), dtype=np.uint8)
    fixed = right.copy()
    fixed.flags.writeable = False
    for data, protocol in ((np.asfortranarray(right), 2), (np.asfortranarray(right), 5), (fixed, 5)):
        assert np.array_equal(read_batch_pickle(pickle.dumps({"data": data}, protocol))["data"], right)


def test_the_pickles_of_python_2_and_an_older_numpy_are_read():
    """The makers' files: texts are bytes, names are NumPy's of 2009."""
    state = b"(K\x01K\x01M\x00\x0c\x86cnumpy\ndtype\nq\x06U\x02u1K\x00K\x01\x87Rq\x07(K\x03U\x01|NNNJ\xff\xff\xff\xff"
    state += b"J\xff\xff\xff\xffK\x00tb\x89T\x00\x0c\x00\x00" + bytes(range(256)) * 12 + b"tb"
    array = b"cnumpy.core.multiarray\n_reconstruct\nq\x02cnumpy\nndarray\nq\x03K\x00\x85U\x01b\x87Rq\x04" + state
    found = read_batch_pickle(b"\x80\x02}q\x01(U\x06labelsq\x05]q\x08K\x03aU\x04dataq\x09" + array + b"u.")
    assert found["labels"] == [3] and found["data"].tobytes() == bytes(range(256)) * 12


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.data())
def test_a_damaged_batch_is_an_error_or_has_the_right_form(data):
    files = batches(size=2)
    name = f"cifar-10-batches-py/{data.draw(st.sampled_from([*BATCHES, 'batches.meta']))}"
    whole = bytearray(files[name])
    place = data.draw(st.integers(0, min(len(whole) - 1, 250)))  # the pixels, which may be any, come after
    if data.draw(st.booleans()):
        whole[place] ^= data.draw(st.integers(1, 255))
    else:
        del whole[place:]
    with tempfile.TemporaryDirectory() as folder:
        write_folder(Path(folder), files | {name: bytes(whole)})
        try:
            pairs = load(folder, whole=False)
        except AdahError as error:
            assert "\n" not in str(error)
            return
        assert pairs.images.shape == (12, 32, 32, 3) and pairs.images.dtype == np.uint8


def test_the_split_is_balanced_by_class(tmp_path):
    write_folder(tmp_path, batches(size=100))
    pairs = load(tmp_path, whole=False)
    split = make_class_split(pairs, query_per_class=7, train_per_class=20, seed=3)
    assert pairs.labels[split.query].sum(axis=0).tolist() == [7] * 10
    assert pairs.labels[split.train].sum(axis=0).tolist() == [20] * 10
    assert split.counts() == {"query": 70, "database": 530, "train": 200, "validation": 0}
    assert sorted([*split.train, *unlabelled(split), *split.query]) == list(range(600))
    again = make_class_split(pairs, 7, 20, seed=3)
    assert split.content_hash() == again.content_hash() != make_class_split(pairs, 7, 20, seed=4).content_hash()
    for sizes in ((41, 20), (0, 20), (7, 0)):
        with pytest.raises(AdahError, match="cannot be drawn from the 60 of 'airplane'"):
            make_class_split(pairs, *sizes)
    with pytest.raises(AdahError, match="100 queries and 500 labelled images a class"):
        dataset_split(pairs)


@pytest.mark.data
@pytest.mark.skipif("ADAH_DATA" not in os.environ, reason="ADAH_DATA is not set: the real CIFAR-10 is not read")
def test_the_real_images_are_all_there():
    pairs = load_dataset("cifar10")
    assert pairs.counts() == {"pairs": 60_000, "tags": 0, "labels": 10} and pairs.provenance["left_out"] == 0
    assert sum(place.startswith("train/") for place in pairs.ids) == 50_000
    assert pairs.labels.sum(axis=0).tolist() == [6_000] * 10 and pairs.images[7].shape == (32, 32, 3)
    split = dataset_split(pairs)
    assert split.counts() == {"query": 1_000, "database": 59_000, "train": 5_000, "validation": 0}
    assert len(unlabelled(split)) == 54_000
