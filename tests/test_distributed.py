"""Several processes train one model: two real ones (gloo) give the numbers of one on the same batches."""

import os
import subprocess
import sys

import numpy as np
import pytest
import torch

from adahlib.distributed import agree, gather, processes, rank, share, sum_gradients
from adahlib.paths import PROJECT
from tests.toys import TINY_RUN, settings_of

TORCHRUN = ("-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2")
SCRIPT = """
import sys, torch
from adahlib import distributed
from adahlib.methods import make_method
from adahlib.models.backbones import make_backbone
from tests.toys import TINY_ADAH, toy_pairs

distributed.start()
options = TINY_ADAH | {"epochs": int(sys.argv[3]), "attention": sys.argv[2].removesuffix(" trained")}
options |= {"word_dropout": 0.2, "image_dropout": 0.4, "text_dropout": 0.2}
images, texts, labels = toy_pairs(157)  # 157: the last batch of 29 has uneven shares
backbone = None
if sys.argv[2].endswith("trained"):
    images = torch.randint(0, 256, (157, 3, 32, 32), dtype=torch.uint8, generator=torch.Generator().manual_seed(0))
    images, backbone = images.numpy(), make_backbone("efficientnet_lite0")
    options |= {"fine_tune": True, "learning_rate": 1e-4}
method = make_method("adah", 8, backbone=backbone, **options).fit(images, texts, labels)
if distributed.rank() == 0:
    torch.save({"network": method.network_.state_dict(), "history": method.history_}, sys.argv[1])
"""


def train(path, attention, epochs, *launcher):
    script = path.with_suffix(".py")
    script.write_text(SCRIPT)
    command = [sys.executable, *launcher, str(script), str(path), attention, str(epochs)]
    environment = os.environ | {"PYTHONPATH": str(PROJECT)}
    subprocess.run(command, check=True, env=environment, cwd=PROJECT, timeout=900)
    return torch.load(path)


@pytest.mark.slow
# Adam moves a weight by its whole rate however small the gradient, so that rounding in a deep backbone grows: one epoch
@pytest.mark.parametrize(("attention", "epochs"), [("none", 3), ("both", 3), ("both trained", 1)])
def test_two_processes_give_the_numbers_of_one(tmp_path, attention, epochs):
    alone = train(tmp_path / "one.pt", attention, epochs)
    shared = train(tmp_path / "two.pt", attention, epochs, *TORCHRUN)
    for ours, theirs in zip(alone["history"], shared["history"], strict=True):
        assert theirs == pytest.approx(ours, abs=1e-4)
    for name, values in alone["network"].items():
        np.testing.assert_allclose(shared["network"][name], values, atol=2e-4, err_msg=name)


@pytest.mark.slow
def test_torchrun_of_the_command_writes_one_record(results):
    run = ["run", "--dataset", "emoji-scenes", "--bits", "8", "--attention", "none", *settings_of(TINY_RUN)]
    command = [sys.executable, *TORCHRUN, "-m", "adahlib", *run]
    done = subprocess.run(command, capture_output=True, text=True, timeout=900, check=True)
    assert done.stdout.count("MAP I→T") == 1
    assert len(list(results.rglob("*.json"))) == 1


def test_alone_everything_stays_as_it_is():
    part, gradients = torch.rand(3, 2), [torch.rand(2), None]
    assert (processes(), rank(), agree("as it is"), share(5)) == (1, 0, "as it is", slice(0, 5))
    assert gather(part, 3) is part
    before = gradients[0].clone()
    sum_gradients(gradients)
    assert torch.equal(gradients[0], before)
