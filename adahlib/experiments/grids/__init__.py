"""Grids: the paper's tables as lists of runs, and the engine that makes their records."""
