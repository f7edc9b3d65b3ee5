"""One training as a script, in a notebook and by ``adah run``: seconds and codes, on idle and on busy cores.

The three must give the same codes and, within a tenth, take the same time: the library sets the number of threads, and
not the command alone. Data and maps are in the cache before the clock starts, which covers the whole process.
"""

import contextlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import nbformat

from benchmarks.store import save

DATASET, BITS, EPOCHS = "emoji-scenes", 16, 30
WAYS = ("script", "notebook", "adah run")
SCRIPT = f"""
import hashlib
from adahlib.datasets import dataset_split, load_dataset
from adahlib.experiments.profiles import profile_options
from adahlib.features import feature_maps
from adahlib.methods import make_method
pairs = load_dataset("{DATASET}")
maps, train = feature_maps(pairs), dataset_split(pairs).train
method = make_method("adah", bits={BITS}, **profile_options("cpu", pairs.name) | {{"epochs": {EPOCHS}}})
method.fit(maps[train], pairs.tags[train], pairs.labels[train])
hashes = method.encode_images(maps).content_hash() + method.encode_texts(pairs.tags).content_hash()
print("codes", hashlib.sha256(hashes.encode()).hexdigest())
"""
BUSY = "import torch\nwhile True:\n    torch.randn(400, 400) @ torch.randn(400, 400)"


@contextlib.contextmanager
def company(processes: int) -> Iterator[None]:
    """Keep the cores busy with that many processes of one thread each."""
    environment = os.environ | {"OMP_NUM_THREADS": "1"}
    others = [subprocess.Popen([sys.executable, "-c", BUSY], env=environment) for _ in range(processes)]
    try:
        yield
    finally:
        for other in others:
            other.kill()
            other.wait()


def command(way: str, folder: Path) -> list[str]:
    """Return the command line of one way; a notebook is executed as nbconvert and papermill do."""
    if way == "script":
        return [sys.executable, "-c", SCRIPT]
    if way == "notebook":
        nbformat.write(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(SCRIPT)]), folder / "script.ipynb")
        return [sys.executable, "-m", "papermill", "script.ipynb", "out.ipynb", "--cwd", str(folder), "-k", "python3"]
    run = ["run", "--dataset", DATASET, "--bits", str(BITS), "--set", f"epochs={EPOCHS}", "--results", str(folder)]
    return [sys.executable, "-m", "adahlib", *run, "--force"]


def codes_hash(way: str, folder: Path, printed: str) -> str:
    """Return the hash of the codes that one way made."""
    if way == "adah run":
        return json.loads(next((folder / "runs").rglob("*.json")).read_text(encoding="utf-8"))["codes_hash"]
    if way == "notebook":
        printed = (folder / "out.ipynb").read_text(encoding="utf-8")
    return printed.split("codes ")[-1][:64]


def measured(way: str, busy: int) -> dict:
    """Return what one training in a new process took and made."""
    environment = {name: value for name, value in os.environ.items() if name not in ("OMP_NUM_THREADS", "ADAH_THREADS")}
    with tempfile.TemporaryDirectory() as name, company(busy):
        folder, started = Path(name), time.perf_counter()
        checkpoints = {"ADAH_PROGRESS": "0", "PYTHONPATH": os.getcwd()}
        done = subprocess.run(
            command(way, folder), env=environment | checkpoints, cwd=folder, capture_output=True, text=True, check=True
        )
        seconds = time.perf_counter() - started
        return {"way": way, "busy": busy, "seconds": seconds, "codes": codes_hash(way, folder, done.stdout)}


def main() -> None:
    """Print and keep a row for each way, with idle cores and with as many busy processes as there are cores."""
    measured("script", 0)  # draws the scenes and computes the maps
    rows = []
    for busy in (0, len(os.sched_getaffinity(0))):
        for way in WAYS:
            rows.append(measured(way, busy))
            print(rows[-1], flush=True)
    about = {"dataset": DATASET, "bits": BITS, "epochs": EPOCHS, "cores": len(os.sched_getaffinity(0))}
    save("threads", about | {"rows": rows})
