"""BGDH (Yan et al., IJCAI 2017): an embedding that predicts an image's neighbours in an anchor graph, and a pair loss.

The text of the paper was not available. What follows is its construction as others describe it, with Planetoid's
embedding and DPSH's loss; every number is a decision of this project.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn.functional import softplus

from adahlib.losses.likelihood import likelihood_loss, quantisation_loss
from adahlib.losses.masked_triplet import same_class
from adahlib.methods.images.anchor_graph import AnchorGraph
from adahlib.methods.images.deep import DeepImageHashing, HeadOptions, hidden_option
from adahlib.methods.images.head import HashHead
from adahlib.methods.images.items import Items
from adahlib.methods.options import check_range, option
from adahlib.training import descend

EMBEDDING_HIDDEN = 512  # width inside the embedding's network where the hashing network has no layer between


@dataclass(frozen=True)
class BGDHOptions(HeadOptions):
    """Hyperparameters of BGDH."""

    hidden: int = hidden_option()
    anchors: int = option(300, "K, number of anchors: centres of k-means")
    nearest: int = option(5, "s, anchors that an image is tied to")
    embedding: int = option(50, "dimensions of the embedding e")
    window: int = option(3, "most walks from anchor to anchor between an image and its context")
    negatives: int = option(1, "random contexts beside each that a walk reaches")
    graph_weight: float = option(0.1, "λ, weight of predicting the context")
    quantisation: float = option(0.1, "η, weight of the distance between outputs and codes")

    def __post_init__(self) -> None:
        super().__post_init__()
        for name in ("anchors", "nearest", "embedding", "window", "negatives"):
            check_range(name, getattr(self, name), 1)
        for name in ("graph_weight", "quantisation"):
            check_range(name, getattr(self, name), 0)


class EmbeddedHead(HashHead):
    """A hashing network that sees an embedding of the features beside them.

    Args:
        features, hidden, bits, dropout: as in ``HashHead``.
        embedding: dimensions of e.
    """

    def __init__(self, features: int, hidden: int, bits: int, embedding: int, dropout: float = 0.0):
        super().__init__(features + embedding, hidden, bits, dropout)
        self.scale = type(self.scale)(features)
        inner = hidden or EMBEDDING_HIDDEN
        self.embed = nn.Sequential(nn.Linear(features, inner), nn.ReLU(), nn.Linear(inner, embedding))
        self.mix = nn.Sequential(nn.Linear(embedding, embedding), nn.ReLU())

    def outputs(self, scaled: Tensor) -> tuple[Tensor, Tensor]:
        """Return real-valued outputs u (n, q) and embeddings e (n, k) of standardised features (n, d)."""
        embedded = self.embed(scaled)
        return self.output(self.hidden(torch.cat([scaled, self.mix(embedded)], dim=1))), embedded

    def forward(self, features: Tensor) -> Tensor:
        """Return σ(u), (n, q): a bit is one where u ≥ 0."""
        return torch.sigmoid(self.outputs(self.scale(features))[0])


class BGDH(DeepImageHashing):
    """BGDH (Yan et al., IJCAI 2017): bipartite graph deep hashing, the inductive variant.

    The embedding e of an image is a function of its features. Images are tied to their nearest anchors; a walk goes
    from an image over an anchor to another image. The embedding learns to tell such contexts c from random ones, −log
    σ(± eᵀw_c), for labelled and unlabelled images; the hashing network sees features and embedding, and learns from
    pairs of labelled images, −Σ(S_ij Θ_ij − log(1 + e^Θ_ij)) + η‖b − u‖² with Θ = ½ u_iᵀu_j, here the mean over pairs
    and over outputs. The graph is of the frozen features, also where the network is trained.

    Arguments, attributes and errors are those of ``DeepImageHashing``.

    The text of the paper was not available; what is not in others' descriptions of it is a decision of this project.

    Example:
        >>> from adahlib.datasets import miniature_pairs
        >>> from adahlib.methods.images import BGDH
        >>> pairs = miniature_pairs()
        >>> vectors, labels = pairs.images.reshape(len(pairs), -1) / 255, pairs.labels.copy()
        >>> labels[40:] = 0  # images without a label
        >>> BGDH(8, epochs=1, hidden=16, anchors=10).fit(vectors, labels).encode(vectors)
        BinaryCodes(60 codes of 8 bits)
    """

    Options = BGDHOptions

    def reads_features(self) -> bool:
        """Return True: the graph is made of them."""
        return True

    def make_head(self, features: int) -> HashHead:
        """Return the hashing network with its embedding."""
        options = self.options
        return EmbeddedHead(features, options.hidden, self.bits, options.embedding, options.dropout)

    def make_network(self, items: Items) -> nn.Module:
        """Return the network, with a vector w_c for every image as a context, after the graph was made."""
        graph = AnchorGraph.of(items.frozen[0].cpu().numpy(), self.options.anchors, self.options.nearest, self.seed)
        self.graph = graph.to(self.device)
        network = super().make_network(items)
        contexts = nn.Embedding(len(items.labels), self.options.embedding)
        nn.init.normal_(contexts.weight, std=self.options.embedding**-0.5)
        network["contexts"] = contexts
        return network

    def step(
        self, items: Items, optimizers: list[torch.optim.Optimizer], batch: Tensor, epoch: int, number: int
    ) -> dict[str, Tensor]:
        labelled, head = items.labelled[batch], self.network["hash"]
        outputs, _ = head.outputs(head.scale(self.features(items.inputs(labelled))))
        labels = items.labels[labelled]
        losses = {
            "pairs": likelihood_loss(outputs, outputs, same_class(labels, labels).float()) / len(labels) ** 2,
            "quantisation": quantisation_loss(outputs, outputs.detach().sign()) / outputs.numel(),
            "context": self.context_loss(items, len(batch)),
        }
        weights = {"quantisation": self.options.quantisation, "context": self.options.graph_weight}
        descend(optimizers[0], sum(weights.get(name, 1.0) * loss for name, loss in losses.items()))
        return {name: loss.detach() for name, loss in losses.items()}

    def context_loss(self, items: Items, count: int) -> Tensor:
        """Return the mean −log σ(eᵀw_c) of contexts that walks reach plus the mean −log σ(−eᵀw_c) of random ones."""
        total, device = len(items.labels), items.labels.device
        images = torch.randint(total, (count,), device=device)
        lengths = torch.randint(1, self.options.window + 1, (count,), device=device)
        reached = images
        for length in range(1, self.options.window + 1):
            reached = torch.where(lengths >= length, self.graph.walk(reached), reached)
        others = torch.randint(total, (self.options.negatives, count), device=device)
        head, table = self.network["hash"], self.network["contexts"]
        embedded = head.embed(head.scale(self.features(items.inputs(images))))
        found = softplus(-(embedded * table(reached)).sum(1)).mean()
        return found + softplus((embedded * table(others)).sum(2)).mean()
