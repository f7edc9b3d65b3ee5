"""Files and folders that are whole or absent, whatever fails and wherever a process is killed."""

import os
import stat

import pytest

from adahlib.errors import AdahError
from adahlib.files import read_unchanged, whole, whole_file, whole_folder, write_json
from tests.killing import in_a_child


def write(folder, text):
    (folder / "deep").mkdir()
    (folder / "deep" / "file.txt").write_text(text)


def content(folder):
    return (folder / "deep" / "file.txt").read_text()


@pytest.fixture(params=[True, False], ids=["exchanged", "renamed"])
def both_ways(request, monkeypatch):
    """Folders exchanged in one step, as Linux can, and in two steps, as elsewhere."""
    if not request.param:
        monkeypatch.setattr(whole, "exchange", lambda one, other: False)


@pytest.mark.parametrize(("keep", "stays"), [(False, "ours"), (True, "theirs")])
def test_of_two_folders_the_later_or_the_first_stays(tmp_path, both_ways, keep, stays):
    target = tmp_path / "target"
    with whole_folder(target, keep) as ours:
        with whole_folder(target, keep) as theirs:
            write(theirs, "theirs")
        write(ours, "ours")
    assert content(target) == stays
    assert list(tmp_path.iterdir()) == [target]


@pytest.mark.parametrize("keep", [False, True])
def test_a_failure_leaves_what_was_there(tmp_path, keep):
    target = tmp_path / "target"
    for there in ([], [target]):
        with pytest.raises(OSError, match="no space"), whole_folder(target, keep) as folder:
            write(folder, "half")
            raise OSError("no space left on device")
        assert list(tmp_path.iterdir()) == there
        if not there:
            with whole_folder(target) as folder:
                write(folder, "old")
    assert content(target) == "old"


@pytest.mark.parametrize("error", [OSError, KeyboardInterrupt])
def test_an_older_folder_comes_back_where_the_new_one_cannot_take_its_name(tmp_path, monkeypatch, error):
    target = tmp_path / "target"
    with whole_folder(target) as folder:
        write(folder, "old")
    monkeypatch.setattr(whole, "exchange", lambda one, other: False)
    replace = os.replace

    def refused(one, other):
        if str(one).endswith(".adah-old") or str(other).endswith(".adah-old"):
            return replace(one, other)
        raise error("not this time")

    monkeypatch.setattr(os, "replace", refused)
    with pytest.raises(error), whole_folder(target) as folder:
        write(folder, "new")
    assert content(target) == "old" and list(tmp_path.iterdir()) == [target]


def write_folder(target, text):
    with whole_folder(target) as folder:
        write(folder, text)


def write_file(target, text):
    with whole_file(target) as path:
        path.write_text(text)


@pytest.mark.parametrize("kind", ["folder", "file"])
def test_a_kill_at_any_moment_leaves_the_old_or_the_new_and_the_next_call_cleans_up(tmp_path, both_ways, kind):
    writer, reader = {
        "folder": (write_folder, content),
        "file": (write_file, lambda path: path.read_text()),
    }[kind]
    target, killed, found = tmp_path / "target", 0, []
    writer(target, "old")
    while in_a_child(lambda: writer(target, "new"), kill_at=killed + 1):
        killed += 1
        whole.restore(target)  # what every reader and writer of a folder does first
        found.append(reader(target))
        writer(target, "old")
        assert reader(target) == "old" and list(tmp_path.iterdir()) == [target]
    assert killed >= 3 and set(found) <= {"old", "new"} and "old" in found
    assert reader(target) == "new"


@pytest.mark.parametrize(("mask", "of_file", "of_folder"), [(0o022, 0o644, 0o755), (0o077, 0o600, 0o700)])
def test_files_and_folders_are_as_the_umask_has_them(tmp_path, mask, of_file, of_folder):
    before = os.umask(mask)
    try:
        write_json({}, tmp_path / "a.json")
        write_folder(tmp_path / "folder", "text")
    finally:
        os.umask(before)
    modes = [stat.S_IMODE((tmp_path / name).stat().st_mode) for name in ("a.json", "folder", "folder/deep/file.txt")]
    assert modes == [of_file, of_folder, of_file]


def test_a_link_is_followed_and_stays(tmp_path):
    (tmp_path / "far").mkdir()
    (tmp_path / "link.txt").symlink_to(tmp_path / "far" / "real.txt")
    for text in ("one", "two"):
        write_file(tmp_path / "link.txt", text)
        assert (tmp_path / "link.txt").is_symlink() and (tmp_path / "far" / "real.txt").read_text() == text


def test_a_device_and_a_pipe_are_written_to_and_stay(tmp_path, capfd):
    write_file("/dev/null", "text")
    assert stat.S_ISCHR(os.stat("/dev/null").st_mode)
    print("before")
    write_file("/dev/stdout", "page\n")
    assert capfd.readouterr().out == "before\npage\n"
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reading = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    write_file(pipe, "through")
    assert os.read(reading, 100) == b"through" and stat.S_ISFIFO(pipe.stat().st_mode)
    os.close(reading)
    assert list(tmp_path.iterdir()) == [pipe]


@pytest.mark.parametrize(
    "text",
    [
        "[enforce fail at inline_container.cc:664] . unexpected pos 576 vs 470",
        "Error in write_index: No space left on device",
        "Can't write data (file write failed: errno = 28)",
    ],
)
def test_what_libraries_say_of_a_full_disk_is_an_error_of_the_system(tmp_path, text):
    with pytest.raises(OSError, match="the disk is full") as raised, whole_file(tmp_path / "model.pt"):
        raise RuntimeError(text)
    assert raised.value.filename == str(tmp_path / "model.pt") and list(tmp_path.iterdir()) == []
    with pytest.raises(RuntimeError, match="another"), whole_file(tmp_path / "model.pt"):
        raise RuntimeError("another error")


def test_what_is_read_of_a_folder_is_of_one_version(tmp_path, both_ways):
    target, replaced = tmp_path / "target", []
    write_folder(target, "old")

    def read():
        before = content(target)
        if not replaced:
            replaced.append(True)
            write_folder(target, "new")
        return before, content(target)

    assert read_unchanged(target, read) == ("new", "new")


def test_an_error_of_a_folder_that_was_replaced_is_not_told(tmp_path):
    target, calls = tmp_path / "target", []
    write_folder(target, "old")

    def read():
        calls.append(True)
        if len(calls) == 1:
            write_folder(target, "new")
        if len(calls) < 3:
            raise AdahError("parts of two folders")

    with pytest.raises(AdahError, match="parts of two folders"):
        read_unchanged(target, read)
    assert len(calls) == 2


def test_a_folder_that_never_stays_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr(whole, "READINGS", 3)
    with pytest.raises(AdahError, match="replaced faster than it can be read"):
        read_unchanged(tmp_path / "target", lambda: write_folder(tmp_path / "target", "new"))


def test_a_hidden_folder_of_somebody_else_stays(tmp_path, both_ways):
    (tmp_path / ".target.old").mkdir()
    whole.restore(tmp_path / "target")
    write_folder(tmp_path / "target", "old")
    write_folder(tmp_path / "target", "new")
    assert sorted(path.name for path in tmp_path.iterdir()) == [".target.old", "target"]
