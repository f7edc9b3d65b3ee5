"""python -m benchmarks: run every benchmark and print its table."""

from benchmarks.triplet_loss import main

main()
