"""ADAH: attention-aware deep adversarial hashing (sections 3 and 4), trained alternately (eq. 8 and 9)."""

from pathlib import Path

import numpy as np
import torch
from scipy.sparse import issparse
from torch import Tensor

from adahlib.distributed import Dropout, gather, share
from adahlib.errors import AdahError
from adahlib.losses import adversarial_retrieval_loss, cross_modal_retrieval_loss, label_similarity
from adahlib.methods.adah_options import AdahOptions
from adahlib.methods.base import HashingMethod, check_training_data
from adahlib.methods.options import build_options
from adahlib.models.adah import AdahNetwork, Codes, make_network
from adahlib.retrieval import BinaryCodes
from adahlib.training import Training, adam, autocast, default_device, descend

ENCODING_BATCH = 256


class Adah(HashingMethod):
    """ADAH behind the common interface; hyperparameters are the fields of ``AdahOptions``.

    Args:
        bits: q, code length.
        seed: of initialisation, order of batches and dropout.
        backbone: a backbone (``make_backbone``) whose fc6 and fc7 D^I starts from, or that is fine-tuned; None where
            images are frozen maps of a backbone without such layers.
        **hyperparameters: see ``AdahOptions``.
    """

    def __init__(self, bits: int, seed: int = 0, backbone=None, **hyperparameters):
        super().__init__(bits, seed)
        self.options: AdahOptions = build_options(AdahOptions, hyperparameters)
        if self.options.fine_tune and self.options.standardise:
            raise AdahError("option standardise=True is for frozen maps; leave it out with fine_tune=True.")
        if self.options.fine_tune and backbone is None:
            raise AdahError("option fine_tune=True needs a backbone; pass backbone=make_backbone(name).")
        self.backbone = backbone
        self.device = default_device()

    def fit(self, images, texts, labels, score=None, checkpoint: Path | None = None, description="ADAH"):
        """Learn from n pairs.

        Args:
            images: feature maps (n, C, H, W), or with ``fine_tune`` uint8 images (n, 3, H, W).
            texts: bag-of-words (n, v), array or CSR.
            labels: (n, c) 0/1.
            score: ``score(method) -> float`` on validation pairs, for ``epoch_choice="best"``; asked after each epoch.
            checkpoint: file that keeps the state after each epoch; a run finds it there and resumes.
            description: label of the progress bar.

        Returns:
            self, with ``history_``: the mean of each loss term per epoch.
        """
        check_training_data(images, texts, labels, image_axes=4)
        best = self.options.epoch_choice == "best"
        if best and score is None:
            raise AdahError("option epoch_choice='best' needs a score of validation pairs: score=function of a method.")
        torch.manual_seed(self.seed)
        self.data = self._as_tensors(images, texts, labels)
        self.network = self._make_network()
        self.optimizers = self._make_optimizers()
        training = Training(
            network=self.network,
            optimizers=self.optimizers,
            step=self._step,
            size=len(self.data[0]),
            batch_size=self.options.batch_size,
            epochs=self.options.epochs,
            schedule=self.options.schedule,
            seed=self.seed,
            validate=(lambda: score(self)) if best else None,
            checkpoint=checkpoint,
            description=description,
        )
        self.history_ = training.run()
        del self.data, self.optimizers
        return self

    def encode_images(self, images) -> BinaryCodes:
        """Return the codes of the attended features of maps (n, C, H, W), or images with ``fine_tune``."""
        return BinaryCodes.from_signs(self._encode(images, self.network.encode_images))

    def encode_texts(self, texts) -> BinaryCodes:
        """Return the codes of the attended features of bag-of-words (n, v)."""
        return BinaryCodes.from_signs(self._encode(texts, self.network.encode_texts))

    def image_masks(self, images) -> np.ndarray:
        """Return the attention masks Z^I (n, H, W), bool."""
        return self._encode(images, self.network.image_masks) > 0

    def text_masks(self, texts) -> np.ndarray:
        """Return the attention masks Z^T (n, d), bool."""
        return self._encode(texts, self.network.text_masks) > 0

    def _as_tensors(self, images, texts, labels) -> tuple[Tensor, Tensor, Tensor]:
        """Return the training pairs as tensors, each in its own type: maps stay float16 until they are used."""
        dense = texts.toarray() if issparse(texts) else np.asarray(texts)
        arrays = (images, dense, labels)
        return tuple(torch.from_numpy(np.array(array)).to(self.device) for array in arrays)

    def _make_network(self) -> AdahNetwork:
        maps, texts, _ = self.data
        if self.options.fine_tune:
            self.backbone.requires_grad_(True)
            with torch.no_grad():
                shape = self.backbone.to(self.device)(maps[:1]).shape[1:]
        else:
            shape = maps.shape[1:]
        network = make_network(self.options, tuple(shape), texts.shape[1], self.bits, self.backbone)
        if self.options.standardise:
            self._standardise(network, maps)
        return network.to(self.device)

    @torch.no_grad()
    def _standardise(self, network: AdahNetwork, maps: Tensor) -> None:
        """Measure the frozen maps, and what fc6 sees of them, on the first 2,048 training pairs."""
        sample = maps[:2048].float().cpu()
        network.E_I[0].measure(sample)
        network.D_I.standardise.measure(network.D_I.inputs(network.E_I(sample)))

    def _make_optimizers(self) -> list[torch.optim.Optimizer]:
        """Return Adam for E, D and, where there is attention, for G, whose two modules have a rate each."""
        options, network = self.options, self.network
        groups = [(network.hashing_parameters(), options.learning_rate)]
        optimizers = [adam(groups, options.beta1)]
        rates = ((network.G_I, options.attention_learning_rate), (network.G_T, options.text_attention_learning_rate))
        groups = [(module.parameters(), rate) for module, rate in rates if module is not None]
        return optimizers + ([adam(groups, options.attention_beta1)] if groups else [])

    def _step(self, batch: Tensor, epoch: int, number: int) -> dict[str, Tensor]:
        """One step of E, D (eq. 8); after every ``hash_steps`` of them one step of G (eq. 9)."""
        maps, texts, labels = self._rows(batch.to(self.device))
        similar = label_similarity(labels, labels, self.options.similarity)
        attention = len(self.optimizers) > 1 and epoch >= self.options.attention_warmup
        terms = self._hashing_step(maps, texts, similar, attention)
        if attention and (number + 1) % self.options.hash_steps == 0:
            terms |= self._attention_step(maps, texts, similar)
        return terms

    def _rows(self, batch: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Return this process's maps and texts of the batch, and all its labels."""
        maps, texts, labels = self.data
        texts, labels, mine = texts[batch].float(), labels[batch], share(len(batch))
        if self.options.word_dropout:
            texts = texts * (torch.rand_like(texts) >= self.options.word_dropout)
        maps, Dropout.batch_size = maps[batch[mine]], len(batch)
        return maps if self.options.fine_tune else maps.float(), texts[mine], labels

    def _hashing_step(self, maps, texts, similar, attention: bool) -> dict[str, Tensor]:
        """min over E^I, E^T, D^I, D^T of the full objective (eq. 8)."""
        codes = self._forward(maps, texts, attention, through_mask=self.options.mask_gradient == "through")
        retrieval = cross_modal_retrieval_loss(codes.images, codes.texts, similar, **self._triplet_options)
        adversarial = adversarial_retrieval_loss(*codes, similar, **self._triplet_options)
        objective = sum(retrieval.values()) + self.options.adversarial_weight * sum(adversarial.values())
        descend(self.optimizers[0], objective)
        return {name: term.detach() for name, term in (retrieval | adversarial).items()}

    def _attention_step(self, maps, texts, similar) -> dict[str, Tensor]:
        """max over G^I, G^T of the adversarial retrieval loss (eq. 9)."""
        codes = self._forward(maps, texts, attention=True)
        if self.options.adversary_queries == "fixed":
            codes = codes._replace(images=codes.images.detach(), texts=codes.texts.detach())
        adversarial = adversarial_retrieval_loss(*codes, similar, **self._triplet_options)
        descend(self.optimizers[1], -sum(adversarial.values()))
        return {f"max {name}": term.detach() for name, term in adversarial.items()}

    def _forward(self, maps, texts, attention: bool, through_mask: bool = True) -> Codes:
        with autocast(self.device, self.options.precision):
            codes = self.network(maps, texts, attention, through_mask)
        return Codes(*(None if part is None else gather(part.float(), Dropout.batch_size) for part in codes))

    @property
    def _triplet_options(self) -> dict:
        options = self.options
        return {"margin": options.margin, "reduction": options.reduction, "distance": options.distance}

    @torch.inference_mode()
    def _encode(self, inputs, encode) -> np.ndarray:
        self.network.eval()
        blocks = []
        for start in range(0, inputs.shape[0], ENCODING_BATCH):
            block = inputs[start : start + ENCODING_BATCH]
            block = torch.from_numpy(block.toarray() if issparse(block) else np.array(block)).to(self.device)
            blocks.append(encode(block if block.dim() == 4 and self.options.fine_tune else block.float()).float().cpu())
        return torch.cat(blocks).numpy()
