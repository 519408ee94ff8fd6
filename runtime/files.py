"""Reads files that someone names: a person, a setting, a cell of a table. Every such path is opened here.

A name may belong to anything: a pipe that no one writes to, a device that never ends, a file that grows, or a link that
someone changes between a check and the reading. So a file is opened first, without waiting, and judged by its
descriptor. Then at most one byte more than the limit is read.
"""

import errno
import os
import stat
from pathlib import Path

_OPEN = os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOCTTY
_CHUNK = 1_000_000
_KINDS = {
    stat.S_IFDIR: ("is a folder", "name the file itself"),
    stat.S_IFIFO: ("is a pipe", "name a file"),
    stat.S_IFCHR: ("is a device", "name a file"),
    stat.S_IFBLK: ("is a device", "name a file"),
}
_REMEDIES = {
    errno.EACCES: "correct its permissions",
    errno.EPERM: "correct its permissions",
    errno.ELOOP: "name the file itself, and no symbolic link",
    errno.ENAMETOOLONG: "correct the path",
    errno.EMFILE: "raise the limit of open files (`ulimit -n`), and try again",
    errno.ENFILE: "close other programs, and try again",
}
_NOT_OPENED = {errno.ENXIO, errno.EOPNOTSUPP, errno.ENODEV}
"""How opening a socket fails, and a device without a driver."""


class UnreadableFile(Exception):  # noqa: N818 - named for what a person sees
    """A file cannot be read. The text has no path: the caller begins the sentence with it.

    `what` is what was seen, such as `is a folder`, and `remedy` is what to do, such as `name the file itself`.
    """

    def __init__(self, what: str, remedy: str) -> None:
        super().__init__(f"{what}: {remedy}")
        self.what = what
        self.remedy = remedy


class MissingFile(UnreadableFile):
    """There is no such file."""

    def __init__(self) -> None:
        super().__init__("does not exist", "correct the path")


class TooLarge(UnreadableFile):
    """A file has more bytes than the caller takes."""

    def __init__(self, size: str, at_most: int) -> None:
        super().__init__(f"has {size} bytes", f"name a file of at most {at_most:,} bytes")


class OutsideFolder(UnreadableFile):
    """A file does not lie below the folder that it must lie below, once symbolic links are followed."""


def read(path: Path, at_most: int) -> bytes:
    """The bytes of a file.

    Raises:
        UnreadableFile: it is missing, larger than `at_most` bytes or no regular file, or the system does not open it.
    """
    try:
        return _read(os.open(path, _OPEN), at_most)
    except (OSError, ValueError) as error:
        raise _unreadable(error) from None


def read_text(path: Path, at_most: int) -> str:
    """The text of a file in UTF-8. A byte order mark stays in it, since not every caller forgives one.

    Raises:
        UnreadableFile: as for `read`, or it is not UTF-8.
    """
    try:
        return read(path, at_most).decode()
    except UnicodeDecodeError:
        raise UnreadableFile("is not UTF-8 text", "save it as plain text in UTF-8") from None


def read_below(folder: Path, path: Path, at_most: int) -> bytes:
    """The bytes of a file that lies below a folder. Links may lead to it, as long as they lead to nothing outside.

    Raises:
        OutsideFolder: it lies elsewhere.
        UnreadableFile: as for `read`, or a part of its path was replaced by a link meanwhile.
    """
    try:
        top = os.path.realpath(folder)
        inside = Path(os.path.realpath(path)).relative_to(top)
    except (OSError, ValueError) as error:  # a path that leads elsewhere, or that holds a zero byte
        if "\0" in str(path):
            raise _unreadable(error) from None
        raise OutsideFolder("lies outside the folder", "move it into the folder") from None
    try:
        return _read(_open_below(top, inside), at_most)
    except (OSError, ValueError) as error:
        raise _unreadable(error) from None


def _open_below(top: str, inside: Path) -> int:
    """A descriptor of a resolved path. Each part is opened in the one before it, so that no link is followed."""
    opened = os.open(top, _OPEN | os.O_DIRECTORY)
    for part in inside.parts:
        try:
            below = os.open(part, _OPEN | os.O_NOFOLLOW, dir_fd=opened)
        except OSError as error:
            if error.errno in {errno.ELOOP, errno.EMLINK}:  # EMLINK: so says FreeBSD
                raise UnreadableFile("was replaced by a symbolic link", "name the file itself") from None
            raise
        finally:
            os.close(opened)
        opened = below
    return opened


def _read(descriptor: int, at_most: int) -> bytes:
    try:
        _refuse_other_kinds(os.fstat(descriptor), at_most)
        content = bytearray()
        # The size may be wrong: a file of /proc says 0, and a log grows while it is read.
        while len(content) <= at_most and (chunk := os.read(descriptor, min(_CHUNK, at_most + 1 - len(content)))):
            content += chunk
    finally:
        os.close(descriptor)
    if len(content) > at_most:
        raise TooLarge(f"more than {at_most:,}", at_most)
    return bytes(content)


def _refuse_other_kinds(found: os.stat_result, at_most: int) -> None:
    kind = stat.S_IFMT(found.st_mode)
    if kind != stat.S_IFREG:
        raise UnreadableFile(*_KINDS.get(kind, ("is no file", "name a file")))
    if found.st_size > at_most:
        raise TooLarge(f"{found.st_size:,}", at_most)


def _unreadable(error: OSError | ValueError) -> UnreadableFile:
    """The reason in the words of the system."""
    if isinstance(error, ValueError):
        return UnreadableFile("has a malformed name", "correct the path")
    if error.errno in {errno.ENOENT, errno.ENOTDIR}:
        return MissingFile()
    if error.errno in _NOT_OPENED:
        return UnreadableFile("is a socket or a device", "name a file")
    reason = error.strerror or "the system gives no reason"
    remedy = _REMEDIES.get(error.errno or 0, "correct its path or its permissions")
    return UnreadableFile(f"cannot be read ({reason})", remedy)
