"""The catalogue of releases: well-formed facts, an entry for every data set, and the counts that a cut must have."""

import re
from types import SimpleNamespace

import pytest

from adahlib.datasets import DATASETS, load_dataset, warn_of_other_pixels
from adahlib.datasets.catalogue import RELEASE_OF, RELEASES, check_counts, find_release
from adahlib.datasets.readers.nus_wide import CONCEPTS
from adahlib.errors import AdahError


def test_every_data_set_has_an_entry():
    assert set(RELEASE_OF) == set(DATASETS)
    assert all(RELEASE_OF[name].published[name]["labels"] == len(concepts) for name, concepts in CONCEPTS.items())


def test_the_catalogue_holds_only_well_formed_facts():
    for release in RELEASES.values():
        for file in release.files:
            assert file.addresses or file.form
            assert all(re.fullmatch(rf"https?://\S+/{re.escape(file.name)}", address) for address in file.addresses)
            assert re.fullmatch("([0-9a-f]{64})?", file.sha256) and re.fullmatch("([0-9a-f]{32})?", file.md5)


def test_an_entry_is_found_by_its_name_or_that_of_a_cut():
    assert find_release("nus-wide-tc21") is RELEASE_OF["nus-wide-tc10"] is find_release("nus-wide")
    with pytest.raises(AdahError, match="did you mean 'cifar10'"):
        find_release("cifar-10")


def test_only_the_published_counts_pass():
    check_counts("a cut", {"pairs": 3, "labels": 2}, {"pairs": 3, "labels": 2})
    with pytest.raises(AdahError, match="not a cut: found 4 pairs, 2 labels, where the published cut has 3 pairs"):
        check_counts("a cut", {"pairs": 4, "labels": 2}, {"pairs": 3, "labels": 2})


def test_scenes_of_other_pixels_than_the_records_are_told(recwarn):
    pairs = SimpleNamespace(name="emoji-scenes", image_hash="0" * 64, provenance={"packages": {"pillow": "12.1.0"}})
    with pytest.warns(RuntimeWarning, match="emoji-scenes drawn with pillow 12.1.0 has other pixels than the book's"):
        warn_of_other_pixels(pairs)
    pairs.image_hash = RELEASES["emoji-scenes"].pixels["emoji-scenes"]
    warn_of_other_pixels(pairs)
    warn_of_other_pixels(SimpleNamespace(name="cifar10", image_hash="0" * 64))  # read, not made here
    assert not recwarn.list


@pytest.mark.slow
def test_the_scenes_are_those_of_the_records(recwarn):
    assert load_dataset("emoji-scenes").image_hash == RELEASES["emoji-scenes"].pixels["emoji-scenes"]
    assert not [warning for warning in recwarn.list if "other pixels" in str(warning.message)]
