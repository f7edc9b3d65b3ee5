"""The page of methods: names that can be imported, and every option with every profile's value."""

import importlib

from adahlib.datasets import MEASURED
from adahlib.experiments.profiles import profile_options
from adahlib.losses import triplet_ranking_loss
from adahlib.methods.deep.adah_options import AdahOptions
from adahlib.report.pages.method import (
    code_table,
    options_table,
    shallow_methods_table,
    shallow_options_table,
    shortened,
)
from adahlib.report.titles import NOUNS


def test_names_can_be_imported_as_they_stand():
    row = code_table({"eq. 5": triplet_ranking_loss}).iloc[0]
    name, module = row["Code"].replace("`", "").split(" in ")
    assert getattr(importlib.import_module(f"adahlib.{module}"), name) is triplet_ranking_loss
    assert row["What it says"].startswith("Return the triplet ranking loss F_{A→B}")


def test_every_option_is_listed():
    table = options_table().set_index("Option")
    assert len(table) == len(AdahOptions.__dataclass_fields__)
    assert table.loc["`margin`", "paper"] == AdahOptions().margin
    for dataset in MEASURED:
        changed = profile_options("cpu", dataset)["epochs"]
        assert table.loc["`epochs`", f"cpu, {NOUNS[dataset]}"] == changed != AdahOptions.epochs


def test_who_set_an_option_and_whether_it_is_drawn():
    table = options_table().set_index("Option")
    assert table["Value from"][["`hash_steps`", "`margin`"]].tolist() == ["paper", "this book"]
    assert table.loc["`learning_rate`", "Value from"] == "this book"
    assert table["In the search"][["`hash_steps`", "`margin`", "`text_threshold`"]].tolist() == ["", "✓", "✓"]
    assert options_table("dcmh").set_index("Option")["In the search"]["`gamma`"] == "✓"


def test_options_of_a_deep_baseline():
    table = options_table("dcmh").set_index("Option")
    assert table.loc["`gamma`", "paper"] == 1.0 and table.loc["`optimizer`", "cpu, photos"] == "adam"
    assert shortened(0.1**1.5) == 0.0316 and shortened("adam") == "adam" and shortened(10_000) == 10_000


def test_shallow_methods_with_options_and_database_codes():
    table = shallow_methods_table(["scm", "cmfh"]).set_index("Method")
    assert list(table["Database codes"]) == ["per-modality", "unified"]
    assert table.loc["SCM", "Code"] == "`SCM` in `methods.shallow.scm`"
    options = shallow_options_table(["cmfh"]).set_index("Option")
    assert options.loc["`mu`", "Default"] == 100.0 and "P_t" in options.loc["`mu`", "Meaning"]
