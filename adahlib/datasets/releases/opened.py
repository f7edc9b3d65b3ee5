"""A release wherever and however it lies: one archive or several, zip, tar or unpacked, read as one."""

import collections
import functools
from collections.abc import Sequence
from pathlib import Path
from typing import Any, BinaryIO

from adahlib.datasets.releases.archives import ReleaseArchive, ReleaseFolder, ReleaseZip
from adahlib.datasets.releases.tar import ReleaseTar
from adahlib.errors import AdahError, UnavailableError

TARS = (".tar", ".tar.gz", ".tgz", ".tar.xz", ".txz", ".tar.bz2")
UNREADABLE = (".rar", ".part1.rar", ".7z")


class OpenedRelease(ReleaseArchive):
    """Some archives read as one; a member's name is its archive's, without suffix, then its name in the archive."""

    def __init__(self, root: Path, parts: dict[str, ReleaseArchive], hint: str):
        super().__init__(root, hint)
        self._places = {f"{stem}/{name}": (part, name) for stem, part in parts.items() for name in part.members}
        self.members = {member: part.members[name] for member, (part, name) in self._places.items()}

    def open_member(self, member: str) -> BinaryIO:
        """Return a stream of a member's bytes."""
        part, name = self._places[member]
        return part.open_member(name)

    def checksums(self, members: Sequence[str]) -> list[int]:
        """Return the CRC-32 of each member's bytes."""
        names: dict[Any, list[str]] = {}
        sums: dict[Any, dict[str, int]] = {}
        for member in members:
            part, name = self._places[member]
            names.setdefault(part, []).append(name)
        for part, own in names.items():
            sums[part] = dict(zip(own, part.checksums(own), strict=True))
        return [sums[part][name] for part, name in (self._places[member] for member in members)]

    def under(self, folder: str) -> dict[str, str]:
        """Return the members in ``folder``, wherever it lies: path from there → member, in the order of names."""
        found: dict[str, str] = {}
        for member in sorted(self.members):
            _, lies_there, rest = f"/{member}".rpartition(f"/{folder}/")
            if lies_there:
                self._check_equal(found.setdefault(rest, member), member)
        return found

    def one(self, tail: str) -> str:
        """Return the member whose name ends with ``tail``, in capitals or not; copies of it must be equal."""
        end = f"/{tail}".lower()
        found = [member for member in self._by_file[end.rpartition("/")[2]] if f"/{member}".lower().endswith(end)]
        if not found:
            raise AdahError(f"{self.path} has no file {tail}; {self.hint}")
        for other in found[1:]:
            self._check_equal(found[0], other)
        return found[0]

    @functools.cached_property
    def _by_file(self) -> dict[str, list[str]]:
        """The members by the lower-case name of their file."""
        found = collections.defaultdict(list)
        for member in sorted(self.members):
            found[member.rpartition("/")[2].lower()].append(member)
        return found

    def _check_equal(self, one: str, other: str) -> None:
        if self.members[one] != self.members[other] or (one != other and self.checksum(one) != self.checksum(other)):
            raise AdahError(f"{self.path}: {one} and {other} differ; keep one copy of the release.")


def open_release(root: Path | str, parts: Sequence[Sequence[str]], hint: str) -> OpenedRelease:
    """Return the release whose parts lie under ``root``, each as zip, tar or folder.

    Args:
        root: folder of releases.
        parts: for each part what it may be called, without suffix; the first that is there and can be read is taken.
            At least one part must be there.
        hint: what to do if none is there, the end of a sentence.

    Raises:
        AdahError: no part is there, or one is damaged, or of a kind that cannot be read.
    """
    paths = dict(found for names in parts if (found := find_part(root, names)))
    if not paths:
        raise UnavailableError(f"{Path(root, parts[0][0])}.zip is missing; {hint}")
    return OpenedRelease(Path(root), {name: open_part(path, name) for name, path in paths.items()}, hint)


def find_part(root: Path | str, names: Sequence[str]) -> tuple[str, Path] | None:
    """Return the first of the names under which a part lies, and its archive or folder; None if it is not there.

    An archive comes before a folder, which may be half unpacked, and what cannot be read after all that can.
    """
    for suffixes in ((".zip", *TARS, ""), UNREADABLE):
        for name in names:
            for path in (Path(root, f"{name}{suffix}") for suffix in suffixes):
                if path.exists():
                    return name, path
    return None


def open_part(path: Path, name: str) -> ReleaseArchive:
    """Return an archive or a folder, opened; raise AdahError for a kind that cannot be read."""
    if path.is_dir():
        return ReleaseFolder(path)
    if path.name == f"{name}.zip":
        return ReleaseZip(path)
    if path.name.removeprefix(name) in TARS:
        return ReleaseTar(path)
    raise AdahError(f"{path} cannot be read, only zip and tar can; unpack it to the folder {path.parent / name}.")
