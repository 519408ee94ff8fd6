"""The faults of a document store: which errors they are, the one error of ours, and whether the store is there at all.

Trap (tried): obstore reports a file of a missing bucket as a missing file, and quietly creates a folder that vanished,
such as one on a disk that is not mounted.
"""

import asyncio
import os
import re

import obstore
from obstore.exceptions import BaseError
from obstore.store import LocalStore, ObjectStore

from runtime.document_errors import DocumentStoreUnavailable
from runtime.error_text import first_line

STORE_ERRORS = (BaseError, OSError, ValueError)
"""Every error that a store may raise. `FileNotFoundError` is one of them."""

_ERROR_CODE = re.compile(r"<Code>([A-Za-z]{1,60})</Code>")


def unavailable(url: str, error: Exception) -> DocumentStoreUnavailable:
    """Our one error for every fault of the store at a URL, with what the store said."""
    return DocumentStoreUnavailable(
        f"The document store {url[:200]} cannot be used ({_reason(error)}): "
        "check HOSTED_SMS_DOCUMENT_STORE, that it exists, its credentials, its permissions and its free space."
    )


async def check_existence(store: ObjectStore) -> None:
    """Raise one of `STORE_ERRORS` when the folder or the bucket itself is not there, or cannot be listed."""
    if isinstance(store, LocalStore):
        await asyncio.to_thread(_list, str(store.prefix))
        return
    async for _ in obstore.list(store, chunk_size=1):
        return


async def check_folder(store: ObjectStore) -> None:
    """The same for a folder alone. A missing bucket refuses to be written and listed by itself."""
    if isinstance(store, LocalStore):
        await check_existence(store)


def _list(folder: str) -> None:
    os.scandir(folder).close()


def _reason(error: Exception) -> str:
    """The code in a bucket's XML, since it stands behind a long URL; the system's own words; or the first line."""
    if code := _ERROR_CODE.search(str(error)):
        return f"it answered {code[1]}"
    return getattr(error, "strerror", None) or first_line(error)
