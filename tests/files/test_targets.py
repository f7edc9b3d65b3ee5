"""Where results may be written: nothing of somebody else's is replaced, and it is said before any work is done."""

import json

import pytest

from adahlib.errors import AdahError
from adahlib.files import check_target, checked_folder

HOLDS = ("search.json", "model.pt", "images/codes.faiss")


def checked(folder):
    return checked_folder(folder, "a search index", HOLDS, "search.json", "adahlib-search-")


def mark(folder, about):
    folder.mkdir(exist_ok=True)
    (folder / "search.json").write_text(about if isinstance(about, str) else json.dumps(about))


def test_a_folder_that_is_new_or_empty_or_an_older_index_is_written_to(tmp_path):
    folder = tmp_path / "index"
    assert checked(folder) == folder
    mark(folder, {"format": "adahlib-search-1"})
    (folder / "images").mkdir()
    (folder / "images" / "codes.faiss").write_text("codes")
    (folder / "SHA256SUMS").write_text("sums")
    (tmp_path / "link").symlink_to(folder)
    assert checked(folder) == checked(tmp_path / "link") == folder
    (tmp_path / "empty").mkdir()
    assert checked(tmp_path / "empty") == tmp_path / "empty"


@pytest.mark.parametrize("about", [{"format": "elastic"}, {}, [], "no JSON", "[" * 100_000, "\udcff"])
def test_a_folder_of_another_program_is_refused(tmp_path, about):
    folder = tmp_path / "index"
    folder.mkdir()
    text = about if isinstance(about, str) else json.dumps(about)
    (folder / "search.json").write_bytes(text.encode(errors="surrogateescape"))
    with pytest.raises(AdahError, match="is there and is not a search index of adahlib"):
        checked(folder)


@pytest.mark.parametrize("name", ["thesis.doc", "images/photo.png", "more/deep/letter.txt", ".hidden"])
def test_whatever_else_lies_in_an_index_is_named(tmp_path, name):
    folder = tmp_path / "index"
    mark(folder, {"format": "adahlib-search-1"})
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text("dear")
    with pytest.raises(AdahError, match=f"holds {name!r}; a search index is written to a folder of its own"):
        checked(folder)


def test_of_many_files_some_are_named_and_empty_folders_and_files_count(tmp_path):
    for name in "abcde":
        (tmp_path / name).mkdir()
    with pytest.raises(AdahError, match="holds 'a', 'b', 'c' and more;"):
        checked(tmp_path)
    (tmp_path / "file").write_text("x")
    with pytest.raises(AdahError, match="file is a file; a search index is written to a folder"):
        checked(tmp_path / "file")


def test_a_file_needs_a_folder_that_is_there(tmp_path):
    check_target(tmp_path / "page.html")
    check_target("/dev/stdout")
    with pytest.raises(AdahError, match=f"there is no folder {tmp_path / 'no'}; make it first"):
        check_target(tmp_path / "no" / "page.html")
    with pytest.raises(AdahError, match="is a folder; give the name of a file"):
        check_target(tmp_path)
    (tmp_path / "link").symlink_to(tmp_path / "gone" / "page.html")
    with pytest.raises(AdahError, match="there is no folder"):
        check_target(tmp_path / "link")


def test_a_link_to_a_folder_is_told_and_not_lost(tmp_path):
    folder = tmp_path / "index"
    mark(folder, {"format": "adahlib-search-1"})
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "a.txt").write_text("mine")
    (folder / "link").symlink_to(tmp_path / "data")
    with pytest.raises(AdahError, match="holds 'link'"):
        checked(folder)
