"""CNNH, NINH and SSDH against loops, and what holds of every deep method for images."""

import itertools

import numpy as np
import pytest
import torch

from adahlib.errors import AdahError, NotFittedError
from adahlib.methods.images import CNNH, IMAGE_METHODS, NINH, SSDH
from adahlib.methods.images.head import Slices
from adahlib.methods.images.items import SHIFT, moved
from adahlib.methods.images.pairwise_codes import objective, pairwise_codes
from adahlib.models.class_gan import class_loss
from adahlib.retrieval import mean_average_precision
from tests.toys import TINY_IMAGES as TINY

CLASSES, BITS = 4, 12
# SSGAH without synthetic images; DSH-GANs has none
DEEP = [name for name, method in IMAGE_METHODS.items() if method.has_epochs and name != "dsh-gans"]
BASELINE = {"ssgah": {"variant": "baseline"}}


@pytest.fixture(scope="module")
def data(clusters):
    return clusters


def fitted(name, data, **options):
    X, M, known, _ = data
    return IMAGE_METHODS[name](BITS, **(TINY | BASELINE.get(name, {}) | options)).fit(X, known, mirrored=M)


@pytest.mark.parametrize("name", DEEP)
def test_it_learns_and_repeats_itself(name, data):
    X, M, known, labels = data
    one, other = (fitted(name, data) for _ in range(2))
    codes = one.encode(X)
    assert codes.content_hash() == other.encode(X).content_hash() and codes.bits == BITS
    score = mean_average_precision(codes[80:140], codes[140:], labels[80:140], labels[140:])
    start = fitted(name, data, learning_rate=0.0).encode(X)
    untrained = mean_average_precision(start[80:140], start[140:], labels[80:140], labels[140:])
    assert score > untrained + 0.1 > 0.35  # chance is a quarter
    assert len(one.history_) == 6 and all(np.isfinite(list(step.values())).all() for step in one.history_)
    assert len(one.encode(X[:0])) == 0


@pytest.mark.parametrize("name", DEEP)
def test_every_weight_has_a_gradient(name, data):
    method = fitted(name, data, epochs=1)
    torch.manual_seed(1)
    before = {key: value.clone() for key, value in method.network_.state_dict().items()}
    items = method.items(data[0], data[2], data[1])
    optimizers = method.make_optimizers(method.network_)
    method.network_.train()
    method.step(items, optimizers, torch.arange(20), 0, 0)
    trained = {key for key, _ in method.network_.named_parameters()}
    after = method.network_.state_dict()
    still = [key for key in trained if (after[key] == before[key]).all()]
    assert not still and trained


@pytest.mark.parametrize("name", DEEP)
def test_an_interrupted_training_ends_as_the_whole_one(name, data, tmp_path):
    X, M, known, _ = data
    whole = fitted(name, data).encode(X).content_hash()
    checkpoint = tmp_path / "half.pt"

    class StoppedError(Exception):
        pass

    options = TINY | BASELINE.get(name, {})
    method, calls = IMAGE_METHODS[name](BITS, **options), itertools.count()
    step = method.step

    def interrupted(*arguments):
        if next(calls) == 13:  # in the fourth epoch of four steps
            raise StoppedError
        return step(*arguments)

    method.step = interrupted
    with pytest.raises(StoppedError):
        method.fit(X, known, mirrored=M, checkpoint=checkpoint)
    again = IMAGE_METHODS[name](BITS, **options).fit(X, known, mirrored=M, checkpoint=checkpoint)
    assert again.encode(X).content_hash() == whole


def test_bad_input_is_one_sentence(data):
    X, M, known, _ = data
    with pytest.raises(NotFittedError):
        NINH(8).encode(X)
    with pytest.raises(AdahError, match=r"mirrored has shape \(299, 24\), and images \(300, 24\)"):
        NINH(8, **TINY).fit(X, known, mirrored=M[1:])
    with pytest.raises(AdahError, match=r"\(300, 23\); this model was fitted on \(n, 24\)"):
        NINH(8, **TINY).fit(X, known).encode(X[:, 1:])
    with pytest.raises(AdahError, match="no image has a label"):
        SSDH(8, **TINY).fit(X, known * 0)
    with pytest.raises(AdahError, match="option margin=-1.0 must be at least 0"):
        NINH(8, margin=-1)


@pytest.mark.parametrize(("name", "options"), [("ninh", {}), ("ssdh", {}), ("ssgah", {"variant": "baseline"})])
def test_labels_without_a_triplet_are_refused_before_training(name, options, data):
    X, _, known, _ = data
    method = IMAGE_METHODS[name](8, **TINY, **options)
    with pytest.raises(AdahError, match=r"labelled images share labels, most of them that of class 0"):
        method.fit(X, known[:, :1])
    assert method.network_ is None
    first = np.zeros_like(known)
    first[[np.flatnonzero(column)[0] for column in known.T]] = np.eye(CLASSES, dtype=np.uint8)
    with pytest.raises(AdahError, match="no class has two labelled images"):
        IMAGE_METHODS[name](8, **TINY, **options).fit(X, first)


def test_without_unlabelled_images_ssdh_trains_on_the_labelled_ones(data):
    X, _, known, _ = data
    assert len(SSDH(8, **TINY).fit(X[:80], known[:80]).encode(X)) == 300


def loop_sweep(H, S, order, bent):
    """One sweep with the n × n matrix L, each entry by its slope and curvature; bent[0] counts those that bend down."""
    n, q = H.shape
    for place in order:
        i, j = divmod(int(place), q)
        L = H @ H.T - q * S
        slope = 4 * L[i] @ H[:, j]
        curvature = 4 * (H[:, j] @ H[:, j] + H[i, j] ** 2 + L[i, i])
        if curvature > 0:
            H[i, j] += np.clip(-slope / curvature, -1 - H[i, j], 1 - H[i, j])
        else:
            H[i, j], bent[0] = -np.sign(slope), bent[0] + 1
    return H


@pytest.mark.parametrize(("n", "q", "bends"), [(30, 4, False), (4, 24, True)])
def test_the_first_stage_of_cnnh_is_the_loop_s(n, q, bends):
    """Few images and many bits: there the curve of an entry bends down, and it goes to the end that is downhill."""
    rng, bent = np.random.default_rng(2), [0]
    classes = rng.integers(3, size=n)
    S = np.where(classes[:, None] == classes, 1, -1)
    codes, losses = pairwise_codes(S, q, np.random.default_rng(5), sweeps=2)
    generator = np.random.default_rng(5)
    H = generator.uniform(-1, 1, (n, q))
    expected = [np.square(H @ H.T - q * S).sum() / n**2]
    for _ in range(2):
        H = loop_sweep(H, S, generator.permutation(n * q), bent)
        expected.append(np.square(H @ H.T - q * S).sum() / n**2)
    np.testing.assert_allclose(losses, expected, rtol=1e-9)
    np.testing.assert_array_equal(codes, np.where(H >= 0, 1, -1))
    assert objective(H, H.T @ H, S @ H) == pytest.approx(expected[-1]) and bool(bent[0]) == bends


def test_the_codes_of_the_first_stage_separate_the_classes():
    classes = np.random.default_rng(3).integers(10, size=400)
    S = np.where(classes[:, None] == classes, 1, -1)
    codes, losses = pairwise_codes(S, 24, np.random.default_rng(0))
    assert (np.diff(losses) < 0).all()
    found = [codes[classes == c] for c in range(10)]
    assert np.mean([(part == np.sign(part.sum(0) + 0.5)).mean() for part in found]) > 0.99
    distances = (codes[:, None] != codes[None]).sum(-1)
    assert distances[classes[:, None] == classes].mean() < 0.2 < 6 < distances[classes[:, None] != classes].mean()


def test_cnnh_regresses_its_own_codes_in_their_own_order(data):
    """The fault of a public program: codes of one order beside images of another, which ends at chance."""
    X, M, known, labels = data
    method = fitted("cnnh", data, epochs=40)
    predicted = np.asarray(method.encode(X[:80]))
    assert (predicted == method.codes_).mean() > 0.9
    plus = CNNH(8, class_weight=0.5, hidden=32, **TINY).fit(X, known, mirrored=M)
    assert plus.history_[0].keys() == {"codes", "classes"}


def test_divide_and_encode_is_a_loop_over_slices():
    layer, hidden = Slices(3, 4), torch.randn(5, 12)
    slices = [[hidden[i, 3 * b : 3 * b + 3] @ layer.weight[b] + layer.bias[b] for b in range(4)] for i in range(5)]
    expected = [[float(value.detach()) for value in row] for row in slices]
    torch.testing.assert_close(layer(hidden).detach(), torch.tensor(expected))


def test_the_graph_loss_takes_neighbours_and_far_images():
    method = SSDH(3, neighbours=2, strangers=0.2, graph_margin=1.5)
    features = torch.arange(10.0)[:, None] ** 1.1  # a line: neighbours are known
    codes = torch.rand(10, 3, generator=torch.Generator().manual_seed(0))
    allowed = {}
    for a in range(10):
        order = sorted(range(10), key=lambda other: abs(float(features[other] - features[a])))
        allowed[a] = order[1:3], order[8:]
    torch.manual_seed(0)
    values = [float(method.graph(codes, features)) for _ in range(300)]

    def contrast(a, p, n):
        apart = float((codes[a] - codes[n]).norm())
        return 0.5 * (float((codes[a] - codes[p]).square().sum()) + max(0, 1.5 - apart) ** 2)

    means = [np.mean([contrast(a, p, n) for p in allowed[a][0] for n in allowed[a][1]]) for a in range(10)]
    assert np.mean(values) == pytest.approx(np.mean(means), rel=0.03)


def test_pseudo_labels_are_the_most_and_the_least_likely_class():
    method = SSDH(2)
    codes = torch.rand(4, 2, generator=torch.Generator().manual_seed(1))
    labels = torch.eye(2)  # items 0 and 1 are labelled, of classes 0 and 1
    logits = torch.tensor([[0.0, 9.0], [9.0, 0.0], [3.0, 1.0], [2.0, 1.0]])  # the labelled ones' are not read
    found = method.pseudo(codes, logits, labels)

    def contrast(a, p, n):
        apart = float((codes[a] - codes[n]).norm())
        return 0.5 * (float((codes[a] - codes[p]).square().sum()) + max(0, 3.0 - apart) ** 2)

    # 2 and 3 are of class 0: a positive is 0 or the other one, a negative is 1, of the class that they have least
    possible = [(contrast(2, p, 1) + contrast(3, r, 1)) / 2 for p in (0, 3) for r in (0, 2)]
    assert min(abs(float(found) - value) for value in possible) < 1e-6


def test_the_classifier_s_loss_is_the_mean_of_minus_log_p():
    logits, labels = torch.randn(6, 3), torch.eye(3)[torch.tensor([0, 1, 2, 0, 1, 2])]
    expected = torch.nn.functional.cross_entropy(logits, labels.argmax(1))
    torch.testing.assert_close(class_loss(logits, labels), expected)
    some = torch.cat([labels, torch.zeros(4, 3)])  # images without label have no part in it
    torch.testing.assert_close(class_loss(torch.cat([logits, torch.randn(4, 3)]), some), expected)


@pytest.mark.parametrize(
    ("name", "options"), [("cnnh", {"learning_rate": 2e-3}), ("ninh", {"learning_rate": 3e-4, "slice_width": 10})]
)
def test_the_network_of_its_own_paper_sees_pictures(name, options):
    rng, labels = np.random.default_rng(0), np.tile(np.eye(CLASSES, dtype=np.uint8), (30, 1))
    colours = rng.integers(60, 200, (CLASSES, 3))[labels.argmax(axis=1)]  # a mirror image has the class of its image
    pictures = np.clip(colours[..., None, None] + 30 * rng.normal(size=(120, 3, 32, 32)), 0, 255).astype(np.uint8)
    known = labels.copy()
    known[60:] = 0
    method = IMAGE_METHODS[name](8, network="own", epochs=15, batch_size=20, **options)
    codes = method.fit(pictures, known).encode(pictures)
    assert mean_average_precision(codes[60:90], codes[90:], labels[60:90], labels[90:]) > 0.6  # chance is a quarter
    with pytest.raises(AdahError, match=r"was fitted on \(n, 3, 32, 32\)"):
        method.encode(pictures[:, 0])
    with pytest.raises(AdahError, match=r"give pictures, uint8 \(n, 3, 32, 32\)"):
        method.fit(pictures.astype(np.float32), known)


def test_moved_pictures_are_windows_of_mirrored_borders():
    torch.manual_seed(0)
    pictures = torch.arange(2 * 3 * 32 * 32, dtype=torch.float32).reshape(2, 3, 32, 32)
    found = moved(pictures)
    padded = torch.nn.functional.pad(pictures, [SHIFT] * 4, mode="reflect")
    for number, picture in enumerate(found):
        windows = [
            turned[:, top : top + 32, left : left + 32]
            for turned in (padded[number], padded[number].flip(2))
            for top in range(2 * SHIFT + 1)
            for left in range(2 * SHIFT + 1)
        ]
        assert any(torch.equal(picture, window) for window in windows)
