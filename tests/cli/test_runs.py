"""``adah run``, ``adah grid`` and ``adah status``: their flags, and what they make of them."""

import dataclasses
import sys

import pytest

from adahlib import cli
from adahlib.cli.runs import parse_options, run_command, spec_of, status_command
from adahlib.errors import AdahError
from adahlib.experiments import RunSpec
from adahlib.experiments.grids.lists import GRIDS
from adahlib.paths import PROJECT
from tests.toys import TINY_RUN


def spec_from(*arguments):
    """Return the run of ``adah run`` with these arguments."""
    return spec_of(cli.parser().parse_args(["run", "--dataset", "emoji-scenes", *arguments]))


def helped(command, capsys):
    """Return the help of a command as one line."""
    with pytest.raises(SystemExit) as left:
        cli.main([command, "--help"])
    assert left.value.code == 0
    return " ".join(capsys.readouterr().out.split())


def test_help_of_run_shows_every_field_with_its_help_and_default(capsys):
    shown = helped("run", capsys)
    for field in dataclasses.fields(RunSpec):
        assert field.metadata["help"] in shown
        if isinstance(field.default, int):
            assert f"{field.metadata['help']} (default: {field.default})" in shown
    assert all(name in shown for name in ("--results", "--threads", "--model", "--force"))


@pytest.mark.parametrize("command", ["grid", "status"])
def test_help_names_every_grid(command, capsys):
    assert f"{', '.join(GRIDS)}, pages or all" in helped(command, capsys)


def test_flags_left_out_are_the_defaults():
    assert spec_from() == RunSpec("emoji-scenes")


def test_flags_are_the_fields():
    given = ("--method", "adah", "--bits", "32", "--seed", "4", "--attention", "none", "--image-size", "160")
    given += ("--set", "image_hidden=(64, 32)", "--set", "margin=2", "--set", "head=pool")
    options = {"image_hidden": (64, 32), "margin": 2.0, "head": "pool"}
    wanted = RunSpec("emoji-scenes", "adah", 32, 4, attention="none", image_size=160, options=options)
    assert spec_from(*given) == wanted


def test_an_option_without_a_value_is_refused():
    with pytest.raises(AdahError, match="--set margin: give OPTION=VALUE"):
        spec_from("--set", "margin")


@pytest.mark.parametrize("value", ["{[]: 1}", "-" * 100_000 + "1", "(" * 1000 + ")" * 1000, "pool"])
def test_what_is_no_literal_is_a_word(value):
    assert parse_options([f"head={value}"]) == {"head": value}


@pytest.mark.parametrize(("arguments", "words"), [(["run"], "--dataset"), (["grid"], "name")])
def test_what_must_be_given_is_named(arguments, words, capsys):
    with pytest.raises(SystemExit) as left:
        cli.main(arguments)
    assert left.value.code == 2 and f"required: {words}" in capsys.readouterr().err


def test_pages_without_the_packages_that_execute_them_are_one_sentence(monkeypatch, capsys):
    for name in [name for name in sys.modules if name.startswith("adahlib.report")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "papermill", None)
    assert cli.main(["grid", "pages"]) == 2
    error = capsys.readouterr().err
    assert 'need the package papermill: pip install "adahlib[book]"' in error and error.count("\n") == 1


@pytest.fixture
def installed(monkeypatch, tmp_path):
    """adahlib as it lies in site-packages, without the project around it; the current folder is an empty one."""
    monkeypatch.setattr("adahlib.paths.PROJECT", tmp_path / "site-packages")
    monkeypatch.delenv("ADAH_RESULTS", raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("command", [["grid", "pages"], ["prove", "--why", "nothing"]])
def test_what_needs_the_project_says_that_it_is_in_a_clone(command, installed, capsys):
    assert cli.main(command) == 2
    error = capsys.readouterr().err
    assert "in a clone of the project and not in the installed package" in error and error.count("\n") == 1


def test_the_status_of_an_installed_package_is_of_the_users_own_records(installed, capsys):
    assert cli.main(["status", "smoke", "--results", "mine"]) == 0
    shown = capsys.readouterr().out
    assert f"records are yours, in {installed / 'mine'}; the project's own are in a clone of it" in shown


@pytest.mark.slow
def test_a_run_says_where_its_record_is_and_whether_it_was_there_already(results, monkeypatch, capsys):
    options = [part for name, value in TINY_RUN.items() for part in ("--set", f"{name}={value}")]
    command = ["run", "--dataset", "emoji-scenes", "--bits", "8", "--attention", "none", *options]
    place = RunSpec("emoji-scenes", "adah", 8, attention="none", options=TINY_RUN).record_path()
    assert cli.main(command) == 0
    assert capsys.readouterr().out.startswith(f"{results / place}: MAP I→T ")
    monkeypatch.chdir(results.parent)
    assert cli.main(command) == 0
    shown = capsys.readouterr().out
    assert shown.startswith(f"{place}: MAP I→T ") and "there already, --force trains again" in shown


def test_status_is_of_all_grids_unless_one_is_named():
    parsed = cli.parser().parse_args(["status"])
    assert parsed.name == "all" and cli.parser().parse_args(["status", "fig6", "--all"]).name == "fig6"


def test_a_parser_can_be_used_twice():
    parser = cli.parser()
    for _ in range(2):
        assert parser.parse_args(["run", "--dataset", "emoji-scenes"]).command is run_command
        assert parser.parse_args(["status"]).command is status_command


@pytest.mark.parametrize("command", [["status"], ["grid", "--dry-run"]])
def test_records_are_compared_without_scenes_that_nobody_drew(command, tmp_path, monkeypatch, capsys):
    """The states of a new user's clone are known in seconds; drawing scenes for them would take minutes."""
    monkeypatch.setenv("ADAH_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("ADAH_DATA", str(tmp_path / "none"))
    name, *flags = command
    select = ("--bits", "16", "--method", "cca", "--seed", "0")
    assert cli.main([name, "table1", *flags, *select, "--results", str(PROJECT / "results")]) == 0
    shown = capsys.readouterr().out
    assert "2 done" in shown.splitlines()[0]
    for dataset in ("emoji-scenes", "mirflickr25k"):
        assert f"1 record of {dataset}: compared by options and code alone, as the data is not here" in shown
    assert not (tmp_path / "cache").exists()


@pytest.mark.parametrize("command", [["run", "--dataset", "emoji-scenes", "--bits", "8"], ["grid", "table4"]])
def test_a_folder_that_cannot_hold_records_is_told_before_anything_is_trained(command, tmp_path, capsys):
    (tmp_path / "notes.txt").write_text("mine")
    assert cli.main([*command, "--results", str(tmp_path / "notes.txt")]) == 2
    error = capsys.readouterr().err
    assert "notes.txt cannot hold records: it is a file" in error and error.count("\n") == 1
    assert (tmp_path / "notes.txt").read_text() == "mine" and len(list(tmp_path.iterdir())) == 1
