"""Folders that are whole or absent, and which of two stays when both were finished."""

import pytest

from adahlib.files import whole_folder


def write(folder, text):
    (folder / "deep").mkdir()
    (folder / "deep" / "file.txt").write_text(text)


@pytest.mark.parametrize(("keep", "stays"), [(False, "ours"), (True, "theirs")])
def test_of_two_folders_the_later_or_the_first_stays(tmp_path, keep, stays):
    target = tmp_path / "target"
    with whole_folder(target, keep) as ours:
        with whole_folder(target, keep) as theirs:
            write(theirs, "theirs")
        write(ours, "ours")
    assert (target / "deep" / "file.txt").read_text() == stays
    assert list(tmp_path.iterdir()) == [target]


@pytest.mark.parametrize("keep", [False, True])
def test_a_failure_leaves_what_was_there(tmp_path, keep):
    with pytest.raises(OSError, match="no space"), whole_folder(tmp_path / "target", keep) as folder:
        write(folder, "half")
        raise OSError("no space left on device")
    assert list(tmp_path.iterdir()) == []
