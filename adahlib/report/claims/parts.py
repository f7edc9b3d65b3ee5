"""Every table and figure of the papers, what this book has of it, and what became of its claims."""

import pandas as pd

from adahlib.report.claims import Evidence
from adahlib.report.claims.scorecard import PAPERS, claims_of_paper, count_states, states_in_words
from adahlib.report.display import Table, table
from adahlib.report.text import EMPTY

# in the papers, what it shows, what this book has of it, and the page
PARTS = (
    ("Table 1", "MAP of eight methods on three data sets", "all eight, on one of them and on scenes", "table1_map"),
    ("Table 2", "top-500 MAP on IAPR TC-12", "the protocol, on other data", "table2_top500"),
    ("Table 3", "VGG-19 and CNN-F on IAPR TC-12", "two other networks, on other data", "table3_networks"),
    ("Table 4", "kinds of attention, three data sets", "all four, on one of them and on scenes", "table4_attention"),
    ("Fig. 1 to 4, 7", "the idea, the network and its modules", "built", "method"),
    ("Fig. 5", "precision and recall, 16 bits", "all, on one of them and on scenes", "fig5_precision_recall"),
    ("Fig. 6", "images, masks and their parts", "scenes, with true masks; photos on your machine", "fig6_masks"),
    ("SSGAH, table", "MAP of fourteen rows, CIFAR-10 and NUS-WIDE", "CIFAR-10", "image_hashing"),
    ("SSGAH, components", "four variants", "CIFAR-10", "image_components"),
    ("SSGAH, curve", "MAP over the number of labels", "CIFAR-10", "image_supervision"),
    ("SSGAH, pictures", "synthetic images", "losses and classes measured too", "image_synthetic"),
)  # fmt: skip


def parts_table(label: str, evidence: Evidence | None = None) -> Table:
    """Return the numbered table: a row a table or figure of the papers.

    Args:
        label: the table's name in the book.
        evidence: the records that judge the papers' claims (default: the project's).
    """
    evidence = evidence or Evidence()
    rows = [
        {
            "In the papers": name,
            "What it shows": shows,
            "In this book": here,
            "Its claims": claims_in_words(page, evidence),
            "Page": f"{{doc}}`{page}`",
        }
        for name, shows, here, page in PARTS
    ]
    return table(pd.DataFrame(rows), "The tables and figures of the papers, and what this book has of each.", label)


def claims_in_words(page: str, evidence: Evidence) -> str:
    """Return how many of the papers' claims that a page is the first to show have each verdict; a dash without any."""
    own = [claim for name in PAPERS for claim in claims_of_paper(name) if claim.pages[0] == page]
    return states_in_words(count_states(own, evidence)) or EMPTY
