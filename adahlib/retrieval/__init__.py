"""Binary codes, their rankings, and the metrics that are computed from distance histograms."""

from adahlib.retrieval.average_precision import CONVENTIONS, TIES, average_precision, mean_average_precision
from adahlib.retrieval.bootstrap import paired_bootstrap
from adahlib.retrieval.bootstrap_seeds import hierarchical_bootstrap
from adahlib.retrieval.code_files import load_codes, save_codes
from adahlib.retrieval.codes import BinaryCodes
from adahlib.retrieval.hamming_ranking import HammingRanking
from adahlib.retrieval.index import HammingIndex
from adahlib.retrieval.index_files import load_index, save_index
from adahlib.retrieval.lasting_index import LastingIndex
from adahlib.retrieval.mask_scores import mask_scores
from adahlib.retrieval.nearest import top_k, within_radius
from adahlib.retrieval.precision_recall import pooled_precision_recall, precision_recall
from adahlib.retrieval.ranking import distance_histograms
from adahlib.retrieval.relevance import chance_level, queries_without_relevant

__all__ = [
    "CONVENTIONS",
    "TIES",
    "BinaryCodes",
    "HammingIndex",
    "HammingRanking",
    "LastingIndex",
    "average_precision",
    "chance_level",
    "distance_histograms",
    "hierarchical_bootstrap",
    "load_codes",
    "load_index",
    "mask_scores",
    "mean_average_precision",
    "paired_bootstrap",
    "pooled_precision_recall",
    "precision_recall",
    "queries_without_relevant",
    "save_codes",
    "save_index",
    "top_k",
    "within_radius",
]
