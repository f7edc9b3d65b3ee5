"""Room on the disk: a file that does not fit is an error of the system, and no signal."""

import errno
import os
import resource

import numpy as np
import pytest

from adahlib.files import allocate, as_disk_error, new_array


@pytest.fixture
def small_limit():
    """Files of at most 100,000 bytes, as on a disk that is full."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_room_is_reserved_and_what_is_there_stays(tmp_path):
    path = tmp_path / "array"
    path.write_bytes(b"begin")
    allocate(path, 50_000)
    assert path.read_bytes() == b"begin" + bytes(50_000 - 5)
    assert path.stat().st_blocks * 512 >= 50_000
    allocate(path, 10)
    assert path.stat().st_size == 50_000
    allocate(tmp_path / "new", 0)
    assert (tmp_path / "new").stat().st_size == 0


def test_a_file_without_room_stays_as_it_was(tmp_path, small_limit):
    (tmp_path / "array").write_bytes(b"begin")
    with pytest.raises(OSError, match="1,000,000 bytes are needed"):
        allocate(tmp_path / "array", 1_000_000)
    assert (tmp_path / "array").read_bytes() == b"begin"


def test_a_new_array_has_its_room_or_is_refused(tmp_path, small_limit):
    array = new_array(tmp_path / "a.npy", np.uint8, (100, 200))
    array[:] = 7
    array.flush()
    assert (np.load(tmp_path / "a.npy") == 7).all()
    with pytest.raises(OSError):
        new_array(tmp_path / "b.npy", np.uint8, (1000, 200))


def test_what_numpy_says_of_a_full_disk_is_an_error_of_the_system(tmp_path, small_limit):
    with pytest.raises(OSError, match="the disk is full") as failed, as_disk_error(tmp_path / "a.npy"):
        np.save(tmp_path / "a.npy", np.ones(200_000, np.uint8))
    assert (failed.value.errno, failed.value.filename) == (errno.ENOSPC, str(tmp_path / "a.npy"))


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root mounts a small disk")
def test_a_full_disk_is_an_error_and_no_signal(tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    if os.system(f"mount -t tmpfs -o size=1m tmpfs '{disk}' 2>/dev/null"):
        pytest.skip("no small disk can be mounted here")
    try:
        with pytest.raises(OSError, match="No space left on device"):
            new_array(disk / "a.npy", np.uint8, (2000, 1000))
        new_array(disk / "b.npy", np.uint8, (500, 1000))[:] = 1
    finally:
        os.system(f"umount '{disk}'")
