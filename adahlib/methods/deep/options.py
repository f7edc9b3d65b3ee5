"""Options that every deep method has: the image branch, the batches and the epochs."""

from dataclasses import dataclass

from adahlib.methods.options import check_choice, check_range, option
from adahlib.models.hashing import HEADS
from adahlib.training import EPOCH_CHOICES


@dataclass(frozen=True)
class DeepOptions:
    """ADAH and the baselines have one image branch, so that a table compares methods.

    The defaults are the papers', but for ``fine_tune``.
    """

    image_hidden: tuple = option((4096, 4096), "widths of fc6 and fc7")
    head: str = option("flatten", "what fc6 sees: flatten, all cells in place, or pool, the cells' mean and maximum")
    image_adapter: int = option(0, "channels of a trainable 1×1 convolution before fc6; 0 for no convolution")
    image_dropout: float = option(0.0, "dropout after fc6 and fc7")
    standardise: bool = option(False, "standardise the maps, and what fc6 sees of them, per channel, as they begin")
    fine_tune: bool = option(False, "train the backbone E^I too; it then reads pixels instead of stored maps")
    fine_tune_from: int = option(0, "first block of the backbone that is trained; 0 trains all of it")
    backbone_rate: float = option(1.0, "learning rate of E^I, as a multiple of the other layers' (open; 1 as printed)")
    batch_size: int = option(128, "pairs per batch")
    epochs: int = option(500, "passes over the training pairs")
    epoch_choice: str = option("last", "keep the last epoch, or the best on validation pairs, not the test set (open)")

    def __post_init__(self) -> None:
        check_choice("head", self.head, HEADS)
        check_choice("epoch_choice", self.epoch_choice, EPOCH_CHOICES)
        check_range("image_dropout", self.image_dropout, 0, 0.999)
        check_range("image_adapter", self.image_adapter, 0)
        check_range("fine_tune_from", self.fine_tune_from, 0)
        check_range("backbone_rate", self.backbone_rate, 0)
        check_range("epochs", self.epochs, 1)
        check_range("batch_size", self.batch_size, 2)
