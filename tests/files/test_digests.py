"""Digests beside files: every change of a byte is noticed, also within one process."""

import pickle
import shutil
import subprocess

import numpy as np
import pytest
import torch

from adahlib.files import DamagedError, check_digests, check_zip, file_state, write_digests
from tests.damage import flipped


def flip(path, bit):
    path.write_bytes(flipped(path.read_bytes(), bit))


def test_any_flipped_bit_of_a_file_or_its_digest_is_noticed(tmp_path):
    path = tmp_path / "maps.npy"
    np.save(path, np.arange(100))
    write_digests(tmp_path)
    check_digests(tmp_path)
    generator = np.random.default_rng(0)
    digits = 64 * 8  # of the digest; what follows is the name
    for file, size in ((path, path.stat().st_size * 8), (tmp_path / "SHA256SUMS", digits)):
        for bit in generator.integers(size, size=50):
            flip(file, int(bit))
            with pytest.raises(DamagedError):
                check_digests(tmp_path)
            flip(file, int(bit))
            check_digests(tmp_path)


def test_a_folder_is_whole_only_with_all_of_its_files_and_no_more(tmp_path):
    folder = tmp_path / "index"
    (folder / "images").mkdir(parents=True)
    for name in ("about.json", "images/codes.faiss", "images/ids.npy"):
        (folder / name).write_text(name)
    write_digests(folder)
    check_digests(folder)
    (folder / ".DS_Store").write_text("of a desktop")
    check_digests(folder)
    sums = (folder / "SHA256SUMS").read_text()
    for cut in ("", sums.splitlines()[0], sums[:-20], sums.replace("  ", " "), "\udcff"):
        (folder / "SHA256SUMS").write_bytes(cut.encode(errors="surrogateescape"))
        with pytest.raises(DamagedError):
            check_digests(folder)
    (folder / "SHA256SUMS").write_text(sums)
    (folder / "images" / "codes.faiss").unlink()
    with pytest.raises(DamagedError, match=r"codes\.faiss is missing"):
        check_digests(folder)
    with pytest.raises(DamagedError, match="SHA256SUMS is missing"):
        check_digests(tmp_path)


def test_the_sums_are_those_of_sha256sum(tmp_path):
    if shutil.which("sha256sum") is None:
        pytest.skip("there is no sha256sum here")
    (tmp_path / "a.txt").write_text("a")
    (tmp_path / "b.txt").write_text("b")
    write_digests(tmp_path)
    subprocess.run(["sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS"], cwd=tmp_path, check=True)


def test_a_flipped_bit_in_what_torch_saved_is_noticed_or_changes_nothing(tmp_path):
    path = tmp_path / "model.pt"
    state = {"weights": torch.arange(500.0), "step": 3}
    torch.save(state, path)
    check_zip(path)
    for bit in np.random.default_rng(0).integers(path.stat().st_size * 8, size=150):
        flip(path, int(bit))
        try:
            check_zip(path)
            found = torch.load(path)
        except (DamagedError, RuntimeError, ValueError, OSError, pickle.UnpicklingError):
            pass
        else:
            assert found["step"] == 3 and torch.equal(found["weights"], state["weights"])
        flip(path, int(bit))
    path.write_bytes(path.read_bytes()[:-50])
    with pytest.raises(DamagedError, match="is no whole zip file"):
        check_zip(path)


def test_the_state_of_a_file_changes_with_what_is_written(tmp_path):
    path = tmp_path / "data.h5"
    assert file_state(path) is None
    path.write_text("one")
    first = file_state(path)
    assert file_state(path) == first
    other = tmp_path / "other.h5"
    other.write_text("two")
    shutil.copystat(path, other)
    other.replace(path)  # of the same size, with the same time
    assert file_state(path) != first
