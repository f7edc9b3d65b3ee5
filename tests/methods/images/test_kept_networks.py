"""Networks that are kept in a file: two processes that need the same ones train them once."""

import multiprocessing
import os
import time

import torch
from torch import nn

from adahlib.methods.images.kept_networks import kept_networks


def one_layer():
    return nn.ModuleDict({"generator": nn.Linear(2, 2)})


def trained(folder):
    """Return the kept weights; a training says which process does it, and takes a moment."""

    def train(networks, checkpoint):
        with open(folder / "trainings", "a", encoding="utf-8") as log:
            log.write(f"{os.getpid()}\n")
        time.sleep(0.5)
        nn.init.constant_(networks["generator"].weight, 3.0)
        checkpoint.write_bytes(b"an epoch")
        return [{"judge": 1.0}]

    found = kept_networks(one_layer, train, 0, folder / "gan.pt", torch.device("cpu"))
    return found.networks["generator"].weight.tolist(), found.history


def told(folder, answers):
    answers.put(trained(folder))


def test_two_processes_train_once(tmp_path):
    context = multiprocessing.get_context("fork")
    answers = context.Queue()
    others = [context.Process(target=told, args=(tmp_path, answers)) for _ in range(2)]
    for other in others:
        other.start()
    found = [answers.get(timeout=60) for _ in others]
    for other in others:
        other.join()
    assert found[0] == found[1] == ([[3.0, 3.0], [3.0, 3.0]], [{"judge": 1.0}])
    assert len((tmp_path / "trainings").read_text().split()) == 1 and not (tmp_path / "gan.part").exists()


def test_a_file_that_is_there_needs_no_lock(tmp_path):
    first = trained(tmp_path)
    (tmp_path / "gan.lock").unlink(missing_ok=True)
    assert trained(tmp_path) == first and not (tmp_path / "gan.lock").exists()
