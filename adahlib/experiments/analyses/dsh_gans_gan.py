"""The GAN of DSH-GANs while it trains; what is measured stands in ``gan_measures``."""

from pathlib import Path

from adahlib.experiments.analyses.gan_measures import measure_gan


def main() -> Path:
    """Train it, print and keep what was seen; return the file."""
    return measure_gan("dsh_gans_gan", "dsh-gans")
