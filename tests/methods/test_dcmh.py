"""DCMH behind the common interface: learning, buffers and halves, the published schedule, exact resume."""

import itertools
import os
import subprocess
import sys

import numpy as np
import pytest
import torch

from adahlib.errors import AdahError
from adahlib.losses.likelihood import balance_loss, likelihood_loss, quantisation_loss
from adahlib.methods import make_method
from adahlib.methods.deep.base import Pairs, as_tensor
from adahlib.methods.deep.dcmh_options import DcmhOptions
from adahlib.models.backbones import make_backbone
from adahlib.paths import PROJECT
from tests.toys import TINY_DCMH as TINY
from tests.toys import TINY_DVSH, retrieval_maps, toy_pairs


@pytest.mark.slow
def test_learns_to_retrieve_across_modalities():
    maps, texts, labels = toy_pairs(400)
    train, asked = slice(0, 300), slice(300, None)
    method = make_method("dcmh", 8, **TINY | {"epochs": 30}).fit(maps[train], texts[train], labels[train])
    assert min(retrieval_maps(method, maps, texts, labels, asked, train)) > 0.4
    assert method.database_codes == "per-modality"


@pytest.mark.slow
def test_plain_sgd_lowers_the_objective():
    maps, texts, labels = toy_pairs(96)
    sgd = {"optimizer": "sgd", "learning_rate": 2.0, "final_learning_rate": 0.5, "batch_size": 16, "epochs": 20}
    history = make_method("dcmh", 8, **TINY | sgd).fit(maps, texts, labels).history_
    assert len(history) == 20
    for name in ("texts", "images"):
        assert history[-1][f"likelihood, {name}"] < 0.9 * history[0][f"likelihood, {name}"]


def test_balance_draws_the_sums_of_the_outputs_to_zero():
    maps, texts, labels = toy_pairs(96)
    sgd = {"optimizer": "sgd", "learning_rate": 0.1, "final_learning_rate": 0.1, "batch_size": 16, "eta": 1.0}
    history = make_method("dcmh", 8, **TINY | sgd).fit(maps, texts, labels).history_
    assert history[-1]["balance, texts"] < 0.1 * history[0]["balance, texts"]


def test_the_objective_of_a_batch_is_that_of_the_paper():
    maps, texts, labels = toy_pairs(40)
    method = make_method("dcmh", 4, **TINY | {"epochs": 1}).fit(maps, texts, labels)
    F, G, B = method.network_.F, method.network_.G, method.network_.B
    similar = torch.from_numpy((labels @ labels.T > 0).astype(np.float32))
    batch = torch.tensor([3, 17, 5])
    terms = method.terms(F[batch], F, G, similar[batch], batch)
    rest = [i for i in range(40) if i not in batch.tolist()]
    whole = likelihood_loss(F, G, similar)
    others = likelihood_loss(F[rest], G, similar[rest])
    assert terms["likelihood"].item() == pytest.approx((whole - others).item(), rel=1e-3)
    assert terms["quantisation"].item() == pytest.approx(quantisation_loss(F[batch], B[batch]).item())
    assert terms["balance"].item() == pytest.approx(balance_loss(F).item(), rel=1e-4)


def test_the_codes_of_training_pairs_are_the_best_sign_patterns():
    maps, texts, labels = toy_pairs(40)
    method = make_method("dcmh", 3, **TINY | {"epochs": 2}).fit(maps, texts, labels)
    codes = torch.from_numpy(method.training_codes_.signs()).float()
    F, G = method.network_.F, method.network_.G
    for row in range(40):
        patterns = [torch.tensor(signs) for signs in itertools.product((-1.0, 1.0), repeat=3)]
        costs = [quantisation_loss(F[row], B) + quantisation_loss(G[row], B) for B in patterns]
        assert torch.equal(patterns[int(torch.stack(costs).argmin())], codes[row])


def test_each_half_moves_its_own_branch_and_refreshes_its_own_buffer():
    maps, texts, labels = toy_pairs(64)
    method = make_method("dcmh", 4, **TINY | {"epochs": 1}).fit(maps, texts, labels)
    optimizers, pairs = method.make_optimizers(method.network_), Pairs(*map(as_tensor, (maps, texts, labels)))
    for epoch, moving in enumerate(("texts", "images")):
        before = {name: value.clone() for name, value in method.network_.state_dict().items()}
        method.step(pairs, optimizers, torch.arange(10), epoch, 0)
        after = method.network_.state_dict()
        moved = {name for name, value in before.items() if not torch.equal(value, after[name])}
        buffer = "G" if moving == "texts" else "F"
        assert moved - {buffer} and all(name.startswith(moving) for name in moved - {buffer})
        rows = (before[buffer] != after[buffer]).any(1)
        assert rows[:10].all() and not rows[10:].any()


def test_codes_are_set_once_before_each_outer_iteration_and_at_the_end(monkeypatch):
    maps, texts, labels = toy_pairs(64)
    method = make_method("dcmh", 4, **TINY | {"epochs": 3})
    seen = []
    update, step = method.update_codes, method.step
    monkeypatch.setattr(method, "update_codes", lambda: seen.append("B") or update())
    monkeypatch.setattr(method, "step", lambda *inputs: seen.append(inputs[3] % 2) or step(*inputs))
    method.fit(maps, texts, labels)
    assert seen == ["B", 0, 0, 1, 1] * 3 + ["B"]


def test_published_rates():
    rates = DcmhOptions().rates()
    assert len(rates) == 500 and rates[0] == pytest.approx(10**-1.5) and rates[-1] == pytest.approx(1e-3)
    assert rates[1] / rates[0] == pytest.approx(rates[-1] / rates[-2])
    linear = DcmhOptions(schedule="linear", final_learning_rate=1e-6).rates()
    assert linear[0] - linear[1] == pytest.approx(linear[-2] - linear[-1]) and linear[-1] == pytest.approx(1e-6)


def test_every_outer_iteration_has_its_rate(monkeypatch):
    maps, texts, labels = toy_pairs(64)
    method = make_method("dcmh", 4, **TINY | {"epochs": 3})
    rates, step = [], method.step

    def recorded(pairs, optimizers, *place):
        rates.append(optimizers[1].param_groups[0]["lr"])
        return step(pairs, optimizers, *place)

    monkeypatch.setattr(method, "step", recorded)
    method.fit(maps, texts, labels)
    assert rates == pytest.approx([rate for rate in method.options.rates() for _ in range(4)])


@pytest.mark.slow
def test_a_flattened_head_starts_from_the_backbone():
    rng = np.random.default_rng(0)
    backbone = make_backbone("cnn_f", pretrained=False)
    shape = (backbone.channels, 13, 13)
    maps = rng.random((4, *shape)).astype(np.float16)
    options = {"text_hidden": 8, "epochs": 1, "batch_size": 2, "learning_rate": 1e-9, "final_learning_rate": 1e-9}
    torch.manual_seed(7)
    expected = [layer.weight.shape for layer in backbone.hash_layers()]
    method = make_method("dcmh", 4, backbone=backbone, **options).fit(maps, np.eye(4), np.eye(4, dtype=np.uint8))
    layers = [layer for layer in method.network_.images.head.layers if isinstance(layer, torch.nn.Linear)]
    assert [layer.weight.shape for layer in layers] == [*expected, (4, 4096)]
    assert layers[-1].weight.std().item() == pytest.approx(0.01, rel=0.1)


def test_dense_and_sparse_texts_give_the_same_codes_and_the_seed_decides():
    maps, texts, labels = toy_pairs(64)
    methods = [make_method("dcmh", 16, seed, **TINY).fit(maps, texts, labels) for seed in (1, 1, 2)]
    hashes = [method.encode_texts(texts).content_hash() for method in methods]
    assert hashes[0] == hashes[1] != hashes[2]
    assert methods[0].encode_texts(texts.toarray().astype(np.float32)).content_hash() == hashes[0]
    assert len(methods[0].encode_images(maps[:0])) == 0


def test_best_outer_iteration_is_chosen_on_validation_pairs():
    maps, texts, labels = toy_pairs(200)
    train, held = slice(0, 150), slice(150, None)
    method = make_method("dcmh", 8, **TINY | {"epoch_choice": "best", "epochs": 4})

    def score(fitted):
        return sum(retrieval_maps(fitted, maps, texts, labels, held, held))

    method.fit(maps[train], texts[train], labels[train], score=score)
    scores = [epoch["validation"] for epoch in method.history_]
    assert len(scores) == 4 and score(method) == max(scores)


class KilledError(Exception):
    """Stands for what ends a training from outside."""


# 3 is between the halves of an outer iteration of DCMH and PRDH, 4 between two of them; DVSH has epochs alone
@pytest.mark.parametrize(("name", "epochs_done"), [("dcmh", 3), ("dcmh", 4), ("prdh", 3), ("prdh", 4), ("dvsh", 2)])
def test_an_interrupted_training_resumes_to_the_same_codes(tmp_path, monkeypatch, name, epochs_done):
    maps, texts, labels = toy_pairs(100)
    options = TINY_DVSH | {"epochs": 3} if name == "dvsh" else TINY

    def trained(path):
        method = make_method(name, 16, seed=3, **options).fit(maps, texts, labels, checkpoint=path)
        codes = [method.encode_images(maps), method.encode_texts(texts)]
        codes += [method.training_codes_] if name != "dvsh" else []
        return [part.content_hash() for part in codes], method.history_

    undisturbed = trained(tmp_path / "undisturbed.pt")
    victim = make_method(name, 16, seed=3, **options)
    step = victim.step

    def killed(pairs, optimizers, batch, epoch, number):
        if epoch == epochs_done:
            raise KilledError
        return step(pairs, optimizers, batch, epoch, number)

    monkeypatch.setattr(victim, "step", killed)
    with pytest.raises(KilledError):
        victim.fit(maps, texts, labels, checkpoint=tmp_path / "killed.pt")
    assert len(torch.load(tmp_path / "killed.pt", weights_only=True)["history"]) == epochs_done
    torch.manual_seed(12345)  # a process that resumes has other random numbers behind it
    assert trained(tmp_path / "killed.pt") == undisturbed


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"gama": 1.0}, "unknown option 'gama'; did you mean 'gamma'"),
        ({"optimizer": "adamw"}, "did you mean 'adam'"),
        ({"epochs": 0}, "epochs=0 must be at least 1"),
        ({"learning_rate": 0.0}, "learning_rate=0.0 must be at least"),
        ({"epoch_choice": "first"}, "unknown epoch_choice"),
        ({"head": "pol"}, "did you mean 'pool'"),
    ],
)
def test_bad_options_are_one_sentence(options, message):
    with pytest.raises(AdahError, match=message):
        make_method("dcmh", 8, **options)


def test_bad_training_data_is_one_sentence():
    maps, texts, labels = toy_pairs(20)
    with pytest.raises(AdahError, match="one row per pair"):
        make_method("dcmh", 8, **TINY).fit(maps[:10], texts, labels)
    with pytest.raises(AdahError, match="needs a score of validation pairs"):
        make_method("dcmh", 8, **TINY | {"epoch_choice": "best"}).fit(maps, texts, labels)


SHARED = """
import sys, warnings, torch
from adahlib import distributed
from adahlib.methods import make_method
from tests.toys import TINY_DCMH, TINY_DVSH, toy_pairs

warnings.simplefilter("ignore")
distributed.start()
data, states = toy_pairs(93), {}  # the last batch of 29 has uneven shares
for name, options in (("dcmh", TINY_DCMH), ("prdh", TINY_DCMH), ("dvsh", TINY_DVSH)):
    states[name] = make_method(name, 8, **options | {"epochs": 2}).fit(*data).network_.state_dict()
if distributed.rank() == 0:
    torch.save(states, sys.argv[1])
"""


@pytest.mark.slow
def test_two_processes_give_the_numbers_of_one(tmp_path):
    script = tmp_path / "fit.py"
    script.write_text(SHARED)
    torchrun = ("-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2")
    for name, launcher in (("one", ()), ("two", torchrun)):
        command = [sys.executable, *launcher, str(script), str(tmp_path / name)]
        environment = os.environ | {"PYTHONPATH": str(PROJECT)}
        subprocess.run(command, check=True, env=environment, cwd=PROJECT, timeout=300)
    alone, shared = (torch.load(tmp_path / name) for name in ("one", "two"))
    for method, state in alone.items():
        for name, values in state.items():
            np.testing.assert_allclose(shared[method][name], values, atol=2e-3, err_msg=f"{method} {name}")
