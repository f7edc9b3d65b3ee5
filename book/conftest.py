"""``pytest --nbval`` on a page compares pictures too, by how they look; by itself nbval passes any picture."""

import base64
import functools

from nbval.plugin import IPyNbCell

from adahlib.report.book.pictures import look_alike


def pictures(outputs):
    """Return the PNG files among a cell's outputs."""
    found = [output.get("data", {}).get("image/png") for output in outputs]
    return [base64.b64decode(picture) for picture in found if picture]


def with_pictures(compare):
    """Return nbval's comparison of a cell's outputs with that of their pictures after it."""

    @functools.wraps(compare)
    def compare_outputs(self, test, ref, skip_compare=None):
        if not compare(self, test, ref, skip_compare):
            return False
        mine, theirs = pictures(test), pictures(ref)
        same = len(mine) == len(theirs) and all(map(look_alike, mine, theirs))
        if not same:
            self.comparison_traceback.append("a picture looks otherwise than the committed one")
        return same

    return compare_outputs


# fixtures do not reach nbval's cells, so its class itself is taken
IPyNbCell.compare_outputs = with_pictures(IPyNbCell.compare_outputs)
