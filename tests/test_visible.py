"""What of a folder counts: no hidden copies; linked folders, but none inside itself."""

import os

import pytest

from adahlib.errors import AdahError
from adahlib.visible import is_hidden, visible_files, visible_paths


def fill(root, *names):
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(name)


def found(root):
    return sorted(path.relative_to(root).as_posix() for path in visible_files(root))


@pytest.mark.parametrize(
    "path",
    [
        "._a.png",
        ".thumbnails/a.png",
        ".ipynb_checkpoints/a-checkpoint.png",
        "__MACOSX/a.png",
        "set/__MACOSX/set/._a.png",
        "./.a",
        "set\\.a.png",
    ],
)
def test_hidden(path):
    assert is_hidden(path)


@pytest.mark.parametrize("path", ["a.png", "./a.png", "../a.png", "set/a.b/c..png", "__macosx.png", "a__MACOSX/b.png"])
def test_not_hidden(path):
    assert not is_hidden(path)


def test_hidden_copies_below_a_folder_are_left_out_wherever_the_folder_lies(tmp_path):
    root = tmp_path / ".cache" / "set"
    fill(root, "a.csv", "._a.csv", "more/b.csv", "more/.Trash-1000/c.csv", "__MACOSX/a.csv", ".ipynb_checkpoints/d.csv")
    assert found(root) == ["a.csv", "more/b.csv"]
    assert visible_paths(root, "*.csv") == [root / "a.csv"]
    assert visible_paths(root, "**/*.csv") == [root / "a.csv", root / "more/b.csv"]
    assert visible_paths(root / "none", "*.csv") == []


def test_links_are_followed_and_circles_are_not(tmp_path):
    root, disk = tmp_path / "set", tmp_path / "disk"
    fill(root, "a", "in/b")
    fill(disk, "c", "deep/d")
    links = {"more": disk, "in/up": root, "itself": root / "itself", "dead": tmp_path / "none", "e": disk / "c"}
    for name, target in links.items():
        (root / name).symlink_to(target)
    (disk / "deep" / "back").symlink_to(disk)
    assert found(root) == ["a", "e", "in/b", "more/c", "more/deep/d"]


def test_names_of_other_encodings_are_found(tmp_path):
    name = os.fsdecode(b"caf\xe9.png")
    (tmp_path / name).write_text("x")
    assert found(tmp_path) == [name]


def test_a_folder_that_cannot_be_read_is_named(tmp_path):
    with pytest.raises(AdahError, match="the folder .*none cannot be read .No such file or directory"):
        found(tmp_path / "none")
