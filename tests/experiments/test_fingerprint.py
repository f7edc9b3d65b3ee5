"""Fingerprints on a copy of the project: what changes numbers makes records stale, what does not leaves them."""

import json
import shutil
import subprocess
import sys

import pytest

from adahlib.experiments.fingerprint import changes, fingerprint, sources
from adahlib.experiments.spec import RunSpec
from adahlib.paths import PROJECT

SPEC = RunSpec("emoji-scenes", "adah", 16)
SHOW = """
import json, sys
for folder in map(str.strip, sys.stdin):
    for name in [name for name in sys.modules if name.split(".")[0] == "adahlib"]:
        del sys.modules[name]
    sys.path[0] = folder
    from adahlib.experiments.fingerprint import fingerprint
    from adahlib.experiments.spec import RunSpec
    print(json.dumps(fingerprint(RunSpec("emoji-scenes", "adah", 16))), flush=True)
"""


@pytest.fixture(scope="module")
def reader():
    """A process that answers the folder of a project by the fingerprint of ``SPEC`` there: it imports PyTorch once."""
    with subprocess.Popen([sys.executable, "-c", SHOW], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as it:
        yield it


def test_the_modules_of_a_run():
    names = set(sources(SPEC))
    assert {"adahlib.methods.adah", "adahlib.losses.triplet", "adahlib.training", "adahlib.features"} <= names
    assert not any(name.startswith(("adahlib.report", "adahlib.cli", "adahlib.datasets")) for name in names)
    assert "adahlib.retrieval.ranking" not in names and "adahlib.retrieval.ranking" in fingerprint(SPEC)["evaluation"]
    best = RunSpec("emoji-scenes", "adah", 16, options={"epoch_choice": "best"})
    assert "adahlib.retrieval.ranking" in sources(best)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("module", "old", "new", "stale"),
    [
        ("losses/triplet.py", "import", "# another comment\nimport", []),
        ("losses/triplet.py", '"""', '"""Another docstring. ', []),
        ("losses/triplet.py", "margin: float,", "margin: float = 1,", ["losses.triplet changed"]),
        ("losses/adversarial.py", '"T→Î"', '"T→I2"', ["losses.adversarial changed"]),
        ("retrieval/average_precision.py", "cumsum", "cumprod", ["retrieval.average_precision changed"]),
        ("report/numbers.py", "mean", "median", []),
        ("cli.py", "adah", "ahad", []),
    ],
)
def test_a_change_to_the_source(reader, tmp_path, module, old, new, stale):
    shutil.copytree(PROJECT / "adahlib", tmp_path / "adahlib")
    changed = tmp_path / "adahlib" / module
    text = changed.read_text(encoding="utf-8")
    assert old in text
    changed.write_text(text.replace(old, new, 1), encoding="utf-8")
    print(tmp_path, file=reader.stdin, flush=True)
    assert changes(json.loads(reader.stdout.readline()), fingerprint(SPEC)) == stale


def test_spec_and_data():
    now = fingerprint(SPEC, "data of today")
    assert changes(fingerprint(SPEC, "data of another day"), now) == ["the data changed"]
    assert changes(fingerprint(SPEC, "any data"), fingerprint(SPEC)) == []  # the data is not at hand: not compared
    other = RunSpec("emoji-scenes", "adah", 16, options={"margin": 2.0})
    assert changes(fingerprint(other, "data of today"), now) == ["the spec's options changed"]
    assert changes(None, now) == ["the record is older than fingerprints"]


def test_a_profile_counts_by_its_options_alone():
    own = RunSpec("emoji-scenes", "adah", 16, profile="quick").hyperparameters()
    del own["attention"]
    quick = RunSpec("emoji-scenes", "adah", 16, profile="quick")
    spelled_out = RunSpec("emoji-scenes", "adah", 16, profile="paper", options=own, backbone=quick.backbone)
    assert fingerprint(spelled_out) == fingerprint(quick)
