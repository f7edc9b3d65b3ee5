"""Fetching a release's files: pooch checks and places them, and a downloader of our own resumes broken transfers.

pooch's own downloader begins anew each time; ``ResumingDownloader`` goes on where an earlier one stopped.

While a file is on its way it lies in a hidden folder beside its place, ``.<name>.partial``, so that an interrupted
download, even by ``kill -9``, goes on where it stopped. Only a whole file of the right hash takes its name; a file
that has it already is never replaced.
"""

import os
import re
import shutil
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import pooch
import requests
from filelock import FileLock, Timeout

from adahlib.datasets.catalogue import ReleaseFile
from adahlib.datasets.releases.hashes import checked
from adahlib.errors import AdahError, BusyError, UnavailableError
from adahlib.progress import progress

TRIES = 3  # in a row that bring nothing new, per address
WAIT = 2.0  # seconds before the second try; doubled before each further one
TIMEOUT = (20.0, 60.0)  # seconds: for the connection, and for the next bytes
CHUNK = 1 << 14  # bytes; what is less than that at a break is fetched again
UNKNOWN_LIMIT = 2**32  # bytes of a file whose size is not known; the largest of them, IAPR's photos, has 1.8 GB
PASSING = {408, 425, 429}  # and all of 5xx: worth another try
Say = Callable[[str], None]


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
        size: of the whole file in bytes, if it is known; a server that announces or sends another one is refused.
        limit: the most bytes of a file whose size is not known.
        timeout: seconds for the connection, and for the next bytes.
    """

    def __init__(
        self,
        part: Path,
        name: str,
        size: int | None = None,
        timeout: tuple[float, float] = TIMEOUT,
        limit: int = UNKNOWN_LIMIT,
    ):
        self.part, self.mark = part, part.with_suffix(".mark")
        self.name, self.size, self.timeout, self.limit = name, size, timeout, limit

    def kept(self) -> int:
        """Return how many bytes have come so far."""
        return self.part.stat().st_size if self.part.exists() else 0

    def __call__(self, url: str, output_file: str, pooch: object = None) -> None:
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
        length = response.headers.get("Content-Length", "")
        total = start + int(length) if re.fullmatch("[0-9]{1,18}", length) else self.size
        if self.size not in (None, total):
            raise RefusedError(f"a wrong file: {total:,} bytes where the release has {self.size:,}")
        if total is not None and total > (self.size or self.limit):
            raise RefusedError(f"a wrong file: {total:,} bytes, and no file of a release has over {self.limit:,}")
        return total

    def collect(self, response: requests.Response, start: int, total: int | None) -> None:
        """Write the answer to the part from byte ``start`` on, with progress."""
        if not start:  # a part must never stand beside another version's mark
            self.discard()
            self.mark.write_text(version_mark(response))
        left = (self.limit if total is None else total) - start
        options: dict[str, Any] = {"desc": self.name, "total": total, "initial": start, "unit": "B", "unit_scale": True}
        with self.part.open("ab") as part, progress(**options) as bar:
            for block in response.iter_content(CHUNK):
                left -= len(block)
                if left < 0:
                    break
                part.write(block)
                bar.update(len(block))
        if left < 0:
            self.discard()
            raise RefusedError(f"a wrong file: it goes on after {self.limit if total is None else total:,} bytes")


def version_mark(response: requests.Response) -> str:
    """Return what the server says of the file's version, fit for If-Range; empty if it says nothing."""
    mark = response.headers.get("ETag", "")
    return mark if mark and not mark.startswith("W/") else response.headers.get("Last-Modified", "")


def fetch(
    file: ReleaseFile,
    root: Path,
    mirrors: Sequence[str] = (),
    say: Say = print,
    wait: float = WAIT,
    timeout: tuple[float, float] = TIMEOUT,
) -> Path:
    """Return the path of a release's file under ``root``, fetched if it is not there; several addresses in order.

    Args:
        file: what to fetch.
        root: the folder that it goes to.
        mirrors: base addresses that are tried before the official ones.
        say: told in a sentence what was found or done.
        wait: seconds before the second try at an address.
        timeout: seconds for the connection, and for the next bytes.

    Raises:
        AdahError: the file needs a form, something else has its name, or no address gives it.
    """
    target, folder = root / file.name, root / f".{file.name}.partial"
    if target.exists():
        say(f"{file.name}: there, {checked(file, target)}")
        return target
    addresses = addresses_of(file, mirrors)
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(folder / "lock", timeout=0):
            downloader = ResumingDownloader(folder / "part", file.name, file.size, timeout)
            there = target.exists()  # another command may have brought it since
            try:
                if not there:
                    fetch_from(addresses, file, downloader, say, wait).replace(target)
                    downloader.discard()
            finally:
                if not downloader.kept():
                    shutil.rmtree(folder)
    except Timeout as error:
        raise BusyError(f"another process is fetching {file.name}; wait for it.") from error
    say(f"{file.name}: {'there' if there else 'fetched'}, {checked(file, target)}")
    return target


def addresses_of(file: ReleaseFile, mirrors: Sequence[str]) -> list[str]:
    """Return where a file is looked for, in order; raise AdahError where it needs a form and no mirror is given."""
    check_mirrors(mirrors)
    addresses = [f"{base.rstrip('/')}/{file.name}" for base in mirrors] + list(file.addresses)
    if not addresses:
        raise UnavailableError(f"{file.name} cannot be fetched: {file.form}.")
    return addresses


def check_mirrors(mirrors: Sequence[str]) -> None:
    """Raise AdahError unless every mirror is a base address."""
    for base in mirrors:
        if not base.startswith(("http://", "https://")):
            raise AdahError(f"mirror {base!r} is no address; give one as https://example.org/folder.")


def fetch_from(
    addresses: Sequence[str], file: ReleaseFile, downloader: ResumingDownloader, say: Say, wait: float
) -> Path:
    """Return the whole file, its hash checked, in its folder of partial files; from the first address that gives it."""
    pooch.get_logger().setLevel("WARNING")  # what it would say is said here
    for left in downloader.part.parent.glob("tmp*"):
        left.unlink()  # pooch's, of a killed process
    for address in addresses:
        try:
            return patiently(partial(retrieve, address, file, downloader), downloader, wait)
        except (RefusedError, requests.RequestException) as error:
            say(f"{file.name}: {address}: {reason(error)}")
        except ValueError:  # pooch's
            downloader.discard()
            say(f"{file.name}: {address}: a wrong file: its hash is not the release's")
    kept = downloader.kept()
    more = f"; the {kept:,} bytes that came are kept, and the same command goes on from there" if kept else ""
    raise UnavailableError(f"{file.name} could not be fetched from any of {len(addresses)} address(es){more}.")


def retrieve(address: str, file: ReleaseFile, downloader: ResumingDownloader) -> Path:
    """Return the file after one try; pooch checks the hash and removes a file that has another one."""
    folder = downloader.part.parent
    return Path(pooch.retrieve(address, file.known_hash(), fname="whole", path=folder, downloader=downloader))


def patiently(attempt: Callable[[], Path], downloader: ResumingDownloader, wait: float) -> Path:
    """Return what ``attempt`` gives, tried again while failures pass; tries that bring new bytes are not counted."""
    failed, most = 0, downloader.kept()
    while True:
        try:
            return attempt()
        except requests.RequestException:
            failed, most = (0, downloader.kept()) if downloader.kept() > most else (failed + 1, most)
            if failed == TRIES:
                raise
            time.sleep(wait * 2 ** max(0, failed - 1))


def reason(error: Exception) -> str:
    """Return in a few words why an address did not give the file."""
    if isinstance(error, RefusedError | BrokenOffError | requests.HTTPError):
        return str(error)
    return "no answer in time" if isinstance(error, requests.Timeout) else "no connection, or it broke off"
