"""``python -m adahlib`` is ``adah``; so ``torchrun --nproc-per-node 2 -m adahlib run …`` trains with two processes."""

import sys

from adahlib.cli import main

sys.exit(main())
