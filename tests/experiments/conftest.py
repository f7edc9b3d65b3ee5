"""A run that is made once for the tests of a module, which then have a copy of its record and codes each."""

import shutil

import pytest

from adahlib.experiments import run


@pytest.fixture(scope="module")
def trained(request, tmp_path_factory, cache_without_codes):
    """A folder with the module's ``TRAINED`` run once: its record in ``results``, its codes in ``cache``."""
    folder = tmp_path_factory.mktemp("trained")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ADAH_CACHE", str(cache_without_codes(folder / "cache")))
        run(request.module.TRAINED, folder / "results")
    return folder


@pytest.fixture
def made(trained, results):
    """``results`` where the module's ``TRAINED`` is done: its record is there, and its codes are in the cache."""
    shutil.copytree(trained / "results", results)
    shutil.copytree(trained / "cache" / "encoded", results.parent / "cache" / "encoded")
    return results
