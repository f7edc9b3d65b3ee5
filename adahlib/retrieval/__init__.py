"""Binary codes, their rankings, and the metrics that are computed from distance histograms.

Indexes are on FAISS, which ``pip install "adahlib[index]"`` brings. Without it their names are left out of ``__all__``,
and all else serves.
"""

from typing import TYPE_CHECKING

from adahlib.extras import installed
from adahlib.lazy import names_on_use
from adahlib.retrieval.average_precision import CONVENTIONS, TIES, average_precision, mean_average_precision
from adahlib.retrieval.bootstrap_seeds import hierarchical_bootstrap
from adahlib.retrieval.code_files import load_codes, save_codes
from adahlib.retrieval.codes import BinaryCodes
from adahlib.retrieval.hamming_metric import HammingMetric
from adahlib.retrieval.hamming_ranking import HammingRanking
from adahlib.retrieval.lasting_index import LastingIndex
from adahlib.retrieval.mask_scores import mask_scores
from adahlib.retrieval.nearest import top_k, within_radius
from adahlib.retrieval.precision_recall import pooled_precision_recall, precision_recall
from adahlib.retrieval.ranking import distance_histograms
from adahlib.retrieval.relevance import chance_level, queries_without_relevant
from adahlib.retrieval.shard_ranking import rank_shards, shard_histograms
from adahlib.retrieval.shard_writer import ShardWriter, write_shards
from adahlib.retrieval.shards import CodeShards, Shard, open_shards

if TYPE_CHECKING:  # type checkers do not call __getattr__
    from adahlib.retrieval.bootstrap import paired_bootstrap
    from adahlib.retrieval.index import HammingIndex
    from adahlib.retrieval.index_files import load_index, save_index

# name → module, imported when the name is used: these need FAISS, and the bootstrap scipy.stats, which takes a sixth of
# the time in which a command starts
WITH_FAISS = {"HammingIndex": "index", "load_index": "index_files", "save_index": "index_files"}
ON_USE = WITH_FAISS | {"paired_bootstrap": "bootstrap"}
__all__ = [
    "CONVENTIONS",
    "TIES",
    "BinaryCodes",
    "CodeShards",
    "HammingMetric",
    "HammingRanking",
    "LastingIndex",
    "Shard",
    "ShardWriter",
    "average_precision",
    "chance_level",
    "distance_histograms",
    "hierarchical_bootstrap",
    "load_codes",
    "mask_scores",
    "mean_average_precision",
    "open_shards",
    "paired_bootstrap",
    "pooled_precision_recall",
    "precision_recall",
    "queries_without_relevant",
    "rank_shards",
    "save_codes",
    "shard_histograms",
    "top_k",
    "within_radius",
    "write_shards",
]

UNLISTED = () if installed("index") else tuple(WITH_FAISS)
if not UNLISTED:
    __all__ += ["HammingIndex", "load_index", "save_index"]

__getattr__, __dir__ = names_on_use(__name__, ON_USE, UNLISTED)
