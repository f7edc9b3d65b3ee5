"""BinaryCodes: packing, signs, indexing, hashes and what is refused."""

import dataclasses

import numpy as np
import pytest
import torch

from adahlib.errors import AdahError
from adahlib.retrieval import BinaryCodes


@pytest.mark.parametrize("bits", [1, 7, 8, 9, 16, 33, 64, 65, 1024])
def test_signs_come_back_and_unused_bits_are_zero(bits):
    real = np.random.default_rng(bits).standard_normal((5, bits))
    codes = BinaryCodes.from_signs(real)
    assert (len(codes), codes.bits, codes.packed.dtype) == (5, bits, np.uint8)
    assert codes.packed.shape == (5, -(-bits // 8))
    assert codes.signs().dtype == np.int8
    np.testing.assert_array_equal(codes.signs(), np.where(real >= 0, 1, -1))
    assert not np.unpackbits(codes.packed, axis=1)[:, bits:].any()


def test_zero_is_one_and_minus_zero_too():
    np.testing.assert_array_equal(BinaryCodes.from_signs([[0.0, -0.0, -1e-300]]).signs(), [[1, 1, -1]])


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64, torch.bfloat16, torch.int8])
def test_tensors_of_any_signed_type(dtype):
    signs = torch.tensor([[-1, 1, 1], [1, -1, 0]], dtype=dtype)
    np.testing.assert_array_equal(BinaryCodes.from_signs(signs).signs(), [[-1, 1, 1], [1, -1, 1]])


def test_tensor_with_gradient():
    codes = BinaryCodes.from_signs(torch.tensor([[-1e-300, 2.0]], dtype=torch.float64, requires_grad=True))
    np.testing.assert_array_equal(codes.signs(), [[-1, 1]])


def test_indexing_by_array_mask_and_slice():
    real = np.random.default_rng(0).standard_normal((6, 11))
    codes = BinaryCodes.from_signs(real)
    for index in (np.array([3, 0, 3]), [5, 1], real[:, 0] > 0, slice(1, 4), np.array([], dtype=int)):
        chosen = codes[index]
        assert chosen.content_hash() == BinaryCodes.from_signs(real[index]).content_hash()


def test_hash_tells_content_order_and_length_apart():
    real = np.array([[1.0, -1.0, 1.0], [-1.0, -1.0, 1.0]])
    codes = BinaryCodes.from_signs(real)
    assert codes.content_hash() == BinaryCodes.from_signs(10 * real).content_hash()
    same_bytes_longer = BinaryCodes(codes.packed, 4)
    others = [BinaryCodes.from_signs(-real), codes[[1, 0]], codes[:1], same_bytes_longer]
    assert len({codes.content_hash(), *(other.content_hash() for other in others)}) == 5


def test_codes_are_frozen_and_do_not_share_the_callers_memory():
    packed = np.zeros((2, 1), dtype=np.uint8)
    codes = BinaryCodes(packed, 8)
    packed[0] = 255
    assert not codes.packed.any()
    with pytest.raises(ValueError, match="read-only"):
        codes.packed[0] = 1
    with pytest.raises(dataclasses.FrozenInstanceError):
        codes.bits = 4


@pytest.mark.parametrize(
    ("real", "message"),
    [
        ([[1.0, 2.0], [1.0, np.nan]], "NaN, first in row 1"),
        (torch.tensor([[float("nan")]]), "NaN, first in row 0"),
        (np.ones(4), "give \\(n, bits\\)"),
        (np.ones((2, 0)), "0 bits"),
        (np.ones((1, 1025)), "1025 bits"),
        ([[1.0], [1.0, 2.0]], "rows of different lengths"),
        ([["a", "b"]], "real numbers"),
        (np.ones((1, 2), dtype=complex), "real numbers"),
        ([[True, False]], "no signs"),
        (torch.tensor([[True, False]]), "no signs"),
        (torch.tensor([[1, 0]], dtype=torch.uint8), "no signs"),
        (np.array([[1, 0]], dtype=np.uint8), "no signs"),
    ],
)
def test_bad_values_are_refused(real, message):
    with pytest.raises(AdahError, match=message):
        BinaryCodes.from_signs(real)


@pytest.mark.parametrize(
    ("packed", "bits", "message"),
    [
        (np.zeros((2, 2), np.uint8), 8, r"uint8 \(n, 1\)"),
        (np.zeros((2, 1), np.int64), 8, "int64"),
        (np.zeros(2, np.uint8), 8, r"\(2,\)"),
        (np.full((2, 1), 1, np.uint8), 7, "last 1 bits, unused at 7"),
        (np.zeros((2, 1), np.uint8), 7.5, "whole number"),
    ],
)
def test_bad_packed_codes_are_refused(packed, bits, message):
    with pytest.raises(AdahError, match=message):
        BinaryCodes(packed, bits)


@pytest.mark.parametrize("index", [0, [9], np.ones(5, bool), [0.5], np.zeros((2, 2), int)])
def test_bad_index_is_refused(index):
    codes = BinaryCodes.from_signs(-np.ones((4, 3)))
    with pytest.raises(AdahError, match="codes"):
        codes[index]


ZERO_ONE = np.random.default_rng(0).integers(0, 2, (40, 16))


@pytest.mark.parametrize("kind", [np.int64, np.int8, np.float32, np.float16, list, torch.tensor])
def test_codes_of_zero_and_one_are_refused(kind):
    given = ZERO_ONE.tolist() if kind is list else kind(ZERO_ONE) if kind is torch.tensor else ZERO_ONE.astype(kind)
    with pytest.raises(AdahError, match="hold 0 and 1 and no sign.*give -1/\\+1"):
        BinaryCodes.from_signs(given)
    with pytest.raises(AdahError, match="hold 0 and 1"):
        BinaryCodes.from_signs(given[:1])
    np.testing.assert_array_equal(BinaryCodes.from_signs(2 * ZERO_ONE - 1).signs(), 2 * ZERO_ONE - 1)


def test_probabilities_are_refused():
    real = np.random.default_rng(0).standard_normal((40, 16))
    with pytest.raises(AdahError, match="between 0 and 1.*subtract 0.5"):
        BinaryCodes.from_signs(1 / (1 + np.exp(-real)))


def test_codes_without_a_negative_value_are_told():
    with pytest.warns(RuntimeWarning, match="no value is negative, so all 40 codes are the same"):
        BinaryCodes.from_signs(np.abs(np.random.default_rng(0).standard_normal((40, 16))) * 9)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("real", [[[0.2, 0.7]], [[0.0, 0.0]], [[1, 1, 1]], np.empty((0, 4)), [[0.5, -0.1], [0.2, 0.3]]])
def test_a_code_may_be_positive(real):
    assert BinaryCodes.from_signs(real).bits in (2, 3, 4)


def test_codes_are_arrays_of_signs_and_have_a_short_repr():
    codes = BinaryCodes.from_signs(np.random.default_rng(0).standard_normal((9, 12)))
    np.testing.assert_array_equal(np.asarray(codes), codes.signs())
    assert np.asarray(codes).dtype == np.int8 and np.asarray(codes, dtype=np.float32).dtype == np.float32
    assert repr(codes) == str(codes) == "BinaryCodes(9 codes of 12 bits)"
    with pytest.raises(ValueError, match="are a copy"):
        np.asarray(codes, copy=False)
