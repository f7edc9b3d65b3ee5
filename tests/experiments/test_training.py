"""``train`` trains every method, each in its own way, and to the codes that ``run`` evaluates."""

import pytest

from adahlib import experiments
from adahlib.experiments import RunSpec, run, train
from adahlib.experiments.frames import encode
from adahlib.methods import METHODS
from adahlib.paths import PROJECT
from tests.toys import colours_file

DEEP = {"epochs": 1, "image_hidden": (8,), "image_adapter": 0, "batch_size": 16}
TINY = {
    "adah": DEEP | {"text_hidden": 8, "text_features": 8, "attention_warmup": 0},
    "dcmh": DEEP | {"text_hidden": 8},
    "prdh": DEEP | {"text_hidden": 8},
    "dvsh": DEEP | {"sentence_width": 8},
    "cmfh": {"iterations": 2},
    "seph": {"iterations": 2, "anchor_count": 8},
}


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    return colours_file(tmp_path_factory.mktemp("colours"), side=48)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")  # fewer meaningful bits than there are
@pytest.mark.parametrize("method", METHODS)
def test_every_method_is_trained_as_a_run_trains_it(file, results, method):
    spec = RunSpec(file, method, 8, options=TINY.get(method, {}))
    trained = train(spec)
    assert len(trained.pairs) == 60 and trained.seconds["fit"] > 0 and not list(results.rglob("*.json"))
    encoded = encode(trained)
    assert len(encoded.images) == len(encoded.texts) == 60
    assert encoded.codes_hash() == run(spec)["codes_hash"]


def test_no_exported_name_hides_a_module():
    """``import adahlib.experiments.x as x`` gives the module, and not a function of that name."""
    modules = {path.stem for path in (PROJECT / "adahlib" / "experiments").glob("*.py")}
    assert not modules & set(experiments.__all__)
