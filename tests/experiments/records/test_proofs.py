"""What a record gains by a proof, and what no proof may give it."""

import io
import json
import subprocess
import tarfile

import pytest

from adahlib.errors import AdahError
from adahlib.experiments.records.proofs import FOLDER, Proof, advanced, proofs_of, read_proofs
from adahlib.paths import PROJECT
from tests.source_texts import hash_of_text

OLD, NEW, LATER = {"m": "1", "n": "1"}, {"m": "2", "k": "1"}, {"m": "3", "k": "1"}
FIRST, SECOND = Proof("first", "training", "cpu", OLD, NEW), Proof("second", "training", "cpu", NEW, LATER)


@pytest.mark.parametrize(
    ("modules", "goal", "part", "device", "used"),
    [
        (OLD, OLD, "training", "cpu", ()),
        (OLD, NEW, "training", "cpu", ("first",)),
        (OLD, LATER, "training", "cpu", ("first", "second")),
        (OLD | {"other": "1"}, NEW, "training", "cpu", ("first",)),
        (NEW, OLD, "training", "cpu", None),
        (OLD, NEW, "evaluation", "cpu", None),
        (OLD, NEW, "training", "NVIDIA H100", None),  # a proof on a CPU says nothing about a GPU
        (OLD | {"m": "9"}, NEW, "training", "cpu", None),
        ({"m": "1"}, NEW, "training", "cpu", None),  # a new module was not run together with an old one
    ],
)
def test_what_proofs_lead_to(modules, goal, part, device, used):
    assert advanced(modules, goal, [SECOND, FIRST], part, device) == used


def test_a_proof_on_a_cpu_counts_for_gpus_where_no_branch_of_theirs_changed():
    for_all = Proof("first", "training", "cpu", OLD, NEW, all_devices=True)
    assert advanced(OLD, NEW, [for_all], "training", "NVIDIA H100") == ("first",)
    assert advanced(OLD, LATER, [for_all, SECOND], "training", "NVIDIA H100") is None
    on_gpu = Proof("gpu", "training", "NVIDIA H100", OLD, NEW)
    assert advanced(OLD, NEW, [on_gpu], "training", "cpu") is None


def test_a_proof_that_leads_back_ends():
    back = Proof("back", "training", "cpu", NEW, OLD)
    assert advanced(OLD, LATER, [FIRST, back], "training", "cpu") is None
    assert advanced(NEW, OLD, [FIRST, back], "training", "cpu") == ("back",)


def test_a_torn_proof_is_named(results):
    folder = results / FOLDER
    folder.mkdir(parents=True)
    (folder / "2026-01-01-torn.json").write_text('{"schema": 1, "kinds"')
    with pytest.raises(AdahError, match="torn.json is no whole proof"):
        read_proofs()


def committed_proofs():
    return sorted((PROJECT / "results" / FOLDER).glob("*.json"))


def git(*arguments):
    return subprocess.run(["git", "-C", str(PROJECT), *arguments], capture_output=True, check=True).stdout


def hashes_at(commit, names):
    """Return the hashes that modules have in a commit."""
    with tarfile.open(fileobj=io.BytesIO(git("archive", commit, "adahlib"))) as archive:
        files = {member.name: archive.extractfile(member).read().decode() for member in archive if member.isfile()}
    places = {name: name.replace(".", "/") for name in names}
    texts = {name: files.get(f"{place}.py", files.get(f"{place}/__init__.py")) for name, place in places.items()}
    return {name: None if text is None else hash_of_text(text) for name, text in texts.items()}


@pytest.mark.slow
@pytest.mark.parametrize("path", committed_proofs(), ids=lambda path: path.stem)
def test_a_committed_proof_ends_in_the_code_that_it_was_committed_with(path):
    """Its new hashes are those of a commit that brought it, and its old ones those of its base."""
    proof = json.loads(path.read_text(encoding="utf-8"))
    if git("rev-parse", "--is-shallow-repository").strip() == b"true":
        pytest.skip("the clone has no history")
    brought = git("log", "--full-history", "--diff-filter=A", "--format=%H", "--", str(path)).decode().split()
    old, new = ({k: v for kind in proof["kinds"] for k, v in kind[side].items()} for side in ("old", "new"))
    assert hashes_at(proof["base"], old) == old
    assert not brought or any(hashes_at(commit, new) == new for commit in brought), "the code went on before the proof"


def test_all_committed_proofs_can_be_read():
    assert all(list(proofs_of(path)) for path in committed_proofs())
