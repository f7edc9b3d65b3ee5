"""What a cache keeps is read, or set aside with a warning, so that it is made again."""

import json

import pytest

from adahlib.files import read_json, read_kept


def test_what_is_whole_is_read_and_what_is_missing_is_none(tmp_path, recwarn):
    assert read_kept(tmp_path / "a.json", read_json) is None
    (tmp_path / "a.json").write_text("[1]")
    assert read_kept(tmp_path / "a.json", read_json) == [1]
    assert not recwarn.list


@pytest.mark.parametrize("content", [b"", b"[1", b"\xff", b"[" * 100_000], ids=["empty", "cut", "bytes", "deep"])
def test_what_is_torn_is_set_aside_with_a_warning_of_one_sentence(tmp_path, content):
    path = tmp_path / "a.json"
    for _ in range(2):  # the second takes the place of the first
        path.write_bytes(content)
        sentence = r"a\.json is damaged and is made again: .* \(a\.json\.broken is what was there\)"
        with pytest.warns(RuntimeWarning, match=sentence):
            assert read_kept(path, read_json) is None
        assert [p.name for p in tmp_path.iterdir()] == ["a.json.broken"]
    assert (tmp_path / "a.json.broken").read_bytes() == content


def test_a_folder_is_set_aside_too(tmp_path):
    for _ in range(2):
        (tmp_path / "scenes").mkdir()
        (tmp_path / "scenes" / "about.json").write_text("{")
        with pytest.warns(RuntimeWarning, match=r"scenes\.broken"):
            assert read_kept(tmp_path / "scenes", lambda folder: read_json(folder / "about.json")) is None
    assert [p.name for p in tmp_path.iterdir()] == ["scenes.broken"]


def test_what_may_not_be_read_is_no_damage(tmp_path):
    def refused(path):
        raise PermissionError(13, "Permission denied", str(path))

    (tmp_path / "a.json").write_text("[]")
    with pytest.raises(PermissionError):
        read_kept(tmp_path / "a.json", refused)
    assert (tmp_path / "a.json").exists()


def test_deep_json_is_no_json(tmp_path):
    (tmp_path / "a.json").write_text('{"a":' * 50_000)
    with pytest.raises(ValueError, match="nested too deeply"):
        read_json(tmp_path / "a.json")
    (tmp_path / "b.json").write_text(json.dumps({"a": 1.5}))
    assert read_json(tmp_path / "b.json") == {"a": 1.5}
