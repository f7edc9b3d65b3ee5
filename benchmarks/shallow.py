"""What the shallow methods cost: seconds and peak memory of a fit on MIRFlickr-25K's 10,000 training pairs, 64 bits.

Each method runs in a process of its own, which has the maps and tags in memory before the clock starts.
"""

import json
import os
import subprocess
import sys

from adahlib.experiments.grids.lists import SHALLOW
from benchmarks.store import save

DATASET, BITS, THREADS = "mirflickr25k", 64, 2
FIT = """
import json, resource, time
from adahlib.datasets import dataset_split, load_dataset
from adahlib.experiments.profiles import profile_backbone
from adahlib.features import feature_maps
from adahlib.methods import make_method
pairs = load_dataset("{dataset}")
train = dataset_split(pairs).train
images = feature_maps(pairs, profile_backbone("cpu", "{dataset}", vectors=True)).reshape(len(pairs), -1)[train]
texts, labels = pairs.tags[train], pairs.labels[train]
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
started = time.perf_counter()
make_method("{method}", {bits}).fit(images, texts, labels)
seconds = time.perf_counter() - started
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(json.dumps({{"seconds": seconds, "peak_mb": peak // 1024, "before_mb": before // 1024, "shape": [
    *images.shape, texts.shape[1]]}}))
"""


def measured(method: str) -> dict:
    """Return seconds and megabytes of one fit in a new process."""
    environment = os.environ | {"ADAH_PROGRESS": "0", "OMP_NUM_THREADS": str(THREADS), "ADAH_THREADS": str(THREADS)}
    code = FIT.format(dataset=DATASET, method=method, bits=BITS)
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    return {"method": method, "bits": BITS} | json.loads(done.stdout)


def main() -> None:
    """Print and keep the costs."""
    rows = []
    for method in SHALLOW:
        rows.append(measured(method))
        print(rows[-1], flush=True)
    save("shallow", {"dataset": DATASET, "threads": THREADS, "rows": rows})
