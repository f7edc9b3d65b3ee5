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


class PublicNames(SphinxDirective):
    """The directive ``public-names``.

    Its argument is a package. ``:but: PACKAGE`` leaves out the names that another page or package has; ``:show:`` names
    methods of subclasses that are shown, since of a class whose base has an entry too only what is its own matters.
    """

    required_arguments = 1
    option_spec: ClassVar[dict[str, Any]] = {"but": directives.unchanged, "show": directives.unchanged}

    def run(self) -> list[nodes.Node]:
        """Return the entries, parsed."""
        package = self.arguments[0]
        left_out = set(public_names(self.options["but"])) if "but" in self.options else set()
        names = [name for name in public_names(package) if name not in left_out]
        lines = entries(package, names, self.options.get("show", "").split())
        parent = nodes.section()
        parent.document = self.state.document
        self.state.nested_parse(StringList(lines, source=f"the public names of {package}"), 0, parent)
        return parent.children


def public_names(package: str) -> list[str]:
    """Return the names in a package's ``__all__``, in its order."""
    return list(importlib.import_module(package).__all__)


def entries(package: str, names: Iterable[str], shown: Iterable[str] = ()) -> list[str]:
    """Return the reStructuredText of a table of names and of their entries.

    Args:
        package: full name of the package that exports the names.
        names: the names.
        shown: methods that are shown of classes whose base has an entry too, as ``Class.method``.
    """
    values = {name: getattr(importlib.import_module(package), name) for name in names}
    objects = [name for name, value in values.items() if inspect.isclass(value) or inspect.isroutine(value)]
    lines = [".. autosummary::", "   :nosignatures:", ""] + [f"   ~{package}.{name}" for name in objects] + [""]
    classes = [value for value in values.values() if inspect.isclass(value)]
    for name, value in values.items():
        if name not in objects:
            lines += constant_entry(package, name, value)
        elif inspect.isclass(value):
            lines += class_entry(package, name, value, classes, shown)
        else:
            lines += [f".. autofunction:: {package}.{name}", ""]
    return lines


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
    return [f".. py:data:: {package}.{name}", *short, "", *(f"   {line}".rstrip() for line in [*words, *keys]), ""]


def written_signature(
    app: Sphinx, what: str, name: str, value: Any, options: object, signature: str | None, returns: str | None
) -> tuple[str, str | None] | None:
    """Return a signature as it is written: ``ArrayLike`` and not the union of ten types that it stands for."""
    function = value.__init__ if inspect.isclass(value) else value
    try:
        node = ast.parse(textwrap.dedent(inspect.getsource(inspect.unwrap(function)))).body[0]
    except (OSError, TypeError, SyntaxError):  # a dataclass has no source of its __init__
        return None
    if not isinstance(node, ast.FunctionDef):
        return None
    arguments = node.args
    if what in ("class", "exception", "method") and not is_static(node):
        del (arguments.posonlyargs or arguments.args)[0]
    written = None if node.returns is None or what in ("class", "exception") else ast.unparse(node.returns)
    return f"({ast.unparse(arguments)})", written.strip("'") if written else None


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


def table_of_options(fields: Iterable[dataclasses.Field], title: str) -> list[str]:
    """Return a table of those fields that have a line of help: name, default, help."""
    rows = [field for field in fields if "help" in field.metadata]
    if not rows:
        return []
    head = ["", f".. rubric:: {title}", "", ".. list-table::", "   :header-rows: 1", "   :widths: 22 18 60", ""]
    cells = [("name", "default", "meaning")]
    cells += [(f"``{field.name}``", default_of(field), field.metadata["help"].replace("|", r"\|")) for field in rows]
    return [*head, *(line for row in cells for line in (f"   * - {row[0]}", *(f"     - {c}" for c in row[1:]))), ""]


def default_of(field: dataclasses.Field) -> str:
    """Return a field's default as it is written; nothing where a value must be given."""
    return "" if field.default is dataclasses.MISSING else f"``{field.default!r}``"


def setup(app: Sphinx) -> dict[str, Any]:
    """Add the directive and both hooks to Sphinx."""
    app.setup_extension("sphinx.ext.autodoc")
    app.add_directive("public-names", PublicNames)
    app.connect("autodoc-process-signature", written_signature)
    app.connect("autodoc-process-docstring", options_in_docstring, priority=900)  # after napoleon
    return {"version": "1", "parallel_read_safe": True}
