"""The manifest of a lasting index: it comes back, and whatever else is there is refused in one sentence."""

import dataclasses
import json

import pytest

from adahlib.errors import AdahError
from adahlib.files import write_sealed
from adahlib.retrieval.lasting_manifest import (
    FORMAT,
    MANIFEST,
    Entry,
    Manifest,
    StoredFile,
    read_manifest,
    remove_unnamed,
    write_manifest,
)

CODES, IDS, REMOVED = (StoredFile(f"{name}-{3 + i}.npy", 200 + i, "ab" * 32) for i, name in
                       enumerate(("codes", "ids", "removed")))  # fmt: skip
STATE = Manifest(24, 6, (Entry(9, 0, CODES, IDS), Entry(4, 2, CODES, IDS, REMOVED)))


@pytest.mark.parametrize("state", [Manifest(1), STATE])
def test_a_manifest_comes_back(tmp_path, state):
    write_manifest(state, tmp_path)
    assert read_manifest(tmp_path) == state and [path.name for path in tmp_path.iterdir()] == [MANIFEST]


def test_files_that_no_state_names_are_removed_and_nothing_else(tmp_path):
    others = ["codes-3.npy.bak", "notes.txt", ".lock", "codes-.npy"]
    for name in ("codes-3.npy", "ids-4.npy", "removed-5.npy", "codes-7.npy", "removed-1.npy", *others):
        (tmp_path / name).touch()
    remove_unnamed(tmp_path, STATE)
    assert {path.name for path in tmp_path.iterdir()} == {"codes-3.npy", "ids-4.npy", "removed-5.npy", *others}


def changed(path, value):
    """Put something at a place of a manifest, named by its keys, and seal it again, as a foreign program might."""
    plain = {"format": FORMAT} | dataclasses.asdict(STATE)
    place = plain = json.loads(json.dumps(plain))
    *way, last = path
    for key in way:
        place = place[key]
    place[last] = value
    return plain


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        (("format",), "another", "is not the manifest of a lasting index of adahlib; give another folder"),
        (("format",), "adahlib-lasting-index-2", "is of the format 'adahlib-lasting-index-2' and not of"),
        (("bits",), 0, "codes have 0 bits"),
        (("bits",), None, "codes have None bits"),
        (("number",), -3, "number=-3 must be"),
        (("segments",), None, "is damaged: it cannot be read as a manifest"),
        (("segments", 0), [], "is damaged"),
        (("segments", 0, "count"), "9", "count='9' must be"),
        (("segments", 1, "removed_count"), 5, "removed_count=5 must be a whole number from 0 to 4"),
        (("segments", 1, "removed_count"), 0, "is damaged"),
        (("segments", 0, "codes", "name"), "../codes-3.npy", "is damaged"),
        (("segments", 0, "codes", "name"), "manifest.json", "is damaged"),
        (("segments", 0, "ids"), None, "is damaged"),
        (("segments", 0, "ids", "size"), 0, "size=0 must be"),
        (("segments", 0, "ids", "more"), 0, "is damaged"),
    ],
)
def test_a_foreign_manifest_is_refused(tmp_path, path, value, message):
    write_sealed(changed(path, value), tmp_path / MANIFEST)
    with pytest.raises(AdahError, match=message):
        read_manifest(tmp_path)


def test_a_missing_or_changed_manifest_is_told(tmp_path):
    with pytest.raises(AdahError, match=r"is no lasting index of adahlib: it has no manifest\.json"):
        read_manifest(tmp_path)
    write_manifest(STATE, tmp_path)
    text = (tmp_path / MANIFEST).read_text()
    for content, message in (
        (text.replace('"count": 9', '"count": 8'), "has changed since it was written"),
        (text[:200], "is damaged: it cannot be read as a manifest; restore it from a copy"),
        ("[1]", "is not the manifest of a lasting index"),
        ("", "is damaged"),
    ):
        (tmp_path / MANIFEST).write_text(content)
        with pytest.raises(AdahError, match=message):
            read_manifest(tmp_path)
