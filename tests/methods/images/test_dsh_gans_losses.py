"""DSH-GANs: its streams and its first stage by loops, and what each step does to each loss."""

from functools import partial

import numpy as np
import pytest
import torch

from adahlib.methods.images import DSHGANs
from adahlib.methods.images.class_gan_training import class_gan_step, make_class_gan
from adahlib.models.backbones import make_backbone
from tests.methods.images.steps import smoothed, twice
from tests.methods.images.stripes import SIDE
from tests.toys import TINY_DSH_GANS as TINY


@pytest.fixture(scope="module")
def fitted(data):
    """The method after an epoch and its training images."""
    features, pictures, known, _ = data
    method = DSHGANs(8, backbone=make_backbone("efficientnet_lite0_pooled"), side=SIDE, **(TINY | {"epochs": 1}))
    method.fit(features, known, pictures=pictures)
    return smoothed(method), method.items(features, known, None)


def log_loss(logit, target):
    p = 1 / (1 + np.exp(-float(logit)))
    return -np.log(p if target else 1 - p)


def class_log_loss(logits, label):
    logits = logits.numpy().astype(float)
    return float(np.log(np.exp(logits - logits.max()).sum()) + logits.max() - logits[label])


def test_the_streams_are_loops(fitted):
    method, items = fitted
    labelled, classes = torch.arange(8), items.labels[:8].argmax(1)
    others = (classes + 1) % 4
    asked = torch.eye(4)[torch.cat([classes, others])]
    torch.manual_seed(0)
    with torch.no_grad():
        made = method.inputs_of(method.network_["generator"](asked))
        lead = method.generator_loss(made, asked)
        torch.manual_seed(5)
        found = method.stream_losses(items, labelled, made, asked)
        torch.manual_seed(5)
        drawn = items.unlabelled[torch.randint(len(items.unlabelled), (8,))]
        real, synthetic = (method.hidden(part) for part in (items.inputs(torch.cat([labelled, drawn])), made))
        codes, fake = (method.bits_of(part).numpy() for part in (real, synthetic))
        named = [method.network_["classes"](part) for part in (real, synthetic)]
        judged = [method.network_["real"](part)[:, 0] for part in (real, synthetic)]
    hinges = [
        method.options.margin + np.square(codes[i] - fake[i]).sum() - np.square(codes[i] - fake[8 + i]).sum()
        for i in range(8)
    ]
    assert float(found["ranking"]) == pytest.approx(np.mean([hinge for hinge in hinges if hinge > 0]), rel=1e-4)
    truth = np.mean([log_loss(logit, True) for logit in judged[0]])
    fiction = np.mean([log_loss(logit, False) for logit in judged[1]])
    assert len(judged[0]) == 16 and float(found["real"]) == pytest.approx(truth + fiction, rel=1e-4)
    own = np.mean([class_log_loss(named[0][i], classes[i]) for i in range(8)])
    made_of = torch.cat([classes, others])
    ordered = np.mean([class_log_loss(named[1][i], made_of[i]) for i in range(16)])
    assert float(found["classes"]) == pytest.approx(own + ordered, rel=1e-4)
    assert float(lead["deceiver"]) == pytest.approx(np.mean([log_loss(logit, True) for logit in judged[1]]), rel=1e-4)
    assert float(lead["asked"]) == pytest.approx(ordered, rel=1e-4)


def repeated(method, items, rates):
    """Make the same step twice, at the rates of the streams and of the generator."""
    streams = torch.nn.ModuleList([method.network_[name] for name in ("hash", "classes", "real")])
    return twice(method, items, [streams, method.network_["generator"]], rates)


def test_the_streams_learn_and_the_generator_deceives_and_is_of_the_class_asked_for(fitted):
    method, items = fitted
    before, after = repeated(method, items, (1e-4, 0.0))
    assert sum(after[name] for name in ("ranking", "classes", "real")) < sum(
        before[name] for name in ("ranking", "classes", "real")
    )
    before, after = repeated(method, items, (0.0, 1e-4))
    assert after["deceiver"] + after["asked"] < before["deceiver"] + before["asked"]


def test_a_synthetic_triplet_has_the_image_s_labels_and_then_others(fitted):
    method, items = fitted
    asked = []
    hook = method.network_["generator"].register_forward_hook(lambda module, given, made: asked.append(given[0]))
    repeated(method, items, (0.0, 0.0))
    hook.remove()
    assert torch.equal(asked[0][:20], items.labels[:20]) and not (asked[0][:20] * asked[0][20:]).any()


def test_the_first_stage_by_loops_and_over_all_pictures(fitted, data):
    method, items = fitted
    pictures, seen = torch.from_numpy(data[1]), []
    torch.manual_seed(0)
    networks = make_class_gan(4, method.options)
    networks["judge"].register_forward_hook(lambda module, given, made: seen.append((given[0], made)))
    still = [torch.optim.SGD(networks[part].parameters(), lr=0.0) for part in ("judge", "generator")]
    step = partial(class_gan_step, items, pictures, networks)
    found = step(still, torch.arange(60, 80), 0, 0)  # pictures without a label
    (real, (truth, named)), (made, (fiction, asked_named)), (_, (deceived, _)) = seen  # dropout differs
    shown = pictures.float() / 127.5 - 1
    assert all((shown[60 + i] - real[i]).abs().max() < 0.01 for i in range(10))
    assert all(any((shown[j] - real[10 + i]).abs().max() < 0.01 for j in range(48)) for i in range(10))
    told = np.mean([log_loss(each, True) for each in truth.detach()])
    told += np.mean([log_loss(each, False) for each in fiction.detach()])
    assert float(found["judge"]) == pytest.approx(told, rel=1e-4)
    passed = [log_loss(each, True) for each in deceived.detach()]
    assert float(found["deceiver"]) == pytest.approx(np.mean(passed), rel=1e-4)
    assert len(made) == len(asked_named) == 20 and named.shape == (20, 4)


def test_the_first_stage_lowers_its_losses(fitted, data):
    method, items = fitted
    step = partial(class_gan_step, items, torch.from_numpy(data[1]))
    for rates, names in (((1e-3, 0.0), ("judge", "classes")), ((0.0, 1e-3), ("deceiver", "asked"))):
        torch.manual_seed(0)
        networks = make_class_gan(4, method.options)
        descents = [
            torch.optim.SGD(networks[p].parameters(), lr=r) for p, r in zip(("judge", "generator"), rates, strict=True)
        ]
        found = []
        for _ in range(2):
            torch.manual_seed(2)
            found.append(step(networks, descents, torch.arange(20), 0, 0))
        assert sum(float(found[1][name]) for name in names) < sum(float(found[0][name]) for name in names)
