"""The API reference of the book, a Sphinx extension: what is public in a package, from its ``__all__``.

``.. public-names:: adahlib.losses`` stands for a table of the package's public names and an entry for each, made of
docstrings and signatures as they are in the source. A name that enters ``__all__`` is on the page of the next build.
"""

import ast
import dataclasses
import importlib
import inspect
import textwrap
from collections.abc import Iterable
from typing import Any, ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from docutils.statemachine import StringList
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.pycode import ModuleAnalyzer
from sphinx.util.docutils import SphinxDirective

from adahlib.experiments.records.source import origin

SHOWN_VALUE = 100  # characters of a constant's value
LAST = 1000  # more than any class has bases


class PublicNames(SphinxDirective):
    """The directive ``public-names``.

    Its argument is a package. ``:but: PACKAGES`` leaves out the names that other packages have; ``:show:`` names
    methods of subclasses that are shown, since of a class whose base has an entry too only what is its own matters.
    """

    required_arguments = 1
    option_spec: ClassVar[dict[str, Any]] = {"but": directives.unchanged, "show": directives.unchanged}

    def run(self) -> list[nodes.Node]:
        """Return the entries, parsed."""
        package = self.arguments[0]
        others = self.options.get("but", "").split()
        left_out = {"__version__", *(name for other in others for name in public_names(other))}
        names = [name for name in public_names(package) if name not in left_out]
        lines = entries(package, names, self.options.get("show", "").split())
        parent = nodes.section()
        parent.document = self.state.document
        self.state.nested_parse(StringList(lines, source=f"the public names of {package}"), 0, parent)
        return parent.children


def public_names(package: str) -> list[str]:
    """Return the names in a package's ``__all__``, in its order."""
    return list(importlib.import_module(package).__all__)


def entries(package: str, names: list[str], shown: Iterable[str] = ()) -> list[str]:
    """Return the reStructuredText of a table of names and of their entries.

    Args:
        package: full name of the package that exports the names.
        names: the names, of which base classes come first and constants last.
        shown: methods that are shown of classes whose base has an entry too, as ``Class.method``.
    """
    values = {name: getattr(importlib.import_module(package), name) for name in names}
    constants = [name for name, value in values.items() if not (inspect.isclass(value) or inspect.isroutine(value))]
    objects = [name for name in names if name not in constants]
    objects.sort(key=lambda name: len(values[name].__mro__) if inspect.isabstract(values[name]) else LAST)
    rows = [(f":py:obj:`~{package}.{name}`", summary(values[name])) for name in objects]
    lines = list_table(rows, (30, 70))
    classes = [value for value in values.values() if inspect.isclass(value)]
    for name in (*objects, *constants):
        value = values[name]
        if name in constants:
            lines += constant_entry(package, name, value)
        elif inspect.isclass(value):
            lines += class_entry(package, name, value, classes, shown)
        else:
            lines += [f".. autofunction:: {package}.{name}", ""]
    return lines


def summary(value: object) -> str:
    """Return the first paragraph of a docstring on one line."""
    return " ".join((inspect.getdoc(value) or "").split("\n\n")[0].split())


def list_table(rows: Iterable[tuple[str, ...]], widths: tuple[int, ...], head: bool = False) -> list[str]:
    """Return a table whose cells are reStructuredText."""
    lines = [".. list-table::", f"   :widths: {' '.join(map(str, widths))}", f"   :header-rows: {int(head)}", ""]
    return [*lines, *(f"   {'*' if i == 0 else ' '} - {c}" for row in rows for i, c in enumerate(row)), ""]


def class_entry(package: str, name: str, value: type, classes: list[type], shown: Iterable[str]) -> list[str]:
    """Return a class's entry: with all its methods, or with those that are shown where its base has an entry too."""
    lines = [f".. autoclass:: {package}.{name}"]
    own = [method.split(".")[1] for method in shown if method.split(".")[0] == name]
    if own or not any(base in classes for base in value.__mro__[1:]) or inspect.isabstract(value):
        lines.append(f"   :members: {', '.join(own)}".rstrip())
    if any(base in classes for base in value.__mro__[1:]):
        lines.append("   :show-inheritance:")
    return [*lines, ""]


def constant_entry(package: str, name: str, value: object) -> list[str]:
    """Return a constant's entry: its value and the comment ``#:`` before it, wherever it is defined.

    Raises:
        ExtensionError: there is no such comment.
    """
    module = origin(package, name)
    words = ModuleAnalyzer.for_module(module).find_attr_docs().get(("", name))
    if not words:
        raise ExtensionError(f"{module}.{name} is public and has no comment '#: …' that says what it is.")
    shown = ", ".join(map(repr, value)) if isinstance(value, dict | tuple) else repr(value)
    keys = [*textwrap.wrap(f"Keys: {shown}.", 100), ""] if isinstance(value, dict) else []
    short = [] if keys else [f"   :value: {textwrap.shorten(shown, SHOWN_VALUE, placeholder=' …')}"]
    head = [f".. py:data:: {name}", f"   :module: {package}", *short, ""]
    return [*head, *(f"   {line}".rstrip() for line in [*words, *keys]), ""]


def written_signature(
    app: Sphinx, what: str, name: str, value: Any, options: object, signature: str | None, returns: str | None
) -> tuple[str, str | None] | None:
    """Return a signature as it is written: ``ArrayLike`` and not the union of ten types that it stands for."""
    if dataclasses.is_dataclass(value):
        return dataclass_signature(value), None
    function = value.__init__ if inspect.isclass(value) else value
    try:
        node = ast.parse(textwrap.dedent(inspect.getsource(inspect.unwrap(function)))).body[0]
    except (OSError, TypeError, SyntaxError):  # written in C, or made by a decorator
        return None
    if not isinstance(node, ast.FunctionDef):
        return None
    arguments = node.args
    if what in ("class", "exception", "method") and not is_static(node):
        del (arguments.posonlyargs or arguments.args)[0]
    written = None if node.returns is None or what in ("class", "exception") else ast.unparse(node.returns)
    return f"({ast.unparse(arguments)})", written.strip("'") if written else None


def dataclass_signature(kind: Any) -> str:
    """Return the arguments of a dataclass, with their types as they are written."""
    body = ast.parse(textwrap.dedent(inspect.getsource(kind))).body[0].body
    types = {node.target.id: ast.unparse(node.annotation) for node in body if isinstance(node, ast.AnnAssign)}
    arguments: list[str] = []
    for field in (field for field in dataclasses.fields(kind) if field.init):
        if field.kw_only and "*" not in arguments:
            arguments.append("*")
        value = field.default if field.default_factory is dataclasses.MISSING else field.default_factory()
        given = "" if value is dataclasses.MISSING else f" = {value!r}"
        arguments.append(f"{field.name}: {types.get(field.name, field.type)}{given}")
    return f"({', '.join(arguments)})"


def is_static(node: ast.FunctionDef) -> bool:
    """Return whether a function of a class takes neither the object nor the class."""
    return any(getattr(decorator, "id", "") == "staticmethod" for decorator in node.decorator_list)


def options_in_docstring(app: Sphinx, what: str, name: str, value: Any, options: object, lines: list[str]) -> None:
    """Add a table to the docstring of a class that has options, or whose fields have a line of help."""
    if what != "class" or value.__name__ in ("HashingMethod", "ImageHashingMethod"):
        return
    holder = getattr(value, "Options", value)
    if dataclasses.is_dataclass(holder):
        lines += table_of_options(dataclasses.fields(holder), "Fields" if holder is value else "Options")


class Whole:
    """Keeps the docstrings of properties from napoleon, which takes the words before a colon for a type."""

    def __init__(self) -> None:
        self.kept: list[str] = []

    def keep(self, app: Sphinx, what: str, name: str, value: Any, options: object, lines: list[str]) -> None:
        """Take the docstring away before napoleon sees it."""
        if what == "property":
            self.kept, lines[:] = list(lines), []

    def give_back(self, app: Sphinx, what: str, name: str, value: Any, options: object, lines: list[str]) -> None:
        """Give the docstring back after napoleon."""
        if what == "property":
            lines[:] = self.kept


def table_of_options(fields: Iterable[dataclasses.Field], title: str) -> list[str]:
    """Return a table of those fields that have a line of help: name, default, help."""
    rows = [field for field in fields if "help" in field.metadata]
    if not rows:
        return []
    cells = [(f"``{field.name}``", default_of(field), field.metadata["help"].replace("|", r"\|")) for field in rows]
    table = list_table([("name", "default", "meaning"), *cells], (22, 18, 60), head=True)
    return ["", f".. rubric:: {title}", "", *table]


def default_of(field: dataclasses.Field) -> str:
    """Return a field's default as it is written; nothing where a value must be given."""
    return "" if field.default is dataclasses.MISSING else f"``{field.default!r}``"


def setup(app: Sphinx) -> dict[str, Any]:
    """Add the directive and the hooks to Sphinx."""
    app.setup_extension("sphinx.ext.autodoc")
    app.add_directive("public-names", PublicNames)
    app.connect("autodoc-process-signature", written_signature)
    whole, docstring = Whole(), "autodoc-process-docstring"
    app.connect(docstring, whole.keep, priority=100)  # before napoleon, which comes at 500
    app.connect(docstring, whole.give_back, priority=800)
    app.connect(docstring, options_in_docstring, priority=900)
    return {"version": "1", "parallel_read_safe": True}
