"""The package as a user has it: a wheel in an environment of its own, used from an empty folder."""

import shutil
import subprocess
import sys
import sysconfig
import zipfile

import pytest

from adahlib import __version__
from adahlib.paths import PROJECT
from tests import as_a_user

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The wheel, built from a copy, since building leaves files behind; with the build backend that is installed."""
    source = tmp_path_factory.mktemp("source")
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(PROJECT / name, source)
    shutil.copytree(PROJECT / "adahlib", source / "adahlib", ignore=shutil.ignore_patterns("__pycache__"))
    command = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation", "-w", "dist", "."]
    subprocess.run(command, cwd=source, check=True)
    (path,) = (source / "dist").glob(f"adahlib-{__version__}-py3-none-any.whl")
    return path


@pytest.fixture(scope="module")
def binaries(wheel, tmp_path_factory):
    """An environment with the wheel, that finds all other packages where the tests find them."""
    folder = tmp_path_factory.mktemp("user") / "venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    (packages,) = (folder / "lib").glob("python3.*/site-packages")
    (packages / "others.pth").write_text(sysconfig.get_path("purelib"))  # its own .pth files are not read
    command = [sys.executable, "-m", "pip", f"--python={folder}/bin/python", "install", "-q", "--no-deps", str(wheel)]
    subprocess.run(command, check=True)
    return folder / "bin"


def test_the_wheel_holds_the_package_with_its_data_and_nothing_else(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    kept = {str(path.relative_to(PROJECT)) for path in (PROJECT / "adahlib/experiments").glob("*.json")}
    assert {*kept, "adahlib/py.typed", "adahlib/experiments/chosen.json"} <= set(names)
    assert {name.split("/")[0] for name in names} == {"adahlib", f"adahlib-{__version__}.dist-info"}


def test_the_core_serves_by_itself_and_each_missing_extra_is_one_sentence(binaries, tmp_path):
    as_a_user.core(binaries, tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["codes.npz"]


def test_with_the_extras_a_user_trains_encodes_and_searches(binaries, tmp_path, cache_without_codes, monkeypatch):
    monkeypatch.setenv("ADAH_CACHE", str(cache_without_codes(tmp_path / "cache")))
    (tmp_path / "mine").mkdir()
    as_a_user.extras(binaries, tmp_path / "mine")
    assert not (binaries.parent / "results").exists()
