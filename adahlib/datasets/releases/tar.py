"""Tar archives of releases. A compressed tar has no random access, so it is decoded once, into the cache.

There it is two files: the members' bytes one after the other, and where each begins.
"""

import bz2
import contextlib
import gzip
import io
import lzma
import shutil
import tarfile
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO

from adahlib.datasets.releases.archives import DAMAGE, ReleaseArchive, check_member, crc_of
from adahlib.datasets.releases.derived import read_derived, write_derived
from adahlib.errors import AdahError
from adahlib.files import set_aside, whole_folder
from adahlib.paths import cache_key, cache_root
from adahlib.progress import progress
from adahlib.visible import is_hidden

OPENERS = {".gz": gzip.open, ".tgz": gzip.open, ".xz": lzma.open, ".txz": lzma.open, ".bz2": bz2.open, ".tar": open}
PADDING_LIMIT = 2**20  # bytes after the end, which tar fills up to its block size
HEADER_LIMIT = 2**20  # bytes of a long name or an extended header, which tarfile reads into memory
CONTENT_LIMIT, RATIO_LIMIT = 2**30, 50  # bytes that any archive may unpack to, and how many more for each of its own
SWOLLEN = 4  # times its size: more is content that packs very well, or a bomb
SWOLLEN_FOLDERS: set[Path] = set()  # what such archives were decoded to by this process and no reader has accepted yet
HEADERS = (
    *(tarfile.XHDTYPE, tarfile.XGLTYPE, tarfile.SOLARIS_XHDTYPE),
    *(tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK),
)


class ReleaseTar(ReleaseArchive):
    """A tar archive, compressed or not; missing, truncated, damaged and hostile ones are named in one sentence."""

    def __init__(self, path: Path | str):
        super().__init__(path)
        status = self.path.stat()
        key = cache_key("2", f"{self.path.resolve()} {status.st_size} {status.st_mtime_ns}")
        self._folder = cache_root() / "archives" / key
        self._index: dict[str, list[int]] = read_derived(self._folder / "index.json", self._folder)
        if self._index is None:
            self._decode()
        self.members = {member: size for member, (_, size, _) in self._index.items() if not is_hidden(member)}

    def open_member(self, member: str) -> BinaryIO:
        """Return a stream of a member's bytes, which are held against their CRC before; damage is decoded anew."""
        if not self._is_whole(member):
            self._decode()
        return self._stream(member)

    def _stream(self, member: str) -> BinaryIO:
        start, size, _ = self._index[member]
        return io.BufferedReader(_Part(self._folder / "content.bin", start, size), buffer_size=2**20)

    def _is_whole(self, member: str) -> bool:
        try:
            with self._stream(member) as stream:
                return crc_of(stream) == self._index[member][2]
        except OSError:  # the file is gone, or its disk is failing
            return False

    def checksums(self, members: Sequence[str]) -> list[int]:
        """Return the CRC-32 of each member, computed when the archive was decoded."""
        return [self._index[member][2] for member in members]

    def _decode(self) -> None:
        """Decode the archive into the cache; what stands there is damaged."""
        if self._folder.exists():
            set_aside(self._folder, f"{self._folder} is damaged and made again")
        index: dict[str, list[int]] = {}
        self.members = {}
        try:
            with whole_folder(self._folder, keep=True) as folder:
                with (
                    (folder / "content.bin").open("wb") as content,
                    OPENERS[self.path.suffix](self.path, "rb") as stream,  # type: ignore[operator]
                    tarfile.open(fileobj=stream, mode="r|", tarinfo=_CheckedInfo, encoding="utf-8") as tar,
                ):
                    for info in progress(tar, desc=f"decoding {self.path.name}", unit="file"):
                        if not info.isdir():
                            self._append(tar, info, content, index)
                    if len(stream.read(PADDING_LIMIT)) == PADDING_LIMIT:  # reading on checks the compressed file's sum
                        raise tarfile.ReadError("more follows after its end")
                write_derived(index, folder / "index.json")
        except AdahError:
            raise
        except (tarfile.TarError, *DAMAGE) as error:
            if getattr(error, "errno", None):  # the machine's, such as a full disk, and no damage of the archive
                raise
            raise AdahError(f"{self.path} is not a complete tar archive ({error}); fetch it again.") from error
        self._index = index
        if sum(size for _, size, _ in index.values()) > SWOLLEN * self.path.stat().st_size:
            SWOLLEN_FOLDERS.add(self._folder)

    def _append(self, tar: tarfile.TarFile, info: tarfile.TarInfo, content: BinaryIO, index: dict) -> None:
        """Write one member's bytes after the others' and note where they are."""
        name = info.name.removeprefix("./")
        check_member(self, name, is_link=not info.isreg())
        free = shutil.disk_usage(content.name).free // 2
        if info.size > free:
            raise AdahError(f"{self.path}: {name} is to hold {info.size} bytes; the cache has room for {free}.")
        start, crc, stream = content.tell(), 0, tar.extractfile(info)
        if start + info.size > CONTENT_LIMIT + RATIO_LIMIT * self.path.stat().st_size:
            what = f"{self.path} of {self.path.stat().st_size} bytes unpacks to over {start + info.size}"
            raise AdahError(f"{what}, out of all proportion; it is not the release.")
        while block := stream.read(2**20):  # type: ignore[union-attr]
            content.write(block)
            crc = zlib.crc32(block, crc)
        if content.tell() - start != info.size:
            raise tarfile.ReadError(f"{name} ends early")
        self.members[name] = info.size
        index[name] = (start, info.size, crc)


@contextlib.contextmanager
def refusal_forgets() -> Iterator[None]:
    """Remove what a small archive has filled the cache with, if its content is refused in this block."""
    try:
        yield
    except AdahError:
        for folder in SWOLLEN_FOLDERS:
            shutil.rmtree(folder, ignore_errors=True)
        raise
    finally:
        SWOLLEN_FOLDERS.clear()


class _CheckedInfo(tarfile.TarInfo):
    """A tar member whose headers are small; one damaged or missing is an error, where tarfile takes it as the end."""

    @classmethod
    def frombuf(cls, buf: bytes, encoding: str, errors: str) -> tarfile.TarInfo:  # type: ignore[override]
        try:
            return super().frombuf(buf, encoding, errors)
        except tarfile.EOFHeaderError:  # type: ignore[attr-defined]
            raise
        except tarfile.HeaderError as error:
            raise OSError(str(error)) from error

    def _proc_member(self, archive: tarfile.TarFile) -> Any:
        if self.type in HEADERS and self.size > HEADER_LIMIT:
            raise AdahError(f"{archive.name!s}: a header is to hold {self.size} bytes; it is not the release.")
        return super()._proc_member(archive)  # type: ignore[misc]

    def _refuse_sparse(self, *_: object) -> None:
        """Refuse a member of bytes that are not in the archive: a few bytes of it may stand for any number."""
        raise OSError("it has a sparse member, which no release has")

    _proc_sparse = _proc_gnusparse_00 = _proc_gnusparse_01 = _proc_gnusparse_10 = _refuse_sparse


class _Part(io.RawIOBase):
    """The bytes of a file from ``start`` on, ``size`` of them."""

    def __init__(self, path: Path, start: int, size: int):
        self._file = path.open("rb")
        self._file.seek(start)
        self._left = size

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        count = self._file.readinto(memoryview(buffer)[: self._left])
        self._left -= count
        return count

    def close(self) -> None:
        self._file.close()
        super().close()
