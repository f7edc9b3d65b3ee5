"""Archives of published releases: read in place, checked, never trusted; a zip and an unpacked folder here.

Every kind answers the same questions: which members there are, what stands in one, and its CRC-32. What an archive
says about itself may be wrong or hostile, so sizes are checked before anything is read, and names before any is used.
"""

import codecs
import contextlib
import lzma
import re
import stat
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

from adahlib.datasets.releases.derived import read_derived, write_derived
from adahlib.errors import AdahError, UnavailableError
from adahlib.paths import cache_key, cache_root
from adahlib.progress import progress
from adahlib.visible import is_hidden, visible_files

MEMBER_LIMIT = 2**28  # bytes read at once: far above any photo, far below a machine's memory
TEXT_LIMIT = 2**24  # bytes of text read at once, since lines take several times their length; the longest has 9 MB
LINE_LIMIT = 2**16  # bytes of one line; the longest of a release, a row of NUS-WIDE's tags, has 2,000
DAMAGE = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, OSError, EOFError, ValueError, RuntimeError)


class ReleaseArchive:
    """What all kinds share; a kind gives ``members`` (name → size in bytes), ``open_member`` and ``checksums``.

    Hidden members (``is_hidden``), such as the Mac's ``._tags1.txt``, are not among them.
    """

    def __init__(self, path: Path | str, hint: str = "fetch the release again."):
        self.path, self.hint = Path(path), hint
        self.members: dict[str, int] = {}

    def open_member(self, member: str) -> BinaryIO:
        """Return a stream of a member's bytes."""
        raise NotImplementedError

    def checksums(self, members: Sequence[str]) -> list[int]:
        """Return the CRC-32 of each member's bytes, as it is known without reading them again."""
        raise NotImplementedError

    @contextlib.contextmanager
    def opened(self, member: str) -> Iterator[BinaryIO]:
        """Yield a stream of a member's bytes; damage met while reading is AdahError with the member's name."""
        if member not in self.members:
            raise AdahError(f"{self.path} has no member {member}; is it the right release?")
        try:
            with self.open_member(member) as stream:
                yield stream
        except AdahError:
            raise
        except DAMAGE as error:
            raise AdahError(f"{self.path}: {member} cannot be read ({error}); fetch the release again.") from error

    def read(self, member: str, limit: int = MEMBER_LIMIT) -> bytes:
        """Return a member's bytes; one that says to hold over ``limit`` bytes is refused before it is read."""
        with self.opened(member) as stream:
            size = self.members[member]
            if size > limit:
                raise AdahError(f"{self.path}: {member} is to hold {size} bytes; at most {limit} are read.")
            data = stream.read(size + 1)
        if len(data) != size:
            raise AdahError(f"{self.path}: {member} cannot be read (not {size} bytes long); fetch the release again.")
        return data

    def text(self, member: str, encoding: str = "utf-8") -> str:
        """Return a member of at most 16 MiB as text of an encoding; a byte order mark before UTF-8 is no part of it."""
        try:
            return self.read(member, TEXT_LIMIT).decode("utf-8-sig" if encoding == "utf-8" else encoding)
        except UnicodeDecodeError as error:
            raise AdahError(f"{self.path}: {member} is not {encoding.upper()} at byte {error.start}.") from error

    def lines(self, member: str) -> Iterator[bytes]:
        """Yield a member's lines without ever holding more than one of them; one over 64 KiB is refused.

        A byte order mark before the first line, as Windows' programs write it, is left out.
        """
        with self.opened(member) as stream:
            for number, line in enumerate(iter(lambda: stream.readline(LINE_LIMIT + 1), b""), start=1):
                if len(line) > LINE_LIMIT:
                    raise AdahError(f"{self.path}: {member}, line {number} has over {LINE_LIMIT} bytes.")
                yield line.removeprefix(codecs.BOM_UTF8) if number == 1 else line

    def checksum(self, member: str) -> int:
        """Return the CRC-32 of a member's bytes by reading them."""
        with self.opened(member) as stream:
            return crc_of(stream)


class ReleaseZip(ReleaseArchive):
    """A zip archive; missing, truncated, damaged and hostile ones are named in one sentence."""

    def __init__(self, path: Path | str, hint: str = "fetch the release again."):
        super().__init__(path, hint)
        if not self.path.is_file():
            raise UnavailableError(f"{self.path} is missing; {self.hint}")
        try:
            self._zip = zipfile.ZipFile(self.path)
        except DAMAGE as error:
            raise AdahError(f"{self.path} is not a complete zip archive ({error}); fetch it again.") from error
        files = [info for info in self._zip.infolist() if not (info.is_dir() or is_hidden(info.filename))]
        for info in files:
            check_member(self, info.filename, is_link=stat.S_ISLNK(info.external_attr >> 16))
            self.members[info.filename] = info.file_size

    def open_member(self, member: str) -> BinaryIO:
        """Return a stream of a member's bytes, checked against the archive's CRC at its end."""
        return self._zip.open(member)  # type: ignore[return-value]

    def checksums(self, members: Sequence[str]) -> list[int]:
        """Return the CRC-32 of each member, from the archive's directory."""
        return [self._zip.getinfo(member).CRC for member in members]


class ReleaseFolder(ReleaseArchive):
    """A folder into which a release was unpacked."""

    def __init__(self, path: Path | str):
        super().__init__(path)
        self._changed: dict[str, int] = {}
        for file in visible_files(self.path):
            member, status = file.relative_to(self.path).as_posix(), file.stat()
            check_name(self, member)
            self.members[member], self._changed[member] = status.st_size, status.st_mtime_ns

    def open_member(self, member: str) -> BinaryIO:
        """Return the file."""
        return (self.path / member).open("rb")

    def checksums(self, members: Sequence[str]) -> list[int]:
        """Return the CRC-32 of each file; the cache keeps a sum as long as its file has the same size and time."""
        kept = cache_root() / "checksums" / f"{cache_key('2', str(self.path.resolve()))}.json"
        known = read_derived(kept) or {}
        states = {member: [self.members[member], self._changed[member]] for member in members}
        new = [member for member, state in states.items() if known.get(member, [])[:2] != state]
        for member in progress(new, desc="checksums", unit="file"):
            known[member] = [*states[member], self.checksum(member)]
        if new:
            write_derived(known, kept)
        return [known[member][2] for member in members]


def crc_of(stream: BinaryIO) -> int:
    """Return the CRC-32 of a stream's bytes, which are read to their end."""
    crc = 0
    while block := stream.read(2**20):
        crc = zlib.crc32(block, crc)
    return crc


def check_member(archive: ReleaseArchive, name: str, is_link: bool) -> None:
    """Raise AdahError for a member that a release does not have: a link, a way out of the archive, a second copy."""
    check_name(archive, name)
    parts = name.replace("\\", "/").split("/")
    if is_link:
        raise AdahError(f"{archive.path}: {name} is a link; a release has files only.")
    if parts[0] == "" or ".." in parts or re.match("[A-Za-z]:", name):
        raise AdahError(f"{archive.path}: member {name!r} leads out of the archive; it is not the release.")
    if name in archive.members:
        raise AdahError(f"{archive.path}: member {name} is there twice; it is not the release.")


def check_name(archive: ReleaseArchive, name: str) -> None:
    """Raise AdahError for a name that is no text in UTF-8; neither a message nor a hash can hold it."""
    try:
        name.encode()
    except UnicodeEncodeError:
        raise AdahError(f"{archive.path}: the name {ascii(name)} is not UTF-8; rename it or leave it out.") from None
