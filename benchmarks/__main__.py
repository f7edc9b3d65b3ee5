"""python -m benchmarks [name …]: run the named benchmarks, or all that need no GPU, and print their tables."""

import sys
from importlib import import_module

ALL = ("triplet_loss", "retrieval", "grid", "shallow", "threads", "end_to_end", "images")
NAMED = ("gpu", "shards", "lasting")  # not among all: a GPU, 2.4 GB of disk and minutes; the last keeps no result

if unknown := set(sys.argv[1:]) - {*ALL, *NAMED}:
    sys.exit(f"benchmarks: unknown benchmark {sorted(unknown)[0]!r}; there are {', '.join((*ALL, *NAMED))}.")
for name in sys.argv[1:] or ALL:
    import_module(f"benchmarks.{name}").main()
