"""A file that somebody names is read within bounds, whatever it is and whatever happens to it meanwhile."""

import errno
import os
import resource
import socket
import stat
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from runtime import files
from runtime.files import MissingFile, OutsideFolder, UnreadableFile, read, read_below, read_text

LIMIT = 1_000


def readers(folder: Path) -> dict[str, Callable[[Path], bytes]]:
    """Every way to read a file in a folder."""
    return {"read": lambda path: read(path, LIMIT), "read_below": lambda path: read_below(folder, path, LIMIT)}


def open_descriptors() -> int:
    return len(os.listdir("/dev/fd"))  # noqa: PTH208 - a folder of descriptors


@pytest.mark.parametrize("size", [0, 1, LIMIT])
def test_a_file_up_to_the_limit_is_read(tmp_path: Path, size: int) -> None:
    (tmp_path / "a").write_bytes(b"x" * size)
    for reader in readers(tmp_path).values():
        assert reader(tmp_path / "a") == b"x" * size


def test_what_is_no_file_of_that_size_is_refused_at_once(tmp_path: Path, subtests: pytest.Subtests) -> None:
    (tmp_path / "large").write_bytes(b"x" * (LIMIT + 1))
    (tmp_path / "folder").mkdir()
    (tmp_path / "circle").symlink_to(tmp_path / "circle")
    os.mkfifo(tmp_path / "pipe")
    expected = {"large": "1,001 bytes", "folder": "is a folder", "pipe": "is a pipe", "circle": "link", "gone": "exist",
                "large/x": "exist", "zero\0byte": "malformed", "x" * 300: "too long"}  # fmt: skip
    before = open_descriptors()
    for name, part in expected.items():
        for title, reader in readers(tmp_path).items():
            with subtests.test(f"{title} {name[:20]}"), pytest.raises(UnreadableFile, match=part):
                reader(tmp_path / name)
    assert open_descriptors() == before


def test_a_socket_and_devices_are_no_files(subtests: pytest.Subtests) -> None:
    with tempfile.TemporaryDirectory(dir="/tmp") as folder, socket.socket(socket.AF_UNIX) as listener:
        listener.bind(f"{folder}/s")
        for path in (f"{folder}/s", "/dev/zero", "/dev/null", "/dev/tty"):
            with subtests.test(path), pytest.raises(UnreadableFile, match=r"socket|device"):
                read(Path(path), LIMIT)


@pytest.mark.skipif(not Path("/proc/self/maps").exists(), reason="only Linux has files that say they are empty")
def test_a_file_that_lies_about_its_size_is_read_up_to_the_limit() -> None:
    assert Path("/proc/self/maps").stat().st_size == 0
    with pytest.raises(UnreadableFile, match="more than 1,000 bytes"):
        read(Path("/proc/self/maps"), LIMIT)


def test_a_file_that_grows_while_it_is_read_ends_at_the_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, fstat = tmp_path / "log", os.fstat
    path.write_bytes(b"x")

    def grow_after(descriptor: int) -> os.stat_result:
        found = fstat(descriptor)
        path.write_bytes(b"x" * 50 * LIMIT)
        return found

    monkeypatch.setattr(os, "fstat", grow_after)
    with pytest.raises(UnreadableFile, match="more than 1,000 bytes"):
        read(path, LIMIT)


@pytest.mark.parametrize("replaced", ["papers/loa.pdf", "papers"])
def test_a_part_that_becomes_a_link_after_it_was_resolved_is_not_followed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, replaced: str
) -> None:
    folder, secret, realpath = tmp_path / "orders", tmp_path / "secrets/loa.pdf", os.path.realpath
    for path in (folder / "papers/loa.pdf", secret):
        path.parent.mkdir(parents=True)
        path.write_bytes(b"%PDF")

    def replace_after(path: Path) -> str:
        found = realpath(path)
        if path != folder and (folder / replaced).lstat() and not (folder / replaced).is_symlink():
            (folder / replaced).rename(folder / "before")
            (folder / replaced).symlink_to(secret if replaced.endswith("pdf") else secret.parent)
        return found

    monkeypatch.setattr(os.path, "realpath", replace_after)
    before = open_descriptors()
    with pytest.raises(UnreadableFile):
        read_below(folder, folder / "papers/loa.pdf", LIMIT)
    assert (folder / replaced).is_symlink()
    assert open_descriptors() == before


def test_links_may_lead_to_a_file_below_the_folder_and_to_no_other(tmp_path: Path) -> None:
    folder = tmp_path / "orders"
    folder.mkdir()
    (folder / "a").write_bytes(b"inside")
    (tmp_path / "b").write_bytes(b"outside")
    (folder / "to a").symlink_to("a")
    (folder / "to b").symlink_to("../b")
    (tmp_path / "alias").symlink_to(folder)
    assert read_below(tmp_path / "alias", tmp_path / "alias/to a", LIMIT) == b"inside"
    for path in (folder / "to b", folder / "../b", tmp_path / "b", tmp_path / "orders-2/b"):
        with pytest.raises(OutsideFolder):
            read_below(folder, path, LIMIT)


@contextmanager
def no_more_descriptors() -> Iterator[None]:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_too_many_open_files_have_a_remedy_of_their_own(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"x")
    with no_more_descriptors(), pytest.raises(UnreadableFile) as refused:
        read(tmp_path / "a", LIMIT)
    assert "ulimit" in refused.value.remedy


def test_each_reason_of_the_system_has_a_remedy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_arguments: object, **_options: object) -> int:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "open", fail)
    for number in (errno.EACCES, errno.EPERM, errno.EMFILE, errno.EIO, errno.ESTALE):
        with pytest.raises(UnreadableFile) as refused:
            read(tmp_path, LIMIT)
        assert os.strerror(number) in refused.value.what
        assert refused.value.remedy


def test_text_is_utf_8_and_keeps_its_byte_order_mark(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"\xef\xbb\xbfM\xc3\xbcller")
    assert read_text(tmp_path / "a", LIMIT) == "\ufeffMüller"
    (tmp_path / "a").write_bytes(b"M\xfcller")
    with pytest.raises(UnreadableFile, match="UTF-8"):
        read_text(tmp_path / "a", LIMIT)
    with pytest.raises(MissingFile):
        read_text(tmp_path / "b", LIMIT)


def test_nothing_is_inherited_by_other_programs_or_waited_for() -> None:
    assert files._OPEN & os.O_CLOEXEC
    assert files._OPEN & os.O_NONBLOCK
    assert stat.S_IFREG not in files._KINDS
