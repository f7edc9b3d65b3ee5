"""python -m benchmarks [name …]: run the named benchmarks, or all, and print their tables."""

import sys

from benchmarks import grid, retrieval, triplet_loss, unseen

ALL = {"triplet_loss": triplet_loss.main, "retrieval": retrieval.main, "grid": grid.main, "unseen": unseen.main}

if unknown := set(sys.argv[1:]) - set(ALL):
    sys.exit(f"benchmarks: unknown benchmark {sorted(unknown)[0]!r}; there are {', '.join(ALL)}.")
for name in sys.argv[1:] or ALL:
    ALL[name]()
