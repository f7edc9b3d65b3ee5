"""Which codes the database of a method has: the conventions by name, and the one of its row in Table 1."""

# Which codes a database may have, where a method has a choice; the first one is its default.
CONVENTIONS = {"cmfh": ("unified", "per-modality"), "seph": ("unified", "combined", "per-modality")}
# What a row of Table 1 differs in from its method's defaults. The paper's row of SePH is that of DCMH's Table 4, whose
# authors let the database have one modality only.
TABLE1_OPTIONS = {"seph": {"database_codes": "per-modality"}}


def table1_options(method: str) -> dict:
    """Return the options in which a method's row of Table 1 differs from its defaults."""
    return TABLE1_OPTIONS.get(method, {})
