"""The cross-modal similarity matrix S of section 3.1, from multi-label annotations."""

from torch import Tensor

from adahlib.deprecation import renamed_arguments
from adahlib.errors import unknown_name

#: Ways to make the similarity matrix S of labels that ``label_similarity`` knows.
SIMILARITIES = ("share", "count")


@renamed_arguments("1.0", candidate_labels="database_labels")
def label_similarity(query_labels: Tensor, database_labels: Tensor, similarity: str = "share") -> Tensor:
    """Return the similarity matrix S (n, m) of items with 0/1 labels (n, c) and (m, c) (section 3.1).

    Args:
        query_labels: (n, c) 0/1.
        database_labels: (m, c) 0/1.
        similarity: ``"share"``, S = 1 if the items share a label, else 0 (section 3.1); ``"count"``, the number
            of shared labels, which the condition S(i, j) > S(i, k) of eq. 5 also allows.

    Raises:
        AdahError: the similarity is unknown.

    Example:
        >>> import torch
        >>> from adahlib.losses import label_similarity
        >>> labels = torch.tensor([[1, 1, 0], [0, 1, 0], [0, 0, 1]])
        >>> label_similarity(labels[:1], labels).tolist()
        [[1.0, 1.0, 0.0]]
        >>> label_similarity(labels[:1], labels, "count").tolist()
        [[2.0, 1.0, 0.0]]
    """
    if similarity not in SIMILARITIES:
        raise unknown_name("similarity", similarity, SIMILARITIES)
    shared = query_labels.float() @ database_labels.float().T
    return shared if similarity == "count" else (shared > 0).float()
