"""The table of the search of image hashing: each draw's score, the chosen one bold, and its options; made-up scores."""

import pandas as pd
import pytest

from adahlib.experiments.grids.images import image_search
from adahlib.experiments.image_draws import IMAGE_ARMS, IMAGE_DRAWS, drawn_image_options
from adahlib.experiments.records.store import write_record
from adahlib.files import write_json
from adahlib.report.pages.image_search import equal_draws_in_words, search_records, search_scores, search_table
from tests.made_up import made_up_record


@pytest.fixture
def scores(tmp_path, monkeypatch):
    """Scores of all draws but one of DSH-GANs, .01 more a draw; .1 less with L_ssr, and .2 less in its last draw."""
    monkeypatch.setenv("ADAH_RESULTS", str(tmp_path))
    for number, spec in enumerate(image_search()):
        draw, variant = number % IMAGE_DRAWS, spec.options.get("variant")
        level = 0.4 + 0.01 * draw - (0.2 if draw == IMAGE_DRAWS - 1 else 0.1) * (variant == "ssr")
        metrics = {"map": level, "map_unlabelled": level, "chance": 0.1, "chance_unlabelled": 0.1}
        if (spec.method, draw) != ("dsh-gans", 0):
            write_record(made_up_record(spec, 0.5, 0.5) | {"metrics": metrics}, tmp_path / spec.record_path())
    return search_scores(search_records())


def test_every_draw_stands_with_its_score_and_the_chosen_one_with_its_options(scores, tmp_path, monkeypatch):
    monkeypatch.setattr("adahlib.experiments.image_chosen.FILE", tmp_path / "chosen.json")
    write_json({"cnnh": 2}, tmp_path / "chosen.json")
    table = search_table(scores).set_index("Row")
    assert len(table) == len(IMAGE_ARMS) and list(table.loc["CNNH"][:4]) == ["0.400", "0.410", "**0.420**", "0.430"]
    options = drawn_image_options("cnnh", "", 2)
    chosen = f"`learning_rate` = {options['learning_rate']}, `dropout` = {options['dropout']}"
    assert table.loc["CNNH", "Chosen"] == chosen
    assert table.loc["NINH", "Chosen"] == table.loc["DSH-GANs", "Draw 0"] == "–"
    assert {"SSGAH, baseline: L_sr", "SSGAH, with L_ssr and L_ar"} < set(table.index)


def test_variants_are_compared_draw_by_draw(scores):
    said = equal_draws_in_words(scores)
    assert "−0.200 to −0.100 (with L_ssr), 0.000 (with L_ar)" in said and said.endswith("over 4 draws.")
    part = scores.copy()
    part.loc[("ssgah", "baseline"), 3] = float("nan")
    assert "−0.100 (with L_ssr)" in equal_draws_in_words(part) and "over 3 draws" in equal_draws_in_words(part)
    assert equal_draws_in_words(pd.DataFrame(float("nan"), scores.index, scores.columns)) == ""
