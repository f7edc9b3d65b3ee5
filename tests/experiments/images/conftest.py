"""What runs of images alone are made of in their tests."""

import pytest

from tests.methods.images.stripes import striped_run


@pytest.fixture
def data(tmp_path, monkeypatch):
    """Striped pictures with their split, and a cache for their features."""
    monkeypatch.setenv("ADAH_CACHE", str(tmp_path / "cache"))
    return striped_run()
