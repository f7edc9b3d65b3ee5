"""torchvision can be imported after the declaration, whatever build of it is installed."""

import subprocess
import sys

import pytest

from adahlib.paths import PROJECT

# A process of its own: an operator can be declared once only, and torchvision is imported once only.
CODE = """
from benchmarks.torchvision_operators import declare_missing_operators
declared = declare_missing_operators()
assert declare_missing_operators() == declared
import torch, torchvision
from torchvision.extension import _has_ops
assert torchvision.transforms.functional.hflip(torch.arange(3)[None]).tolist() == [[2, 1, 0]]
assert declared != _has_ops()
"""


@pytest.mark.slow
def test_torchvision_imports_after_the_declaration():
    finished = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, cwd=PROJECT)
    assert finished.returncode == 0, finished.stderr
