"""GIST against a transcription of its definition for one picture, by shifted spectra and loops."""

import time

import numpy as np
import pytest
import torch

from adahlib.errors import AdahError
from adahlib.models.backbones import make_backbone
from adahlib.models.backbones.gist import gabor_filters

PAD, EDGE = 8, 5


def symmetric(picture, width):
    return np.pad(picture, width, mode="symmetric")


def loop_gist(picture):
    """GIST-512 of one picture (32, 32, 3): frequencies centred, a loop over filters and blocks."""
    grey = picture.astype(float).mean(axis=2)
    grey = 255 * (grey - grey.min()) / (grey.max() - grey.min())
    log = symmetric(np.log(grey + 1), EDGE)
    n = len(log)
    f = np.arange(-n // 2, n // 2)
    fx, fy = np.meshgrid(f, f)
    low = np.fft.fftshift(np.exp(-(fx**2 + fy**2) / (4 / np.sqrt(np.log(2))) ** 2))
    detail = log - np.fft.ifft2(np.fft.fft2(log) * low).real
    deviation = np.sqrt(np.abs(np.fft.ifft2(np.fft.fft2(detail**2) * low)))
    even = (detail / (0.2 + deviation))[EDGE:-EDGE, EDGE:-EDGE]
    padded = symmetric(even, PAD)
    n = len(padded)
    f = np.arange(-n // 2, n // 2)
    fx, fy = np.meshgrid(f, f)
    radius, angle = np.fft.fftshift(np.hypot(fx, fy)), np.fft.fftshift(np.arctan2(fy, fx))
    values = []
    for scale in range(4):
        for orientation in range(8):
            turned = angle + np.pi / 8 * orientation
            turned = turned + 2 * np.pi * (turned < -np.pi) - 2 * np.pi * (turned > np.pi)
            transfer = np.exp(
                -10 * 0.35 * (radius / n / (0.3 / 1.85**scale) - 1) ** 2 - 2 * (16 * 64 / 32**2) * np.pi * turned**2
            )
            response = np.abs(np.fft.ifft2(np.fft.fft2(padded) * transfer))[PAD:-PAD, PAD:-PAD]
            for column in range(4):
                for row in range(4):
                    values.append(response[8 * row : 8 * row + 8, 8 * column : 8 * column + 8].mean())
    return np.array(values)


@pytest.fixture(scope="module")
def pictures():
    rng = np.random.default_rng(0)
    noise = rng.integers(256, size=(5, 32, 32, 3), dtype=np.uint8)
    rows = np.arange(32)
    stripes = np.stack([127 + 120 * np.sin(2 * np.pi * 0.2 * rows)] * 32).astype(np.uint8)  # change along columns
    return np.concatenate([noise, np.stack([stripes] * 3, axis=-1)[None]])


def gist_of(pictures):
    with torch.inference_mode():
        return make_backbone("gist")(torch.from_numpy(pictures).permute(0, 3, 1, 2)).numpy()


def test_it_is_the_definition_s(pictures):
    found = gist_of(pictures)
    assert found.shape == (6, 512, 1, 1)
    expected = np.stack([loop_gist(picture) for picture in pictures])
    np.testing.assert_allclose(found[:, :, 0, 0], expected, rtol=2e-4, atol=1e-5)


def test_stripes_answer_to_the_filter_of_their_orientation_and_scale(pictures):
    response = gist_of(pictures)[-1, :, 0, 0].reshape(4, 8, 16).mean(axis=2)
    assert np.unravel_index(response.argmax(), response.shape) == (1, 0)  # .3/1.85 is nearest to .2 cycles a pixel


def test_a_mirrored_picture_has_mirrored_columns_of_blocks(pictures):
    both = pictures, pictures[:, :, ::-1].copy()
    plain, mirrored = (gist_of(part)[:, :, 0, 0].reshape(-1, 4, 8, 4, 4) for part in both)
    vertical = plain[:, :, 0], mirrored[:, :, 0, ::-1]  # an edge along a column stays one
    np.testing.assert_allclose(*vertical, rtol=0.05, atol=0.02)  # the filters are one-sided, real pictures are not


def test_a_picture_of_one_colour_is_zero():
    assert np.abs(gist_of(np.full((1, 32, 32, 3), 90, dtype=np.uint8))).max() < 1e-3


def test_it_has_no_weights(tmp_path):
    with pytest.raises(AdahError, match="backbone gist has no weights, but was given"):
        make_backbone("gist", weights=tmp_path / "some.pt")
    assert gabor_filters((48, 48)).shape == (32, 48, 48)


@pytest.mark.slow
def test_it_takes_less_than_two_and_a_half_milliseconds_an_image():
    network, batch = make_backbone("gist"), torch.randint(256, (64, 3, 32, 32), dtype=torch.uint8)
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        with torch.inference_mode():
            network(batch)
            started = time.process_time()
            for _ in range(4):
                network(batch)
    finally:
        torch.set_num_threads(threads)
    assert (time.process_time() - started) / 256 < 2.5e-3
