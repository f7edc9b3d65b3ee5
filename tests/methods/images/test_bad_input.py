"""What no method for images learns from or encodes: one sentence each, whatever the method."""

import functools

import numpy as np
import pytest
import torch
from scipy.sparse import csr_matrix

from adahlib.errors import AdahError
from adahlib.methods.images import IMAGE_METHODS, NINH
from adahlib.models.backbones import make_backbone
from tests.methods.images.stripes import stripes

PLAIN = {"ssgah": {"variant": "baseline"}, "sdh": {"anchors": 10}}
NAMES = [name for name in IMAGE_METHODS if name != "dsh-gans"]  # which always needs pictures: see below
DEEP = [name for name in NAMES if IMAGE_METHODS[name].has_epochs]
SMALL = {"epochs": 1, "gan_epochs": 1, "generator_width": 8, "judge_width": 2}
GENERATING = {"ssgah": {"condition": 4, "noise": 4}, "dsh-gans": {"noise": 4}}


def made(name):
    method = IMAGE_METHODS[name]
    short = {"epochs": 1, "batch_size": 20} if method.has_epochs else {}
    return method(8, **short, **PLAIN.get(name, {}))


@pytest.fixture(scope="module")
def data():
    rng = np.random.default_rng(0)
    return rng.normal(size=(40, 10)).astype(np.float32), np.eye(4, dtype=np.uint8)[np.arange(40) % 4]


def holding(value):
    return lambda X: np.where(np.arange(len(X))[:, None] == 3, value, X)


BAD = {
    "text": (lambda X: X.astype(str), "images holds <U32 values; give a dense array of real numbers"),
    "objects": (lambda X: X.astype(object), "images holds object values"),
    "complex": (lambda X: X * 1j, "images holds complex64 values"),
    "ragged": (lambda X: [[1.0], [1.0, 2.0]], "images has rows of different lengths"),
    "none": (lambda X: None, "images holds object values"),
    "nan": (holding(np.nan), "images hold NaN or infinite values"),
    "complex tensor": (lambda X: torch.from_numpy(X * 1j), "images holds torch.complex64 .* values"),
    "sparse tensor": (lambda X: torch.from_numpy(X).to_sparse(), "images holds torch.float32 torch.sparse_coo values"),
    "sparse": (lambda X: csr_matrix(X), "images holds object values"),
    "least": (lambda X: np.full(X.shape, np.iinfo(np.int64).min), r"images hold values beyond ±1e\+15"),
    "large": (holding(1e30), r"images hold values beyond ±1e\+15, whose squares are too large; scale them"),
}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("kind", BAD)
def test_images_that_are_no_features(name, kind, data):
    X, labels = data
    change, message = BAD[kind]
    with pytest.raises(AdahError, match=message):
        made(name).fit(change(X), labels)
    fitted = made(name).fit(X, labels)
    with pytest.raises(AdahError, match=message):
        fitted.encode(change(X))


@pytest.mark.parametrize("name", NAMES)
def test_lists_and_tensors_are_as_good_as_arrays(name, data):
    X, labels = data
    same = made(name).fit(X, labels).encode(X).content_hash()
    assert made(name).fit(X.tolist(), labels.tolist()).encode(X.tolist()).content_hash() == same
    tensors = torch.from_numpy(X), torch.from_numpy(labels)
    assert made(name).fit(*tensors).encode(tensors[0]).content_hash() == same
    assert made(name).fit(tensors[0].bfloat16(), tensors[1]).encode(tensors[0].bfloat16()).bits == 8


@pytest.mark.parametrize("name", NAMES)
def test_labels_of_different_lengths_are_refused(name, data):
    with pytest.raises(AdahError, match="labels has rows of different lengths"):
        made(name).fit(data[0], [[1], [1, 0]])


@pytest.mark.parametrize("name", DEEP)
def test_mirror_images_are_looked_at_too(name, data):
    X, labels = data
    with pytest.raises(AdahError, match="mirrored hold NaN or infinite values"):
        made(name).fit(X, labels, mirrored=holding(np.nan)(X))
    with pytest.raises(AdahError, match="mirrored holds object values"):
        made(name).fit(X, labels, mirrored=X.astype(object))


@pytest.mark.parametrize("name", NAMES)
def test_features_that_do_not_differ(name, data):
    X, labels = data
    if name in ("sdh", "sh"):
        with pytest.raises(AdahError, match="images have the same features"):
            made(name).fit(np.ones_like(X), labels)
    else:
        assert len(made(name).fit(np.ones_like(X), labels).encode(X)) == len(X)


def test_pictures_are_bytes_in_fit_and_encode():
    images, labels = stripes(24)
    pictures = images.transpose(0, 3, 1, 2)
    method = NINH(8, network="own", epochs=1, batch_size=12).fit(torch.from_numpy(pictures.copy()), labels)
    tensor = torch.from_numpy(pictures.copy())
    assert method.encode(pictures).content_hash() == method.encode(tensor).content_hash()
    with pytest.raises(AdahError, match=r"images are float64; this model was fitted on pictures, uint8"):
        method.encode(pictures / 255)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("form", [">f4", "f8", "longdouble", "mirrored", "columns"])
def test_every_kind_of_array_of_numbers_is_read(name, form, data):
    X, labels = data
    plain = np.ascontiguousarray(X[:, ::-1]) if form == "mirrored" else X
    forms = {"mirrored": lambda: X[:, ::-1], "columns": lambda: np.asfortranarray(X)}
    given = forms.get(form, lambda: X.astype(form))()
    assert made(name).fit(given, labels).encode(given).content_hash() == codes_of(name, plain.tobytes())


@functools.cache
def codes_of(name, values):
    """The codes of a plain array of these values; a method learns from each of them once."""
    X = np.frombuffer(values, np.float32).reshape(40, 10)
    return made(name).fit(X, np.eye(4, dtype=np.uint8)[np.arange(40) % 4]).encode(X).content_hash()


@pytest.fixture(scope="module")
def pictured():
    """Features of pictures, the pictures, their labels, and the network that the features are of."""
    images, labels = stripes(24)
    pictures, network = np.ascontiguousarray(images.transpose(0, 3, 1, 2)), make_backbone("efficientnet_lite0_pooled")
    with torch.inference_mode():
        return network(torch.from_numpy(pictures)).flatten(1).numpy(), pictures, labels, network


@pytest.mark.parametrize("name", GENERATING)
@pytest.mark.parametrize("kind", BAD)
def test_methods_that_make_pictures_look_at_their_features_first(name, kind, pictured):
    X, pictures, labels, network = pictured
    change, message = BAD[kind]
    with pytest.raises(AdahError, match=message):
        IMAGE_METHODS[name](8, backbone=network, side=32, **SMALL).fit(change(X), labels, pictures=pictures)


@pytest.mark.parametrize("name", GENERATING)
@pytest.mark.filterwarnings("ignore:.*the generator has collapsed")
def test_pictures_may_be_a_list_or_a_tensor_and_are_bytes_for_each_image(name, pictured):
    X, pictures, labels, network = pictured

    def fitted(given):
        method = IMAGE_METHODS[name](8, backbone=network, side=32, **SMALL, **GENERATING[name])
        return method.fit(X, labels, pictures=given).encode(X).content_hash()

    assert fitted(list(pictures)) == fitted(torch.from_numpy(pictures)) == fitted(pictures)
    with pytest.raises(AdahError, match=r"pictures are uint8 \(2, 3, 32, 32\); give uint8 \(24, 3, 32, 32\)"):
        fitted(pictures[:2])
    with pytest.raises(AdahError, match=r"pictures are float64 \(24, 3, 32, 32\); give uint8"):
        fitted(pictures / 255)
    with pytest.raises(AdahError, match="pictures holds <U3 values"):
        fitted(pictures.astype(str))
