"""Files of models: what is saved comes back; damaged, swollen and hostile ones are one sentence."""

import pickle
import zipfile
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from adahlib.errors import AdahError
from adahlib.experiments import RunSpec
from adahlib.methods import make_method
from adahlib.models.adah import build_network
from adahlib.search import load_model, save_model
from tests.damage import changed_copies, run_apart

VOCABULARY = ("cat", "dog", "zoë")
SMALL = {"image_hidden": (6,), "text_hidden": 5, "text_features": 4, "head": "pool"}
MAPS = (112, 2, 2)


@pytest.fixture
def model(tmp_path):
    """The file of a small model of 8 bits, untrained, for pictures of 32 px."""
    spec = RunSpec("emoji-scenes", "adah", 8, backbone="efficientnet_lite0", image_size=32, options=SMALL)
    method = make_method(spec.method, spec.bits, spec.seed, **spec.hyperparameters())
    method.network = build_network(method.options, MAPS, len(VOCABULARY), spec.bits)
    trained = SimpleNamespace(
        method=method, pairs=SimpleNamespace(vocabulary=VOCABULARY), inputs=np.empty((1, *MAPS), np.float16)
    )
    save_model(spec, trained, tmp_path / "model.pt")
    return tmp_path / "model.pt"


def refused(path, message):
    with pytest.raises(AdahError, match=message) as caught:
        load_model(path)
    assert "\n" not in str(caught.value) and str(path) in str(caught.value) and len(str(caught.value)) < 700


def changed(path, **changes):
    """Save the model again with other parts."""
    state = torch.load(path) | changes
    torch.save(state, path)
    return state


def test_a_model_comes_back_with_all_its_numbers(model):
    found = load_model(model)
    right = torch.load(model)["network"]
    assert all(torch.equal(part, right[name]) for name, part in found.method.network_.state_dict().items())
    assert found.vocabulary == VOCABULARY and found.side == 32
    assert found.encode_texts(["a dog, ZOË"]).bits == 8
    assert len(found.encode_images([np.zeros((40, 30, 3), np.uint8)])) == 1


def test_a_model_that_is_saved_again_as_it_was_is_read(model):
    changed(model)  # what the tests below change is what is refused, and not that it was saved again
    assert load_model(model).encode_texts(["a dog"]).bits == 8


def test_every_flipped_bit_of_the_numbers_is_seen(model):
    whole = model.read_bytes()
    with zipfile.ZipFile(model) as archive:
        places = [info.header_offset + 200 for info in archive.infolist() if info.file_size > 400]
    assert len(places) > 2
    for place in places:
        model.write_bytes(whole[:place] + bytes([whole[place] ^ 4]) + whole[place + 1 :])
        refused(model, "is not a whole model of adahlib .* has another checksum")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("text_hidden", 6_000_000),
        ("text_hidden", 10**18),
        ("text_features", 6),
        ("image_hidden", [7]),
        ("image_hidden", [6] * 10**5),
        ("image_adapter", 50_000),
        ("attention", "visual"),
        ("text_hidden", "5"),
        ("text_hidden", -1),
        ("fine_tune", True),
        ("head", "flatten"),
        ("more", 1),
    ],
)
def test_options_that_are_not_those_of_the_numbers_are_refused(model, name, value):
    changed(model, options=torch.load(model)["options"] | {name: value})
    refused(model, "model.pt(: | is not a whole model of adahlib)")


@pytest.mark.parametrize(
    ("name", "value"),
    [("image_size", 20_000), ("image_size", 64), ("image_size", 3), ("backbone", "efficientnet_lite0_hypercolumns"),
     ("backbone", ["efficientnet_lite0"]), ("backbone", "no such"), ("method", "cca"), ("bits", 16), ("bits", 10**9),
     ("seed", "0"), ("other", 1), ("dataset", None)],
)  # fmt: skip
def test_runs_that_are_not_those_of_the_numbers_are_refused(model, name, value):
    changed(model, spec=torch.load(model)["spec"] | {name: value})
    refused(model, "model.pt(: | is not a whole model of adahlib)")


@pytest.mark.parametrize(
    "parts",
    [
        {"vocabulary": ["cat", "dog"]},
        {"vocabulary": ["cat", "dog", 3]},
        {"vocabulary": "cat"},
        {"map_shape": [112, 2]},
        {"map_shape": [112, 2, 10**9]},
        {"map_shape": None},
        {"network": {}},
        {"network": [1]},
        {"network": {"E_T.0.weight": "text"}},
        {"spec": None},
        {"options": [("text_hidden", 5)]},
    ],
)
def test_parts_of_another_type_are_refused(model, parts):
    changed(model, **parts)
    refused(model, "model.pt(: | is not a whole model of adahlib)")


def test_a_tensor_that_repeats_one_number_is_no_larger_than_the_file(model):
    network = torch.load(model)["network"]
    name = next(name for name, part in network.items() if part.ndim == 2)
    changed(model, network=network | {name: torch.zeros(1).expand(10**6, 10**4)})
    refused(model, "its tensors are larger than the file")


def write_pickle(path, steps):
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("model/data.pkl", b"\x80\x02" + steps + b".")
        archive.writestr("model/data/0", bytes(16))


STORAGE = b"(X\x07\x00\x00\x00storagectorch\nFloatStorage\nX\x01\x00\x00\x000X\x03\x00\x00\x00cpuK\x04tQ"
REBUILD = b"ctorch._utils\n_rebuild_tensor_v2\n("


@pytest.mark.parametrize(
    ("steps", "message"),
    [
        (b"cos\nsystem\nX\x05\x00\x00\x00touch\x85R", "asks for os.system"),
        (b"ctorch\nload\n", "asks for torch.load"),
        (b"}" + b")" + b"".join(b"q%ch%c\x86" % (i, i) for i in range(90)) + b"K\x01s", "has a key that is tuple"),
        (b"ccollections\nOrderedDict\n](]" + b"e\x85R", "is not a whole"),
        (b"}X\x01\x00\x00\x00a" + REBUILD + STORAGE + b"K\x00(K\x05t(K\x01ttRs", "is not a whole"),
        (b"}X\x01\x00\x00\x00a" + REBUILD + STORAGE + b"K\x00(J\xff\xff\xff\xfft(K\x01ttRs", "is not a whole"),
        (b"}X\x01\x00\x00\x00a" + REBUILD + STORAGE + b"K\x00(" + b"K\x01" * 9 + b"t(K\x01ttRs", "is not a whole"),
        (b"}X\x01\x00\x00\x00a" + REBUILD + STORAGE + b"K\x00(K\x04t(K\x01ttRs", "is no model of adahlib"),
    ],
)
def test_hostile_pickles_are_refused(tmp_path, steps, message):
    write_pickle(tmp_path / "model.pt", steps)
    refused(tmp_path / "model.pt", message)


def test_compressed_members_and_other_files_are_refused(tmp_path, model):
    packed = tmp_path / "packed.pt"
    with zipfile.ZipFile(model) as archive, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target:
        for name in archive.namelist():
            target.writestr(name, archive.read(name))
    refused(packed, "its members are compressed")
    refused(tmp_path / "none.pt", "none.pt is missing")
    message = r"other\.h5 is not a whole model of adahlib \(File is not a zip file\); `adah run"
    for data in (b"", b"PK", b"\x89HDF\r\n\x1a\n" + bytes(1000), pickle.dumps({"format": "adahlib-model-1"})):
        (tmp_path / "other.h5").write_bytes(data)
        refused(tmp_path / "other.h5", message)


BATCH = """
import sys
from adahlib.errors import AdahError
from adahlib.search import load_model
for path in sys.argv[1:]:
    try:
        print("loaded", load_model(path).encode_texts(["cat dog"]).content_hash())
    except AdahError as error:
        print("refused", "\\n" in str(error))
"""


@pytest.mark.slow
def test_changed_bytes_are_refused_or_change_nothing(model, tmp_path):
    copies = changed_copies(model, tmp_path, 100)
    done = run_apart(BATCH, [model, *copies], timeout=180)
    right, *lines = done.stdout.splitlines()
    assert done.returncode == 0 and len(lines) == 100, done.stderr
    assert right.startswith("loaded") and set(lines) <= {right, "refused False"}


def test_a_model_that_no_file_keeps_is_refused_before_it_is_written(tmp_path):
    with pytest.raises(AdahError, match="models of dcmh are not kept in files, but those of adah and for images alone"):
        save_model(RunSpec("emoji-scenes", "dcmh", 8), SimpleNamespace(), tmp_path / "model.pt")
    assert not list(tmp_path.iterdir())
