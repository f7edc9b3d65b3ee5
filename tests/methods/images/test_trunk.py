"""Methods for images that train the network of their features too, from a block on, or all of it."""

import itertools

import numpy as np
import pytest
import torch
from torch.nn import functional

from adahlib.errors import AdahError
from adahlib.methods import make_method
from adahlib.methods.images import IMAGE_METHODS, SSGAH
from adahlib.methods.images.ssgah_options import VARIANTS
from adahlib.models.backbones import make_backbone
from adahlib.models.backbones.parts import frozen_part
from adahlib.models.gan import as_pixels
from adahlib.retrieval import mean_average_precision
from tests.methods.images.stripes import stripes

NAME, SIDE, BLOCK = "efficientnet_lite0_pooled", 32, 12  # the last five blocks of stride 32, and the head
TINY = {"epochs": 1, "batch_size": 20, "hidden": 16, "learning_rate": 3e-3, "fine_tune": True, "fine_tune_from": BLOCK}
GAN = {"gan_epochs": 1, "gan_batch": 20, "noise": 4, "generator_width": 8, "judge_width": 2}
OPTIONS = {
    **{"bgdh": TINY | {"anchors": 10}, "cnnh": TINY | {"class_weight": 0.5}, "ssdh": TINY, "dsh-gans": TINY | GAN},
    "ninh": {name: value for name, value in TINY.items() if name != "hidden"} | {"slice_width": 4},
    "ssgah": TINY | GAN | {"condition": 8, "pool": 40, "ar_margin": 8.0},
}
ARMS = [(name, {}) for name in OPTIONS if name != "ssgah"] + [("ssgah", {"variant": variant}) for variant in VARIANTS]


@pytest.fixture(scope="module")
def data():
    """Pictures of stripes, what is cached of them and of their mirror images, and the labels of 48 of 120."""
    pictures, labels = stripes()
    pictures = np.ascontiguousarray(pictures.transpose(0, 3, 1, 2))
    backbone, maps, features = make_backbone(NAME), [], []
    with torch.inference_mode():
        for view in (pictures, pictures[..., ::-1].copy()):
            maps.append(frozen_part(backbone, BLOCK)(torch.from_numpy(view)).half().numpy())
            features.append(backbone(torch.from_numpy(view)).flatten(1).half().numpy())
    known = labels.copy()
    known[48:] = 0
    return {"maps": maps, "features": features, "pictures": pictures, "known": known, "labels": labels}


def made(name, data, given=None, **how):
    """A fitted method; ``given`` are options of its own."""
    options = OPTIONS[name] | (given or {})
    method = make_method(name, 8, 0, backbone=make_backbone(NAME), side=SIDE, **options)
    if hasattr(method.options, "generates") and method.options.generates():
        how["pictures"] = data["pictures"]
    if method.reads_features():
        how["features"] = data["features"]
    if not options["fine_tune_from"]:
        return method.fit(data["pictures"], data["known"], **how)
    return method.fit(data["maps"][0], data["known"], mirrored=data["maps"][1], **how)


def state(module):
    return {name: value.clone() for name, value in module.state_dict().items()}


@pytest.mark.parametrize(("name", "options"), ARMS)
def test_late_blocks_are_trained_and_nothing_before_them(data, name, options):
    fresh, method = make_backbone(NAME), made(name, data, options)
    before, after = fresh.state_dict(), method.backbone.state_dict()
    assert all(torch.equal(before[key], after[key]) for key in before)
    start, trunk = fresh.late_layers(BLOCK).state_dict(), state(method.network_["trunk"])
    weights = {key.removeprefix("0.layers."): value for key, value in trunk.items()}
    assert weights.keys() == start.keys() and not any(torch.equal(start[key], weights[key]) for key in start)
    codes = method.encode(data["maps"][0])
    again = make_method(name, 8, 0, backbone=make_backbone(NAME), side=SIDE, **(OPTIONS[name] | options))
    again.restore(method.learned())
    assert again.encode(data["maps"][0]).content_hash() == codes.content_hash()


@pytest.mark.parametrize(("name", "options"), ARMS)
def test_every_weight_has_a_gradient(data, name, options):
    wide = {"margin": 8.0} if hasattr(IMAGE_METHODS[name].Options, "margin") else {}  # so that hinges are violated
    method = made(name, data, options | wide)
    before = state(method.network_)
    items = method.items(data["maps"][0], data["known"], data["maps"][1], data["features"])
    torch.manual_seed(3)
    method.network_.train()
    method.step(items, method.make_optimizers(method.network_), torch.arange(20), 0, 0)
    after = method.network_.state_dict()
    idle = {"judge", "generator"} if options.get("variant") == "ssr" else set()
    trained = [key for key, _ in method.network_.named_parameters() if key.split(".")[0] not in idle]
    still = [key for key in trained if torch.equal(after[key], before[key])]
    assert not still and any(key.startswith("trunk.") for key in trained)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["ssdh", "ssgah"])
def test_an_interrupted_training_ends_as_the_whole_one(data, name, tmp_path):
    longer = {"epochs": 2}
    whole = made(name, data, longer).encode(data["maps"][0])

    class StoppedError(Exception):
        pass

    calls, kind = itertools.count(), IMAGE_METHODS[name]

    class Stopped(kind):
        def step(self, *arguments):
            if next(calls) == 3:  # in the second epoch of two steps
                raise StoppedError
            return super().step(*arguments)

    IMAGE_METHODS[name] = Stopped
    try:
        stopped = Stopped(8, 0, backbone=make_backbone(NAME), side=SIDE, **(OPTIONS[name] | longer))
        more = {"pictures": data["pictures"]} if name == "ssgah" else {}
        with pytest.raises(StoppedError):
            stopped.fit(
                *(data["maps"][0], data["known"]), mirrored=data["maps"][1], features=data["features"],
                checkpoint=tmp_path / "half.pt", **more,
            )  # fmt: skip
    finally:
        IMAGE_METHODS[name] = kind
    again = made(name, data, longer, checkpoint=tmp_path / "half.pt").encode(data["maps"][0])
    assert again.content_hash() == whole.content_hash()


@pytest.mark.slow
def test_training_the_late_blocks_learns_what_a_layer_alone_does_not(data):
    """The same start, and a head that hardly moves: what is gained on labelled images is the blocks'."""
    query, database = slice(24), slice(24, 48)

    def score(rate):
        options = {"epochs": 8, "learning_rate": 1e-5, "backbone_rate": rate, "variant": "baseline"}
        codes = made("ssgah", data, options).encode(data["maps"][0])
        labels = data["labels"]
        return mean_average_precision(codes[query], codes[database], labels[query], labels[database])

    assert score(10.0) > score(0.0) + 0.15


@pytest.mark.slow
@pytest.mark.parametrize(("name", "options"), [("bgdh", {}), ("dsh-gans", {}), ("ssgah", {"variant": "ssr"})])
def test_all_of_a_network_takes_the_pictures_themselves(data, name, options):
    method = made(name, data, {"fine_tune_from": 0} | options)
    start, trained = make_backbone(NAME).state_dict(), method.network_["trunk"][0].state_dict()
    assert start.keys() == trained.keys() and not any(torch.equal(start[key], trained[key]) for key in start)
    assert len(method.encode(data["pictures"])) == 120
    with pytest.raises(AdahError, match=r"\(120, 112, 2, 2\); this model was fitted on \(n, 3, 32, 32\)"):
        method.encode(data["maps"][0])


def test_synthetic_pictures_pass_the_whole_network_and_gradients_come_back(data):
    method = made("ssgah", data)
    pictures = torch.rand(3, 3, 32, 32, generator=torch.Generator().manual_seed(0)) * 2 - 1
    pictures.requires_grad_()
    inputs = method.inputs_of(pictures)
    assert inputs.shape == (3, 112, 2, 2)
    features = method.features(inputs)
    late = method.network_["trunk"][0].layers
    with torch.no_grad():
        early = make_backbone(NAME).trainable_blocks()[:BLOCK]
        maps = method.backbone.network_input(functional.interpolate(as_pixels(pictures), size=(SIDE, SIDE)))
        for block in early:
            maps = block(maps)
        torch.testing.assert_close(features, late(maps).flatten(1), rtol=1e-4, atol=1e-4)
    (gradient,) = torch.autograd.grad(features.square().sum(), pictures)
    assert (gradient.flatten(1).abs().sum(1) > 0).all()


@pytest.mark.slow
def test_g_learns_from_the_adversary_term_through_trained_blocks(data):
    moved = {}
    for weight in (0.0, 5.0):
        method = made("ssgah", data, {"ar_weight": weight})
        items = method.items(data["maps"][0], data["known"], None, data["features"])
        before = state(method.network_["generator"])["gaussian.weight"]
        torch.manual_seed(3)
        plain = [torch.optim.SGD(method.network_[part].parameters(), lr=0.1) for part in ("hash", "judge", "generator")]
        method.network_.train()
        method.step(items, plain, torch.arange(20), 0, 0)
        moved[weight] = method.network_["generator"].state_dict()["gaussian.weight"] - before
    assert not torch.allclose(moved[0.0], moved[5.0])


@pytest.mark.slow
def test_v_is_the_feature_before_training_so_that_head_and_tail_share_a_generator(data, tmp_path):
    kept = tmp_path / "gan.pt"
    options = OPTIONS["ssgah"] | {"fine_tune": False, "variant": "ssr"}
    head = SSGAH(8, backbone=make_backbone(NAME), side=SIDE, **options)
    head.fit(data["features"][0], data["known"], mirrored=data["features"][1], pictures=data["pictures"], gan=kept)
    shared = made("ssgah", data, {"variant": "ssr"}, gan=kept)
    own = made("ssgah", data, {"variant": "ssr"})
    assert own.encode(data["maps"][0]).content_hash() == shared.encode(data["maps"][0]).content_hash()


def test_a_feature_that_no_image_had_before_training_does_not_drown_the_others(data):
    method = made("cnnh", data, {"learning_rate": 0.0})
    scale, features = method.network_["hash"].scale, data["features"][0].astype(np.float32)
    assert (features.std(axis=0) == 0).any()
    share = scale.deviation / scale.deviation.mean()
    assert 0.05 < float(share.min()) < 0.2 and float(share.max()) > 2


def test_the_trunk_begins_with_the_frozen_features(data):
    method = made("cnnh", data, {"learning_rate": 0.0})
    with torch.inference_mode():
        features = method.features(torch.from_numpy(data["maps"][0])).numpy()
    np.testing.assert_allclose(features, data["features"][0], rtol=2e-2, atol=2e-2)  # both are from float16


@pytest.mark.parametrize("name", ["ssdh", "bgdh", "cnnh", "dsh-gans", "ssgah"])
def test_without_a_layer_between_the_codes_are_those_of_the_slides(data, name):
    method = made(name, data, {"hidden": 0})
    head = method.network_["hash"]
    extra = method.options.embedding if name == "bgdh" else 0
    assert [type(layer).__name__ for layer in head.hidden] == ["Dropout"] and head.output.in_features == 1280 + extra
    if name == "bgdh":
        return
    with torch.inference_mode():
        features = method.features(torch.from_numpy(data["maps"][0][:5]))
        expected = torch.sigmoid(head.scale(features) @ head.output.weight.T + head.output.bias)
        torch.testing.assert_close(method.codes(torch.from_numpy(data["maps"][0][:5])), expected)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"backbone": None}, r"needs a backbone; pass backbone=make_backbone"),
        ({"fine_tune_from": 18}, "fine_tune_from of efficientnet_lite0_pooled=18 must be a whole number from 0 to 17"),
        ({"fine_tune_from": 13}, r"\(120, 112, 2, 2\); the first trained block takes \(n, 192, 1, 1\)"),
        ({"side": 64}, r"images have shape \(120, 112, 2, 2\); the first trained block takes \(n, 112, 4, 4\)"),
    ],
)
def test_what_does_not_fit_is_one_sentence(data, change, sentence):
    how = {"backbone": make_backbone(NAME), "side": SIDE} | OPTIONS["ssdh"] | change
    with pytest.raises(AdahError, match=sentence):
        make_method("ssdh", 8, 0, **how).fit(data["maps"][0], data["known"], features=data["features"])


def test_what_is_missing_is_one_sentence(data):
    with pytest.raises(AdahError, match="also needs features=…,".replace("…,", r"\(…,\)")):
        method = make_method("ssdh", 8, 0, backbone=make_backbone(NAME), side=SIDE, **OPTIONS["ssdh"])
        method.fit(data["maps"][0], data["known"])
    with pytest.raises(AdahError, match="gist has no weight to train"):
        method = make_method("cnnh", 8, 0, backbone=make_backbone("gist"), **(TINY | {"fine_tune_from": 0}))
        method.fit(data["pictures"], data["known"])
    with pytest.raises(AdahError, match="needs network='common'"):
        make_method("ninh", 8, 0, network="own", fine_tune=True)
