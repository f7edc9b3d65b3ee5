"""python -m benchmarks [name …]: run the named benchmarks, or all that need no GPU, and print their tables."""

import sys

from benchmarks import end_to_end, gpu, grid, retrieval, shallow, threads, triplet_loss

MODULES = (triplet_loss, retrieval, grid, shallow, threads, end_to_end)
ALL = {module.__name__.split(".")[-1]: module.main for module in MODULES}
NAMED = {"gpu": gpu.main}  # not one of all: it needs a GPU

if unknown := set(sys.argv[1:]) - set(ALL | NAMED):
    sys.exit(f"benchmarks: unknown benchmark {sorted(unknown)[0]!r}; there are {', '.join(ALL | NAMED)}.")
for name in sys.argv[1:] or ALL:
    (ALL | NAMED)[name]()
