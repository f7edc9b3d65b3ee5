"""Fetching a release's files, when asked: pooch checks and places them, the downloader here resumes them.

While a file is on its way it lies in a hidden folder beside its place, ``.<name>.partial``, so that an interrupted
download, even by ``kill -9``, goes on where it stopped. Only a whole file of the right hash takes its name; a file
that has it already is never replaced.
"""

import shutil
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import pooch
import requests
from filelock import FileLock, Timeout

from adahlib.datasets.file_hashes import checked
from adahlib.datasets.registry import ReleaseFile
from adahlib.datasets.resume import TIMEOUT, BrokenOffError, RefusedError, ResumingDownloader
from adahlib.errors import AdahError

TRIES = 3  # in a row that bring nothing new, per address
WAIT = 2.0  # seconds before the second try; doubled before each further one
Say = Callable[[str], None]


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
            try:
                fetch_from(addresses, file, downloader, say, wait).replace(target)
                downloader.discard()
            finally:
                if not downloader.kept():
                    shutil.rmtree(folder)
    except Timeout as error:
        raise AdahError(f"another process is fetching {file.name}; wait for it.") from error
    say(f"{file.name}: fetched, {checked(file, target)}")
    return target


def addresses_of(file: ReleaseFile, mirrors: Sequence[str]) -> list[str]:
    """Return where a file is looked for, in order; raise AdahError where it needs a form and no mirror is given."""
    check_mirrors(mirrors)
    addresses = [f"{base.rstrip('/')}/{file.name}" for base in mirrors] + list(file.addresses)
    if not addresses:
        raise AdahError(f"{file.name} cannot be fetched: {file.form}.")
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
    raise AdahError(f"{file.name} could not be fetched from any of {len(addresses)} address(es){more}.")


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
