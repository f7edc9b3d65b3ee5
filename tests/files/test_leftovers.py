"""What killed processes leave behind is removed by the next one that writes there; what is in use stays."""

import os
import time

from adahlib.files import write_json
from adahlib.files.leftovers import FOREIGN_SECONDS, hidden_name, remove_leftovers, system


def dead_process():
    """Return the number of a process that is no more."""
    child = os.fork()
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)
    return child


def test_only_what_nobody_writes_any_more_is_removed(tmp_path):
    mine = hidden_name("a.json", ".json")
    dead = mine.replace(f"-{os.getpid()}-", f"-{dead_process()}-")
    foreign = mine.replace(system(), "01234567")
    old = foreign.replace("a.json", "old.json", 1)
    others = ["a.json", ".a.json.swp", ".bashrc", ".adah-notes", f"{dead[1:]}"]
    for name in (mine, dead, foreign, old, *others):
        (tmp_path / name).write_text("x")
    folder = tmp_path / hidden_name("scenes").replace(f"-{os.getpid()}-", f"-{dead_process()}-")
    (folder / "deep").mkdir(parents=True)
    long_ago = time.time() - FOREIGN_SECONDS - 1
    os.utime(tmp_path / old, (long_ago, long_ago))
    remove_leftovers(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {mine, foreign, *others}


def test_a_name_of_any_length_and_of_any_bytes_has_a_hidden_name(tmp_path):
    for name in ("é" * 120 + ".json", "\udce9.json", "x" * 250 + ".json"):
        write_json({}, tmp_path / name)
        assert [path.name for path in tmp_path.iterdir()] == [name]
        (tmp_path / name).unlink()


def test_a_folder_that_cannot_be_listed_is_left_alone(tmp_path):
    remove_leftovers(tmp_path / "nowhere")
