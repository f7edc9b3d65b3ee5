"""ADAH behind the common interface: learning, the two steps, determinism, exact resume, bad input."""

import subprocess
import sys
import time

import numpy as np
import pytest
import torch

from adahlib.errors import AdahError
from adahlib.methods import make_method
from adahlib.methods.deep.base import Pairs, as_tensor
from adahlib.models.backbones import make_backbone
from adahlib.paths import PROJECT
from tests.toys import TINY_ADAH as TINY
from tests.toys import retrieval_maps, toy_pairs


@pytest.mark.slow
def test_learns_to_retrieve_across_modalities():
    maps, texts, labels = toy_pairs(400)
    train, asked = slice(0, 300), slice(300, None)
    method = make_method("adah", 8, **TINY | {"epochs": 20, "attention": "none"})
    method.fit(maps[train], texts[train], labels[train])
    assert min(retrieval_maps(method, maps, texts, labels, asked, train)) > 0.5
    assert method.database_codes == "per-modality"


@pytest.mark.slow
def test_the_adversary_finds_the_informative_cells():
    maps, texts, labels = toy_pairs(400)
    fast = {"attention": "visual", "attention_learning_rate": 3e-2, "hash_steps": 1, "epochs": 60}
    method = make_method("adah", 8, **TINY | fast).fit(maps[:300], texts[:300], labels[:300])
    fired = maps[np.arange(400), labels.argmax(1)].astype(np.float32)  # the class's channel (n, 4, 4)
    row = fired.mean(2).argmax(1)
    informative = np.repeat((np.arange(4) == row[:, None])[:, :, None], 4, axis=2)  # that row of cells
    attended = method.image_masks(maps)
    assert attended[informative].mean() > attended[~informative].mean() + 0.3
    assert min(retrieval_maps(method, maps, texts, labels, slice(300, None), slice(0, 300))) > 0.4


def test_the_optimizers_hold_disjoint_parameters_that_are_all():
    maps, texts, labels = toy_pairs()
    method = make_method("adah", 8, **TINY | {"epochs": 1}).fit(maps, texts, labels)
    net = method.network_
    optimizers = method.make_optimizers(net)
    hashing, attention = ({p for group in one.param_groups for p in group["params"]} for one in optimizers)
    assert hashing.isdisjoint(attention) and hashing | attention == set(net.parameters())
    assert attention == {*net.G_I.parameters(), *net.G_T.parameters()}


def test_each_attention_module_has_its_own_rate():
    maps, texts, labels = toy_pairs()
    still = {"image_dropout": 0.0, "epochs": 2}
    for frozen, moving in (("attention_learning_rate", "G_T"), ("text_attention_learning_rate", "G_I")):
        method = make_method("adah", 8, **TINY | still | {frozen: 0.0, "epochs": 1, "hash_steps": 100})
        start = method.fit(maps, texts, labels).network_.state_dict()
        start = {name: value.clone() for name, value in start.items() if name.startswith("G_")}
        method = make_method("adah", 8, **TINY | still | {frozen: 0.0, "hash_steps": 1}).fit(maps, texts, labels)
        state = method.network_.state_dict()
        assert {name[:3] for name, value in start.items() if not torch.equal(value, state[name])} == {moving}


def test_word_dropout_leaves_words_out_in_training_alone(monkeypatch):
    maps, texts, labels = toy_pairs()
    method = make_method("adah", 8, **TINY | {"epochs": 4, "word_dropout": 0.5, "attention": "none"})
    seen, rows = [], method.rows

    def recorded(*inputs):
        batch = rows(*inputs)
        seen.append(batch.texts)
        return batch

    monkeypatch.setattr(method, "rows", recorded)
    method.fit(maps, texts, labels)
    assert set(torch.cat(seen).unique().tolist()) == {0.0, 1.0}
    assert sum(part.sum().item() for part in seen) == pytest.approx(4 * texts.sum() / 2, rel=0.1)
    assert method.encode_texts(texts).content_hash() == method.encode_texts(texts).content_hash()


def test_dense_and_sparse_texts_give_the_same_codes():
    maps, texts, labels = toy_pairs()
    method = make_method("adah", 8, **TINY | {"epochs": 1})
    sparse = method.fit(maps, texts, labels).encode_texts(texts)
    dense = method.fit(maps, texts.toarray(), labels).encode_texts(texts.toarray().astype(np.float32))
    assert sparse.content_hash() == dense.content_hash()


@pytest.mark.slow
def test_same_seed_same_codes_other_seed_other_codes():
    maps, texts, labels = toy_pairs()
    hashes = [
        make_method("adah", 16, seed=seed, **TINY).fit(maps, texts, labels).encode_images(maps).content_hash()
        for seed in (1, 1, 2)
    ]
    assert hashes[0] == hashes[1] != hashes[2]


def changed(before, module):
    return any(not torch.equal(before[name], value) for name, value in module.state_dict().items())


def test_each_step_moves_only_its_own_parameters_and_in_its_own_direction():
    maps, texts, labels = toy_pairs()
    method = make_method("adah", 8, **TINY | {"epochs": 1, "image_dropout": 0.0})
    net = method.fit(maps, texts, labels).network_.eval()
    hashing, attention = method.make_optimizers(net)
    batch = method.rows(Pairs(*map(as_tensor, (maps, texts, labels))), torch.arange(len(maps)))

    def snapshot():
        return {name: {k: v.clone() for k, v in m.state_dict().items()} for name, m in net.named_children()}

    def moved(before):
        return {name for name, module in net.named_children() if changed(before[name], module)}

    before = snapshot()
    first = method.attention_step(attention, batch)
    assert moved(before) == {"G_I", "G_T"}
    for _ in range(20):
        last = method.attention_step(attention, batch)
    assert sum(last.values()) > sum(first.values())  # G maximises eq. 6
    before = snapshot()
    first = method.hashing_step(hashing, batch, attention=True)
    # fc layers behind a linear E^I: the standardisation has no parameters and stays
    assert moved(before) == {"E_T", "D_I", "D_T"}
    for _ in range(20):
        last = method.hashing_step(hashing, batch, attention=True)
    assert sum(last.values()) < sum(first.values())  # E, D minimise the full objective


def test_one_attention_step_after_every_fourth_hashing_step(monkeypatch):
    maps, texts, labels = toy_pairs(320)
    method = make_method("adah", 8, **TINY | {"epochs": 2, "attention_warmup": 1})
    steps, hashing_step, attention_step = [], method.hashing_step, method.attention_step

    def hashing(optimizer, batch, attention):
        steps.append("with attention" if attention else "without")
        return hashing_step(optimizer, batch, attention)

    def attention(optimizer, batch):
        steps.append("attention")
        return attention_step(optimizer, batch)

    monkeypatch.setattr(method, "hashing_step", hashing)
    monkeypatch.setattr(method, "attention_step", attention)
    method.fit(maps, texts, labels)
    expected = ["without"] * 10  # the warm-up epoch: 10 batches, no adversary
    for step in range(11, 21):
        expected += ["with attention"] + ["attention"] * (step in (12, 16, 20))
    assert steps == expected


def test_fine_tuning_moves_the_backbone():
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (8, 3, 32, 32), dtype=np.uint8)
    backbone = make_backbone("efficientnet_lite0")
    before = {name: value.clone() for name, value in backbone.state_dict().items()}
    options = TINY | {"fine_tune": True, "standardise": False, "batch_size": 4, "epochs": 1}
    labels = np.eye(2, dtype=np.uint8)[np.arange(8) % 2]
    method = make_method("adah", 8, backbone=backbone, **options).fit(images, np.eye(8, dtype=np.uint8), labels)
    assert changed(before, backbone)
    assert len(method.encode_images(images)) == 8


def test_best_epoch_is_chosen_on_validation_pairs():
    maps, texts, labels = toy_pairs(200)
    train, held = slice(0, 150), slice(150, None)
    method = make_method("adah", 8, **TINY | {"epoch_choice": "best", "epochs": 4})

    def score(fitted):
        return sum(retrieval_maps(fitted, maps, texts, labels, held, held))

    method.fit(maps[train], texts[train], labels[train], score=score)
    scores = [epoch["validation"] for epoch in method.history_]
    assert score(method) == max(scores)


FIT = """
import sys
from pathlib import Path
from adahlib.methods import make_method
from tests.toys import TINY_ADAH, toy_pairs
maps, texts, labels = toy_pairs(2000)
method = make_method("adah", 16, seed=3, **TINY_ADAH | {"epochs": 8})
method.fit(maps, texts, labels, checkpoint=Path(sys.argv[1]))
print(method.encode_images(maps).content_hash(), method.encode_texts(texts).content_hash())
"""


@pytest.mark.slow
def test_a_killed_training_resumes_to_the_same_codes(tmp_path):
    def start(name):
        return subprocess.Popen(
            [sys.executable, "-c", FIT, str(tmp_path / name)], stdout=subprocess.PIPE, text=True, cwd=PROJECT
        )

    undisturbed, _ = start("undisturbed.pt").communicate()
    victim = start("killed.pt")
    while not (tmp_path / "killed.pt").exists() and victim.poll() is None:
        time.sleep(0.01)
    victim.kill()
    victim.wait()
    epochs_done = len(torch.load(tmp_path / "killed.pt", weights_only=True)["history"])
    assert 1 <= epochs_done < 8
    resumed, _ = start("killed.pt").communicate()
    assert resumed == undisturbed != ""


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"bits": 0}, "bits=0 must be a whole number from 1 to 1024"),
        ({"seed": -1}, "seed=-1"),
        ({"margn": 1.0}, "unknown option 'margn'; did you mean 'margin'"),
        ({"margin": "wide"}, "margin='wide' is of the wrong type"),
        ({"attention": "boht"}, "did you mean 'both'"),
        ({"epochs": 0}, "epochs=0 must be at least 1"),
        ({"image_dropout": 1.5}, "between 0 and 0.999"),
        ({"fine_tune_from": -1}, "fine_tune_from=-1 must be at least 0"),
    ],
)
def test_bad_options_are_one_sentence(options, message):
    with pytest.raises(AdahError, match=message):
        make_method("adah", **({"bits": 8} | options))


def test_bad_training_data_is_one_sentence():
    maps, texts, labels = toy_pairs(20)
    method = make_method("adah", 8, **TINY)
    with pytest.raises(AdahError, match="one row per pair"):
        method.fit(maps[:10], texts, labels)
    with pytest.raises(AdahError, match="4 axes are needed"):
        method.fit(maps[:, 0], texts, labels)
    with pytest.raises(AdahError, match="other than 0 and 1"):
        method.fit(maps, texts, labels * 2)
    maps[3] = np.nan
    with pytest.raises(AdahError, match="images hold NaN"):
        method.fit(maps, texts, labels)


@pytest.mark.parametrize("name", ["adah", "dcmh", "dvsh"])
def test_an_untrained_method_says_so(name):
    maps, texts, _ = toy_pairs(20)
    with pytest.raises(AdahError, match="is not trained yet; call fit first"):
        make_method(name, 8).encode_images(maps)


def test_no_items_have_no_codes():
    maps, texts, labels = toy_pairs(40)
    method = make_method("adah", 8, **TINY | {"epochs": 1}).fit(maps, texts, labels)
    assert len(method.encode_images(maps[:0])) == len(method.encode_texts(texts[:0])) == 0


def test_unknown_method_is_named():
    with pytest.raises(AdahError, match="unknown method 'adha'; did you mean 'adah'"):
        make_method("adha", 8)
