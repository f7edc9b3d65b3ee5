"""Photos that an index names by path: found as the most of a path leads to them, and never one file for two names."""

import hashlib

import numpy as np
import pytest
from PIL import Image

from adahlib.datasets.photos import content_digest, find_photos
from adahlib.errors import AdahError


def photos_at(root, *names):
    """Write photos, the first of plain gray 1, the second of gray 2, and so on."""
    for number, name in enumerate(names, start=1):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        Image.new("L", (4, 3), number).save(root / name, "PNG")


def read(root, *names, **options):
    return [int(photo[0, 0, 0]) for photo in find_photos(root, names, **options)]


@pytest.mark.parametrize("place", ["", "./", "photos/", "/home/me/photos/", "D:\\data\\", "../", "C:/x/../"])
def test_paths_of_other_machines_lead_below_the_folder(tmp_path, place):
    photos_at(tmp_path, "dog/0.png", "cat/0.png", "0.png")
    assert read(tmp_path, *(f"{place}{name}" for name in ("cat/0.png", "dog/0.png"))) == [2, 1]
    assert read(tmp_path, f"{place}dog/0.png".replace("/", "\\"), f"{place}0.png") == [1, 3]


def test_a_flat_copy_is_read_where_no_two_names_meet(tmp_path):
    photos_at(tmp_path, "0.png", "1.png")
    assert read(tmp_path, "dog/0.png", "cat/1.png") == [1, 2]
    for one, two in (("dog/0.png", "cat/0.png"), ("0.png", "/home/me/0.png"), ("a/0.png", "a\\0.png")):
        with pytest.raises(AdahError, match=r"lead to the same file .*0\.png; give the folder that has both"):
            find_photos(tmp_path, [one, "1.png", two])
    assert read(tmp_path, "0.png", "0.png") == [1, 1]  # one pair twice, which its id says


def test_a_photo_that_is_missing_is_named_with_what_is_nearly_called_so(tmp_path):
    photos_at(tmp_path, "in/0.png", "1.jpg", ".2.png", "3.png")
    for name, near in {"0.png": "in/0.png", "x/1.JPG": "1.jpg", "1.png": "1.jpg", "2.png": None}.items():
        with pytest.raises(AdahError) as caught:
            find_photos(tmp_path, ["3.png", name])
        sentence = str(caught.value)
        assert sentence.startswith(
            f"1 of the 2 photos that the index names are missing in the folder {tmp_path}, such as "
        )
        assert repr(name) in sentence and (f"it holds {near!r}: give the folder" in sentence) == (near is not None)


@pytest.mark.parametrize("name", ["0.png", "", "/", "..", "a\0b", "x" * 300, "~/0.png", "C:"])
def test_none_at_all_is_an_error_where_they_are_needed(tmp_path, name):
    assert find_photos(tmp_path, [name]) is None
    for root in (tmp_path, tmp_path / "none"):
        with pytest.raises(AdahError, match=f"1 of the 1 photos .* are missing in the folder {root}, such as "):
            find_photos(root, [name], needed=True)


def test_a_damaged_photo_is_named(tmp_path):
    photos_at(tmp_path, "0.png")
    (tmp_path / "0.png").write_bytes((tmp_path / "0.png").read_bytes()[:50])
    with pytest.raises(AdahError, match=r"0\.png is not a readable image"):
        find_photos(tmp_path, ["0.png"])[0]


def test_a_digest_is_of_type_shape_and_values():
    photo = np.arange(24, dtype=np.uint8).reshape(2, 4, 3)
    assert content_digest(photo) == hashlib.sha256(b"|u1 (2, 4, 3) " + bytes(range(24))).digest()
    assert content_digest(photo[:, ::-1]) != content_digest(photo)
    assert content_digest(photo[:, ::-1][:, ::-1]) == content_digest(photo)
    assert content_digest(np.zeros((0, 3), np.float32)) == hashlib.sha256(b"<f4 (0, 3) ").digest()
