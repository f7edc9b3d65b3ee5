"""DVSH: learning, the order of words, its objective, determinism and bad input."""

import numpy as np
import pytest
import torch
from scipy.sparse import csr_matrix

from adahlib.errors import AdahError
from adahlib.methods import make_method
from adahlib.models.fusion import FusedCodes
from tests.toys import TINY_DVSH as TINY
from tests.toys import retrieval_maps, toy_pairs

pytestmark = pytest.mark.filterwarnings("ignore:DVSH reads words:RuntimeWarning")


@pytest.mark.slow
def test_learns_from_tags_in_column_order_and_says_so():
    maps, texts, labels = toy_pairs(400)
    train, asked = slice(0, 300), slice(300, None)
    with pytest.warns(RuntimeWarning, match="read in the order of their columns"):
        method = make_method("dvsh", 8, **TINY).fit(maps[train], texts[train], labels[train])
    assert min(retrieval_maps(method, maps, texts, labels, asked, train)) > 0.5
    assert method.database_codes == "per-modality" and len(method.history_) == 12


def ordered_pairs(n=400, seed=0):
    """Pairs of 2 classes whose texts are the same three words: class 0 says them in one order, class 1 in another."""
    rng = np.random.default_rng(seed)
    classes = rng.integers(0, 2, n)
    maps = rng.standard_normal((n, 4, 2, 2)).astype(np.float16)
    maps[np.arange(n), classes] += 3
    sequences = np.where(classes[:, None] == 0, [1, 2, 3, 0], [3, 2, 1, 0])
    return maps, np.ones((n, 3), dtype=np.uint8), np.eye(2, dtype=np.uint8)[classes], sequences


@pytest.mark.slow
def test_the_order_of_words_is_read(recwarn):
    maps, texts, labels, sequences = ordered_pairs()
    method = make_method("dvsh", 4, **TINY).fit(maps, texts, labels, sequences=sequences)
    assert not [warning for warning in recwarn if "DVSH" in str(warning.message)]
    codes = method.encode_texts(texts, sequences).signs()
    first, second = (codes[labels[:, k] == 1][0] for k in (0, 1))
    assert (first != second).all()
    assert (method.encode_texts(texts).signs() == first).all()  # bags hold no order: columns 1, 2, 3


def test_a_text_may_be_empty_and_shorter_than_its_batch():
    maps, texts, labels = toy_pairs(64)
    texts = csr_matrix(texts.toarray() * (np.arange(64) > 3)[:, None].astype(np.uint8))
    method = make_method("dvsh", 8, **TINY | {"epochs": 2}).fit(maps, texts, labels)
    together = method.encode_texts(texts).signs()
    alone = np.concatenate([method.encode_texts(texts[i : i + 1]).signs() for i in range(64)])
    assert (together == alone).all() and (together[:4] == together[0]).all()


def test_the_objective_is_that_of_the_paper():
    method = make_method("dvsh", 2)
    h = torch.tensor([[0.6, 0.8], [0.8, -0.6], [-0.3, 0.4]])
    u = torch.tensor([[0.5, 0.8], [0.8, -0.4], [-0.3, 0.1]])
    codes = FusedCodes(h, u, torch.tensor([[0.2], [0.4], [0.3]]))
    terms = method.terms(codes, torch.tensor([[1.0, 1, 0], [1, 1, 0], [0, 0, 1]]))
    # cosines: 0 of a similar pair, .28 and −.96 of dissimilar ones
    assert terms["cosine"].item() == pytest.approx((0.5 + (0.5 + 0.28)) / 3, rel=1e-5)
    assert terms["bitwise"].item() == pytest.approx((0.2 + 0.1) / 6, rel=1e-5)
    assert terms["images"].item() == pytest.approx((0.01 + 0.04 + 0.09) / 12, rel=1e-5)
    assert terms["texts"].item() == pytest.approx(0.15, rel=1e-5)


def test_same_seed_same_codes():
    maps, texts, labels = toy_pairs(100)
    methods = [make_method("dvsh", 16, seed, **TINY | {"epochs": 3}).fit(maps, texts, labels) for seed in (1, 1, 2)]
    hashes = [method.encode_texts(texts).content_hash() for method in methods]
    assert hashes[0] == hashes[1] != hashes[2]


@pytest.mark.parametrize("sequences", [[[1, 0, 2]], [[13, 0, 0]], [[-1, 0, 0]]])
def test_bad_sequences_are_one_sentence(sequences):
    maps, texts, labels = toy_pairs(20)
    with pytest.raises(AdahError, match="word numbers from 1 to 12, and 0 after the last one"):
        make_method("dvsh", 8, **TINY).fit(maps, texts, labels, sequences=np.repeat(sequences, 20, axis=0))


def test_bad_options_are_one_sentence():
    with pytest.raises(AdahError, match="did you mean 'cosine_margin'"):
        make_method("dvsh", 8, cosin_margin=1.0)
    with pytest.raises(AdahError, match="sentence_width=0 must be at least 1"):
        make_method("dvsh", 8, sentence_width=0)
