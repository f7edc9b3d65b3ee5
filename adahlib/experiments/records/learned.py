"""Which runs did not learn: what they measured says nothing of the options that they were run with."""

from collections.abc import Mapping

from adahlib.methods import ALL_METHODS

MAPS = ("map_t2i", "map_i2t", "map")  # of pairs, or of images alone
SHARE = 0.02  # of the way from chance to a perfect ranking


def did_not_learn(record: Mapping) -> bool:
    """Return whether a run of a method that trains in epochs left one direction of retrieval at chance.

    The rule: in at least one direction (MAP − chance)/(1 − chance) is below .02. MAP is that of the validation queries,
    or of the test queries where there are none; chance is the record's.

    Why one direction is enough: where a branch of the network gives all items the same code, the queries of the other
    branch rank nothing, while its own codes as queries still rank the database in one fixed order, which can lie a few
    hundredths above chance. Why .02: MAP of random codes differs from chance by a few thousandths with a thousand
    queries, and a network that trains at all is far above: of 223 records of deep methods that were there when the rule
    was written, three had at most 0, and none of the others less than .27. Losses are no part of it: where one branch
    has collapsed the loss within the other modality still falls. Methods in closed form are not judged: they reach
    their optimum whether or not it serves retrieval.

    Args:
        record: as ``read_record`` returns it.
    """
    if not ALL_METHODS[record["spec"]["method"]].has_epochs:
        return False
    metrics = record["metrics"]
    measured, chance = metrics.get("validation") or metrics, metrics["chance"]
    return any(measured[name] - chance < SHARE * (1 - chance) for name in MAPS if name in measured)
