"""What all figures share: an opaque white ground, and panels with pictures or words."""

import numpy as np
from matplotlib.colors import to_rgb

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
