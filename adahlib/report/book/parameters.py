"""The parameters of a page: checked, in one object; a mistyped one is an error however the page is run."""

import ast
from dataclasses import dataclass

from adahlib.datasets import DATASETS
from adahlib.errors import AdahError, unknown_name
from adahlib.experiments import RunSpec
from adahlib.experiments.grids.conventions import table1_options
from adahlib.experiments.grids.usual import seeds_of
from adahlib.experiments.profiles import PROFILES
from adahlib.methods import ALL_METHODS
from adahlib.models.adah import ATTENTIONS
from adahlib.models.backbones import BACKBONES

MARK = "# Parameters"  # papermill's first line in the cell that it injects
KNOWN = {
    **{"dataset": DATASETS, "methods": ALL_METHODS, "attentions": ATTENTIONS},
    **{"profile": PROFILES, "backbones": BACKBONES},
}
NUMBERS = ("bits", "seeds")


@dataclass(frozen=True)
class Parameters:
    """What a page was asked for.

    Attributes:
        dataset, methods, attentions, backbones: names, each a tuple.
        bits: whole numbers, a tuple.
        seeds: likewise; none for those that each row of the tables has.
        profile: name of the profile of hyperparameters.
        compute_missing: whether the page may train what has no record.
    """

    dataset: tuple[str, ...] = ()
    methods: tuple[str, ...] = ("adah",)
    bits: tuple[int, ...] = (16,)
    seeds: tuple[int, ...] = (0,)
    attentions: tuple[str, ...] = ("both",)
    backbones: tuple[str, ...] = ()
    profile: str = "cpu"
    compute_missing: bool = False

    def specs(self, dataset: str, **fields) -> list[RunSpec]:
        """Return the runs of these parameters on one data set; methods without attention are asked for once.

        Each method has the options of its row in Table 1.

        Args:
            dataset: its name.
            **fields: further fields of every ``RunSpec``.
        """
        common = {"profile": self.profile} | fields
        kinds = {m: self.attentions if m == "adah" else ("",) for m in self.methods}
        return [
            RunSpec(dataset, method, bits, seed, options=table1_options(method), **common, attention=attention)
            for bits in self.bits
            for method, attentions in kinds.items()
            for attention in attentions
            for seed in self.seeds or seeds_of(method, attention)
        ]


def page_parameters(**given: object) -> Parameters:
    """Return the page's parameters; the page passes every name that its parameters cell sets.

    Lists may be given as papermill's ``-p`` can write them: one value, or several separated by commas. A name that no
    other page has is only compared with what papermill set; the page uses it as it stands.

    Raises:
        AdahError: papermill set a name that the page does not have, or a value is unknown.
    """
    check_injected(injected_names(), given)
    common = [name for name in given if name in Parameters.__dataclass_fields__]
    values = {name: checked(name, given[name]) for name in common}
    return Parameters(**values)


def checked(name: str, value: object) -> object:
    """Return a parameter's value in its own type."""
    if name == "compute_missing":
        if not isinstance(value, bool):
            raise AdahError(f"parameter compute_missing={value!r} must be True or False.")
        return value
    values = as_tuple(value)
    if name in NUMBERS:
        return tuple(whole_number(name, one) for one in values)
    for one in values:
        if one not in KNOWN[name]:
            raise unknown_name(f"value of parameter {name}:", one, KNOWN[name])
    if name == "profile" and len(values) != 1:
        raise AdahError(f"parameter profile: {value!r} is not one name; give for example profile = 'cpu'.")
    return values[0] if name == "profile" else values


def as_tuple(value: object) -> tuple:
    """Return a list's items, or the parts of ``"a, b"`` and ``"[a, b]"``, or the one value."""
    if isinstance(value, str):
        parts = (part.strip(" '\"") for part in value.strip("[]() ").split(","))
        return tuple(part for part in parts if part)
    return tuple(value) if isinstance(value, list | tuple) else (value,)


def whole_number(name: str, value: object) -> int:
    """Return the value as an int of at least 0; raise AdahError if it is not one."""
    if isinstance(value, bool) or not str(value).isdecimal():
        raise AdahError(f"parameter {name}: {value!r} is not a whole number; give for example {name} = [16].")
    return int(value)


def injected_names() -> list[str]:
    """Return the names that papermill set in this kernel; none outside a kernel."""
    try:
        from IPython import get_ipython
    except ImportError:
        return []
    shell = get_ipython()
    history = shell.user_ns.get("In", []) if shell is not None else []
    cells = [ast.parse(source) for source in history if source.startswith(MARK)]
    return [node.id for cell in cells for node in ast.walk(cell) if isinstance(node, ast.Name) and is_target(node)]


def is_target(node: ast.Name) -> bool:
    return isinstance(node.ctx, ast.Store)


def check_injected(injected: list[str], declared: dict) -> None:
    """Raise AdahError for the first injected name that the page does not declare."""
    for name in injected:
        if name not in declared:
            raise unknown_name("parameter of this page", name, declared)
