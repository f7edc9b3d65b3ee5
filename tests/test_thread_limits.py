"""Threads: the stated number while something is trained or encoded, the caller's own before and after."""

import pytest
import torch
from threadpoolctl import threadpool_info

from adahlib.errors import AdahError
from adahlib.methods import make_method
from adahlib.thread_limits import limited_threads, run_threads, state_threads
from tests.toys import TINY_ADAH, toy_pairs


@pytest.fixture(autouse=True)
def two_threads():
    """PyTorch on two threads, as in a user's own process on two cores."""
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    yield
    torch.set_num_threads(before)


def blas_threads():
    return {library["num_threads"] for library in threadpool_info() if library["user_api"] == "blas"}


def test_one_thread_unless_another_number_is_stated(monkeypatch):
    monkeypatch.delenv("ADAH_THREADS", raising=False)
    assert run_threads() == 1
    monkeypatch.setenv("ADAH_THREADS", "3")
    assert run_threads() == 3
    state_threads(4)
    assert run_threads() == 4
    state_threads(None)
    assert run_threads() == 4


@pytest.mark.parametrize("value", ["0", "-1", "two", "1.5", "100000"])
def test_another_value_is_refused(monkeypatch, value):
    monkeypatch.setenv("ADAH_THREADS", value)
    with pytest.raises(AdahError, match=f"ADAH_THREADS='{value}' must be a whole number from 1 to 1024"):
        run_threads()


def test_the_callers_number_is_restored(monkeypatch):
    blas = blas_threads()
    with limited_threads(1):
        assert torch.get_num_threads() == 1 and blas_threads() == {1}
    with pytest.raises(ZeroDivisionError), limited_threads(3):
        assert torch.get_num_threads() == 3
        raise ZeroDivisionError
    assert torch.get_num_threads() == 2 and blas_threads() == blas


def seen_threads(method, monkeypatch):
    """Return the numbers of threads at each step of a fit of a deep method."""
    seen = set()
    step = method.step

    def watched(*arguments):
        seen.add(torch.get_num_threads())
        return step(*arguments)

    monkeypatch.setattr(method, "step", watched)
    return seen


@pytest.mark.parametrize("stated", [1, 2])
def test_a_fit_and_an_encoding_run_on_the_stated_number(monkeypatch, stated):
    monkeypatch.setenv("ADAH_THREADS", str(stated))
    torch.set_num_threads(3 - stated)
    method = make_method("adah", 8, **TINY_ADAH | {"epochs": 1})
    seen = seen_threads(method, monkeypatch)
    images, texts, labels = toy_pairs()
    method.fit(images, texts, labels)
    assert seen == {stated} and torch.get_num_threads() == 3 - stated
    seen.clear()
    for module in method.network_.modules():
        module.register_forward_pre_hook(lambda *_: seen.add(torch.get_num_threads()))
    method.encode_images(images), method.encode_texts(texts)
    assert seen == {stated} and torch.get_num_threads() == 3 - stated


@pytest.mark.parametrize(("name", "options"), [("adah", TINY_ADAH | {"epochs": 2}), ("cca", {})])
def test_codes_do_not_depend_on_the_callers_threads(name, options):
    images, texts, labels = toy_pairs()
    images = images.reshape(len(images), -1) if name == "cca" else images

    def codes():
        method = make_method(name, 8, **options).fit(images, texts, labels)
        return method.encode_images(images).content_hash(), method.encode_texts(texts).content_hash()

    two = codes()
    torch.set_num_threads(1)
    assert codes() == two
