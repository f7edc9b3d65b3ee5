"""Wide tables: cells stand where they belong, in order, and the best one of each column is bold."""

import numpy as np
import pandas as pd

from adahlib.report.wide import breakable, wide_table

CELLS = pd.DataFrame(
    [
        (method, whose, f"{bits} bits", value, f"{value:.2f}")
        for whose, values in {"paper": (0.9, 0.8, 0.7, 0.95), "ours": (0.5, 0.6, 0.7, 0.6)}.items()
        for (method, bits), value in zip(
            [(m, b) for m in ("CCA", "ADAH") for b in (16, 32)], values, strict=True
        )
    ],
    columns=["Method", "Whose", "column", "value", "text"],
)


def test_cells_stand_in_their_rows_and_columns():
    shown = wide_table(CELLS)
    assert list(shown.columns) == ["Method", "Whose", "16 bits", "32 bits"]
    assert shown.iloc[0].tolist() == ["CCA", "paper", "0.90", "0.80"]
    assert shown.set_index(["Method", "Whose"]).loc[("ADAH", "ours"), "32 bits"] == "0.60"


def test_the_best_of_a_column_is_bold_among_rows_of_its_kind():
    shown = wide_table(CELLS, "Whose").set_index(["Method", "Whose"])
    assert shown.loc[("CCA", "paper"), "16 bits"] == "**0.90**" and shown.loc[("ADAH", "ours"), "16 bits"] == "**0.70**"
    assert shown.loc[("ADAH", "paper"), "16 bits"] == "0.70" and shown.loc[("CCA", "ours"), "16 bits"] == "0.50"
    tied = shown["32 bits"].xs("ours", level="Whose")
    assert (tied == "**0.60**").all()  # equal values are both the best


def test_a_cell_that_is_missing_is_a_dash_and_one_alone_is_not_bold():
    part = CELLS[(CELLS["Method"] == "CCA") | (CELLS["column"] == "16 bits")]
    shown = wide_table(part, "Whose").set_index(["Method", "Whose"])
    assert shown.loc[("ADAH", "ours"), "32 bits"] == "–" and shown.loc[("CCA", "ours"), "32 bits"] == "0.60"


def test_a_value_that_is_not_a_number_is_never_the_best():
    shown = wide_table(CELLS.assign(value=np.nan), "Whose")
    assert not shown.apply(lambda column: column.str.contains(r"\*")).any().any()


def test_one_naming_column_is_enough():
    shown = wide_table(CELLS[CELLS["Whose"] == "ours"].drop(columns="Whose"))
    assert list(shown.columns) == ["Method", "16 bits", "32 bits"]


def test_a_deviation_may_stand_on_a_line_of_its_own_and_stays_in_one_piece():
    shown = breakable(pd.DataFrame({"16 bits": ["**0.600\u00a0±\u00a00.010**"], "n": [3]}))
    assert shown.to_numpy().tolist() == [["**0.600 ±\u00a00.010**", 3]]
