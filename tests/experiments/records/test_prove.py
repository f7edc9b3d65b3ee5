"""adah prove on a copy of the project: what it proves, and all that it has to refuse."""

import dataclasses
import datetime
import json
import shutil
import subprocess

import pytest

from adahlib.errors import AdahError
from adahlib.experiments.records.canonical import ADAH, CanonicalRun, canonical_runs
from adahlib.experiments.records.fingerprint import compare, fingerprint
from adahlib.experiments.records.proofs import FOLDER, proofs_of
from adahlib.experiments.records.prove import (
    changed_kinds,
    check_same_runs,
    compared_runs,
    differing_parts,
    prove,
    slug,
)
from adahlib.experiments.records.sides import Checkout
from adahlib.experiments.records.store import SCHEMA, write_record
from adahlib.experiments.spec import RunSpec
from adahlib.paths import PROJECT

pytestmark = pytest.mark.slow
SEPH = CanonicalRun("seph", {"anchor_count": 50, "iterations": 5})
TRIPLET = CanonicalRun("adah", ADAH | {"epochs": 2})


def git(folder, *arguments):
    identity = ["-c", "user.name=t", "-c", "user.email=t@example.org"]
    subprocess.run(["git", "-C", str(folder), *identity, *arguments], check=True, capture_output=True)


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    """A checkout with the package alone, and a results folder with a record of each kind that the tests prove."""
    folder = tmp_path_factory.mktemp("project")
    shutil.copytree(PROJECT / "adahlib", folder / "adahlib")  # with what Numba compiled, which takes half the time
    (folder / ".gitignore").write_text("__pycache__/\n")
    git(folder, "init", "-q")
    git(folder, "add", "adahlib")
    git(folder, "commit", "-qm", "base")
    for spec in (RunSpec("emoji-scenes", "seph", 16), RunSpec("emoji-scenes", "adah", 16)):
        write_record(made_up(spec), folder / "results" / spec.record_path())
    return folder


def made_up(spec):
    """Return a record with all that every record has, of which a proof looks at the fingerprint and the device."""
    return {
        "schema": SCHEMA,
        "spec": dataclasses.asdict(spec),
        "options": spec.resolved_options(),
        "metrics": {"map_i2t": 0.5, "map_t2i": 0.5, "chance": 0.3},
        "convention": {},
        "data": {"image_size": 128},
        "fingerprint": fingerprint(spec, "data"),
        "provenance": {"commit": None, "device": "cpu", "versions": {}, "seconds": {"total": 1.0}},
    }


@pytest.fixture
def edit(copy):
    """Replace a text in a module of the copy; everything is as it was after the test."""

    def replace(module, *pairs):
        path = copy / "adahlib" / module
        text = path.read_text(encoding="utf-8")
        for old, new in pairs:
            assert text.count(old) == 1, old
            text = text.replace(old, new)
        path.write_text(text, encoding="utf-8")

    yield replace
    git(copy, "checkout", "-q", "--", "adahlib")


def proved(copy, *runs, why="A test"):
    return prove(why, project=copy, results=copy / "results", runs=runs)


OLD, NEW = {"m": "1"}, {"m": "2"}
SEPH_MODULE = "methods/shallow/seph.py"
RENAMED = [
    ("        bits = H >= 0\n", "        ones = H >= 0\n"),
    ("view[chosen], bits, options", "view[chosen], ones, options"),
]


def test_a_renamed_variable_is_proved_and_records_stay_current(copy, edit):
    edit(SEPH_MODULE, *RENAMED)
    path = proved(copy, SEPH)
    proof = json.loads(path.read_text(encoding="utf-8"))
    assert path.name.endswith("-a-test.json") and proof["base_repeated"] and proof["statements"] == {"old": 0, "new": 0}
    (training,) = proofs_of(path)
    assert (training.part, training.device) == ("training", "cpu") and training.old != training.new
    spec = RunSpec("emoji-scenes", "seph", 16)
    record = made_up(spec)
    record["fingerprint"]["training"] = dict(
        training.new
    )  # as if made with the new code, on a tree that is the old one
    assert compare(spec, record, None).changes
    record["fingerprint"]["training"] = dict(training.old)
    assert compare(spec, record, None).changes == compare(spec, made_up(spec), None).changes


def test_other_numbers_are_refused_bit_for_bit(copy, edit):
    """A margin of 1e-7 more moves no code in a tiny run, and it is seen all the same; so are draws in another order."""
    edit("losses/triplet.py", ("(distances, similar, margin)\n", "(distances, similar, margin + 1e-7)\n"))
    edit(
        SEPH_MODULE,
        ("self.image_classifier_, self.text_cl", "self.text_classifier_, self.image_cl"),
        ("view in (X, Y)\n", "view in (Y, X)\n"),
    )
    before = sorted((copy / "results").rglob("*"))
    message = r"2 of 2 runs came out differently: adah .*\(.*unrounded losses.*; seph .*\(state.*codes_hash"
    with pytest.raises(AdahError, match=message):
        proved(copy, TRIPLET, SEPH, why="Other numbers")
    assert sorted((copy / "results").rglob("*")) == before


def test_a_changed_branch_that_no_run_takes_is_refused(copy, edit):
    edit(SEPH_MODULE, *RENAMED)
    edit("methods/shallow/anchors.py", ("n_init=1, ", "n_init=2, "))
    message = r"^2 changed statements ran in no canonical run.*anchors:\d+ in choose_anchors"
    with pytest.raises(AdahError, match=message):
        proved(copy, SEPH, why="A changed branch")


KNOWN = {"training": OLD, "evaluation": {"e": "1"}, "options": {"margin": 1.0}}


@pytest.mark.parametrize(
    ("after", "message"),
    [
        ({"refused": "unknown option 'margin'"}, "the new code refuses the run a: unknown option 'margin'"),
        (KNOWN | {"options": {"margin": 2.0}}, r"the run a has other options now \(margin\)"),
        (KNOWN | {"options": {}}, r"the run a has other options now \(margin\)"),
    ],
)
def test_other_options_are_no_refactoring(after, message):
    with pytest.raises(AdahError, match=message):
        check_same_runs({"a": KNOWN}, {"a": after})


def test_an_option_more_is_one():
    check_same_runs({"a": KNOWN}, {"a": KNOWN | {"options": {"margin": 1.0, "slack": 0.0}}})
    before = {"state": "1", "history": "2", "options": "3", "digest": "4"}
    assert differing_parts(before, before | {"options": "5", "digest": "6"}) == []
    assert differing_parts(before, before | {"state": "7", "digest": "8"}) == ["state"]
    assert differing_parts(before, before | {"masks": "9"}) == differing_parts(before | {"masks": "9"}, before)


def test_a_base_without_canonical_runs():
    with pytest.raises(AdahError, match="the base does none of the canonical runs: no data"):
        check_same_runs({"a": {"refused": "no data"}}, {"a": KNOWN})


def test_nothing_changed_and_no_record(tmp_path):
    with pytest.raises(AdahError, match="there is nothing to prove"):
        changed_kinds({"a": (KNOWN, KNOWN)}, tmp_path)
    with pytest.raises(AdahError, match="no record was made with the base's code"):
        changed_kinds({"a": (KNOWN, KNOWN | {"training": NEW})}, tmp_path)


def test_the_kinds_that_a_record_gains_by(copy):
    training = fingerprint(RunSpec("emoji-scenes", "seph", 16))["training"]
    known = KNOWN | {"training": training}
    (kind,) = changed_kinds({"a": (known, known | {"training": NEW}), "b": (KNOWN, KNOWN)}, copy / "results")
    other = {**KNOWN, "training": {"adahlib.other": "0"}}
    changed = {"a": (known, known | {"training": NEW}), "c": (other, other | {"training": NEW})}
    assert [len(changed_kinds(changed, copy / "results", every)) for every in (False, True)] == [1, 2]
    assert kind == {"part": "training", "old": training, "new": NEW, "runs": ["a"]}


def test_a_base_that_is_no_commit_and_a_proof_without_words(copy):
    with pytest.raises(AdahError, match="git rev-parse failed"):
        prove("No base", "no-such-commit", project=copy)
    with pytest.raises(AdahError, match="say in a few words"):
        prove("…", project=copy)


def test_a_proof_of_the_same_day_and_name_is_not_overwritten(tmp_path):
    day = datetime.datetime.now(datetime.UTC).date()
    kept = [tmp_path / "results" / FOLDER / f"{day + datetime.timedelta(n)}-a-rename.json" for n in (0, 1)]
    kept[0].parent.mkdir(parents=True)
    for path in kept:  # that of tomorrow for a test around midnight
        path.write_text("{}")
    with pytest.raises(AdahError, match="a-rename.json is today's proof of another change; say in other words"):
        prove("A rename", project=tmp_path)
    assert [path.read_text() for path in kept] == ["{}", "{}"]


def test_names_of_proofs():
    assert slug("Adah derives from DeepMethod (one fit)") == "adah-derives-from-deepmethod-one-fit"


def test_every_kind_of_record_has_a_canonical_run():
    """A record whose closure no canonical run has could never be proved current."""
    paths = sorted((PROJECT / "results" / "runs").glob("*/*/*.json"))
    kinds = {tuple(fingerprint(RunSpec(**json.loads(path.read_text())["spec"]))["training"].items()) for path in paths}
    runs = {tuple(fingerprint(RunSpec(**run.fields(PROJECT)))["training"].items()) for run in canonical_runs()}
    assert kinds <= runs


MACHINE = {"device": "cpu", "processor": "abacus", "python": "3.11", "threads": 1, "versions": {"torch": "2.13"}}


def answer(digests, machine=MACHINE):
    """Return an answer of a process: what each run came out as."""
    return {"runs": {name: {"state": digest, "digest": digest} for name, digest in digests.items()}, "machine": machine}


@pytest.mark.parametrize(
    ("base", "new", "again", "message"),
    [
        ({"a": "1", "b": "1"}, {"a": "1", "b": "1"}, {"a": "1", "b": "2"}, "the base does not equal itself.*: b"),
        ({"a": "1", "b": "1"}, {"a": "2", "b": "1"}, {"a": "1", "b": "1"}, r"1 of 2 runs came out.*: a \(state\)"),
    ],
)
def test_answers_that_differ_are_refused(monkeypatch, tmp_path, base, new, again, message):
    """The answers of the processes are given here; what the real ones answer is tested above."""
    given = [answer(base), answer(new), answer({"a": again["a"]}), answer({"b": again["b"]})]
    monkeypatch.setattr("adahlib.experiments.records.prove.answers", lambda jobs, folder, say: given)
    runs = {"a": SEPH, "b": TRIPLET}
    with pytest.raises(AdahError, match=message):
        compared_runs(Checkout(tmp_path, "base"), Checkout(tmp_path, "new"), runs, {"old": [], "new": []}, tmp_path)


@pytest.mark.parametrize("part", ["device", "threads", "versions", "python"])
def test_two_machines_are_refused(monkeypatch, tmp_path, part):
    given = [answer({"a": "1"}), answer({"a": "1"}, MACHINE | {part: "another"}), answer({"a": "1"})]
    old, new = Checkout(tmp_path, "base"), Checkout(tmp_path, "new")
    monkeypatch.setattr("adahlib.experiments.records.prove.answers", lambda jobs, folder, say: given)
    with pytest.raises(AdahError, match="different devices, threads or library versions"):
        compared_runs(old, new, {"a": SEPH}, {"old": [], "new": []}, tmp_path)
