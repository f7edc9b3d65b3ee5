"""The tables of the benchmarks page, from small measurements of that form."""

from adahlib.report.pages.benchmarks import (
    finished_in_words,
    gpu_evaluation_table,
    gpu_training_table,
    grid_table,
    growth_table,
    image_cost_table,
    image_features_in_words,
    index_table,
    ranking_table,
    shallow_cost_table,
    shard_cost_table,
    shard_table,
    shards_in_words,
    thread_table,
    training_table,
)


def row(way, speed, extra=3.0):
    return {"way": way, "database": 1000, "bits": 16, "queries_a_second": speed, "extra_mb": extra, "peak_mb": 900}


MEASURED = {
    "side_by_side": [row("adahlib", 12_000.0), row("(a) loop with argsort", 100.0), row("(d) torchmetrics", 20.0)],
    "growth": [row("adahlib", 5_000.0) | {"pairs_a_second": 5e6, "gb_read_a_second": 0.5}],
    "indexes": [{"kind": "flat", "recall_at_10": 1.0, "queries_a_second": 1234, "build_seconds": 0.25}],
    "threads": 2,
}
RUN = {
    "jobs": 1, "runs": 8, "seconds": 40.0, "runs_a_minute": 12.0, "training_seconds_a_run": 2.0,
    "seconds_a_run_beyond_training": 1.5, "seconds_a_run_of_the_engine": 0.5, "asked_again_seconds": 3.2,
}  # fmt: skip


def test_tables():
    (cells,) = ranking_table(MEASURED).to_dict("records")
    assert cells["adahlib"] == "12,000" and cells["Speed-up over (a)"] == "120×" and cells["Extra MB, adahlib"] == "3"
    (cells,) = growth_table(MEASURED).to_dict("records")
    assert cells["Million pairs a second"] == "5" and cells["GB read a second"] == "0.50"
    (cells,) = index_table(MEASURED).to_dict("records")
    assert cells["Recall@10"] == "1.000" and cells["Queries a second"] == "1,234"
    measured = {"throughput": [RUN], "finished": {"runs": 200, "seconds": 2.5}}
    (row,) = grid_table(measured).to_dict("records")
    assert row["Beyond training, s a run"] == "1.50"
    assert finished_in_words(measured) == "The states of a finished grid of 200 runs are found in 2.5 s."


def test_cost_of_the_shallow_methods():
    rows = [{"method": "scm", "bits": 64, "seconds": 3.21, "peak_mb": 1234, "before_mb": 700, "shape": [10, 4, 3]}]
    assert shallow_cost_table({"rows": rows}).iloc[0].tolist() == ["SCM", 64, "3.2", "1,234", "700"]


def test_other_codes_of_a_way_are_told():
    ways = (("script", "a"), ("adah run", "b"))
    rows = [{"way": way, "busy": 2, "seconds": 41.6, "codes": codes} for way, codes in ways]
    assert thread_table({"rows": rows})["Codes"].tolist() == ["the same", "others"]
    assert thread_table({"rows": rows}).iloc[0].tolist()[:3] == ["script", 2, "42"]


def test_speed_of_training_end_to_end():
    measured = {"images_a_second": {"adahlib": 45.52, "plain PyTorch": 22.3}}
    assert training_table(measured)["Images a second"].tolist() == ["45.5", "22.3"]


def test_what_image_hashing_costs():
    measured = {"seconds_an_image": {"GIST": 0.00087, "CNN (64 px)": 0.0018}}
    row = {"method": "dsh-gans", "gan_step": 0.466, "game_step": 2.71, "gan_minutes": 28.6, "run_minutes": 23.7}
    measured["methods"] = [row | {"peak_mb": 2047}]
    assert "take 0.9 ms for GIST, 1.8 ms for CNN (64 px) of one core" in image_features_in_words(measured)
    assert image_cost_table(measured).iloc[0].tolist() == ["DSH-GANs", "0.47", "2.71", "29", "24", "2,047"]


def test_what_bounds_a_count_from_the_disk():
    paper = {"bound": "counting", "gb_read": 1.6, "counting_seconds": 4.0, "queries_where_both_take_as_long": 44.4}
    measured = {"queries": 100, "disk_gb_a_second": 1.04, "memory_gb_a_second": 31.0, "on_paper": [paper]}
    said = shards_in_words(measured)
    assert said.startswith("With 100 queries counting is the bound; below 44 it would be the disk, which gives 1.0 GB")
    assert "takes 0.40 GB a second" in said


def test_figures_of_a_gpu():
    training = {"images_a_second": {"adahlib": 2178.2, "bare loop": 2290.3}, "times": 0.951, "pairs": 10_000}
    training |= {"minutes_of_100_epochs": 7.639, "memory_gb": 10.46}
    assert gpu_training_table({"training": training})["Measured"].tolist() == ["2,178", "2,290", "95.1%", "7.6", "10.5"]
    row = {"database": 18_015, "bits": 64, "queries_a_second": {"cuda": 140_380.4, "cpu": 41_209.4}}
    assert gpu_evaluation_table({"evaluation": [row]}).iloc[0].tolist() == ["18,015", 64, "140,380", "41,209"]


def test_shards_beside_memory_and_their_cost_on_paper():
    way = {"items": 10_000_000, "seconds": 4.25, "pairs_a_second": 1e9, "peak_mb": 963}
    rows = [{"way": "in memory"} | way, {"way": "shards"} | way | {"pairs_a_second": 7.5e8}]
    assert shard_table({"rows": rows}).iloc[1].tolist() == ["shards", "10,000,000", "4.2", "750", "75%", "963"]
    paper = {"items": 10**9, "gb_read": 16.0, "gb_with_ids": 24.0, "counting_seconds": 100.4, "reading_seconds": 20.2}
    expected = ["1,000,000,000", "16.0", "24.0", "100", "20", "counting"]
    assert shard_cost_table({"on_paper": [paper | {"bound": "counting"}]}).iloc[0].tolist() == expected
