"""The branches of the deep baselines: shapes, standardisation, and outputs without tanh."""

import torch

from adahlib.methods.deep.dcmh_options import DcmhOptions
from adahlib.models.branches import BufferedNetwork, ImageBranch, TextBranch

OPTIONS = DcmhOptions(image_hidden=(16,), head="pool", image_adapter=5, standardise=True, text_hidden=12)


def test_the_text_branch_is_two_linear_layers():
    branch = TextBranch(OPTIONS, vocabulary=7, outputs=3).eval()
    bags = torch.tensor([[0, 2, 0, 0, 1, 0, 0], [0, 0, 0, 0, 0, 0, 0]], dtype=torch.uint8)
    hidden = (bags.float() @ branch.hidden.weight + branch.hidden.bias).clamp_min(0)
    torch.testing.assert_close(branch(bags), hidden @ branch.last.weight.T + branch.last.bias)


def test_the_image_branch_measures_what_it_standardises():
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
