"""The bits of a row that must be zero, against a loop over all of them."""

import numpy as np
import pytest

from adahlib.errors import AdahError
from adahlib.retrieval.shard_checks import check_unused


@pytest.mark.parametrize("used", [1, 7, 8, 9, 12, 48, 63, 64, 65, 100, 127, 128])
def test_a_one_is_refused_exactly_where_no_bit_is_used(tmp_path, used):
    width = -(-used // 64) * 64
    for bit in range(width):
        row = np.zeros(width, np.uint8)
        row[bit] = 1
        words = np.stack([np.zeros(width // 8, np.uint8), np.packbits(row)]).view(np.uint64)
        if bit < used:
            check_unused(words, used, tmp_path, first=0)
            continue
        with pytest.raises(AdahError, match=f"ones behind the {used} bits of a row, first in row 1,001"):
            check_unused(words, used, tmp_path, first=1000)
