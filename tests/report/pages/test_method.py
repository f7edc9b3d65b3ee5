"""The page of methods: names that can be imported, and every option with every profile's value."""

import importlib

from adahlib.datasets import MEASURED
from adahlib.experiments.profiles import profile_options
from adahlib.losses import triplet_ranking_loss
from adahlib.methods.deep.adah_options import AdahOptions
from adahlib.report.pages.method import code_table, options_table, shallow_methods_table, shallow_options_table


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
        assert table.loc["`epochs`", f"cpu, {dataset}"] == changed != AdahOptions.epochs


def test_who_set_an_option_and_whether_it_is_drawn():
    table = options_table().set_index("Option")
    assert table["Set by"][["`hash_steps`", "`margin`", "`learning_rate`"]].tolist() == ["paper", "hand", "hand"]
    assert table["Drawn"][["`hash_steps`", "`margin`", "`text_threshold`"]].tolist() == ["", "✓", "✓"]
    assert options_table("dcmh").set_index("Option")["Drawn"]["`gamma`"] == "✓"


def test_options_of_a_deep_baseline():
    table = options_table("dcmh").set_index("Option")
    assert table.loc["`gamma`", "paper"] == 1.0 and table.loc["`optimizer`", "cpu, mirflickr25k"] == "adam"


def test_shallow_methods_with_options_and_database_codes():
    table = shallow_methods_table(["scm", "cmfh"]).set_index("Method")
    assert list(table["Database codes"]) == ["per-modality", "unified"]
    assert table.loc["SCM", "Code"] == "`SCM` in `methods.shallow.scm`"
    options = shallow_options_table(["cmfh"]).set_index("Option")
    assert options.loc["`mu`", "Default"] == 100.0 and "P_t" in options.loc["`mu`", "Meaning"]
