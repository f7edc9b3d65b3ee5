"""STMH: every step at its minimum, codes with exactly half of the topics, the definition of new items' codes."""

import numpy as np
import pytest
from scipy.optimize import approx_fprime
from scipy.sparse import csr_matrix

from adahlib.errors import AdahError
from adahlib.methods import make_method
from adahlib.methods.shallow.least_squares import best_basis
from adahlib.methods.shallow.stmh import image_factors, largest, principal_components, robust_weights
from adahlib.retrieval import chance_level, mean_average_precision

SMALLEST = 1e-6
METHOD = make_method("stmh", 4, image_weight=0.3, link=0.7, gamma=0.02)
OPTIONS = METHOD.options


def tagged_pairs(n=300, seed=0):
    """Pairs of 4 classes: features around the class's centre and a few of its own six words, among noise."""
    rng = np.random.default_rng(seed)
    classes = rng.integers(0, 4, n)
    images = rng.standard_normal((4, 12))[classes] * 2 + rng.standard_normal((n, 12))
    words = rng.random((n, 30)) < 0.05
    words[np.arange(n)[:, None], classes[:, None] * 6 + rng.integers(0, 6, (n, 3))] = True
    return images, csr_matrix(words.astype(np.uint8)), np.eye(4, dtype=np.uint8)[classes]


@pytest.fixture
def problem():
    """X, texts and a state F1, F2, R, G1, G2 of a small problem; all but G2 (random halves) is Gaussian."""
    rng = np.random.default_rng(3)
    n, d, words, q = 20, 5, 7, 4
    shapes = {"X": (n, d), "texts": (n, words), "F1": (q, d), "F2": (q, words), "R": (q, q), "G1": (n, q)}
    return {name: rng.standard_normal(shape) for name, shape in shapes.items()} | {
        "G2": largest(rng.random((n, q)), q // 2)
    }


def value(state):
    return METHOD.objective(smallest=SMALLEST, **state)


def surrogate(state, D):
    """The objective with Σ D_ii‖e_i‖² in place of Σ‖e_i‖, by loops over items."""
    o, total = OPTIONS, 0.0
    for i, (g1, g2) in enumerate(zip(state["G1"], state["G2"], strict=True)):
        total += o.image_weight * D[i] * sum((state["X"][i] - g1 @ state["F1"]) ** 2)
        total += (1 - o.image_weight) * sum((state["texts"][i] - g2 @ state["F2"]) ** 2)
        total += o.link * sum((g2 - g1 @ state["R"]) ** 2)
    return total + o.gamma * sum((state[name] ** 2).sum() for name in ("F1", "F2", "R", "G1"))


def steps(state, D):
    """The four closed forms, as the method takes them."""
    o, root = OPTIONS, np.sqrt(D)[:, None]
    return {
        "F1": lambda: best_basis(root * state["X"], root * state["G1"], o.gamma / o.image_weight),
        "F2": lambda: best_basis(state["texts"], state["G2"], o.gamma / (1 - o.image_weight)),
        "R": lambda: best_basis(state["G2"], state["G1"], o.gamma / o.link),
        "G1": lambda: image_factors(state["X"], D, state["F1"], state["G2"], state["R"], o),
    }


def gradient(function, state, name):
    """Numerical gradient of function(state) in one of its matrices."""
    shape = state[name].shape
    return approx_fprime(state[name].ravel(), lambda flat: function(state | {name: flat.reshape(shape)}), 1e-6)


@pytest.mark.parametrize("name", ["F1", "F2", "R", "G1"])
def test_a_step_ends_where_the_surrogate_has_no_slope(problem, name):
    D = robust_weights(problem["X"] - problem["G1"] @ problem["F1"], SMALLEST)
    before = gradient(lambda state: surrogate(state, D), problem, name)
    moved = problem | {name: steps(problem, D)[name]()}
    after = gradient(lambda state: surrogate(state, D), moved, name)
    assert np.abs(before).max() > 0.1
    assert np.abs(after).max() < 1e-3


def test_the_surrogate_touches_the_objective(problem):
    """At the weights' own residuals both have one gradient; this is why a step of the one lowers the other."""
    D = robust_weights(problem["X"] - problem["G1"] @ problem["F1"], SMALLEST)
    for name in ("F1", "G1"):
        one, other = gradient(value, problem, name), gradient(lambda state: surrogate(state, D), problem, name)
        np.testing.assert_allclose(one, other, atol=1e-3)


def test_no_closed_step_raises_the_objective(problem):
    state = dict(problem)
    for _ in range(15):
        for name in ("F1", "F2", "R", "G1"):
            D = robust_weights(state["X"] - state["G1"] @ state["F1"], SMALLEST)
            before = value(state)
            state[name] = steps(state, D)[name]()
            assert value(state) <= before + 1e-9 * before
    assert value(state) < 0.8 * value(problem)


def test_the_objective_is_smoothed_below_the_smallest_residual(problem):
    exact = problem | {"X": problem["G1"] @ problem["F1"]}
    extra = value(exact) - METHOD.objective(smallest=2e-6, **exact)
    assert extra == pytest.approx(-OPTIONS.image_weight * 20 * 0.5e-6, rel=1e-3)


def test_image_factors_solve_one_system_an_item(problem):
    D, o = np.random.default_rng(0).random(20) * 10, OPTIONS
    got = image_factors(problem["X"], D, problem["F1"], problem["G2"], problem["R"], o)
    F1, R = problem["F1"], problem["R"]
    for i in range(20):
        system = o.image_weight * D[i] * F1 @ F1.T + o.link * R @ R.T + o.gamma * np.eye(4)
        right = o.image_weight * D[i] * F1 @ problem["X"][i] + o.link * R @ problem["G2"][i]
        np.testing.assert_allclose(got[i], np.linalg.solve(system, right), rtol=1e-8, atol=1e-10)


@pytest.mark.parametrize("bits", [1, 2, 5, 16, 40])
def test_every_code_has_half_of_the_topics(bits):
    """Odd lengths, one bit, and more bits than classes, image dimensions and words."""
    images, texts, labels = tagged_pairs()
    method = make_method("stmh", bits).fit(images, texts, labels)
    for codes in (method.encode_images(images), method.encode_texts(texts)):
        assert ((codes.signs() > 0).sum(1) == max(1, bits // 2)).all()


def test_codes_of_new_items_by_definition():
    images, texts, labels = tagged_pairs()
    method = make_method("stmh", 6).fit(images, texts, labels)
    new_images, new_texts, _ = tagged_pairs(40, seed=9)
    image_signs, text_signs = method.encode_images(new_images).signs(), method.encode_texts(new_texts).signs()
    for i, words in enumerate(new_texts.toarray()):
        distances = [np.sqrt(((words - method.text_mean_ - topic) ** 2).sum()) for topic in method.topics_]
        assert set(np.argsort(distances)[:3]) == set(np.flatnonzero(text_signs[i] > 0))
        values = (new_images[i] - images.mean(0)) @ method.image_projection_
        assert ((values > np.median(values)) == (image_signs[i] > 0)).all()


def test_retrieves_across_modalities_and_its_objective_falls():
    images, texts, labels = tagged_pairs(600)
    train, asked = slice(0, 500), slice(500, None)
    method = make_method("stmh", 16).fit(images[train], texts[train], labels[train])
    values = [step["objective"] for step in method.history_]
    assert values[-1] < values[0]
    assert len(values) < 10 and abs(values[-1] / values[-2] - 1) <= 0.01
    sides = method.encode_images(images), method.encode_texts(texts)
    chance = chance_level(labels[asked], labels[train])
    for query, database in (sides, sides[::-1]):
        found = mean_average_precision(query[asked], database[train], labels[asked], labels[train])
        assert found > chance + 0.2
    assert method.database_codes == "per-modality" and not hasattr(method, "training_codes_")


def test_bits_are_not_constant():
    images, texts, labels = tagged_pairs(600)
    method = make_method("stmh", 16).fit(images, texts, labels)
    for codes in (method.encode_images(images), method.encode_texts(texts)):
        assert (np.abs(codes.signs().mean(0)) < 0.95).all()


def test_the_seed_decides_and_the_order_of_the_pairs_does_not():
    images, texts, labels = tagged_pairs()
    order = np.random.default_rng(1).permutation(len(images))
    codes = {}
    for name, seed, rows in (("a", 0, slice(None)), ("again", 0, slice(None)), ("shuffled", 0, order), ("b", 1, order)):
        method = make_method("stmh", 8, seed).fit(images[rows], texts[rows], labels[rows])
        codes[name] = [part.content_hash() for part in (method.encode_images(images), method.encode_texts(texts))]
    assert codes["a"] == codes["again"] == codes["shuffled"] != codes["b"]


def test_principal_components_are_those_of_the_svd():
    X = np.random.default_rng(0).standard_normal((30, 6)) * np.arange(6, 0, -1)
    X -= X.mean(0)
    U, s, _ = np.linalg.svd(X, full_matrices=False)
    expected = np.abs(U[:, :3] * s[:3])
    np.testing.assert_allclose(np.abs(principal_components(X, 3)), expected / np.sqrt((expected**2).mean()), rtol=1e-8)
    assert principal_components(X, 9).shape == (30, 9) and not principal_components(X, 9)[:, 6:].any()


def test_texts_without_words_and_columns_without_variance():
    images, texts, labels = tagged_pairs()
    images[:, :3], words = 5.0, texts.toarray()
    words[:20], words[:, 7] = 0, 1
    images[40:60], words[40:60] = images[0], words[0]
    method = make_method("stmh", 8).fit(images, words, labels)
    assert ((method.encode_texts(np.zeros((2, 30))).signs() > 0).sum(1) == 4).all()
    nothing = make_method("stmh", 8).fit(np.ones((300, 4)), np.zeros((300, 5)), labels)
    assert np.isfinite(nothing.history_[-1]["objective"])


def test_the_same_topics_for_all_texts_are_told():
    images, texts, labels = tagged_pairs()
    with pytest.warns(UserWarning, match="bits=1: all training texts have the same topics"):
        make_method("stmh", 1).fit(images, texts, labels)


def test_a_shift_of_all_texts_changes_nothing():
    images, texts, labels = tagged_pairs()
    one = make_method("stmh", 8).fit(images, texts.toarray(), labels)
    other = make_method("stmh", 8).fit(images, texts.toarray() + 16.0, labels)
    assert np.array_equal(one.encode_texts(texts).packed, other.encode_texts(texts.toarray() + 16.0).packed)


def test_without_a_tolerance_every_round_is_made():
    images, texts, labels = tagged_pairs()
    rounds = {t: len(make_method("stmh", 8, tolerance=t).fit(images, texts, labels).history_) for t in (0.0, 0.01)}
    assert rounds[0.0] == 10 > rounds[0.01]
    with pytest.warns(UserWarning, match="the same topics"):  # nothing to learn: the objective does not move at all
        method = make_method("stmh", 8, tolerance=0.0).fit(np.zeros((300, 1)), np.zeros((300, 5)), labels)
    assert len(method.history_) == 10


def first_round(X, Y, method, G1, G2, D):
    """F₁, F₂ and R after one round, by the normal equations."""
    o, one = method.options, np.eye(method.bits)
    F1 = np.linalg.solve(G1.T @ (D[:, None] * G1) + o.gamma / o.image_weight * one, G1.T @ (D[:, None] * X))
    F2 = np.linalg.solve(G2.T @ G2 + o.gamma / (1 - o.image_weight) * one, G2.T @ Y)
    return F1, F2, np.linalg.solve(G1.T @ G1 + o.gamma / o.link * one, G1.T @ G2)


def test_the_random_start_has_random_topics_normal_factors_and_equal_weights():
    images, texts, labels = tagged_pairs()
    method = make_method("stmh", 7, seed=3, start="random", centred=False, iterations=1)
    X, Y = images, texts.toarray().astype(float)
    G1, G2, D = method.start(X, Y, 1e-6)
    assert (G2.sum(1) == 3).all() and np.isin(G2, (0, 1)).all() and np.abs(G2.mean(0) - 3 / 7).max() < 0.1
    assert (D == 1).all() and abs(G1.mean()) < 0.1 and abs(G1.std() - 1) < 0.1
    assert np.abs(np.corrcoef(np.hstack([G1, X]).T)[:7, 7:]).max() < 0.3  # it knows nothing of the images
    method.fit(images, texts, labels)
    F1, F2, R = first_round(X, Y, method, G1, G2, D)
    np.testing.assert_allclose(method.topics_, F2, atol=1e-8)
    projection = np.linalg.solve(F1 @ F1.T + method.options.gamma / method.options.image_weight * np.eye(7), F1).T @ R
    np.testing.assert_allclose(method.image_projection_, projection, atol=1e-6 * np.abs(projection).max())


def test_what_is_not_centred_is_encoded_as_it_stands():
    images, texts, labels = tagged_pairs()
    centred, plain = (make_method("stmh", 6, centred=value).fit(images, texts, labels) for value in (True, False))
    np.testing.assert_allclose(centred.text_mean_, texts.toarray().mean(0))
    assert not plain.text_mean_.any() and not plain.image_mean_.any()
    new_images, new_texts, _ = tagged_pairs(40, seed=9)
    signs = plain.encode_texts(new_texts).signs()
    for i, words in enumerate(new_texts.toarray()):
        assert set(np.argsort([((words - topic) ** 2).sum() for topic in plain.topics_])[:3]) == set(
            np.flatnonzero(signs[i] > 0)
        )
    values = new_images @ plain.image_projection_
    assert ((values > np.median(values, axis=1)[:, None]) == (plain.encode_images(new_images).signs() > 0)).all()


def test_the_public_codes_choices_retrieve_across_modalities():
    images, texts, labels = tagged_pairs(600)
    train, asked = slice(0, 500), slice(500, None)
    method = make_method("stmh", 16, start="random", centred=False, tolerance=0.0)
    method.fit(images[train], texts[train], labels[train])
    sides = method.encode_images(images), method.encode_texts(texts)
    chance = chance_level(labels[asked], labels[train])
    for query, database in (sides, sides[::-1]):
        found = mean_average_precision(query[asked], database[train], labels[asked], labels[train])
        assert found > chance + 0.1


@pytest.mark.parametrize(
    "options",
    [{"image_weight": 1.0}, {"link": 0}, {"gamma": 0}, {"iterations": 0}, {"tol": 1}, {"start": "mean"}],
)
def test_options_out_of_range(options):
    (name,) = options
    with pytest.raises(AdahError, match=rf"(\b{name}=|unknown {name} |unknown option '{name}')"):
        make_method("stmh", 8, **options)
