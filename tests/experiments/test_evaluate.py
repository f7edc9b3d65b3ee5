"""The metrics of a record against the public functions, called once for each direction and part."""

import numpy as np

from adahlib.datasets.splits import Split
from adahlib.experiments.evaluate import evaluate
from adahlib.retrieval import BinaryCodes, mean_average_precision, precision_recall


def test_each_number_is_of_its_own_direction_and_part():
    rng = np.random.default_rng(0)
    images, texts = (BinaryCodes.from_signs(rng.standard_normal((60, 7))) for _ in range(2))
    labels = rng.integers(0, 2, (60, 3))
    order = rng.permutation(60)
    split = Split(*(np.sort(part) for part in (order[:15], order[15:], order[25:50], order[15:25])))
    metrics = evaluate(images, texts, labels, split)
    for name, asked, stored in (("i2t", images, texts), ("t2i", texts, images)):
        test, held = (
            (asked[query], stored[database], labels[query], labels[database])
            for query, database in ((split.query, split.database), (split.validation, split.validation_database))
        )
        assert metrics[f"map_{name}"] == mean_average_precision(*test)
        for ties in ("optimistic", "pessimistic"):
            assert metrics[f"map_{name}_{ties}"] == mean_average_precision(*test, ties=ties)
        assert metrics["validation"][f"map_{name}"] == mean_average_precision(*held)
        precision, recall = precision_recall(*test)
        curve = metrics["precision_recall"][name]
        np.testing.assert_allclose(np.array(curve["precision"], float), precision, atol=1e-6)
        np.testing.assert_allclose(curve["recall"], recall, atol=1e-6)
