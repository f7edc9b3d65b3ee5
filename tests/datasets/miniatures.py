"""What the tests of several readers make their miniature releases of."""

import io
import tarfile
import zipfile

from PIL import Image


def jpeg(colour, size=(40, 30)):
    buffer = io.BytesIO()
    Image.new("RGB", size, colour).save(buffer, "JPEG")
    return buffer.getvalue()


def write_zip(path, members):
    """Write name → bytes or text; a name with None is left out."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in members.items():
            if data is not None:
                archive.writestr(name, data)


def write_tar(path, members):
    """Write name → bytes as a tar, compressed as the suffix says."""
    kind = {".gz": "w:gz", ".xz": "w:xz", ".bz2": "w:bz2", ".tar": "w"}[path.suffix]
    with tarfile.open(path, kind) as archive:
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))


def write_folder(root, members):
    for name, data in members.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(data)


def unpack(path, folder=None):
    """Return a zip's members as name → bytes, and write them into a folder if one is given."""
    with zipfile.ZipFile(path) as archive:
        if folder is not None:
            archive.extractall(folder)
        return {name: archive.read(name) for name in archive.namelist()}
