"""Tar archives of releases. A compressed tar has no random access, so it is decoded once, into the cache.

There it is two files: the members' bytes one after the other, and where each begins.
"""

import bz2
import gzip
import io
import json
import lzma
import shutil
import tarfile
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

from adahlib.datasets.releases.archives import DAMAGE, ReleaseArchive, check_member
from adahlib.errors import AdahError
from adahlib.files import whole_folder
from adahlib.paths import cache_key, cache_root
from adahlib.progress import progress
from adahlib.visible import is_hidden

OPENERS = {".gz": gzip.open, ".tgz": gzip.open, ".xz": lzma.open, ".txz": lzma.open, ".bz2": bz2.open, ".tar": open}
PADDING_LIMIT = 2**20  # bytes after the end, which tar fills up to its block size
HEADER_LIMIT = 2**20  # bytes of a long name or an extended header, which tarfile reads into memory
HEADERS = (
    *(tarfile.XHDTYPE, tarfile.XGLTYPE, tarfile.SOLARIS_XHDTYPE),
    *(tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK),
)


class ReleaseTar(ReleaseArchive):
    """A tar archive, compressed or not; missing, truncated, damaged and hostile ones are named in one sentence."""

    def __init__(self, path: Path | str):
        super().__init__(path)
        status = self.path.stat()
        key = cache_key(f"{self.path.resolve()} {status.st_size} {status.st_mtime_ns}")
        self._folder = cache_root() / "archives" / key
        if not self._folder.is_dir():
            self._decode()
        self._index = json.loads((self._folder / "index.json").read_text(encoding="utf-8"))
        self.members = {member: size for member, (_, size, _) in self._index.items() if not is_hidden(member)}

    def open_member(self, member: str) -> BinaryIO:
        """Return a stream of a member's bytes."""
        start, size, _ = self._index[member]
        return io.BufferedReader(_Part(self._folder / "content.bin", start, size), buffer_size=2**20)

    def checksums(self, members: Sequence[str]) -> list[int]:
        """Return the CRC-32 of each member, computed when the archive was decoded."""
        return [self._index[member][2] for member in members]

    def _decode(self) -> None:
        index = {}
        try:
            with whole_folder(self._folder, keep=True) as folder:
                with (
                    (folder / "content.bin").open("wb") as content,
                    OPENERS[self.path.suffix](self.path, "rb") as stream,
                    tarfile.open(fileobj=stream, mode="r|", tarinfo=_CheckedInfo) as tar,
                ):
                    for info in progress(tar, desc=f"decoding {self.path.name}", unit="file"):
                        if not info.isdir():
                            self._append(tar, info, content, index)
                    if len(stream.read(PADDING_LIMIT)) == PADDING_LIMIT:  # reading on checks the compressed file's sum
                        raise tarfile.ReadError("more follows after its end")
                (folder / "index.json").write_text(json.dumps(index), encoding="utf-8")
        except AdahError:
            raise
        except (tarfile.TarError, *DAMAGE) as error:
            raise AdahError(f"{self.path} is not a complete tar archive ({error}); fetch it again.") from error

    def _append(self, tar: tarfile.TarFile, info: tarfile.TarInfo, content: BinaryIO, index: dict) -> None:
        """Write one member's bytes after the others' and note where they are."""
        name = info.name.removeprefix("./")
        check_member(self, name, is_link=not info.isreg())
        free = shutil.disk_usage(content.name).free // 2
        if info.size > free:
            raise AdahError(f"{self.path}: {name} is to hold {info.size} bytes; the cache has room for {free}.")
        start, crc, stream = content.tell(), 0, tar.extractfile(info)
        while block := stream.read(2**20):
            content.write(block)
            crc = zlib.crc32(block, crc)
        if content.tell() - start != info.size:
            raise tarfile.ReadError(f"{name} ends early")
        self.members[name] = info.size
        index[name] = (start, info.size, crc)


class _CheckedInfo(tarfile.TarInfo):
    """A tar member whose headers are small; one damaged or missing is an error, where tarfile takes it as the end."""

    @classmethod
    def frombuf(cls, buf: bytes, encoding: str, errors: str) -> tarfile.TarInfo:
        try:
            return super().frombuf(buf, encoding, errors)
        except tarfile.EOFHeaderError:
            raise
        except tarfile.HeaderError as error:
            raise OSError(str(error)) from error

    def _proc_member(self, archive: tarfile.TarFile):
        if self.type in HEADERS and self.size > HEADER_LIMIT:
            raise AdahError(f"{archive.name}: a header is to hold {self.size} bytes; it is not the release.")
        return super()._proc_member(archive)


class _Part(io.RawIOBase):
    """The bytes of a file from ``start`` on, ``size`` of them."""

    def __init__(self, path: Path, start: int, size: int):
        self._file = path.open("rb")
        self._file.seek(start)
        self._left = size

    def readable(self) -> bool:
        return True

    def readinto(self, buffer) -> int:
        count = self._file.readinto(memoryview(buffer)[: self._left])
        self._left -= count
        return count

    def close(self) -> None:
        self._file.close()
        super().close()
