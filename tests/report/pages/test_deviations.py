"""The table of what the profile ``paper`` does where the paper leaves a choice: values of the options, not typed."""

from adahlib.methods import METHODS
from adahlib.report.pages.deviations import POINTS, answer, deviations_table


def test_answers_are_the_profiles_own_options():
    table = deviations_table().set_index("Point")["Here"]
    assert table["Triplets of eq. 5 and 6"] == "`reduction` = sum"
    assert table["E^I"] == "VGG-19 at 224 px"
    options = {"margin": 1.0, "distance": "euclidean"}
    assert answer(("margin", "distance"), options) == "`margin` = 1.0, `distance` = euclidean"


def test_every_open_option_is_a_point():
    """An option whose help says that it is open has its answer in the table."""
    named = {name for _, _, ours in POINTS if not isinstance(ours, str) for name in ours}
    fields = METHODS["adah"].Options.__dataclass_fields__.values()
    assert {each.name for each in fields if "open" in each.metadata["help"]} <= named
