"""The pictures behind Fig. 6: pairs whose attention masks a record keeps."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from adahlib.errors import AdahError


@dataclass(frozen=True, eq=False)
class Examples:
    """Some query pairs of a run: their ids and attention masks Z^I, (k, h, w) bool."""

    ids: list[str]
    masks: np.ndarray


def mask_examples(records: pd.DataFrame, count: int = 6) -> Examples:
    """Return the first ``count`` examples of the first record that keeps masks.

    Raises:
        AdahError: no record keeps masks.
    """
    for record in records["record"]:
        if kept := record.get("examples"):
            masks = [[[cell == "1" for cell in row] for row in mask] for mask in kept["masks"]]
            return Examples(kept["ids"][:count], np.array(masks, dtype=bool)[:count])
    asked = records.iloc[0]["path"] if len(records) else "runs/"
    raise AdahError(f"{asked} keeps no attention masks; make it again with `adah run --force`, with visual attention.")


def positions_of(pairs, ids: list[str]) -> list[int]:
    """Return where the ids stand in the data set; raise AdahError if one is not there."""
    places = {identifier: place for place, identifier in enumerate(pairs.ids)}
    unknown = [identifier for identifier in ids if identifier not in places]
    if unknown:
        raise AdahError(f"{pairs.name} has no pair {unknown[0]!r}; the record was made from other data.")
    return [places[identifier] for identifier in ids]
