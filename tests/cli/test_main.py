"""The command ``adah`` as a user runs it: help, data, exit codes, interruption."""

import io
import os
import re
import signal
import subprocess
import sys
import time
import warnings
from importlib.metadata import entry_points

import pytest

from adahlib import __version__
from adahlib.cli import INTERRUPTED, main
from adahlib.environment import VARIABLES
from adahlib.errors import AdahError

COMMANDS = [[], ["data"], ["run"], ["grid"], ["status"], ["analyse"], ["prove"], ["encode"], ["search"]]
COMMANDS += [["data", kind] for kind in ("list", "get", "check", "describe", "convert", "split")]


@pytest.mark.parametrize("command", ["data", "run", "grid", "status", "analyse", "prove", "encode", "search"])
def test_help_says_what_each_command_does(command, capsys):
    with pytest.raises(SystemExit, match="0"):
        main(["--help"])
    assert re.search(rf"^ +{command} +\w.{{9}}", capsys.readouterr().out, re.MULTILINE)
    with pytest.raises(SystemExit, match="0"):
        main([command, "--help"])
    assert f"usage: adah {command} " in capsys.readouterr().out


@pytest.mark.slow
@pytest.mark.parametrize("module", ["adahlib", "adahlib.cli"])
def test_help_names_the_commands(module):
    shown = subprocess.run([sys.executable, "-m", module, "--help"], capture_output=True, text=True)
    listed = {line.split()[0] for line in shown.stdout.splitlines() if line.startswith("    ") and line[4] != " "}
    assert shown.returncode == 0 and listed == {"data", "run", "grid", "status", "analyse", "prove", "encode", "search"}


def test_the_version(capsys):
    with pytest.raises(SystemExit, match="0"):
        main(["--version"])
    assert capsys.readouterr().out == f"adah {__version__}\n"


def test_help_is_plain_text_and_names_the_environment_variables(capsys):
    for command in COMMANDS:
        with pytest.raises(SystemExit, match="0"):
            main([*command, "--help"])
        shown = capsys.readouterr().out
        assert "`" not in shown
        if not command:
            lines = shown[shown.index("environment variables:") :].splitlines()
            assert [line.split()[0] for line in lines[1:] if line[2] != " "] == list(VARIABLES)
            assert max(map(len, lines)) <= 80


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "utf-8"])
def test_what_a_terminal_cannot_show_is_printed_as_its_number(encoding, monkeypatch):
    odd = "猫\udce9"  # a word, and a byte of a file's name that is no UTF-8
    stream = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    monkeypatch.setattr(sys, "stderr", stream)
    assert main(["data", "describe", odd]) == 2
    stream.flush()
    assert stream.buffer.getvalue().decode(encoding).startswith("adah: unknown data set ")


def test_a_warning_is_one_sentence_without_its_line_of_code(monkeypatch, capsys):
    def command(parsed):
        warnings.warn("two\nlines", UserWarning, stacklevel=1)

    monkeypatch.setattr("adahlib.cli.data.list_command", command)
    assert main(["data"]) == 0
    assert capsys.readouterr().err == "adah: warning: two lines\n"


def test_the_entry_point_is_the_command():
    (script,) = [script for script in entry_points(group="console_scripts") if script.name == "adah"]
    assert script.load() is main


@pytest.mark.slow
@pytest.mark.parametrize("arguments", [["--help"], ["data", "--help"], ["data", "get", "--help"], ["encode", "--help"]])
def test_help_comes_without_numerical_libraries(arguments):
    code = (
        "import contextlib, sys; from adahlib.cli import main\n"
        f"with contextlib.suppress(SystemExit): main({arguments})\n"
        "print('loaded', sorted({'torch', 'numpy', 'pandas'} & set(sys.modules)))"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert shown.startswith("usage: ") and shown.endswith("loaded []\n")


def test_data_lists_sets(capsys):
    assert main(["data"]) == 0
    listed = capsys.readouterr().out
    assert [line.split()[0] for line in listed.splitlines()][::3][:2] == ["emoji-scenes", "mirflickr25k"]
    assert main(["data", "list"]) == 0 and capsys.readouterr().out == listed


def test_data_list_counts_the_archives_that_are_here(tmp_path, monkeypatch, capsys):
    def listed():
        assert main(["data", "list"]) == 0
        return {line.split()[0]: line.rpartition("; ")[2] for line in capsys.readouterr().out.splitlines()}

    monkeypatch.setenv("ADAH_DATA", str(tmp_path))
    empty = listed()
    assert empty["mirflickr25k"] == "0 of 2 archives there" and empty["emoji-scenes"] == "made here"
    assert empty["nus-wide-tc21"].endswith("archives there, one needs a form")
    (tmp_path / "mirflickr25k.zip").touch()
    assert listed() == empty | dict.fromkeys(("mirflickr25k", "mirflickr25k-labels"), "1 of 2 archives there")


def test_fetching_what_is_made_here_fetches_nothing_and_what_fails_is_exit_1(monkeypatch, capsys):
    def failing(file, folder, mirrors, say):
        raise AdahError(f"{file.name} cannot be fetched.")

    monkeypatch.setattr("adahlib.datasets.releases.download.fetch", failing)
    assert main(["data", "get", "emoji-scenes"]) == 0
    assert capsys.readouterr().out.endswith("made here: nothing to fetch\n")
    assert main(["data", "get", "mirflickr25k"]) == 1
    names = ("mirflickr25k.zip", "mirflickr25k_annotations_v080.zip")
    assert capsys.readouterr().err == "".join(f"adah: {name} cannot be fetched.\n" for name in names)


@pytest.mark.parametrize(
    ("error", "code", "message"),
    [
        (OSError(28, "No space left on device"), 1, "nothing is half-written, the same command goes on."),
        (PermissionError(13, "Permission denied", "results"), 2, "name what may be read and written."),
        (OSError(36, "File name too long"), 2, "give another name."),
        (OSError(40, "Too many levels of symbolic links"), 2, "give another name."),
        (RuntimeError("Symlink loop from 'a'"), 2, "give another name."),
        (UnicodeEncodeError("utf-8", "caf\udce9", 3, 4, "surrogates"), 2, "caf\\udce9 is not UTF-8; give another one."),
        (KeyboardInterrupt(), 130, INTERRUPTED),
        (AdahError("two\nlines"), 2, "two\nlines"),
    ],
)
def test_what_ends_a_command_has_its_exit_code_and_one_sentence(error, code, message, monkeypatch, capsys):
    def command(parsed):
        raise error

    monkeypatch.setattr("adahlib.cli.analyse.analyse_command", command)
    assert main(["analyse", "components"]) == code
    told = capsys.readouterr().err
    assert told.startswith("adah: ") and told.endswith(f"{message}\n")


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="a shell of Unix")
def test_a_reader_that_has_gone_is_exit_1_without_a_word():
    listing = f"({sys.executable} -u -m adahlib data list; echo code $? >&2) | true"
    assert subprocess.run(["sh", "-c", listing], capture_output=True, text=True).stderr == "code 1\n"


@pytest.mark.slow
def test_data_describes_a_set(capsys):
    assert main(["data", "describe", "emoji-scenes"]) == 0
    shown = capsys.readouterr().out
    assert "pairs: 10000" in shown and "licence: CC BY-SA 4.0" in shown


def test_missing_release_is_one_sentence_and_exit_2(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("ADAH_DATA", str(tmp_path))
    assert main(["data", "describe", "mirflickr25k"]) == 2
    told = capsys.readouterr()
    assert told.err.count("\n") == 1 and "mirflickr25k.zip is missing" in told.err
    assert "page: https://press.liacs.nl/mirflickr/" in told.out


def test_a_model_of_another_method_is_refused_before_it_trains(tmp_path, capsys):
    command = ["run", "--dataset", "emoji-scenes", "--method", "dcmh", "--model", str(tmp_path / "model.pt")]
    assert main(command) == 2
    said = "--model keeps models of adah and of methods for images alone; leave it out with --method dcmh"
    assert said in capsys.readouterr().err


def test_unknown_flags_exit_2():
    with pytest.raises(SystemExit, match="2"):
        main(["run", "--datset", "emoji-scenes"])


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="signals")
def test_interrupting_says_how_to_go_on(results):
    options = ["--set", "text_hidden=8", "--set", "epochs=500"]
    with subprocess.Popen(
        [sys.executable, "-m", "adahlib.cli", "run", "--dataset", "emoji-scenes", "--bits", "8", *options],
        stderr=subprocess.PIPE, text=True, env=os.environ | {"ADAH_PROGRESS": "1"},
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # ignored where tests run in background
    ) as run:  # fmt: skip
        shown = ""
        while "bits, seed 0:" not in shown and run.poll() is None:  # the progress bar is up
            shown += run.stderr.read(1)
        time.sleep(0.5)
        run.send_signal(signal.SIGINT)
        try:
            _, rest = run.communicate(timeout=600)
        finally:
            run.kill()
    assert run.returncode == 130 and rest.rstrip().endswith(f"adah: {INTERRUPTED}")
    assert not list(results.rglob("*.json"))


def test_a_cache_below_a_file_is_bad_input_and_not_worth_trying_again(tmp_path, monkeypatch, capsys):
    (tmp_path / "file").write_text("mine")
    monkeypatch.setenv("ADAH_CACHE", str(tmp_path / "file" / "cache"))
    assert main(["data", "describe", "emoji-scenes"]) == 2
    error = capsys.readouterr().err
    assert "Not a directory" in error and "name what may be read and written" in error and "goes on" not in error
