"""What obstore does not look at in a folder: whether everything in it is what we put there.

Trap (tried): obstore follows links, so with a link in place of a request's folder it deletes every file of the folder
that the link leads to. It waits for a pipe for ever, and a link that leads back to the store ends the whole list.
"""

import asyncio
import errno
import logging
import os
import stat
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from obstore.store import LocalStore, ObjectStore

_log = logging.getLogger(__name__)


async def refuse_strange_entry(store: ObjectStore, key: str) -> None:
    """Raise `OSError` when the folder of a document is a link, or anything but a file is in its place.

    What else the folder holds is not looked at: that of an import holds thousands of documents, and each is used alone.
    A bucket has neither links nor pipes.
    """
    if isinstance(store, LocalStore):
        await asyncio.to_thread(_refuse_strange_entry, Path(str(store.prefix)) / key)


async def refuse_strange_entries(store: ObjectStore, reference: str) -> None:
    """The same for everything in the folder of a request."""
    if isinstance(store, LocalStore):
        await asyncio.to_thread(_refuse_strange_entries, Path(str(store.prefix)) / reference)


async def newest_in_folder(store: LocalStore) -> dict[str, datetime]:
    """When the newest file of each request was stored. A folder with something strange in it is left to people."""
    return await asyncio.to_thread(lambda: dict(_newest(Path(str(store.prefix)))))


def _refuse_strange_entry(file: Path) -> None:
    _refuse_strange_folder(file.parent)
    mode = _mode(file)
    if mode is not None and not stat.S_ISREG(mode):
        raise _no_file(file.parent, file.name)


def _refuse_strange_entries(folder: Path) -> None:
    _refuse_strange_folder(folder)
    for entry in _entries(folder):
        if not entry.is_file(follow_symlinks=False):
            raise _no_file(folder, entry.name)


def _refuse_strange_folder(folder: Path) -> None:
    mode = _mode(folder)
    if mode is not None and not stat.S_ISDIR(mode):
        raise OSError(errno.ENOTDIR, f"{folder.name} in it is no folder, as a request needs one")


def _no_file(folder: Path, name: str) -> OSError:
    return OSError(errno.EINVAL, f"{folder.name} in it holds {name[:80]!r}, which is no file")


def _mode(path: Path) -> int | None:
    """What is at a path, itself and not what it leads to; None when nothing is there."""
    try:
        return path.lstat().st_mode
    except FileNotFoundError:
        return None


def _newest(store: Path) -> Iterator[tuple[str, datetime]]:
    for folder in _entries(store):
        try:
            _refuse_strange_entries(Path(folder.path))
            stored = [entry.stat(follow_symlinks=False).st_mtime for entry in _entries(Path(folder.path))]
        except OSError as error:
            _log.warning("document_folder_left", extra={"reference": folder.name, "because": error.strerror})
            continue
        if stored:
            yield folder.name, datetime.fromtimestamp(max(stored), UTC)


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    """What is in a folder; nothing when it is not there, for instance because another process just emptied it."""
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except FileNotFoundError:
        return []
