"""The table of what the profile ``paper`` of image hashing does where papers leave a choice: options, not typed."""

from adahlib.methods import IMAGE_METHODS
from adahlib.report.pages.image_deviations import IMAGE_POINTS, image_deviations_table


def test_answers_are_the_profiles_own_options():
    table = image_deviations_table().set_index(["Method", "Point"])["Here"]
    assert table["SSGAH", "Network f"] == "AlexNet (fc7) at 224 px"
    assert table["SSGAH", "Layer between f and the codes"] == "`hidden` = 0"
    assert table["SSDH", "Network"] == "CNN-F (fc7) at 224 px"
    assert not table.str.contains("None").any() and table.str.len().min() > 5


def test_every_trained_method_has_its_points():
    assert set(IMAGE_POINTS) == {name for name, method in IMAGE_METHODS.items() if method.has_epochs}
