"""JSON with the digest of its content: no change of a value goes unnoticed."""

import json

import numpy as np
import pytest

from adahlib.files import read_sealed, write_sealed
from tests.damage import flipped

VALUE = {"metrics": {"map": 0.641, "tiny": 1e-300, "list": [1, 2.5, None, True]}, "name": "Café", "pair": (1, 2)}


def test_what_was_written_comes_back_as_json_has_it(tmp_path):
    write_sealed(VALUE, tmp_path / "a.json")
    found = read_sealed(tmp_path / "a.json")
    assert len(found.pop("digest")) == 64 and found == json.loads(json.dumps(VALUE))
    write_sealed(read_sealed(tmp_path / "a.json") | {"more": 1}, tmp_path / "a.json")
    assert read_sealed(tmp_path / "a.json")["more"] == 1
    laid_out = json.dumps(read_sealed(tmp_path / "a.json"), indent=8)
    (tmp_path / "a.json").write_text(laid_out)
    assert read_sealed(tmp_path / "a.json")["more"] == 1


def test_a_flipped_bit_is_noticed_or_changes_nothing(tmp_path):
    path = tmp_path / "a.json"
    write_sealed(VALUE, path)
    whole, value = path.read_bytes(), read_sealed(path)
    for bit in np.random.default_rng(0).permutation(8 * len(whole))[:1000]:
        path.write_bytes(flipped(whole, int(bit)))
        try:
            found = read_sealed(path)
        except ValueError:
            continue
        assert found == value


@pytest.mark.parametrize("text", ["[]", "1", '{"a": 1}', '{"a": NaN}', '{"digest": 3}', "[" * 100_000, ""])
def test_anything_else_is_refused(tmp_path, text):
    (tmp_path / "a.json").write_text(text)
    with pytest.raises(ValueError):
        read_sealed(tmp_path / "a.json")


def test_numbers_that_json_does_not_know_are_not_written(tmp_path):
    with pytest.raises(ValueError, match="JSON"):
        write_sealed({"map": float("nan")}, tmp_path / "a.json")
    assert not list(tmp_path.iterdir())
