"""The training loop: a loss that is lost ends it at its epoch, and a damaged checkpoint is never taken up."""

import numpy as np
import pytest

from adahlib.errors import AdahError
from adahlib.methods import make_method
from tests.toys import TINY_ADAH, TINY_DCMH, TINY_DVSH, toy_pairs

OPTIONS = {"adah": TINY_ADAH, "dcmh": TINY_DCMH, "prdh": TINY_DCMH, "dvsh": TINY_DVSH}


@pytest.mark.parametrize("name", OPTIONS)
def test_a_diverging_training_stops_and_names_loss_epoch_and_rate(name):
    rate = {"learning_rate": 1e39} | ({"final_learning_rate": 1e39} if name in ("dcmh", "prdh") else {})
    method = make_method(name, 8, **OPTIONS[name] | rate)
    message = r"the (loss|weight) .* is NaN or infinite in epoch \d of \d+, so the training has diverged; take"
    with pytest.raises(AdahError, match=message):
        method.fit(*toy_pairs())


def trained(checkpoint, epochs=3):
    method = make_method("adah", 8, **TINY_ADAH | {"epochs": epochs})
    return method.fit(*toy_pairs(), checkpoint=checkpoint)


def same(one, other):
    mine, others = (method.network_.state_dict() for method in (one, other))
    return all(np.array_equal(mine[name].numpy(), others[name].numpy()) for name in mine)


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A checkpoint of three epochs, and what was trained."""
    path = tmp_path_factory.mktemp("checkpoint") / "whole.pt"
    return trained(path), path


def test_a_whole_checkpoint_is_taken_up(whole):
    method, path = whole
    assert same(trained(path), method)


@pytest.mark.parametrize("damage", ["cut", "empty", "flip", "foreign"])
def test_a_damaged_checkpoint_is_set_aside(whole, tmp_path, damage):
    method, path = whole
    content = bytearray(path.read_bytes())
    weights = content.index(method.network_.state_dict()["D_I.layers.0.weight"].numpy().tobytes()[:64])
    content[weights + 5] ^= 1
    wrong = {"cut": path.read_bytes()[:-300], "empty": b"", "flip": bytes(content), "foreign": b"no zip at all"}
    damaged = tmp_path / "damaged.pt"
    damaged.write_bytes(wrong[damage])
    with pytest.warns(RuntimeWarning, match="damaged.pt is damaged .* and cannot be resumed from"):
        again = trained(damaged)
    assert same(again, method)
    assert (tmp_path / "damaged.pt.broken").read_bytes() == wrong[damage]
