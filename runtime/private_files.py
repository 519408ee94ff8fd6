"""What a process writes belongs to its user alone: documents, logs, databases, files with keys."""

import logging
import os
import stat
from pathlib import Path

_OTHERS = stat.S_IRWXG | stat.S_IRWXO

_log = logging.getLogger(__name__)  # not structlog, since a command loads this module and seldom logs


class OpenFolder(Exception):  # noqa: N818 - named for what is wrong with the folder
    """Other users have rights on a folder, and this process cannot take them away. The text says why and what to do."""


def keep_private() -> None:
    """From now on this process, and each that it starts, creates files and folders that only its user can open."""
    os.umask(_OTHERS)


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner can open, in place of any file of that name.

    The new file never has other rights, so that no one can open it meanwhile.
    """
    written = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(written, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    try:
        with os.fdopen(descriptor, "w") as file:
            file.write(text)
        written.replace(path)
    except BaseException:
        written.unlink(missing_ok=True)
        raise


def create_private(path: Path, content: bytes) -> None:
    """Write a new file that only its owner can open.

    Raises:
        FileExistsError: there is a file or a link of that name. It stays as it is.
        OSError: the file cannot be written. Then none is left.
    """
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def close_folder(path: Path) -> None:
    """Take all rights on a folder from other users, so that they reach nothing in it. A log line says so.

    Raises:
        OpenFolder: they have rights, and the folder belongs to another user or its file system keeps no rights.
        OSError: the folder cannot be opened.
    """
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        rights = _rights(descriptor)
        if not rights & _OTHERS:
            return
        try:
            os.fchmod(descriptor, rights & ~_OTHERS)
        except PermissionError:
            owner = os.fstat(descriptor).st_uid
            raise OpenFolder(
                f"other users can open it ({_shown(rights)}), and it belongs to the user {owner}, while this process "
                f"runs as {os.geteuid()}: let both run as one user, or name a folder that this process creates"
            ) from None
        if _rights(descriptor) & _OTHERS:
            raise OpenFolder(
                f"other users can open it ({_shown(rights)}), and its file system keeps no rights: mount it with "
                "rights for one user alone"
            )
    finally:
        os.close(descriptor)
    _log.warning("document_folder_closed", extra={"folder": str(path), "rights_before": _shown(rights)})


def _rights(descriptor: int) -> int:
    return stat.S_IMODE(os.fstat(descriptor).st_mode)


def _shown(rights: int) -> str:
    return f"rights {rights:04o}"
