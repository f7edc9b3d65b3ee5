"""The hyperparameters of SSGAH. The slides print weights of 1 and nothing else: other defaults are this project's."""

from dataclasses import dataclass

from adahlib.methods.images.deep import HeadOptions, hidden_option, margin_option
from adahlib.methods.options import check_choice, check_range, option

VARIANTS = ("baseline", "ssr", "ar", "full")


@dataclass(frozen=True)
class SSGAHOptions(HeadOptions):
    """Options of the hashing network, of the losses with synthetic images, and of the GAN."""

    hidden: int = hidden_option()
    margin: float = margin_option()
    variant: str = option("full", "what H learns from: baseline (L_sr), ssr and ar (L_ssr or L_ar too), or full")
    ssr_margin: float = option(1.0, "m_ssr of the semi-supervised ranking loss")
    ar_margin: float = option(0.5, "m_ar of the adversary ranking loss")
    ssr_weight: float = option(1.0, "weight of L_ssr; 1 as in the overall objective")
    ar_weight: float = option(1.0, "weight of L_ar, for H and for G; 1 as in the overall objective")
    pool: int = option(20_000, "unlabelled images that synthetic ones are made for where the generator is frozen")
    condition: int = option(128, "dimensions of the Gaussian N(μ(v), Σ(v))")
    noise: int = option(100, "dimensions of the generator's noise")
    generator_width: int = option(128, "channels of the generator's first maps")
    judge_width: int = option(32, "channels of the discriminator's first convolution")
    gan_epochs: int = option(4, "passes over all training images in which G and D train before H does")
    gan_batch: int = option(64, "images a step of G and D")
    gan_rate: float = option(2e-4, "learning rate of G and D (Adam)")
    gan_beta1: float = option(0.5, "β₁ of their Adam")
    divergence_weight: float = option(0.1, "weight of the KL divergence; 1 as printed")
    smoothing: float = option(0.1, "one-sided label smoothing: D's target of real triplets is 1 − smoothing")

    def __post_init__(self) -> None:
        super().__post_init__()
        check_choice("variant", self.variant, VARIANTS)
        for name in ("ssr_margin", "ar_margin", "ssr_weight", "ar_weight", "gan_rate", "divergence_weight"):
            check_range(name, getattr(self, name), 0)
        for name in ("pool", "condition", "noise", "judge_width", "gan_epochs"):
            check_range(name, getattr(self, name), 1)
        check_range("generator_width", self.generator_width, 8)
        check_range("gan_batch", self.gan_batch, 2)
        for name in ("gan_beta1", "smoothing"):
            check_range(name, getattr(self, name), 0, 0.999)

    def generates(self) -> bool:
        """Return whether the variant needs synthetic images."""
        return self.variant != "baseline"

    def plays(self) -> bool:
        """Return whether G goes on learning while H does."""
        return self.variant in ("ar", "full")
