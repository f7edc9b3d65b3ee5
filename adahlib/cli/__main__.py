"""``python -m adahlib.cli`` is ``adah``."""

import sys

from adahlib.cli import main

sys.exit(main())
