"""Every test of a network draws the same numbers each time."""

import pytest
import torch


@pytest.fixture(autouse=True)
def seed():
    """Start torch's generator anew before each test."""
    torch.manual_seed(0)
