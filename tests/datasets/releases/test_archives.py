"""Archives of releases: the same content from every kind, and one sentence for damaged and hostile ones."""

import contextlib
import os
import subprocess
import sys
import tarfile
import tempfile
import zipfile
import zlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adahlib.datasets import load_dataset
from adahlib.datasets.releases.archives import ReleaseZip
from adahlib.datasets.releases.images import ReleaseImages, decodes, readable_images
from adahlib.datasets.releases.opened import open_release
from adahlib.errors import AdahError
from tests.datasets.miniatures import jpeg, write_folder, write_tar, write_zip

TEXTS = {"set/a/one.txt": b"one\r\ntwo", "set/b/two.txt": b"caf\xe9", "set/e": b""}
MEMBERS = TEXTS | {"set/im1.jpg": jpeg((200, 10, 10))}
KINDS = [".zip", ".tar", ".tar.gz", ".tar.xz", ".tar.bz2", ""]


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("ADAH_CACHE", str(tmp_path / "cache"))


def write(root, suffix, members=None):
    path = root / f"made{suffix}"
    {".zip": write_zip, "": write_folder}.get(suffix, write_tar)(path, members or MEMBERS)
    return path


def opened(root):
    return open_release(root, [("made",)], "make it.")


@pytest.mark.parametrize("suffix", KINDS)
def test_every_kind_gives_the_same_members(tmp_path, suffix):
    write(tmp_path, suffix)
    for release in (opened(tmp_path), opened(tmp_path)):  # the second time from what the cache keeps
        assert {member: release.read(f"made/{member}") for member in MEMBERS} == MEMBERS
        assert release.members == {f"made/{member}": len(data) for member, data in MEMBERS.items()}
        checksums = [zlib.crc32(data) for data in MEMBERS.values()]
        assert release.checksums([f"made/{member}" for member in MEMBERS]) == checksums
        assert list(release.lines("made/set/a/one.txt")) == [b"one\r\n", b"two"]
        assert release.text("made/set/b/two.txt", "latin-1") == "café"
        with pytest.raises(AdahError, match=r"two\.txt is not UTF-8 at byte 3"):
            release.text("made/set/b/two.txt")
        with pytest.raises(AdahError, match="has no member made/set/x"):
            release.read("made/set/x")


def test_the_hash_of_images_does_not_depend_on_how_they_are_stored(tmp_path):
    hashes = set()
    for place, suffix in enumerate(KINDS):
        (tmp_path / str(place)).mkdir()
        write(tmp_path / str(place), suffix)
        images = ReleaseImages(opened(tmp_path / str(place)), {"im1": "made/set/im1.jpg"})
        hashes.add(images.content_hash())
        assert images[0].shape == (30, 40, 3)
    assert len(hashes) == 1


def test_files_of_a_folder_are_hashed_again_when_they_change(tmp_path):
    write(tmp_path, "")
    members = ["made/set/e", "made/set/b/two.txt"]
    before = opened(tmp_path).checksums(members)
    (tmp_path / "made/set/e").write_bytes(b"new")
    assert opened(tmp_path).checksums(members) == [zlib.crc32(b"new"), before[1]]


def test_members_are_found_wherever_they_lie(tmp_path):
    write_zip(tmp_path / "made.zip", {"deep/set/a/1.txt": "1", "deep/set/a/2.txt": "2", "List.txt": "x"})
    release = opened(tmp_path)
    assert release.under("set/a") == {"1.txt": "made/deep/set/a/1.txt", "2.txt": "made/deep/set/a/2.txt"}
    assert release.under("et/a") == {}
    assert release.one("list.TXT") == "made/List.txt" and release.one("a/1.txt") == "made/deep/set/a/1.txt"
    with pytest.raises(AdahError, match=r"has no file b/1\.txt; make it\."):
        release.one("b/1.txt")


def test_copies_must_be_equal(tmp_path):
    write_zip(tmp_path / "made.zip", {"one/set/1.txt": "same", "two/set/1.txt": "same"})
    assert opened(tmp_path).under("set") == {"1.txt": "made/one/set/1.txt"}
    assert opened(tmp_path).one("1.txt") == "made/one/set/1.txt"
    write_zip(tmp_path / "made.zip", {"one/set/1.txt": "same", "two/set/1.txt": "else"})
    for look in (lambda release: release.under("set"), lambda release: release.one("1.txt")):
        with pytest.raises(AdahError, match=r"one/set/1\.txt and made/two/set/1\.txt differ; keep one copy"):
            look(opened(tmp_path))


def test_an_archive_goes_before_a_folder_and_the_first_name_before_the_second(tmp_path):
    write_folder(tmp_path / "made", {"half": b""})
    write_zip(tmp_path / "made.zip", {"whole": "1"})
    write_zip(tmp_path / "other.zip", {"other": "1"})
    assert list(open_release(tmp_path, [("made", "other")], "x").members) == ["made/whole"]
    both = open_release(tmp_path, [("made",), ("other",), ("absent",)], "x")
    assert list(both.members) == ["made/whole", "other/other"]


def test_missing_and_unreadable_kinds(tmp_path):
    with pytest.raises(AdahError, match=r"made\.zip is missing; make it\."):
        opened(tmp_path)
    (tmp_path / "made.part1.rar").write_bytes(b"Rar!")
    message = r"made\.part1\.rar cannot be read, only zip and tar can; unpack it to the folder .*made\."
    with pytest.raises(AdahError, match=message):
        opened(tmp_path)
    write_zip(tmp_path / "other.zip", {"other": "1"})
    assert list(open_release(tmp_path, [("made", "other")], "x").members) == ["other/other"]


def test_a_byte_order_mark_is_no_text(tmp_path):
    write(tmp_path, ".zip", {"a.txt": b"\xef\xbb\xbfone\n\xef\xbb\xbftwo\n"})
    release = opened(tmp_path)
    assert release.text("made/a.txt") == "one\n\ufefftwo\n"
    assert list(release.lines("made/a.txt")) == [b"one\n", b"\xef\xbb\xbftwo\n"]


def kept_files(tmp_path, pattern):
    return list((tmp_path / "cache").rglob(pattern))


NO_INDEX = [b"", b"{", b"null", b"[1]", b'{"content": {}, "sha256": "0"}', b"\xff", b"[" * 10**5]


@pytest.mark.parametrize("damage", NO_INDEX)
def test_a_damaged_index_of_a_decoded_tar_is_made_again(tmp_path, damage):
    write(tmp_path, ".tar.gz")
    opened(tmp_path)
    kept_files(tmp_path, "index.json")[0].write_bytes(damage)
    with pytest.warns(RuntimeWarning, match=r"is damaged and made again .*\.broken is what was there") as warned:
        assert {name: opened(tmp_path).read(f"made/{name}") for name in MEMBERS} == MEMBERS
    assert len(warned) == 1 and len(kept_files(tmp_path, "*.broken")) == 1


def test_every_changed_byte_of_a_decoded_tar_is_seen_and_decoded_again(tmp_path):
    write(tmp_path, ".tar.gz")
    release = opened(tmp_path)
    for place in range(0, sum(map(len, MEMBERS.values())), 37):
        content = kept_files(tmp_path, "archives/*/content.bin")
        path = next(path for path in content if "broken" not in path.parent.name)
        data = bytearray(path.read_bytes())
        data[place] ^= 1
        path.write_bytes(data)
        with pytest.warns(RuntimeWarning, match="is damaged and made again"):
            assert contents(tmp_path) == contents(tmp_path) == {f"made/{name}": data for name, data in MEMBERS.items()}
    path.write_bytes(b"")
    with pytest.warns(RuntimeWarning, match="is damaged and made again"):
        assert release.read("made/set/im1.jpg") == MEMBERS["set/im1.jpg"]


def test_damaged_checksums_and_verdicts_are_made_again(tmp_path):
    write(tmp_path, "", MEMBERS | {"set/im2.jpg": b"no image"})

    def read():
        images = ReleaseImages(opened(tmp_path), {f"im{i}": f"made/set/im{i}.jpg" for i in (1, 2)})
        return images.content_hash(), readable_images(images, "set").names

    right = read()
    assert right[1] == ("im1",)
    for path in (*kept_files(tmp_path, "checksums/*"), *kept_files(tmp_path, "set/*")):
        for damage in (path.read_bytes()[:-9], path.read_bytes().replace(b"im2", b"im1").replace(b"]", b"] ", 1), b""):
            path.write_bytes(damage)
            with pytest.warns(RuntimeWarning, match=f"{path.name} is damaged and made again"):
                assert read() == right


def sparse_tar(path, pax):
    """Write a tar whose one member is to have a gigabyte of which no byte is in the file."""
    info = tarfile.TarInfo("hole")
    if pax:
        info.pax_headers = {"GNU.sparse.major": "1", "GNU.sparse.minor": "0", "GNU.sparse.name": "hole"}
        info.pax_headers["GNU.sparse.realsize"] = str(2**30)
        content = b"1\n1073741824\n0\n".ljust(512, b"\0")
        info.size = len(content)
        path.write_bytes(info.tobuf(tarfile.PAX_FORMAT) + content + bytes(1024))
        return
    info.type = tarfile.GNUTYPE_SPARSE
    header = bytearray(info.tobuf(tarfile.GNU_FORMAT))
    header[386 : 386 + 24] = b"%011o\0%011o\0" % (2**30, 0)
    header[483:495] = b"%011o\0" % 2**30
    header[148:156] = b" " * 8
    header[148:156] = b"%06o\0 " % sum(header)
    path.write_bytes(bytes(header) + bytes(1024))


@pytest.mark.parametrize("pax", [True, False])
def test_sparse_members_of_a_tar_are_refused(tmp_path, pax):
    sparse_tar(tmp_path / "made.tar", pax)
    with pytest.raises(AdahError, match=r"made\.tar is not a complete tar archive .it has a sparse member"):
        opened(tmp_path)
    assert not list((tmp_path / "cache" / "archives").glob("*"))


def test_a_tar_that_unpacks_out_of_all_proportion_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("adahlib.datasets.releases.tar.CONTENT_LIMIT", 10**6)
    write(tmp_path, ".tar.xz", {f"{i}": bytes(10**6) for i in range(4)})
    with pytest.raises(AdahError, match=r"made\.tar\.xz of \d+ bytes unpacks to over 2000000, out of all proportion"):
        opened(tmp_path)
    assert not list((tmp_path / "cache" / "archives").glob("*"))


def test_a_full_disk_is_no_damage_of_the_archive(tmp_path):
    resource = pytest.importorskip("resource")
    write(tmp_path, ".tar.gz", {"a": bytes(10**6)})
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (10**5, before[1]))
        with pytest.raises(OSError, match="File too large"):
            opened(tmp_path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert not list((tmp_path / "cache" / "archives").glob("*"))


def test_what_a_refused_archive_has_filled_the_cache_with_is_removed(tmp_path):
    write_tar(tmp_path / "cifar-10-python.tar.xz", {"cifar-10-batches-py/batches.meta": bytes(10**6)})
    with pytest.raises(AdahError, match="is not a whole pickle|step"):
        load_dataset("cifar10", tmp_path)
    assert not list((tmp_path / "cache" / "archives").glob("*"))
    write_tar(tmp_path / "cifar-10-python.tar.gz", {"cifar-10-batches-py/batches.meta": os.urandom(10**5)})
    (tmp_path / "cifar-10-python.tar.xz").unlink()
    with pytest.raises(AdahError, match=r"batches\.meta"):
        load_dataset("cifar10", tmp_path)
    assert len(list((tmp_path / "cache" / "archives").glob("*"))) == 1  # it costs the disk no more than the archive


@pytest.mark.parametrize("suffix", [".tar", ""])
def test_names_that_are_no_text_are_one_sentence(tmp_path, suffix):
    write(tmp_path, suffix, MEMBERS | {"set/caf\udce9.jpg": b"x"})
    with pytest.raises(AdahError, match=r"the name 'set/caf\\udce9\.jpg' is not UTF-8") as caught:
        opened(tmp_path)
    str(caught.value).encode()


@pytest.mark.parametrize("name", ["../out.txt", "/etc/passwd", "a/../../b", "C:\\x.txt", "..\\up.txt"])
@pytest.mark.parametrize("suffix", [".zip", ".tar.gz"])
def test_ways_out_of_the_archive_are_refused(tmp_path, suffix, name):
    write(tmp_path, suffix, {name: b"x"})
    with pytest.raises(AdahError, match="leads out of the archive"):
        opened(tmp_path)


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE])
def test_links_and_devices_in_a_tar_are_refused(tmp_path, kind):
    info = tarfile.TarInfo("link")
    info.type, info.linkname = kind, "/etc/passwd"
    with tarfile.open(tmp_path / "made.tar", "w") as archive:
        archive.addfile(info)
    with pytest.raises(AdahError, match="link is a link; a release has files only"):
        opened(tmp_path)


def test_links_in_a_zip_and_second_copies_are_refused(tmp_path):
    info = zipfile.ZipInfo("link")
    info.external_attr = 0o120777 << 16
    write_zip(tmp_path / "made.zip", {info: "/etc/passwd"})
    with pytest.raises(AdahError, match="link is a link"):
        opened(tmp_path)
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(tmp_path / "made.zip", "w") as archive:
        archive.writestr("a", "1")
        archive.writestr("a", "2")
    with pytest.raises(AdahError, match="member a is there twice"):
        opened(tmp_path)


def declare(path, size):
    """Make a zip's directory say that its first member holds ``size`` bytes."""
    data = bytearray(path.read_bytes())
    place = data.index(b"PK\x01\x02") + 24
    data[place : place + 4] = size.to_bytes(4, "little")
    path.write_bytes(data)


def test_declared_sizes_are_checked_before_anything_is_read(tmp_path):
    write_zip(tmp_path / "made.zip", {"a": "12345"})
    declare(tmp_path / "made.zip", 2**31)
    with pytest.raises(AdahError, match=r"a is to hold 2147483648 bytes; at most 268435456 are read"):
        opened(tmp_path).read("made/a")
    for wrong in (4, 6):
        declare(tmp_path / "made.zip", wrong)
        with pytest.raises(AdahError, match=r"a cannot be read"):
            opened(tmp_path).read("made/a")
    info = tarfile.TarInfo("a")
    info.size = 2**50
    (tmp_path / "made.zip").unlink()
    (tmp_path / "made.tar").write_bytes(info.tobuf())
    with pytest.raises(AdahError, match=r"a is to hold 1125899906842624 bytes; the cache has room for"):
        opened(tmp_path)
    assert not list((tmp_path / "cache" / "archives").glob("*"))


def test_a_header_that_is_to_hold_megabytes_is_refused(tmp_path):
    info = tarfile.TarInfo("long")
    info.type, info.size = tarfile.GNUTYPE_LONGNAME, 2**30
    (tmp_path / "made.tar").write_bytes(info.tobuf(tarfile.GNU_FORMAT))
    with pytest.raises(AdahError, match="a header is to hold 1073741824 bytes"):
        opened(tmp_path)


@pytest.mark.slow
def test_a_line_without_end_and_an_image_of_gigapixels_take_little_memory(tmp_path):
    with zipfile.ZipFile(tmp_path / "made.zip", "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        with archive.open("line", "w", force_zip64=True) as member:
            for _ in range(300):
                member.write(bytes(2**20))
        archive.writestr("big.png", big_png())
    code = f"""
import resource, sys
from adahlib.datasets.releases.images import decodes
from adahlib.datasets.releases.opened import open_release
release = open_release({str(tmp_path)!r}, [("made",)], "")
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
for read in (release.read, lambda member: list(release.lines(member))):
    try:
        read("made/line")
        sys.exit("was read")
    except ValueError as error:
        print(error)
assert not decodes(release.read("made/big.png"))
assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50_000  # kB
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "is to hold 314572800 bytes" in done.stdout and "line 1 has over 65536 bytes" in done.stdout


def big_png():
    """Return a PNG whose header says 12,000 × 12,000 pixels."""
    def chunk(kind, data):
        return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")

    size = (12_000).to_bytes(4, "big")
    header = chunk(b"IHDR", size + size + bytes([8, 2, 0, 0, 0]))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")


def test_no_image_at_all_is_an_error_and_other_formats_are_no_images(tmp_path):
    write_zip(tmp_path / "made.zip", {"1.jpg": "%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n%%EOF"})
    release = opened(tmp_path)
    assert not decodes(release.read("made/1.jpg"))
    with pytest.raises(AdahError, match="has no images of the set; make it"):
        readable_images(ReleaseImages(release, {}), "the set")


@pytest.mark.parametrize("suffix", KINDS)
def test_hidden_members_are_left_out(tmp_path, suffix):
    hidden = ("set/._im1.jpg", "__MACOSX/set/._one.txt", "set/.ipynb_checkpoints/one-checkpoint.txt", ".DS_Store")
    write(tmp_path, suffix, MEMBERS | dict.fromkeys(hidden, b"\0\5\x16\7"))
    for release in (opened(tmp_path), opened(tmp_path)):
        assert release.members.keys() == {f"made/{member}" for member in MEMBERS}


def test_a_linked_folder_is_read_and_a_circle_is_not(tmp_path):
    write_folder(tmp_path / "disk", {"1.txt": b"one"})
    write_folder(tmp_path / "made", {"2.txt": b"two"})
    (tmp_path / "made" / "more").symlink_to(tmp_path / "disk")
    (tmp_path / "disk" / "up").symlink_to(tmp_path / "made")
    (tmp_path / "made" / "dead").symlink_to(tmp_path / "none")
    assert opened(tmp_path).members.keys() == {"made/2.txt", "made/more/1.txt"}
    assert opened(tmp_path).read("made/more/1.txt") == b"one"


def verdicts(tmp_path):
    return [path.name for path in (tmp_path / "cache").rglob("decoding-*.json")]


def test_the_verdict_on_what_does_not_decode_is_kept_and_made_again_if_torn(tmp_path):
    members = {f"{number}.jpg": jpeg((number, 0, 0)) for number in range(3)} | {"3.jpg": jpeg((9, 9, 9))[:200]}
    write_zip(tmp_path / "made.zip", members)
    images = ReleaseImages(opened(tmp_path), {name: f"made/{name}" for name in members})
    for damage in (None, "", "[1", "{}", "[1]", "\xff"):
        if damage is not None:
            (tmp_path / "cache" / "set" / verdicts(tmp_path)[0]).write_bytes(damage.encode("latin-1"))
        with pytest.warns(RuntimeWarning, match="made again") if damage is not None else contextlib.nullcontext():
            assert readable_images(images, "set").names == ("0.jpg", "1.jpg", "2.jpg")
        assert len(verdicts(tmp_path)) == 1


def test_a_photo_comes_back_when_its_archive_is_mended(tmp_path):
    members = {f"{number}.jpg": jpeg((80 * number, 0, 0)) for number in range(3)}
    write_zip(tmp_path / "made.zip", members)
    whole = (tmp_path / "made.zip").read_bytes()
    torn = bytearray(whole)
    torn[whole.index(members["1.jpg"]) + 300] ^= 0xFF  # its CRC stands in the directory, which both archives share
    for data, right in ((torn, ("0.jpg", "2.jpg")), (whole, tuple(members)), (torn, tuple(members))):
        (tmp_path / "made.zip").write_bytes(data)
        images = ReleaseImages(opened(tmp_path), {name: f"made/{name}" for name in members})
        assert readable_images(images, "set").names == right
    with pytest.raises(AdahError, match=r"made.*1\.jpg cannot be read"):
        readable_images(images, "set")[1]


def contents(root):
    release = opened(root)
    return {member: release.read(member) for member in release.members}


@pytest.mark.slow
@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.data())
@pytest.mark.parametrize("suffix", [".zip", ".tar.gz", ".tar.xz"])
def test_damage_is_an_error_or_changes_nothing(suffix, data):
    with tempfile.TemporaryDirectory() as folder:
        path = write(Path(folder), suffix)
        right = contents(Path(folder))
        whole = bytearray(path.read_bytes())
        place = data.draw(st.integers(0, len(whole) - 1))
        if data.draw(st.booleans()):
            whole[place] ^= data.draw(st.integers(1, 255))
        else:
            del whole[place:]
        path.unlink()  # another file, as the cache sees it
        path.write_bytes(whole)
        with contextlib.suppress(AdahError):
            assert contents(Path(folder)) == right


@settings(max_examples=100, deadline=None, derandomize=True)
@given(st.binary(max_size=300))
@pytest.mark.parametrize("suffix", [".zip", ".tar", ".tar.gz"])
def test_bytes_that_are_no_archive(suffix, data):
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, f"made{suffix}").write_bytes(data)
        with pytest.raises(AdahError, match=r"is not a complete (zip|tar) archive"):
            opened(Path(folder))


def test_an_encrypted_zip_is_one_sentence(tmp_path):
    write_zip(tmp_path / "made.zip", {"a": "12345"})
    data = bytearray((tmp_path / "made.zip").read_bytes())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + offset] |= 1
    (tmp_path / "made.zip").write_bytes(data)
    with pytest.raises(AdahError, match="a cannot be read .*encrypted"):
        ReleaseZip(tmp_path / "made.zip").read("a")
