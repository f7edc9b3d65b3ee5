"""Downloads against a local server that stalls, cuts off, ignores ranges, refuses and serves wrong files."""

import hashlib
import http.server
import os
import re
import signal
import subprocess
import sys
import threading
import time

import numpy as np
import pytest

from adahlib.datasets.catalogue import RELEASES, ReleaseFile
from adahlib.datasets.releases.download import CHUNK, RefusedError, ResumingDownloader, addresses_of, fetch
from adahlib.errors import AdahError

CONTENT = np.random.default_rng(0).bytes(1_000_000)
OTHER = np.random.default_rng(1).bytes(1_000_000)
HALF = 30 * CHUNK


class Server(http.server.ThreadingHTTPServer):
    """Serves CONTENT, in the manner that the address' first part names; keeps what was asked of it."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked, self.version, self.content, self.stop = [], "1", CONTENT, threading.Event()
        self.sent = 0  # bytes of an answer without end, after its first megabyte
        threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True).start()

    def base(self, manner):
        return f"http://127.0.0.1:{self.server_address[1]}/{manner}"

    def ranges(self):
        return [begin for _, begin in self.asked]


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):  # noqa: N802
        manner, server = self.path.split("/")[1], self.server
        found = re.match(r"bytes=(\d+)-", self.headers.get("Range", ""))
        same = self.headers.get("If-Range") == f'"{server.version}"'
        begin = int(found[1]) if found and same and manner != "norange" else 0
        server.asked.append((manner, begin))
        if manner.isdecimal():
            return self.send_error(int(manner))
        content = OTHER if manner == "wrong" else server.content
        self.answer(content[begin:], begin, len(content), manner)

    def answer(self, body, begin, total, manner):
        if begin and not body:
            self.send_response(416)
            self.send_header("Content-Range", f"bytes */{total}")
            return self.end_headers()
        self.send_response(206 if begin else 200)
        if manner not in ("endless", "unsaid"):
            self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Type", "text/html" if manner == "page" else "application/zip")
        self.send_header("ETag", f'"{self.server.version}"')
        if begin:
            self.send_header("Content-Range", f"bytes {begin}-{total - 1}/{total}")
        self.end_headers()
        until = {"cutfirst": len(body) if begin else HALF, "cut": 7 * CHUNK}
        until |= {"half": max(0, HALF - begin), "stall": max(0, HALF - begin)}
        self.wfile.write(body[: until.get(manner, len(body))])
        while manner == "endless" and not self.server.stop.is_set():
            try:
                self.wfile.write(body)
                self.server.sent += len(body)
            except OSError:  # the other side has hung up
                return
        self.wfile.flush()
        if manner == "stall":
            self.server.stop.wait(20)

    def log_message(self, *ignored):
        pass


@pytest.fixture
def server():
    running = Server()
    yield running
    running.stop.set()
    running.shutdown()


def known(**changes):
    facts = {"size": len(CONTENT), "sha256": hashlib.sha256(CONTENT).hexdigest()}
    return ReleaseFile("set.zip", **facts | changes)


def get(root, file, *bases, said=None):
    return fetch(file, root, bases, [].append if said is None else said.append, wait=0.01, timeout=(1, 0.5))


def left(root):
    return sorted(path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file())


def test_a_file_arrives_whole_and_alone(tmp_path, server):
    said = []
    path = get(tmp_path, known(), server.base("good"), said=said)
    assert path.read_bytes() == CONTENT and left(tmp_path) == ["set.zip"]
    assert said == ["set.zip: fetched, sha256 right"]
    get(tmp_path, known(), server.base("good"), said=said)
    assert said[1] == "set.zip: there, sha256 right" and len(server.asked) == 1  # not fetched again


def test_unknown_hashes_are_said_to_be_unknown(tmp_path, server):
    said = []
    get(tmp_path, ReleaseFile("set.zip"), server.base("good"), said=said)
    found = hashlib.sha256(CONTENT).hexdigest()
    assert said == [f"set.zip: fetched, no hash is known to check, sha256 unknown: found {found}"]
    md5 = hashlib.md5(CONTENT).hexdigest()
    get(tmp_path, ReleaseFile("set.zip", md5=md5), server.base("good"), said=said)
    assert said[1] == f"set.zip: there, md5 right, sha256 unknown: found {found}"


def test_a_cut_off_download_goes_on_where_it_stopped(tmp_path, server):
    assert get(tmp_path, known(), server.base("cutfirst")).read_bytes() == CONTENT
    assert server.ranges() == [0, HALF]


def test_tries_that_bring_something_are_not_counted(tmp_path, server):
    assert get(tmp_path, known(), server.base("cut")).read_bytes() == CONTENT
    assert server.ranges() == list(range(0, len(CONTENT), 7 * CHUNK))


@pytest.mark.slow
def test_a_stalling_server_is_left_and_the_next_address_goes_on(tmp_path, server):
    started = time.monotonic()
    assert get(tmp_path, known(), server.base("stall"), server.base("good")).read_bytes() == CONTENT
    assert time.monotonic() - started < 10 and server.asked[-1] == ("good", HALF)


def keep_half(root, server, file):
    with pytest.raises(AdahError, match="491,520 bytes that came are kept, and the same command goes on"):
        get(root, file, server.base("half"))
    assert left(root) == [".set.zip.partial/lock", ".set.zip.partial/part", ".set.zip.partial/part.mark"]


def test_a_server_without_ranges_begins_anew(tmp_path, server):
    keep_half(tmp_path, server, known())
    assert get(tmp_path, known(), server.base("norange")).read_bytes() == CONTENT
    assert server.asked[-1] == ("norange", 0)


def test_another_version_on_the_server_is_not_mixed_with_the_part(tmp_path, server):
    keep_half(tmp_path, server, ReleaseFile("set.zip"))
    server.version, server.content = "2", OTHER
    assert get(tmp_path, ReleaseFile("set.zip"), server.base("good")).read_bytes() == OTHER


def test_a_part_that_is_whole_already_only_takes_its_name(tmp_path, server):
    keep_half(tmp_path, server, known())
    (tmp_path / ".set.zip.partial" / "part").write_bytes(CONTENT)
    assert get(tmp_path, known(), server.base("good")).read_bytes() == CONTENT
    assert server.asked[-1] == ("good", len(CONTENT))


def test_a_whole_part_outlasts_an_interrupted_check(tmp_path, server):
    download, output = ResumingDownloader(tmp_path / "part", "set.zip"), tmp_path / "out"
    for _ in range(2):  # as a second command does, after the first one's file was removed
        output.touch()
        download(f"{server.base('good')}/set.zip", str(output))
        assert output.read_bytes() == CONTENT
        output.unlink()
    assert server.ranges() == [0, len(CONTENT)]


def test_a_part_that_is_too_long_is_begun_anew(tmp_path, server):
    keep_half(tmp_path, server, ReleaseFile("set.zip"))
    (tmp_path / ".set.zip.partial" / "part").write_bytes(CONTENT + b"more")
    assert get(tmp_path, ReleaseFile("set.zip"), server.base("good")).read_bytes() == CONTENT


@pytest.mark.parametrize(
    ("manner", "tries", "words"),
    [
        ("404", 1, "HTTP status 404"),
        ("500", 3, "HTTP status 500"),
        ("page", 1, "a web page instead of the file"),
        ("wrong", 1, "a wrong file: its hash is not the release's"),
    ],
)
def test_what_is_not_the_file_is_named_and_nothing_of_it_is_kept(tmp_path, server, manner, tries, words):
    said = []
    with pytest.raises(AdahError, match=r"set\.zip could not be fetched from any of 1 address"):
        get(tmp_path, known(), server.base(manner), said=said)
    assert said == [f"set.zip: {server.base(manner)}/set.zip: {words}"]
    assert len(server.asked) == tries and left(tmp_path) == []
    get(tmp_path, known(), server.base(manner), server.base("good"))  # the next address is asked
    assert left(tmp_path) == ["set.zip"]


def test_a_file_of_another_size_is_refused_before_it_is_fetched(tmp_path, server):
    said = []
    with pytest.raises(AdahError, match="could not be fetched"):
        get(tmp_path, known(size=999_999), server.base("good"), said=said)
    assert "1,000,000 bytes where the release has 999,999" in said[0] and left(tmp_path) == []


def test_a_server_that_says_no_size_is_read_to_its_end(tmp_path, server):
    assert get(tmp_path, known(), server.base("unsaid")).read_bytes() == CONTENT
    (tmp_path / "set.zip").unlink()
    assert get(tmp_path, ReleaseFile("set.zip"), server.base("unsaid")).read_bytes() == CONTENT


def test_an_answer_without_end_is_left_at_the_known_size(tmp_path, server):
    said = []
    path = get(tmp_path, known(), server.base("endless"), server.base("good"), said=said)
    assert path.read_bytes() == CONTENT and left(tmp_path) == ["set.zip"]
    assert said[0].endswith("a wrong file: it goes on after 1,000,000 bytes") and server.sent < 2**26


def test_an_answer_without_end_is_left_at_a_limit_where_no_size_is_known(tmp_path, server):
    output = tmp_path / "out"
    output.touch()
    download = ResumingDownloader(tmp_path / "part", "set.zip", limit=3_000_000)
    with pytest.raises(RefusedError, match="it goes on after 3,000,000 bytes"):
        download(f"{server.base('endless')}/set.zip", str(output))
    assert left(tmp_path) == ["out"]
    with pytest.raises(RefusedError, match="1,000,000 bytes, and no file of a release has over 999,999"):
        ResumingDownloader(tmp_path / "part", "set.zip", limit=999_999)(f"{server.base('good')}/x", str(output))


def test_a_dead_first_mirror_is_passed_over(tmp_path, server):
    said = []
    assert get(tmp_path, known(), "http://127.0.0.1:9", server.base("good"), said=said).read_bytes() == CONTENT
    assert said[0] == "set.zip: http://127.0.0.1:9/set.zip: no connection, or it broke off"


def test_a_file_that_has_the_name_already_is_never_replaced(tmp_path, server):
    (tmp_path / "set.zip").write_bytes(OTHER)
    with pytest.raises(AdahError, match=r"\(1,000,000 bytes\) is not the release's file .* move this one away"):
        get(tmp_path, known(), server.base("good"))
    assert (tmp_path / "set.zip").read_bytes() == OTHER and not server.asked


def test_what_another_command_brought_meanwhile_is_not_fetched_again(tmp_path, server, monkeypatch):
    def brought(file, mirrors):
        """Stand between the first look for the file and the lock, where the other command ends."""
        (tmp_path / "set.zip").write_bytes(CONTENT)
        return addresses_of(file, mirrors)

    monkeypatch.setattr("adahlib.datasets.releases.download.addresses_of", brought)
    said = []
    assert get(tmp_path, known(), server.base("good"), said=said) == tmp_path / "set.zip"
    assert not server.asked and left(tmp_path) == ["set.zip"]
    assert len(said) == 1 and said[0].startswith("set.zip: there, ")


@pytest.mark.slow
def test_two_at_once_are_one(tmp_path, server):
    bases = [server.base("stall"), server.base("good")]
    first = threading.Thread(target=get, args=(tmp_path, ReleaseFile("set.zip"), *bases))
    first.start()
    while not server.asked:
        time.sleep(0.01)
    with pytest.raises(AdahError, match="another process is fetching"):
        get(tmp_path, ReleaseFile("set.zip"), server.base("good"))
    first.join()
    assert left(tmp_path) == ["set.zip"]


def adah_get(root, *bases):
    mirrors = [argument for base in bases for argument in ("--mirror", base)]
    return subprocess.Popen(
        [sys.executable, "-m", "adahlib.cli", "data", "get", "iapr-tc12", *mirrors],
        env=os.environ | {"ADAH_DATA": str(root)}, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="signals")
def test_a_killed_command_goes_on_where_it_stopped(tmp_path, server):
    killed, part = adah_get(tmp_path, server.base("stall")), tmp_path / ".iaprtc12.tgz.partial" / "part"
    while not (part.exists() and part.stat().st_size >= HALF - 2 * CHUNK) and killed.poll() is None:
        time.sleep(0.02)
    killed.send_signal(signal.SIGKILL)
    killed.wait(20)
    kept = part.stat().st_size
    assert not (tmp_path / "iaprtc12.tgz").exists()
    again = adah_get(tmp_path, server.base("good"))
    said, _ = again.communicate(timeout=60)
    assert again.returncode == 0 and ("good", kept) in server.asked
    files = [file.name for file in RELEASES["iapr-tc12"].files]
    assert left(tmp_path) == files and all((tmp_path / name).read_bytes() == CONTENT for name in files)
    found = hashlib.sha256(CONTENT).hexdigest()
    assert f"iaprtc12.tgz: fetched, no hash is known to check, sha256 unknown: found {found}" in said
    assert "unrar x saiaprtc12ok.part1.rar" in said and "without copyright restrictions" in said


def test_what_needs_a_form_is_not_fetched_and_says_so(tmp_path):
    (file,) = [file for file in RELEASES["nus-wide"].files if file.form]
    with pytest.raises(AdahError, match=r"Flickr\.zip cannot be fetched: .* Disclaimer Form of https://lms\.comp\.nus"):
        fetch(file, tmp_path)
    assert left(tmp_path) == []


def test_a_mirror_must_be_an_address(tmp_path):
    with pytest.raises(AdahError, match="mirror 'here' is no address"):
        fetch(known(), tmp_path, ["here"])
