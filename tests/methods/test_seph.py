"""SePH: the divergence and its gradient against loops, codes by definition, pairs, the subsample, bad input."""

import itertools

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from adahlib.errors import AdahError
from adahlib.methods import make_method
from adahlib.methods.shallow import semantic_divergence
from adahlib.methods.shallow.semantic_divergence import SemanticDivergence
from adahlib.methods.shallow.seph import KernelClassifier
from adahlib.retrieval import chance_level, mean_average_precision


def labelled_pairs(n=240, seed=0):
    """Pairs with one or two of 4 labels, which show in the features of both sides; texts are 0/1."""
    rng = np.random.default_rng(seed)
    labels = np.eye(4, dtype=np.uint8)[rng.integers(0, 4, n)] | np.eye(4, dtype=np.uint8)[rng.integers(0, 4, n)]
    images = labels @ np.random.default_rng(1).standard_normal((4, 10)) * 2 + rng.standard_normal((n, 10))
    words = rng.random((n, 24)) < 0.05 + 0.5 * np.repeat(labels, 6, axis=1)
    return images, csr_matrix(words.astype(np.uint8)), labels


def naive_objective(H, L, alpha):
    """KL(P‖Q) + α‖|H| − 1‖² by the double loop."""
    n = len(H)
    P, Q = np.zeros((n, n)), np.zeros((n, n))
    for i in range(n):
        for j in range(n):
            if i != j:
                lengths = np.linalg.norm(L[i]) * np.linalg.norm(L[j])
                P[i, j] = L[i] @ L[j] / lengths if lengths else 0
                Q[i, j] = 1 / (1 + 0.25 * ((H[i] - H[j]) ** 2).sum())
    total_p, total_q = P.sum(), Q.sum()
    value = alpha * ((np.abs(H) - 1) ** 2).sum()
    for i in range(n):
        for j in range(n):
            if P[i, j] > 0:
                value += P[i, j] / total_p * np.log((P[i, j] / total_p) / (Q[i, j] / total_q))
    return value


@pytest.fixture
def state():
    """Codes H (30, 3) and labels (30, 5), some of them empty."""
    rng = np.random.default_rng(0)
    return rng.standard_normal((30, 3)), (rng.random((30, 5)) < 0.25).astype(float)


@pytest.mark.parametrize("block", [7, 1024])
def test_divergence_is_the_double_loop(state, block, monkeypatch):
    monkeypatch.setattr(semantic_divergence, "BLOCK", block)
    H, L = state
    assert not L.sum(1).all()
    value, _ = SemanticDivergence(L, 0.01, np.float64).value_and_gradient(H)
    assert value == pytest.approx(naive_objective(H, L, 0.01), rel=1e-10)


@pytest.mark.parametrize("block", [7, 1024])
def test_gradient_is_the_numerical_one(state, block, monkeypatch):
    monkeypatch.setattr(semantic_divergence, "BLOCK", block)
    H, L = state
    _, gradient = SemanticDivergence(L, 0.01, np.float64).value_and_gradient(H)
    for i, j in itertools.product((0, 6, 7, 29), range(3)):
        change = np.zeros_like(H)
        change[i, j] = 1e-5
        slope = (naive_objective(H + change, L, 0.01) - naive_objective(H - change, L, 0.01)) / 2e-5
        assert gradient[i, j] == pytest.approx(slope, abs=1e-8)


def test_single_precision_agrees_with_double(state):
    H, L = state
    single = SemanticDivergence(L, 0.01).value_and_gradient(H.astype(np.float32))
    double = SemanticDivergence(L, 0.01, np.float64).value_and_gradient(H)
    assert single[0] == pytest.approx(double[0], rel=1e-5)
    assert single[1].dtype == np.float32
    np.testing.assert_allclose(single[1], double[1], atol=1e-6)


def test_descent_follows_its_rule_and_keeps_the_best(state):
    H, L = state
    divergence = SemanticDivergence(L, 0.001, np.float64)
    best, history = divergence.minimise(1e-2 * H, range(12), 0.5, 300.0)
    G, velocity, gains, seen = 1e-2 * H, np.zeros_like(H), np.ones_like(H), []
    for _ in range(12):
        value, gradient = divergence.value_and_gradient(G)
        seen.append((value, G.copy()))
        for entry in np.ndindex(G.shape):
            agree = (gradient[entry] > 0) == (velocity[entry] > 0)
            gains[entry] = max(gains[entry] * 0.8 if agree else gains[entry] + 0.2, 0.01)
            velocity[entry] = 0.5 * velocity[entry] - 300 * gains[entry] * gradient[entry]
        G = G + velocity
        G = G - G.mean(0)
    np.testing.assert_allclose(history, [value for value, _ in seen])
    np.testing.assert_allclose(best, min(seen, key=lambda pair: pair[0])[1])
    assert min(history) < 0.8 * history[0]


@pytest.mark.parametrize("anchors", ["random", "kmeans"])
def test_retrieves_across_modalities(anchors):
    images, texts, labels = labelled_pairs(500)
    train, asked = slice(0, 400), slice(400, None)
    method = make_method("seph", 16, anchors=anchors, anchor_count=60).fit(images[train], texts[train], labels[train])
    assert min(step["objective"] for step in method.history_) < 0.5 * method.history_[0]["objective"]
    chance = chance_level(labels[asked], labels[train])
    for codes in (method.encode_images(images), method.encode_texts(texts)):
        found = mean_average_precision(codes[asked], method.training_codes_, labels[asked], labels[train])
        assert found > chance + 0.2
    assert method.database_codes == "unified" and len(method.history_) == 100


def test_codes_of_new_items_and_pairs_by_definition():
    images, texts, labels = labelled_pairs()
    method = make_method("seph", 5, anchor_count=40).fit(images, texts, labels)
    new_images, new_texts, _ = labelled_pairs(25, seed=9)
    ones = method.training_codes_.signs() > 0
    sides = (
        (method.image_classifier_, images, new_images, method.encode_images(new_images)),
        (method.text_classifier_, texts.toarray(), new_texts.toarray(), method.encode_texts(new_texts)),
    )
    odds = 1.0
    for classifier, old, new, codes in sides:
        old, new = old - old.mean(0), new - old.mean(0)
        assert classifier.anchors.shape == (40, old.shape[1])
        assert all((old == anchor).all(1).any() for anchor in classifier.anchors)
        sigma = np.mean([[((x - a) ** 2).sum() for a in classifier.anchors] for x in old])
        assert classifier.sigma == pytest.approx(sigma)
        kernel = np.array([[np.exp(-((x - a) ** 2).sum() / sigma) for a in classifier.anchors] for x in new])
        weights = classifier.regression.weights
        p = 1 / (1 + np.exp(-(kernel @ weights[:-1] + weights[-1])))
        assert ((p >= 0.5) == (codes.signs() > 0)).all()
        odds = odds * p / (1 - p)
    prior = ones.mean(0)
    pairs = method.encode_pairs(new_images, new_texts).signs() > 0
    assert ((odds * (1 - prior) / prior >= 1) == pairs).all()


def test_classifiers_are_at_the_minimum_of_their_options():
    """Σ log(1 + exp(−y z)) + ridge‖w‖² has no slope at the weights; α starts as its own value, H as almost zero."""
    images, texts, labels = labelled_pairs()
    method = make_method("seph", 5, anchor_count=40, ridge=0.3, alpha=0.2).fit(images, texts, labels)
    bits = method.training_codes_.signs() > 0
    for classifier, view in ((method.image_classifier_, images), (method.text_classifier_, texts.toarray())):
        view = view - view.mean(0)
        squared = ((view[:, None] - classifier.anchors) ** 2).sum(2)
        errors = 1 / (1 + np.exp(-classifier.logits(view))) - bits
        slope = np.exp(-squared / classifier.sigma).T @ errors + 2 * 0.3 * classifier.regression.weights[:-1]
        np.testing.assert_allclose(slope, 0, atol=1e-3)
    start = naive_objective(np.zeros((240, 5)), labels.astype(float), 0.2 / (5 * 240))
    assert method.history_[0]["objective"] == pytest.approx(start, abs=1e-3)


def test_the_authors_regressions_are_at_the_minimum_of_their_definition():
    """Σ log(1 + exp(−y z)) + ridge wᵀK₀w without a bias, σ the mean over all pairs of items."""
    images, texts, labels = labelled_pairs()
    method = make_method("seph", 5, anchor_count=40, ridge=0.3, penalty="kernel", width="pairs")
    method.fit(images, texts, labels)
    bits = method.training_codes_.signs() > 0
    for classifier, view in ((method.image_classifier_, images), (method.text_classifier_, texts.toarray())):
        view = view - view.mean(0)
        sigma = np.mean([((one - other) ** 2).sum() for one in view for other in view])
        assert classifier.sigma == pytest.approx(sigma)
        K, among = (
            np.exp(-((part[:, None] - classifier.anchors) ** 2).sum(2) / sigma) for part in (view, classifier.anchors)
        )
        weights = classifier.regression.weights
        assert weights.shape == (40, 5)
        np.testing.assert_allclose(classifier.logits(view), K @ weights, atol=1e-8)
        errors = 1 / (1 + np.exp(-K @ weights)) - bits
        np.testing.assert_allclose(K.T @ errors + 2 * 0.3 * among @ weights, 0, atol=1e-3)
    assert method.encode_pairs(images, texts).bits == 5


def test_more_pairs_than_max_train_are_subsampled():
    images, texts, labels = labelled_pairs(300)
    method = make_method("seph", 8, max_train=120, anchor_count=50).fit(images, texts, labels)
    combined = method.encode_pairs(images, texts).signs()
    differs = (method.training_codes_.signs() != combined).any(1)
    assert len(method.training_codes_) == 300 and 0 < differs.sum() <= 120
    all_of_them = make_method("seph", 8, max_train=300, anchor_count=50).fit(images, texts, labels)
    assert all_of_them.training_codes_.content_hash() != method.training_codes_.content_hash()


@pytest.mark.parametrize("max_train", [120, 300])
def test_three_conventions_for_the_codes_of_the_database(max_train):
    """One training: only what the training pairs keep differs."""
    images, texts, labels = labelled_pairs(300)
    methods = {
        codes: make_method("seph", 8, database_codes=codes, max_train=max_train, anchor_count=50)
        for codes in ("unified", "combined", "per-modality")
    }
    for codes, method in methods.items():
        method.fit(images, texts, labels)
        assert method.database_codes == codes and method.history_ == methods["unified"].history_
    unified, combined = methods["unified"], methods["combined"]
    pairs = unified.encode_pairs(images, texts).content_hash()
    assert combined.training_codes_.content_hash() == pairs == combined.encode_pairs(images, texts).content_hash()
    assert unified.training_codes_.content_hash() == methods["per-modality"].training_codes_.content_hash() != pairs


def test_unknown_conventions_are_refused():
    with pytest.raises(AdahError, match="unknown database_codes 'combine'; did you mean 'combined'"):
        make_method("seph", 4, database_codes="combine")
    with pytest.raises(AdahError, match="unknown database_codes 'combined'"):
        make_method("cmfh", 4, database_codes="combined")  # it has no code of both sides


def test_the_seed_decides():
    images, texts, labels = labelled_pairs()
    hashes = []
    for seed in (0, 0, 1):
        method = make_method("seph", 8, seed, max_train=200, anchor_count=50).fit(images, texts, labels)
        parts = (method.training_codes_, method.encode_images(images), method.encode_texts(texts))
        hashes.append([part.content_hash() for part in parts])
    assert hashes[0] == hashes[1]
    assert all(one != other for one, other in zip(hashes[0], hashes[2], strict=True))


@pytest.mark.parametrize("bits", [1, 3, 20])
@pytest.mark.parametrize("penalty", ["ridge", "kernel"])
@pytest.mark.parametrize("anchors", ["random", "kmeans"])
def test_empty_texts_flat_columns_and_equal_rows(bits, anchors, penalty):
    """And labels that some pairs lack, fewer distinct items than anchors, one bit, more bits than labels."""
    images, texts, labels = labelled_pairs()
    images[:, :4], words = 3.0, texts.toarray()
    words[:30], labels[30:50] = 0, 0
    images[50:], words[50:] = images[50], words[50]
    method = make_method("seph", bits, anchors=anchors, penalty=penalty).fit(images, words, labels)
    assert method.encode_pairs(images, words).bits == bits
    assert len(method.image_classifier_.anchors) == 240


def test_a_side_without_any_information():
    """Its logits are the prior's, so that pairs follow the other side."""
    _, texts, labels = labelled_pairs()
    method = make_method("seph", 6, anchor_count=50).fit(np.ones((240, 3)), texts, labels)
    assert np.ptp(method.encode_images(np.ones((5, 3))).signs(), axis=0).max() == 0
    pairs = method.encode_pairs(np.ones((240, 3)), texts).signs()
    assert (pairs == method.encode_texts(texts).signs()).mean() > 0.999


def test_a_constant_bit():
    """Where all training pairs have the same bit, so have new ones."""
    images, texts, labels = labelled_pairs()
    method = make_method("seph", 2, anchor_count=20).fit(images, texts, labels)
    bits, rng = np.tile([True, False], (240, 1)), np.random.default_rng(0)
    method.image_classifier_ = KernelClassifier(images - method.image_mean_, bits, method.options, rng)
    method.text_classifier_ = KernelClassifier(texts.toarray() - method.text_mean_, bits, method.options, rng)
    for codes in (method.encode_pairs(images, texts), method.encode_images(images), method.encode_texts(texts)):
        assert (codes.signs() == [1, -1]).all()


def test_labels_without_overlap():
    images, texts, _ = labelled_pairs(20)
    for labels in (np.eye(20, dtype=np.uint8), np.zeros((20, 3), dtype=np.uint8)):
        with pytest.raises(AdahError, match="no two training pairs share a label"):
            make_method("seph", 4).fit(images, texts, labels)


def test_pairs_that_are_none():
    images, texts, labels = labelled_pairs()
    method = make_method("seph", 4, anchor_count=20).fit(images, texts, labels)
    with pytest.raises(AdahError, match="5 images and 4 texts"):
        method.encode_pairs(images[:5], texts[:4])
    with pytest.raises(AdahError, match="fitted on"):
        method.encode_pairs(images[:4, :3], texts[:4])
    with pytest.raises(AdahError, match="NaN"):
        method.encode_pairs(np.full((4, 10), np.nan), texts[:4])
    assert len(method.encode_pairs(images[:0], texts[:0])) == 0


@pytest.mark.parametrize(
    "options",
    [
        {"anchors": "grid"},
        {"anchor_count": 0},
        {"max_train": 1},
        {"ridge": 0},
        {"momentum": 2},
        {"penalty": "lasso"},
        {"width": "mean"},
    ],
)
def test_options_out_of_range(options):
    (name,) = options
    with pytest.raises(AdahError, match=rf"(\b{name}=|unknown {name} |unknown option '{name}')"):
        make_method("seph", 8, **options)
