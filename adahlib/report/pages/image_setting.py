"""The box "Setting" of the pages of image hashing."""

import pandas as pd

from adahlib.report.captions import each
from adahlib.report.captions import seeds as seeds_in_words
from adahlib.report.setting_box import Box, facts_of_runs
from adahlib.report.text import EMPTY


def labelled_data(records: pd.DataFrame) -> str:
    """Return the data sets of records, with the numbers of queries, database and images whose label trains."""
    form, sizes = "{title}: {query:,} queries, {database:,} in the database", {}
    for data in (record["data"] for record in records["record"]):
        about = form.format(title=data["title"], **data["counts"])
        sizes.setdefault(about, set()).add(data["counts"]["train"])
    numbers = {about: each(f"{size:,}" for size in sorted(found)) for about, found in sizes.items()}
    return each(f"{about}, of which {number} have a label that trains" for about, number in numbers.items())


def image_setting_box(*tables: pd.DataFrame) -> Box:
    """Return the box "Setting" of tables of records of image hashing."""
    there = [table for table in tables if len(table)]
    records = pd.concat(there) if there else pd.DataFrame()
    if records.empty:
        return Box("Setting", {"Records": "none yet"})
    rule = each(f"{r['convention']['map'].removeprefix('all: ')}, ties by expectation" for r in records["record"])
    chance = each(f"{value:.3f}" for value in records["chance"]) or EMPTY
    facts = {"Data": f"{labelled_data(records)}; chance {chance}", "MAP": rule, "Seeds": seeds_of_rows(records)}
    return Box("Setting", facts | facts_of_runs(records))


def seeds_of_rows(records: pd.DataFrame) -> str:
    """Return what the numbers are means of; where rows have different numbers of seeds, that the tables have them."""
    counts = records.groupby(["label", "bits"])["seed"].nunique()
    if counts.nunique() == 1:
        return seeds_in_words(records)
    return f"mean ± standard deviation over n seeds from 0 on, n = {counts.min()} to {counts.max()} as the tables say"
