"""LSH, SH, ITQ and SDH against loops and closed forms, and what all methods for images have in common."""

import itertools

import numpy as np
import pytest

from adahlib.errors import AdahError, NotFittedError
from adahlib.methods.images import IMAGE_METHODS, ITQ, LSH, SDH, SH, ITQLabelled
from adahlib.methods.images.itq import best_rotation, random_rotation
from adahlib.methods.images.principal import principal_directions
from adahlib.methods.images.sdh import ridge, unit_rows
from adahlib.methods.images.sh import smallest_modes
from adahlib.retrieval import mean_average_precision

CLASSES, BITS = 4, 8
VECTORS = [name for name, method in IMAGE_METHODS.items() if method.takes == "vectors" and not method.has_epochs]


@pytest.fixture(scope="module")
def data():
    """Vectors of four classes, 240 × 20, never negative; a quarter has its label."""
    rng = np.random.default_rng(0)
    classes = rng.integers(CLASSES, size=240)
    centres = rng.normal(size=(CLASSES, 20))
    X = np.maximum(centres[classes] + 0.7 * rng.normal(size=(240, 20)) + 2, 0)
    labels = np.eye(CLASSES)[classes]
    known = np.zeros_like(labels)
    known[:60] = labels[:60]
    return X, known, labels


@pytest.mark.parametrize("name", VECTORS)
def test_codes_are_repeatable_and_new_vectors_have_those_of_old_ones(name, data):
    X, known, _ = data
    one, other = (IMAGE_METHODS[name](BITS, 3).fit(X, known) for _ in range(2))
    assert len(one.encode(X)) == 240 and one.encode(X).bits == BITS
    assert one.encode(X).content_hash() == other.encode(X).content_hash()
    assert one.encode(X[5:9]).content_hash() == one.encode(X)[5:9].content_hash()
    assert len(one.encode(X[:0])) == 0


@pytest.mark.parametrize("name", VECTORS)
def test_labels_that_are_not_given_change_nothing(name, data):
    """Only the rows of labels that are not zero are read: the classes of the others, in any order, are not there."""
    X, known, _ = data
    fitted = IMAGE_METHODS[name](BITS).fit(X, known)
    if not fitted.supervised:
        other = IMAGE_METHODS[name](BITS).fit(X, np.zeros_like(known))
        assert other.encode(X).content_hash() == fitted.encode(X).content_hash()
    moved = X.copy()
    moved[60:] = X[np.random.default_rng(1).permutation(np.arange(60, 240))]  # the unlabelled part in another order
    again = IMAGE_METHODS[name](BITS).fit(moved, known)
    differing = np.asarray(again.encode(X)) != np.asarray(fitted.encode(X))
    assert differing.mean() < 0.01  # sums in another order


def test_itq_from_the_labelled_images_is_itq_of_nothing_else(data):
    X, known, labels = data
    expected = ITQ(BITS, 2).fit(X[:60], labels[:60]).encode(X)
    found = ITQLabelled(BITS, 2).fit(X, known).encode(X)
    assert found.content_hash() == expected.content_hash() != ITQ(BITS, 2).fit(X, known).encode(X).content_hash()
    with pytest.raises(AdahError, match="no image has a label"):
        ITQLabelled(BITS).fit(X, known * 0)


@pytest.mark.parametrize("name", VECTORS)
@pytest.mark.parametrize(
    ("damage", "sentence"),
    [
        (lambda X, L: (X[:, 0], L), "must be matrices"),
        (lambda X, L: (X[:-1], L), "239 and 240"),
        (lambda X, L: (X[:1], L[:1]), "at least two images"),
        (lambda X, L: (X, L * 2), "other than 0 and 1"),
        (lambda X, L: (np.where(X > 3, np.nan, X), L), "NaN or infinite"),
    ],
)
def test_bad_input_is_one_sentence(name, data, damage, sentence):
    with pytest.raises(AdahError, match=sentence):
        IMAGE_METHODS[name](BITS).fit(*damage(*data[:2]))


def test_encoding_before_fitting_or_vectors_of_another_length(data):
    X, known, _ = data
    with pytest.raises(NotFittedError):
        LSH(BITS).encode(X)
    with pytest.raises(AdahError, match=r"\(240, 19\); this model was fitted on \(n, 20\)"):
        LSH(BITS).fit(X, known).encode(X[:, 1:])


def test_more_bits_than_directions(data):
    X, known, _ = data
    with pytest.raises(AdahError, match="24 bits need 24 principal directions, and 240 images of 20 features"):
        ITQ(24).fit(X, known)
    assert SH(24).fit(X, known).encode(X).bits == 24  # several bits along a direction
    with pytest.raises(AdahError, match="all images have the same features"):
        SH(4).fit(np.ones((5, 3)), np.zeros((5, 2)))


def test_supervised_methods_need_labels_of_every_class(data):
    X, known, _ = data
    with pytest.raises(AdahError, match="no image has a label"):
        SDH(BITS).fit(X, known * 0)
    known = known.copy()
    known[:, 2] = 0
    with pytest.raises(AdahError, match="class 2 has no labelled image"):
        SDH(BITS).fit(X, known)


def test_principal_directions_are_those_of_the_singular_values():
    X = np.random.default_rng(2).normal(size=(9000, 6)) * np.arange(6, 0, -1)
    found = principal_directions(X, 4)
    expected = np.linalg.svd(X, full_matrices=False)[2][:4].T
    np.testing.assert_allclose(np.abs(found.T @ expected), np.eye(4), atol=1e-6)
    assert (found[np.abs(found).argmax(axis=0), np.arange(4)] > 0).all()


def test_lsh_is_a_loop_of_random_projections(data):
    X, known, _ = data
    W = np.random.default_rng(7).normal(size=(20, BITS))
    mean = X.mean(axis=0)
    expected = [[1 if sum((x[j] - mean[j]) * W[j, b] for j in range(20)) >= 0 else -1 for b in range(BITS)] for x in X]
    np.testing.assert_array_equal(np.asarray(LSH(BITS, 7).fit(X, known).encode(X)), expected)


def test_lsh_differs_in_a_bit_with_the_probability_of_the_angle():
    rng = np.random.default_rng(3)
    X = rng.normal(size=(400, 5))
    codes = np.asarray(LSH(1000).fit(X, np.zeros((400, 1))).encode(X))
    centred = unit_rows(X - X.mean(axis=0))
    angles = np.arccos(np.clip(centred[:20] @ centred[20:40].T, -1, 1)) / np.pi
    differing = (codes[:20, None] != codes[None, 20:40]).mean(axis=2)
    assert np.abs(differing - angles).max() < 0.07  # four standard deviations of 1,000 bits


def naive_modes(ranges, bits):
    """All one-direction modes up to a high k, by eigenvalue; the constant dropped, as the authors' program has it."""
    found = [(0.0, None, 0)]
    for place, width in enumerate(ranges):
        most = int(np.ceil((bits + 1) * width / max(ranges)))
        found += [((k * np.pi / width) ** 2, place, k) for k in range(1, most)]
    return [(place, k) for _, place, k in sorted(found, key=lambda each: each[0])][1 : bits + 1]


@pytest.mark.parametrize("bits", [3, 8, 20])
def test_sh_takes_the_smallest_eigenvalues(bits):
    ranges = np.array([7.3, 0.1, 0.1, 0.1])  # all bits along one direction, up to the highest k
    modes = smallest_modes(ranges, bits)
    assert [(int(np.flatnonzero(row)[0]), int(row.max())) for row in modes] == naive_modes(ranges, bits)
    ranges = np.array([7.3, 3.1, 2.9, 0.4])
    modes = smallest_modes(ranges, bits)
    assert [(int(np.flatnonzero(row)[0]), int(row.max())) for row in modes] == naive_modes(ranges, bits)


def test_sh_is_a_loop_of_sines(data):
    X, known, _ = data
    fitted = SH(BITS).fit(X, known)
    values = (X - X.mean(axis=0)) @ fitted.directions_
    expected = np.empty((240, BITS))
    for i, value in enumerate(values):
        for bit, mode in enumerate(fitted.modes_):
            product = 1.0
            for place, k in enumerate(mode):
                scaled = (value[place] - fitted.low_[place]) / fitted.range_[place]
                product *= np.sin(np.pi / 2 + k * np.pi * scaled)
            expected[i, bit] = product
    np.testing.assert_allclose(fitted.project(X - X.mean(axis=0)), expected, atol=1e-6)


def test_itq_never_loses_more_and_turns_only(data):
    X, known, _ = data
    fitted = ITQ(BITS).fit(X, known)
    losses = [step["loss"] for step in fitted.history_]
    assert len(losses) == 50 and (np.diff(losses) <= 1e-9).all() and losses[-1] < losses[0]
    np.testing.assert_allclose(fitted.projection_.T @ fitted.projection_, np.eye(BITS), atol=1e-9)


def test_the_best_rotation_is_better_than_many():
    rng = np.random.default_rng(4)
    V = rng.normal(size=(50, 3))
    B = np.where(rng.random((50, 3)) < 0.5, -1.0, 1.0)
    best = np.square(B - V @ best_rotation(V, B)).sum()
    others = [np.square(B - V @ random_rotation(3, rng)).sum() for _ in range(500)]
    assert best <= min(others) + 1e-9
    true = random_rotation(3, rng)
    np.testing.assert_allclose(best_rotation(V, V @ true), true, atol=1e-9)


@pytest.mark.parametrize("weight", [SDH.Options().fit_weight, 5.0])  # the published one is seen in no code
def test_the_codes_of_sdh_are_the_loop_s_and_no_bit_can_be_better(data, weight):
    X, known, _ = data
    method, rng = SDH(6, fit_weight=weight), np.random.default_rng(5)
    Y, W = known[:60], rng.normal(size=(6, CLASSES))
    fitted, B = rng.normal(size=(60, 6)), np.where(rng.random((60, 6)) < 0.5, -1.0, 1.0)
    found = method.best_codes(B, Y, W, fitted)
    objective = method.objective(found, Y, W, fitted)
    assert objective <= method.objective(B, Y, W, fitted)
    for i, bit in itertools.product(range(0, 60, 7), range(6)):
        flipped = found.copy()
        flipped[i, bit] *= -1
        assert method.objective(flipped, Y, W, fitted) >= objective - 1e-12
    loop = B.copy()
    for _ in range(10):
        for bit in range(6):
            for i in range(60):
                costs = {}
                for sign in (-1.0, 1.0):
                    row = loop[i].copy()
                    row[bit] = sign
                    error = np.square(Y[i] - row @ W).sum()
                    costs[sign] = error + method.options.fit_weight * np.square(row - fitted[i]).sum()
                loop[i, bit] = min((1.0, -1.0), key=costs.get)
    np.testing.assert_array_equal(found, loop)


def test_ridge_is_the_minimum():
    rng = np.random.default_rng(6)
    A, B = rng.normal(size=(30, 5)), rng.normal(size=(30, 2))
    W = ridge(A, B, 0.3)
    np.testing.assert_allclose(A.T @ (A @ W - B) + 0.3 * W, 0, atol=1e-10)


def test_sdh_encodes_by_its_kernel_and_its_regressions_are_minima(data, monkeypatch):
    X, known, _ = data
    seen, inner = [], SDH.best_codes

    def looked(self, *given):
        seen.append((given, inner(self, *given)))
        return seen[-1][1]

    monkeypatch.setattr(SDH, "best_codes", looked)
    method = SDH(6, anchors=15, width=0.7, classifier_ridge=0.4, projection_ridge=0.02).fit(X, known)
    rows = [(x - X.mean(axis=0)) / np.linalg.norm(x - X.mean(axis=0)) for x in X]
    assert all(min(np.abs(x - anchor).max() for x in rows[:60]) < 1e-6 for anchor in method.anchors_)
    squared = np.array([[np.square(x - anchor).sum() for anchor in method.anchors_] for x in rows])
    phi = np.exp(-squared / (2 * 0.7 * squared[:60].mean()))
    np.testing.assert_array_equal(np.asarray(method.encode(X)), np.where(phi @ method.projection_ >= 0, 1, -1))
    (B, Y, W, fitted), last = seen[-1]
    np.testing.assert_allclose(B.T @ (B @ W - Y) + 0.4 * W, 0, atol=1e-9)
    own, P = phi[:60], method.projection_
    np.testing.assert_allclose(own.T @ (own @ P - last) + 0.02 * P, 0, atol=1e-5)  # features are float32
    assert np.abs(0.02 * P).max() > 1e-3
    np.testing.assert_allclose(fitted, own @ np.linalg.solve(own.T @ own + 0.02 * np.eye(15), own.T @ B), atol=1e-5)


def test_sdh_separates_the_classes_of_images_that_had_no_label(data):
    X, known, labels = data
    scores = {}
    for method in (SDH(BITS, anchors=40), ITQ(BITS), LSH(BITS)):
        codes = method.fit(X, known).encode(X)
        scores[type(method).__name__] = mean_average_precision(codes[:60], codes[60:], labels[:60], labels[60:])
    assert scores["SDH"] > max(scores["ITQ"], scores["LSH"]) > 1 / CLASSES
