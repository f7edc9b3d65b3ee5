"""Answers as an HTML page of small pictures that needs no other file."""

import base64
import html
import io
from collections.abc import Sequence
from pathlib import Path, PurePath

import numpy as np
from PIL import Image

from adahlib.datasets.pictures import read_picture
from adahlib.errors import AdahError
from adahlib.files import whole_file
from adahlib.search.search_index import Hit

SIDE = 180  # pixels of a small picture
PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{title}</title>
<style>
body {{ font: 15px/1.4 system-ui, sans-serif; margin: 2rem auto; max-width: 70rem; padding: 0 1rem }}
html {{ color-scheme: light dark }}
ol {{ display: grid; grid-template-columns: repeat(auto-fill, minmax(11.5rem, 1fr)); gap: 1rem; padding: 0 }}
li {{ list-style: none }}
img {{ max-width: 100%; border-radius: 4px }}
figure {{ margin: 0 }}
figcaption {{ font-size: 13px; overflow-wrap: anywhere }}
.gone {{ display: grid; place-items: center; height: 8rem; border: 1px dashed gray; border-radius: 4px }}
</style></head><body><h1>{title}</h1>{query}<ol>{answers}</ol></body></html>
"""


def write_sheet(
    path: Path | str, title: str, hits: Sequence[Hit], folder: Path, query: np.ndarray | None = None
) -> None:
    """Write the contact sheet of some hits, with the query's picture if there is one."""
    answers = "".join(f"<li><figure>{picture_of(hit, folder)}{caption_of(hit)}</figure></li>" for hit in hits)
    asked = f"<p>{img(query, 'the query')}</p>" if query is not None else ""
    page = PAGE.format(title=html.escape(title), query=asked, answers=answers)
    with whole_file(path) as temporary:
        temporary.write_text(page, encoding="utf-8", errors="replace")


def caption_of(hit: Hit) -> str:
    text = f"{hit.rank}. distance {hit.distance}, {hit.item.image}"
    return f"<figcaption><b>{html.escape(text)}</b><br>{html.escape(hit.item.text[:160])}</figcaption>"


def picture_of(hit: Hit, folder: Path) -> str:
    """Return a hit's small picture, or a frame that says that its file is gone, or no file of the index's folder."""
    name = PurePath(hit.item.image)
    if name.is_absolute() or ".." in name.parts:  # of an index that somebody else made
        return "<div class='gone'>image outside the folder</div>"
    try:
        return img(read_picture(Path(folder) / hit.item.image), hit.item.text[:80] or hit.item.image)
    except AdahError:
        return "<div class='gone'>image not found</div>"


def img(picture: np.ndarray, alternative: str) -> str:
    """Return a picture as an ``img`` element that holds it."""
    small, buffer = Image.fromarray(picture), io.BytesIO()
    small.thumbnail((SIDE, SIDE))
    small.save(buffer, format="JPEG", quality=85)
    data = base64.b64encode(buffer.getvalue()).decode()
    return f'<img alt="{html.escape(alternative, quote=True)}" src="data:image/jpeg;base64,{data}">'
