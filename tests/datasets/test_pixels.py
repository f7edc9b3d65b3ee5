"""Pixels of every mode, against values computed from the array that was stored, or refused where they may mean two."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from PIL import Image

from adahlib.datasets.pictures import decode_image
from adahlib.errors import AdahError
from tests.datasets.picture_files import encoded, png, tiff

SHAPES = st.tuples(st.integers(1, 12), st.integers(1, 12))
BYTES = st.one_of(st.sampled_from([0, 1, 127, 128, 254, 255]), st.integers(0, 255))
SOME = settings(max_examples=40, deadline=None, derandomize=True)


def pixels(channels=(), most=255):
    elements = BYTES if most == 255 else st.integers(0, most)
    return SHAPES.flatmap(lambda shape: arrays(np.int64, (*shape, *channels), elements=elements))


def gray(values):
    return np.dstack([values] * 3)


def white(colour, alpha):
    """Return what a viewer shows on a white page, rounded to the nearest."""
    share = alpha[..., None] / 255
    return np.floor(colour * share + 255 * (1 - share) + 0.5)


def check(data, right):
    found = decode_image(data)
    assert found.dtype == np.uint8 and found.flags.c_contiguous
    assert np.array_equal(found, right)


@SOME
@given(pixels((3,)), st.sampled_from(["PNG", "BMP", "TIFF", "tiff_lzw", "tiff_deflate", "WEBP"]))
def test_rgb_stays_as_it_is(rgb, kind):
    options = {"compression": kind} if "_" in kind else {"lossless": True} if kind == "WEBP" else {}
    check(encoded(Image.fromarray(rgb.astype(np.uint8)), kind.partition("_")[0].upper(), **options), rgb)


@SOME
@given(pixels((4,)), st.sampled_from(["PNG", "TIFF", "WEBP"]))
def test_alpha_is_composited_over_white(rgba, kind):
    options = {"lossless": True, "exact": True} if kind == "WEBP" else {}
    data = encoded(Image.fromarray(rgba.astype(np.uint8)), kind, **options)
    check(data, white(rgba[..., :3], rgba[..., 3]))


@SOME
@given(pixels((2,)), st.sampled_from(["PNG", "TIFF"]))
def test_gray_with_alpha_is_composited_over_white(values, kind):
    data = encoded(Image.fromarray(values.astype(np.uint8)), kind)
    check(data, white(gray(values[..., 0]), values[..., 1]))


@SOME
@given(pixels((2,)), st.booleans())
def test_tiff_of_colours_multiplied_by_their_alpha(values, colour):
    alpha = values[..., 1:]
    shown = np.repeat(values[..., :1], 3 if colour else 1, axis=-1) * alpha // 255
    bands = shown.shape[-1] + 1
    tags = {258: [8] * bands, 262: [2 if colour else 1], 277: [bands], 338: [1]}
    stored = np.concatenate([shown, alpha], axis=-1).astype(np.uint8).tobytes()
    found = decode_image(tiff("<", values.shape[:2], tags, stored)).astype(int)
    assert np.abs(found - (shown + 255 - alpha)).max() <= 1


@SOME
@given(st.data(), pixels(), st.sampled_from(["PNG", "GIF", "TIFF", "BMP"]), st.booleans())
def test_palettes_become_their_colours_and_transparent_ones_white(data, values, kind, alphas):
    colours = np.random.default_rng(data.draw(st.integers(0, 99))).integers(0, 256, (256, 4))
    image = Image.frombytes("P", values.shape[::-1], values.astype(np.uint8).tobytes())
    image.putpalette(colours[:, :3].astype(np.uint8).tobytes())
    clear = int(values[0, 0])
    if kind == "PNG" and alphas:
        data = encoded(image, kind, transparency=colours[:, 3].astype(np.uint8).tobytes())
        check(data, white(colours[values, :3], colours[values, 3]))
    elif kind in ("PNG", "GIF"):
        colours[clear, :3] = 255
        check(encoded(image, kind, transparency=clear), colours[values, :3])
    else:
        check(encoded(image, kind), colours[values, :3])


@SOME
@given(st.data(), st.sampled_from([1, 2, 4, 8, 16]), st.booleans())
def test_gray_png_of_any_depth_and_the_gray_that_it_names_transparent(data, depth, named):
    values = data.draw(pixels(most=2**depth - 1))
    right = values >> 8 if depth == 16 else values * 255 // (2**depth - 1)
    key = int(values[0, 0])
    chunks = [(b"tRNS", key.to_bytes(2, "big"))] if named else []
    check(png(depth, 0, values, *chunks), gray(np.where(values == key, 255, right) if named else right))


def test_the_colour_that_png_names_transparent():
    values = np.array([[[1, 2, 3], [1, 2, 4]], [[0, 0, 0], [1, 2, 3]]])
    right = values.copy()
    right[[0, 1], [0, 1]] = 255
    key = b"".join(int(value).to_bytes(2, "big") for value in (1, 2, 3))
    check(png(8, 2, values, (b"tRNS", key)), right)
    with pytest.raises(AdahError, match="the picture names a transparent colour of 16 bits a channel; save it with an"):
        decode_image(png(16, 2, values * 257, (b"tRNS", b"\1\1\2\2\3\3")))
    check(png(16, 2, values * 257, (b"tRNS", b"\x77" * 6)), values)


@SOME
@given(pixels((4,), 65535), st.sampled_from([2, 3, 4]))
def test_of_16_bits_the_upper_8_are_kept_in_png(values, channels):
    upper = values >> 8
    if channels == 2:
        check(png(16, 4, values[..., :2]), white(gray(upper[..., 0]), upper[..., 1]))
    elif channels == 3:
        check(png(16, 2, values[..., :3]), upper[..., :3])
    else:
        check(png(16, 6, values), white(upper[..., :3], upper[..., 3]))


@SOME
@given(pixels((3,), 65535), st.sampled_from("<>"), st.booleans())
def test_of_16_bits_the_upper_8_are_kept_in_tiff_of_either_byte_order(values, order, colour):
    stored = (values if colour else values[..., 0]).astype(f"{order}u2").tobytes()
    tags = {258: [16] * 3, 262: [2], 277: [3]} if colour else {258: [16], 262: [1]}
    check(tiff(order, values.shape[:2], tags, stored), values >> 8 if colour else gray(values[..., 0] >> 8))


def test_white_is_zero_and_12_bits_in_tiff():
    values = np.array([[0, 1, 16, 255], [256, 2048, 4080, 4095]])
    stored = b"".join(((a << 12) | b).to_bytes(3, "big") for a, b in values.reshape(-1, 2).tolist())
    check(tiff("<", (2, 4), {258: [12], 262: [1]}, stored), gray(values >> 4))
    check(tiff("<", (2, 4), {258: [16], 262: [0]}, (values * 16).astype("<u2").tobytes()), gray(255 - (values >> 4)))
    check(tiff("<", (2, 4), {258: [8], 262: [0]}, (values >> 4).astype(np.uint8).tobytes()), gray(255 - (values >> 4)))


@SOME
@given(
    SHAPES.flatmap(lambda shape: arrays(np.float32, shape, elements=st.floats(0, 1, width=32))), st.sampled_from("<>")
)
def test_floats_from_0_to_1_are_scaled(values, order):
    data = tiff(order, values.shape, {258: [32], 262: [1], 339: [3]}, values.astype(f"{order}f4").tobytes())
    check(data, gray(np.rint(values * np.float32(255))))


@pytest.mark.parametrize("value", [1.001, -0.001, 255, np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("place", [0, 3])
def test_other_floats_are_refused(value, place):
    values = np.full((2, 2), 0.5, np.float32)
    values.flat[place] = value
    with pytest.raises(AdahError, match="the picture holds floating-point numbers from .*; save it with 8 or 16 bits"):
        decode_image(encoded(Image.fromarray(values), "TIFF"))


@pytest.mark.parametrize(
    ("values", "right"),
    [
        ([0, 255, 256, 65535], [0, 0, 1, 255]),
        ([0, 0, 0, 0], [0, 0, 0, 0]),
        ([0, 1, 2, 255], "from 0 to 255"),  # of 8 bits or of 16?
        ([-1, 0, 300, 400], "from -1 to 400"),
        ([0, 1, 2, 65536], "from 0 to 65536"),
    ],
)
def test_32_bit_numbers_are_16_bits_where_that_is_clear(values, right):
    data = encoded(Image.fromarray(np.array([values], np.int32)), "TIFF")
    if isinstance(right, list):
        return check(data, gray(np.array([right])))
    with pytest.raises(
        AdahError, match=f"the picture holds 32-bit numbers {right}, which .*; save it with 8 or 16 bits"
    ):
        decode_image(data)


@pytest.mark.parametrize("bits", [8, 16])
def test_signed_numbers_are_refused(bits):
    data = tiff("<", (1, 2), {258: [bits], 262: [1], 339: [2]}, bytes(bits // 4))
    with pytest.raises(AdahError, match=f"the picture holds signed numbers of {bits} bits"):
        decode_image(data)


def test_print_and_video_colours_are_converted():
    red = np.full((8, 8, 3), (255, 0, 0), np.uint8)
    for mode, kind in (("CMYK", "JPEG"), ("CMYK", "TIFF"), ("YCbCr", "TIFF"), ("YCbCr", "JPEG"), ("LAB", "TIFF")):
        found = decode_image(encoded(Image.fromarray(red).convert(mode), kind)).astype(int)
        assert np.abs(found - red).max() <= 6, (mode, kind)
