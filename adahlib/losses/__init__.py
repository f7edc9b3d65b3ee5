"""The losses of all methods, one file per idea, as pure functions of codes, labels and similarities."""

from adahlib.losses.adversarial import adversarial_retrieval_loss
from adahlib.losses.adversary import deceiver_loss, gaussian_divergence, judge_loss, triplet_hinge, violating_mean
from adahlib.losses.distances import DISTANCES, pairwise_distance
from adahlib.losses.likelihood import (
    balance_loss,
    decorrelation_loss,
    likelihood_loss,
    quantisation_loss,
    unified_codes,
)
from adahlib.losses.margin import bitwise_margin_loss, cosine_margin_loss
from adahlib.losses.masked_triplet import masked_triplet_loss, same_class
from adahlib.losses.retrieval import cross_modal_retrieval_loss
from adahlib.losses.similarity import SIMILARITIES, label_similarity
from adahlib.losses.triplet import triplet_ranking_loss

__all__ = [
    "DISTANCES",
    "SIMILARITIES",
    "adversarial_retrieval_loss",
    "balance_loss",
    "bitwise_margin_loss",
    "cosine_margin_loss",
    "cross_modal_retrieval_loss",
    "deceiver_loss",
    "decorrelation_loss",
    "gaussian_divergence",
    "judge_loss",
    "label_similarity",
    "likelihood_loss",
    "masked_triplet_loss",
    "pairwise_distance",
    "quantisation_loss",
    "same_class",
    "triplet_hinge",
    "triplet_ranking_loss",
    "unified_codes",
    "violating_mean",
]
