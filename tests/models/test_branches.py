"""The branches of the deep baselines: shapes, standardisation, word dropout, and outputs without tanh."""

import pytest
import torch

from adahlib.methods.dcmh_options import DcmhOptions
from adahlib.models.branches import BufferedNetwork, ImageBranch, TextBranch, WordDropout, draw_gaussian

OPTIONS = DcmhOptions(image_hidden=(16,), head="pool", image_adapter=5, standardise=True, text_hidden=12)


def test_word_dropout_leaves_words_out_and_counts_as_they_are():
    torch.manual_seed(0)
    words, counts = WordDropout(0.3), torch.full((100, 50), 3.0)
    assert torch.equal(words.eval()(counts), counts)
    seen = words.train()(counts)
    assert set(seen.round(decimals=4).unique().tolist()) == {0.0, 3.0}
    assert (seen > 0).float().mean().item() == pytest.approx(0.7, abs=0.03)


def test_the_text_branch_is_two_linear_layers():
    torch.manual_seed(0)
    branch = TextBranch(OPTIONS, vocabulary=7, outputs=3).eval()
    bags = torch.tensor([[0, 2, 0, 0, 1, 0, 0], [0, 0, 0, 0, 0, 0, 0]], dtype=torch.uint8)
    hidden = (bags.float() @ branch.hidden.weight + branch.hidden.bias).clamp_min(0)
    torch.testing.assert_close(branch(bags), hidden @ branch.last.weight.T + branch.last.bias)


def test_the_image_branch_measures_what_it_standardises():
    torch.manual_seed(0)
    maps = (5 + 3 * torch.randn(300, 4, 3, 3)).half()
    branch = ImageBranch(OPTIONS, (4, 3, 3), 6).eval()
    branch.measure(maps)
    pooled = branch.head.standardise(branch.head.inputs(branch.adapter(branch.standardise(maps.float()))))
    assert pooled.shape == (300, 10)  # mean and maximum of the adapter's five channels
    torch.testing.assert_close(pooled.mean(0), torch.zeros(10), atol=1e-4, rtol=0)
    with torch.no_grad():
        branch.last.weight.mul_(100)
    assert branch(maps).shape == (300, 6) and branch(maps).abs().max() > 2  # no tanh


def test_buffers_travel_with_the_state():
    network = BufferedNetwork(torch.nn.Linear(2, 2), torch.nn.Linear(2, 2), pairs=9, bits=4)
    state = network.state_dict()
    assert all(state[name].shape == (9, 4) for name in "FGB")
    assert not any(name in dict(network.named_parameters()) for name in "FGB")


def test_gaussian_layers():
    layer = torch.nn.Linear(100, 100)
    draw_gaussian([layer])
    assert layer.weight.std().item() == pytest.approx(0.01, rel=0.05)
    assert layer.bias.std().item() == pytest.approx(0.01, rel=0.3)
