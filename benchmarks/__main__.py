"""python -m benchmarks [name …]: run the named benchmarks, or all that need no GPU, and print their tables."""

import sys
from importlib import import_module

ALL = ("triplet_loss", "retrieval", "grid", "shallow", "threads", "end_to_end", "images")
NAMED = ("gpu", "shards")  # not among all: one needs a GPU, the other 2.4 GB of disk and minutes

if unknown := set(sys.argv[1:]) - {*ALL, *NAMED}:
    sys.exit(f"benchmarks: unknown benchmark {sorted(unknown)[0]!r}; there are {', '.join((*ALL, *NAMED))}.")
for name in sys.argv[1:] or ALL:
    import_module(f"benchmarks.{name}").main()
