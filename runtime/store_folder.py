"""What obstore does not look at in a folder: whether everything in it is what we put there.

Trap (tried): obstore follows links, so with a link in place of a request's folder it deletes every file of the folder
that the link leads to. It waits for a pipe for ever, and a link that leads back to the store ends the whole list.
"""

import asyncio
import errno
import logging
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from obstore.store import LocalStore, ObjectStore

_log = logging.getLogger(__name__)


async def refuse_strange_entries(store: ObjectStore, reference: str) -> None:
    """Raise `OSError` when the folder of a request is a link, or holds anything but files. A bucket has neither."""
    if isinstance(store, LocalStore):
        await asyncio.to_thread(_refuse_strange_entries, Path(str(store.prefix)) / reference)


async def newest_in_folder(store: LocalStore) -> dict[str, datetime]:
    """When the newest file of each request was stored. A folder with something strange in it is left to people."""
    return await asyncio.to_thread(lambda: dict(_newest(Path(str(store.prefix)))))


def _refuse_strange_entries(folder: Path) -> None:
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise OSError(errno.ENOTDIR, f"{folder.name} in it is no folder, as a request needs one")
    for entry in _entries(folder):
        if not entry.is_file(follow_symlinks=False):
            raise OSError(errno.EINVAL, f"{folder.name} in it holds {entry.name[:80]!r}, which is no file")


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
