"""The box "Setting" of a page: what all its numbers hang on, once, so that captions can say what one sees."""

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd
from markdown_it import MarkdownIt

from adahlib.report.captions import (
    backbone,
    chance,
    convention,
    data_set,
    database_part,
    device_part,
    seeds,
    stale_part,
    training,
    unlearned_part,
)
from adahlib.report.titles import dataset_title

Part = Callable[[pd.DataFrame], str]


@dataclass(frozen=True, eq=False)
class Box:
    """A titled box of facts, as a page displays it.

    Attributes:
        title: of the box.
        facts: name and text of each fact; a fact without text is left out.
    """

    title: str
    facts: dict[str, str]

    @property
    def data(self) -> str:
        """The MyST directive, called as in IPython's ``Markdown``."""
        return "\n".join([f":::{{admonition}} {self.title}", ":class: setting dropdown", "", *self.lines(), ":::"])

    def lines(self) -> list[str]:
        """Return the facts as a Markdown list."""
        return [f"- **{name}**: {text}" for name, text in self.facts.items() if text]

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict[str, str]:
        plain = "\n".join([self.title, *self.lines()])
        html = MarkdownIt("commonmark", {"html": False}).render("\n".join([f"**{self.title}**", "", *self.lines()]))
        return {"text/markdown": self.data, "text/html": html, "text/plain": plain}


def setting_box(records: pd.DataFrame, *others: pd.DataFrame) -> Box:
    """Return the box of a page.

    Args:
        records: what the page shows, one row a record.
        others: further records that it shows; each record counts once.
    """
    shown = pd.concat([records, *others]).drop_duplicates("path") if others else records
    if shown.empty:
        return Box("Setting", {"Records": "none yet"})
    facts = {
        "Data": by_dataset(shown, lambda group: f"{data_set(group)}; chance {chance(group)}", named=False),
        "Image network": by_dataset(shown, backbone),
        "Training": by_dataset(shown, training),
        "MAP": by_dataset(shown, convention),
        "Seeds": by_dataset(shown, seeds),
        "Database codes": "; ".join(text.removeprefix("codes of the database: ") for text in database_part(shown)),
    }
    return Box("Setting", facts | facts_of_runs(shown))


def facts_of_runs(records: pd.DataFrame) -> dict[str, str]:
    """Return on what machine records were made, and which of them did not learn or are stale."""
    return {
        "Machine": "; ".join(device_part(records)) or "a CPU in float32",
        "Runs that did not learn": "; ".join(unlearned_part(records)),
        "Stale records": "; ".join(stale_part(records)) or "none",
    }


def by_dataset(records: pd.DataFrame, part: Part, named: bool = True) -> str:
    """Return a fact of all data sets once where it is the same, else of each, by its title where ``named``."""
    texts = {name: part(group) for name, group in records.groupby("dataset", sort=False)}
    if len(set(texts.values())) == 1:
        return next(iter(texts.values()))
    return "; ".join(f"{dataset_title(name)}: {text}" if named else text for name, text in texts.items())
