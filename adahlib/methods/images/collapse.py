"""Has a generator collapsed? How much its pictures differ from each other, beside how much real pictures do."""

import warnings

from torch import Tensor

COLLAPSED = 0.2  # of the spread of real pictures; below it a generator's pictures are nearly one


def spread(made: Tensor, real: Tensor) -> Tensor:
    """Return by how much synthetic pictures differ from each other, in units of real ones.

    It is the mean over pixels of the standard deviation over the pictures, divided by the same of real ones: near one
    for pictures as different as real ones are, zero for copies of one picture.

    Args:
        made: (n, 3, H, W), two or more.
        real: (m, 3, H, W) in the same units, two or more.

    Example:
        >>> import torch
        >>> real = torch.rand(8, 3, 4, 4)
        >>> float(spread(real, real)), float(spread(real[:1].expand(8, -1, -1, -1), real))
        (1.0, 0.0)
    """
    deviation, reference = (pictures.detach().std(dim=0).mean() for pictures in (made, real))
    return deviation / reference.clamp_min(1e-6)


def warn_of_collapse(history: list[dict[str, float]], description: str) -> None:
    """Warn where the pictures of a generator's last epoch were nearly the same.

    Args:
        history: of its training; terms whose names begin with ``spread`` are read.
        description: of the run.
    """
    for name, value in history[-1].items():
        if name.startswith("spread") and value < COLLAPSED:
            warnings.warn(
                f"{description}: the generator has collapsed: its pictures differ from each other {value:.2f} times as "
                f"much as real ones do ({name} in the last epoch, below {COLLAPSED}); take another seed, a smaller "
                "gan_rate or more gan_epochs.",
                RuntimeWarning,
                stacklevel=2,
            )
