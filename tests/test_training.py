"""The training loop: a loss that is lost ends it at its epoch, and a damaged checkpoint is never taken up."""

import numpy as np
import pytest
import torch
from torch import nn

from adahlib.errors import AdahError
from adahlib.methods import make_method
from adahlib.training import Training, descend
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


def counting(checkpoint, epochs):
    """Return a training of one weight, which each step raises by one, and the list of the steps that it makes."""
    network, made = nn.Linear(1, 1, bias=False), []
    nn.init.zeros_(network.weight)
    optimizer = torch.optim.SGD(network.parameters(), lr=1.0)

    def step(batch, epoch, number):
        made.append((epoch, number))
        descend(optimizer, -network.weight.sum())
        return {"loss": torch.zeros(())}

    sizes = {"size": 8, "batch_size": 4, "epochs": epochs, "schedule": "constant", "seed": 0}
    return Training(network, [optimizer], step, checkpoint=checkpoint, **sizes), made


def test_a_training_goes_on_behind_the_epochs_of_its_checkpoint_with_the_weights_that_it_holds(tmp_path):
    path = tmp_path / "counted.pt"
    first, made = counting(path, 2)
    first.run()
    assert made == [(0, 0), (0, 1), (1, 2), (1, 3)] and first.network.weight.item() == 4
    state = torch.load(path)
    state["network"]["weight"] += 100  # a mark: a training from the start would not have it
    torch.save(state, path)
    second, made = counting(path, 3)
    assert len(second.run()) == 3
    assert made == [(2, 4), (2, 5)] and second.network.weight.item() == 106
    third, made = counting(path, 3)
    third.run()
    assert made == [] and third.network.weight.item() == 106


def test_the_best_epoch_is_kept_and_not_the_last(tmp_path):
    training, _ = counting(tmp_path / "best.pt", 4)
    scores = iter([0.2, 0.9, 0.5, 0.4])
    training.validate = lambda: next(scores)
    history = training.run()
    assert [epoch["validation"] for epoch in history] == [0.2, 0.9, 0.5, 0.4]
    assert training.network.weight.item() == 4  # two steps an epoch, after the second
    again, made = counting(tmp_path / "best.pt", 4)
    again.validate = lambda: 0.0
    again.run()
    assert made == [] and again.network.weight.item() == 4


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
