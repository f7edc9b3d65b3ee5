"""The report layer: tables, figures and pages as functions of records. It never trains by itself."""
