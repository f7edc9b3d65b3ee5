"""Every reference of the book says where its work is kept."""

import re

import pytest

from adahlib.paths import PROJECT

pybtex = pytest.importorskip("pybtex.database")
ENTRIES = pybtex.parse_file(PROJECT / "references.bib").entries


@pytest.mark.parametrize("key", ENTRIES)
def test_a_reference_has_one_doi_or_one_address(key):
    fields = ENTRIES[key].fields
    (field,) = {"doi", "url", "howpublished"} & set(fields)
    form = r"10\.\d{4,5}/\S+" if field == "doi" else r"(\\url\{)?https://\S+"
    assert re.fullmatch(form, fields[field]), fields[field]
