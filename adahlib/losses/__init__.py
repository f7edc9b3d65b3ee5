"""The paper's losses, one file per idea, as pure functions of codes and similarities."""

from adahlib.losses.adversarial import adversarial_retrieval_loss
from adahlib.losses.distances import DISTANCES, pairwise_distance
from adahlib.losses.retrieval import cross_modal_retrieval_loss
from adahlib.losses.similarity import SIMILARITIES, label_similarity
from adahlib.losses.triplet import triplet_ranking_loss

__all__ = [
    "DISTANCES",
    "SIMILARITIES",
    "adversarial_retrieval_loss",
    "cross_modal_retrieval_loss",
    "label_similarity",
    "pairwise_distance",
    "triplet_ranking_loss",
]
