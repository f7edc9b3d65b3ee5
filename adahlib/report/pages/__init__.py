"""One module a page of the book, named as the page, or one for each part of a long page; here what most cells use.

A page's notebook imports from here and from the module of its name.
"""

from adahlib.report.behind import behind_page
from adahlib.report.book.parameters import page_parameters
from adahlib.report.captions import data_facts
from adahlib.report.display import figure_caption, missing_note, paragraph, table
from adahlib.report.measured import analysis_table, benchmark, measured_on
from adahlib.report.records import find_records, page_records
from adahlib.report.setting_box import setting_box
from adahlib.report.summary import of_datasets
from adahlib.report.titles import dataset_title

__all__ = [
    "analysis_table",
    "behind_page",
    "benchmark",
    "data_facts",
    "dataset_title",
    "figure_caption",
    "find_records",
    "measured_on",
    "missing_note",
    "of_datasets",
    "page_parameters",
    "page_records",
    "paragraph",
    "setting_box",
    "table",
]
