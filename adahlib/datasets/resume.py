"""One HTTP download that goes on where an earlier one stopped: pooch's own downloader begins anew each time."""

import os
import re
from pathlib import Path

import requests

from adahlib.progress import progress

TIMEOUT = (20.0, 60.0)  # seconds: for the connection, and for the next bytes
CHUNK = 1 << 14  # bytes; what is less than that at a break is fetched again
PASSING = {408, 425, 429}  # and all of 5xx: worth another try


class RefusedError(Exception):
    """The server does not give the file; trying again would not help."""


class BrokenOffError(requests.ConnectionError):
    """The server sent less than it announced; trying again goes on."""


class ResumingDownloader:
    """A downloader in pooch's sense: called with an address and the path to write.

    What has come lies in the file ``part`` until it is whole, and beside it the server's mark of the version (ETag or
    Last-Modified): if that has changed, or the server cannot send a part, the download begins anew.

    Args:
        part: the file that collects.
        name: for the progress bar.
        size: of the whole file in bytes, if it is known; a server that announces another one is refused.
        timeout: seconds for the connection, and for the next bytes.
    """

    def __init__(self, part: Path, name: str, size: int | None = None, timeout: tuple[float, float] = TIMEOUT):
        self.part, self.mark = part, part.with_suffix(".mark")
        self.name, self.size, self.timeout = name, size, timeout

    def kept(self) -> int:
        """Return how many bytes have come so far."""
        return self.part.stat().st_size if self.part.exists() else 0

    def __call__(self, url: str, output_file: str, pooch=None) -> None:
        """Fetch ``url`` into ``output_file``; raise RefusedError or a ``requests.RequestException``."""
        with requests.get(url, headers=self.request_headers(), stream=True, timeout=self.timeout) as response:
            if response.status_code == 416 and response.headers.get("Content-Range") == f"bytes */{self.kept()}":
                return self.deliver(output_file)  # all of it had come before
            start = self.check(response)
            total = self.total(response, start)
            self.collect(response, start, total)
        if total is not None and self.kept() != total:
            raise BrokenOffError(f"{self.kept():,} of {total:,} bytes came")
        self.deliver(output_file)

    def deliver(self, output_file: str) -> None:
        """Give the whole part the second name ``output_file``, so that it is kept if its check is interrupted."""
        os.unlink(output_file)
        try:
            os.link(self.part, output_file)
        except OSError:  # a file system without links
            os.replace(self.part, output_file)

    def discard(self) -> None:
        """Remove what has come."""
        self.mark.unlink(missing_ok=True)
        self.part.unlink(missing_ok=True)

    def request_headers(self) -> dict[str, str]:
        """Return the headers that ask for what is missing; packed transfer would make byte ranges meaningless."""
        headers = {"Accept-Encoding": "identity"}
        mark = self.mark.read_text() if self.mark.exists() else ""
        if self.kept() and mark:
            headers |= {"Range": f"bytes={self.kept()}-", "If-Range": mark}
        return headers

    def check(self, response: requests.Response) -> int:
        """Return at which byte the answer starts; raise for an answer that is not the file."""
        status = response.status_code
        if status == 416:
            self.discard()
            raise BrokenOffError("the server's file is shorter than what had come; beginning anew")
        if status in PASSING or status >= 500:
            raise requests.HTTPError(f"HTTP status {status}")
        if status not in (200, 206):
            raise RefusedError(f"HTTP status {status}")
        if response.headers.get("Content-Type", "").startswith("text/html"):
            raise RefusedError("a web page instead of the file")
        if status == 200:
            return 0
        found = re.match(r"bytes (\d+)-", response.headers.get("Content-Range", ""))
        if not found or int(found[1]) != self.kept():
            raise RefusedError("another part of the file than was asked for")
        return self.kept()

    def total(self, response: requests.Response, start: int) -> int | None:
        """Return the whole file's size as far as it is known; raise RefusedError if the server has another one."""
        length = response.headers.get("Content-Length")
        total = start + int(length) if length else self.size
        if self.size not in (None, total):
            raise RefusedError(f"a wrong file: {total:,} bytes where the release has {self.size:,}")
        return total

    def collect(self, response: requests.Response, start: int, total: int | None) -> None:
        """Write the answer to the part from byte ``start`` on, with progress."""
        if not start:  # a part must never stand beside another version's mark
            self.discard()
            self.mark.write_text(version_mark(response))
        options = {"desc": self.name, "total": total, "initial": start, "unit": "B", "unit_scale": True}
        with self.part.open("ab") as part, progress(**options) as bar:
            for block in response.iter_content(CHUNK):
                part.write(block)
                bar.update(len(block))


def version_mark(response: requests.Response) -> str:
    """Return what the server says of the file's version, fit for If-Range; empty if it says nothing."""
    mark = response.headers.get("ETag", "")
    return mark if mark and not mark.startswith("W/") else response.headers.get("Last-Modified", "")
