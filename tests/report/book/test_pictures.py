"""Pictures are compared by how they look, and a page whose picture is another one fails under nbval."""

import base64
import io
import subprocess
import sys

import nbformat
import numpy as np
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output
from PIL import Image

from adahlib.paths import PROJECT
from adahlib.report.book.pictures import look_alike
from adahlib.report.drawing import new_figure


def chart(*heights, color="black", size=(4.0, 3.0)):
    figure, axes = new_figure(*size)
    axes[0, 0].plot(range(len(heights)), heights, color=color)
    axes[0, 0].set(ylim=(0, 10))
    return figure._repr_mimebundle_()[0]["image/png"]


def test_a_picture_looks_like_itself_and_like_a_noisy_copy():
    picture = chart(1, 2, 3)
    pixels = np.asarray(Image.open(io.BytesIO(picture)).convert("RGB")).astype(int)
    noise = np.random.default_rng(0).integers(-6, 7, pixels.shape)
    buffer = io.BytesIO()
    Image.fromarray(np.clip(pixels + noise, 0, 255).astype(np.uint8)).save(buffer, "PNG")
    assert look_alike(picture, picture) and look_alike(picture, buffer.getvalue())


@pytest.mark.parametrize("other", [chart(1, 2, 4), chart(3, 2, 1), chart(1, 2), chart(1, 2, 3, size=(4.0, 2.0))])
def test_another_line_or_another_size_is_another_picture(other):
    assert not look_alike(chart(1, 2, 3), other)


@pytest.mark.slow
@pytest.mark.parametrize(("heights", "code"), [((1, 2, 3), 0), ((1, 2, 9), 1)])
def test_nbval_fails_where_a_committed_picture_is_another_one(tmp_path, heights, code):
    source = "from adahlib.report.drawing import new_figure\nfigure, axes = new_figure(4.0, 3.0)\n"
    source += "axes[0, 0].plot(range(3), (1, 2, 3), color='black')\naxes[0, 0].set(ylim=(0, 10));\nfigure"
    data = {"image/png": base64.b64encode(chart(*heights)).decode(), "text/plain": "<Chart size 768x576 with 1 Axes>"}
    output = new_output("execute_result", data, execution_count=1)
    cell = new_code_cell(source, outputs=[output], execution_count=1)
    nbformat.write(new_notebook(cells=[cell]), tmp_path / "page.ipynb")
    (tmp_path / "conftest.py").write_text((PROJECT / "book" / "conftest.py").read_text())
    command = [sys.executable, "-m", "pytest", "-q", "--nbval", "--nbval-current-env", "-p", "no:cacheprovider"]
    done = subprocess.run([*command, "page.ipynb"], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == code, done.stdout
    assert ("a picture looks otherwise" in done.stdout) == bool(code)
