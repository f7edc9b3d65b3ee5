"""_config.yml and _toc.yml: Jupyter Book lets an unknown key pass silently, and an unlisted page vanish."""

import json
from pathlib import Path

import jupyter_book
import pytest
import yaml

from adahlib.paths import PROJECT

CONFIG = yaml.safe_load((PROJECT / "_config.yml").read_text())
TOC = yaml.safe_load((PROJECT / "_toc.yml").read_text())
PAGES = [TOC["root"], *(page["file"] for part in TOC["parts"] for page in part["chapters"])]


def known_keys():
    """Jupyter Book's keys, ``section.key``: those of its schema and those of its list of defaults."""
    package = Path(jupyter_book.__file__).parent
    schema = json.loads((package / "config_schema.json").read_text())["properties"]
    defaults = yaml.safe_load((package / "default_config.yml").read_text())
    return keys({key: value.get("properties") for key, value in schema.items()}) | keys(defaults)


def keys(config):
    sections = {key: value for key, value in config.items() if isinstance(value, dict)}
    return set(config) | {f"{section}.{key}" for section, value in sections.items() for key in value}


def test_every_key_is_known_to_jupyter_book():
    assert keys(CONFIG) <= known_keys()


def test_the_check_finds_mistyped_keys():
    mistyped = {"titel": "x", "execute": {"execute_notebook": "off"}, "sphinx": {"config": {"anything": 1}}}
    assert keys(mistyped) - known_keys() == {"titel", "execute.execute_notebook"}


def test_a_build_never_runs_pages_and_looks_into_no_dot_folder():
    assert CONFIG["execute"]["execute_notebooks"] == "off"
    assert CONFIG["execute"]["raise_on_error"] is True
    assert {"_build", ".*", ".*/**", "**.ipynb_checkpoints", "results/**", "tests/**"} <= set(
        CONFIG["exclude_patterns"]
    )


@pytest.mark.parametrize("page", PAGES)
def test_every_page_of_the_contents_exists(page):
    assert [path.suffix for path in PROJECT.glob(f"{page}.*")] in ([".md"], [".ipynb"])


def test_every_page_is_in_the_contents():
    files = {path for suffix in ("md", "ipynb") for path in (PROJECT / "book").glob(f"*.{suffix}")}
    assert {f"book/{path.stem}" for path in files} == set(PAGES)
