"""The report layer: tables, figures and pages as functions of records. It never trains by itself."""

from adahlib.extras import check_extra

check_extra("book")
