"""Pictures of a search: the query first, then what was found, each with its rank and distance."""

from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

from adahlib.report.pages.search import image_answers, text_answers
from adahlib.search import Hit, Item

RED, BLUE = (np.full((4, 4, 3), colour, np.uint8) for colour in ((255, 0, 0), (0, 0, 255)))


@pytest.fixture
def index(tmp_path):
    """What the figure knows of an index: its folder, with two pictures."""
    for name, picture in (("red.png", RED), ("blue.png", BLUE)):
        Image.fromarray(picture).save(tmp_path / name)
    return SimpleNamespace(folder=tmp_path)


def test_a_row_a_question_with_the_pictures_found(index):
    first, second = Hit(1, 0, Item("red.png", "red")), Hit(2, 3, Item("blue.png", "blue"))
    figure = image_answers(index, {"warm": [first, second], "cold": [second]})
    assert [axis.get_title() for axis in figure.axes] == [
        "", "1: distance 0", "2: distance 3", "", "2: distance 3", "",
    ]  # fmt: skip
    assert [figure.axes[place].texts[0].get_text() for place in (0, 3)] == ["“warm”", "“cold”"]
    shown = [figure.axes[place].images[0].get_array() for place in (1, 2, 4)]
    assert all((picture == right).all() for picture, right in zip(shown, (RED, BLUE, BLUE), strict=True))


def test_a_picture_and_the_texts_found():
    hits = [Hit(1, 2, Item("red.png", "a red square")), Hit(2, 5, Item("blue.png", "water"))]
    figure = text_answers(RED, hits)
    assert [axis.get_title() for axis in figure.axes] == ["query", "1: distance 2", "2: distance 5"]
    assert (figure.axes[0].images[0].get_array() == RED).all()
    assert [axis.texts[0].get_text() for axis in figure.axes[1:]] == ["a red square", "water"]
