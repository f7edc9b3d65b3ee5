"""The rendered pages in a browser, as wide as a laptop's and as narrow as a phone's: nothing is out of reach."""

import json
import re
import shutil
import subprocess

import pytest

BROWSER = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
PAGES = ("method", "baselines", "table1_map", "grids", "api_methods", "api_retrieval")
pytestmark = [pytest.mark.slow, pytest.mark.skipif(not BROWSER, reason="no Chromium on this machine")]

# An equation is cut off if a part of it lies left of its box: a box scrolls to the right only.
MEASURE = """<script>addEventListener("load", () => setTimeout(() => {
    const all = (names) => [...document.querySelectorAll("article " + names)];
    const places = (box) => [...box.querySelectorAll("mjx-math *")].map((part) => part.getBoundingClientRect());
    const lefts = (box) => places(box).filter((place) => place.width).map((place) => place.left);
    const left = (box) => Math.min(...lefts(box)) - box.getBoundingClientRect().left;
    const tall = (picture) => picture.naturalHeight / picture.naturalWidth * picture.width - picture.height;
    const page = document.documentElement, seen = page.clientWidth;
    const found = {
        equations: all("div.math").length, wrong: all("mjx-merror").length,
        cut: all("div.math").filter((box) => left(box) < -1).length,
        lines: all("pre").filter((box) => box.scrollWidth > box.clientWidth + 1).length,
        captions: all("caption").filter((box) => box.getBoundingClientRect().width > seen).length,
        squeezed: all("img").filter((picture) => Math.abs(tall(picture)) > 2).length,
        beyond: page.scrollWidth - seen,
    };
    document.body.replaceChildren(Object.assign(document.createElement("xmp"), {textContent: JSON.stringify(found)}));
}, 4000))</script></body>"""


@pytest.fixture(scope="module")
def measured(html):
    """A function: what is found on a page in a window of a width."""

    def measure(page, width):
        path = html / "book" / f"{page}.html"
        inside, outside = path.with_name("inside.html"), path.with_name("outside.html")
        inside.write_text(path.read_text().replace("</body>", MEASURE))
        frame = f'<iframe src="inside.html" style="width: {width}px; height: 1000px"></iframe>'
        copy = "onload = () => setTimeout(() => document.body.append(frames[0].document.body.textContent), 9000)"
        outside.write_text(f"<body>{frame}<script>{copy}</script></body>")
        options = ("--headless", "--no-sandbox", "--disable-gpu", "--allow-file-access-from-files")
        command = [BROWSER, *options, "--virtual-time-budget=20000", "--dump-dom", outside.as_uri()]
        shown = subprocess.run(command, capture_output=True, text=True, timeout=120).stdout
        inside.unlink()
        outside.unlink()
        return json.loads(re.search(r"\{\"equations.*?\}", shown).group())

    return measure


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("page", PAGES)
def test_nothing_is_out_of_reach(measured, page, width):
    found = measured(page, width)
    assert found.pop("equations") > 0 or page not in ("method", "baselines")
    assert found == dict.fromkeys(("wrong", "cut", "lines", "captions", "squeezed", "beyond"), 0)
