"""What all figures share: an opaque white ground, and panels with pictures or words."""

import io

import numpy as np
from matplotlib.colors import to_rgb
from PIL import Image

from adahlib.report.drawing import new_figure, show, write


def test_figures_are_opaque_white_png():
    figure, axes = new_figure(2.0, 1.0, 1, 2)
    assert axes.shape == (1, 2)
    assert to_rgb(figure.get_facecolor()) == (1, 1, 1) and figure.patch.get_alpha() is None
    assert figure._repr_mimebundle_()[0]["image/png"].startswith(b"\x89PNG")


def test_panels_hold_a_picture_or_words_without_ticks():
    picture = np.arange(12, dtype=np.uint8).reshape(2, 2, 3)
    _, axes = new_figure(2.0, 1.0, 1, 2)
    show(axes[0, 0], picture)
    write(axes[0, 1], "a cat under an umbrella", 10)
    assert (axes[0, 0].images[0].get_array() == picture).all()
    assert axes[0, 1].texts[0].get_text() == "a cat\nunder an\numbrella"
    assert not any(len(axis.get_xticks()) + len(axis.get_yticks()) for axis in axes.flat)


def test_a_chart_has_a_palette_and_looks_as_before_and_a_photo_keeps_its_colours():
    chart, axes = new_figure(3.0, 2.0)
    axes[0, 0].plot([0, 1, 0.5], label="a line")
    chart_png, drawn = chart._repr_mimebundle_()[0]["image/png"], io.BytesIO()
    chart.savefig(drawn, format="png")
    shown = Image.open(io.BytesIO(chart_png))
    assert shown.mode == "P" and len(chart_png) < len(drawn.getvalue())
    difference = np.asarray(shown.convert("RGB"), int) - np.asarray(Image.open(drawn).convert("RGB"), int)
    assert abs(difference).max() < 16
    photo, axes = new_figure(3.0, 2.0)
    show(axes[0, 0], np.random.default_rng(0).integers(0, 256, (64, 64, 3), dtype=np.uint8))
    assert Image.open(io.BytesIO(photo._repr_mimebundle_()[0]["image/png"])).mode == "RGBA"
