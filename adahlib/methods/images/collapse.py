"""Has a generator collapsed? How much its pictures differ from each other, beside how much real pictures do."""

import warnings
from collections.abc import Mapping

import torch
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


def spread_within(made: Tensor, real: Tensor, labels: Tensor) -> Tensor:
    """Return :func:`spread` of what differs within the labels: zero for one picture a class, whatever the classes.

    Where no two images have the same labels nothing can differ within them, and it is one.

    Args:
        made, real: (n, 3, H, W), two or more.
        labels: of both, (n, c) 0/1.

    Example:
        >>> import torch
        >>> real, labels = torch.rand(8, 3, 4, 4), torch.eye(2)[torch.arange(8) % 2]
        >>> one_each = real[:2].repeat(4, 1, 1, 1)
        >>> round(float(spread_within(one_each, real, labels)), 4), round(float(spread_within(real, real, labels)), 4)
        (0.0, 1.0)
    """
    inner, reference = within_labels(made, labels), within_labels(real, labels)
    return torch.where(reference.any(), spread(inner, reference), 1.0)


def within_labels(pictures: Tensor, labels: Tensor) -> Tensor:
    """Return pictures less the mean of those with the same labels: what differs within the classes.

    Args:
        pictures: (n, 3, H, W).
        labels: (n, c) 0/1.

    Example:
        >>> import torch
        >>> pictures = torch.tensor([1.0, 3.0, 5.0]).reshape(3, 1, 1, 1)
        >>> within_labels(pictures, torch.tensor([[1, 0], [1, 0], [0, 1]])).flatten().tolist()
        [-1.0, 1.0, 0.0]
    """
    same = (labels[:, None] == labels).all(dim=2).to(pictures.dtype)
    return pictures - torch.einsum("nm,m...->n...", same / same.sum(dim=1, keepdim=True), pictures)


def warn_of_collapse(terms: Mapping[str, float | Tensor], description: str, when: str = "the last epoch") -> None:
    """Warn where the pictures of a generator were nearly the same in the end.

    Args:
        terms: of an epoch or a step; those whose names begin with ``spread`` are read.
        description: of the run.
        when: of what the terms are.
    """
    for name, value in terms.items():
        if name.startswith("spread") and value < COLLAPSED:
            warnings.warn(
                f"{description}: the generator has collapsed: its pictures differ from each other {value:.2f} times as "
                f"much as real ones do ({name} in {when}, below {COLLAPSED}); take another seed, a smaller gan_rate or "
                "more gan_epochs.",
                RuntimeWarning,
                stacklevel=2,
            )
