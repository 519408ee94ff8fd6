"""Keeps LOAs and bills: each file under `<reference>/<sha256>` in a folder, an S3 or a GCS bucket.

A PDF never travels through Temporal; what travels is its `Document` (hash, size, name). Only keys of the form above are
ever opened, and what is read is compared with its hash.
"""

import hashlib
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import unquote, urlsplit

import obstore
from obstore.exceptions import BaseError
from obstore.store import LocalStore, MemoryStore, ObjectStore, from_url

from domain.documents import UnusableDocument
from domain.messages import Document
from domain.names import is_reference
from runtime.setting_values import SettingsError

_SHA256 = re.compile(r"[0-9a-f]{64}")
# A bucket that does not answer is given up within this time; whoever asked (a person, an activity) tries again.
_RETRY_FOR = timedelta(seconds=20)


class DocumentError(Exception):
    """Something is wrong with a document or with its store; the text is one sentence."""


class DocumentMissing(DocumentError, UnusableDocument):  # noqa: N818 - named for what a person sees
    """The store has no such document: it was never handed in here, or was deleted since."""


class DocumentDamaged(DocumentError, UnusableDocument):  # noqa: N818 - named for what a person sees
    """The store holds other bytes than were handed in."""


class DocumentStoreUnavailable(DocumentError):  # noqa: N818 - named for what a person sees
    """The store itself cannot be read or written; it may be later."""


class DocumentStore:
    """Puts, gets and deletes the documents of a request; safe to use from many tasks at once."""

    def __init__(self, store: ObjectStore, url: str) -> None:
        self._store = store
        self._url = url

    @classmethod
    def from_url(cls, url: str) -> "DocumentStore":
        """Opens `file:///folder`, `file://~/folder`, `s3://bucket/prefix`, `gs://bucket/prefix` or `memory://`.

        A folder is created when missing, for its owner only. Credentials of a bucket come from the environment, as
        for the provider's own tools.

        Raises:
            SettingsError: there is no such kind of store, or the folder cannot be made.
        """
        scheme = urlsplit(url).scheme
        try:
            if scheme == "memory":
                return cls(MemoryStore(), url)
            if scheme == "file":
                return cls(_folder(url), url)
            return cls(_bucket(url), url)
        except (BaseError, OSError, ValueError, RuntimeError) as error:  # RuntimeError: `~` for a user without home
            raise SettingsError(
                f"HOSTED_SMS_DOCUMENT_STORE is {url!r}, which cannot be opened ({_first_line(error)}): "
                "give a folder as file:///folder, or a bucket as s3://bucket or gs://bucket."
            ) from None

    async def put(self, reference: str, content: bytes, name: str) -> Document:
        """Stores the bytes of a file under its hash; the same bytes again change nothing.

        Args:
            reference: of the request that the file belongs to.
            content: the file.
            name: the file's name, made safe by the caller; it is passed on and never part of the key.

        Raises:
            DocumentStoreUnavailable: nothing was stored.
        """
        document = Document(sha256=hashlib.sha256(content).hexdigest(), size=len(content), name=name)
        key = _key(reference, document.sha256)
        with self._reachable():
            await obstore.put_async(self._store, key, content)
        return document

    async def get(self, reference: str, document: Document) -> bytes:
        """Reads a document of a request and makes sure that it is what was handed in.

        Raises:
            DocumentMissing: it is not there.
            DocumentDamaged: its size or hash differs.
            DocumentStoreUnavailable: the store does not answer.
        """
        key = _key(reference, document.sha256)
        try:
            with self._reachable():
                result = await obstore.get_async(self._store, key)
                # Looked at first, so that a file far too large is never loaded.
                content = bytes(await result.bytes_async()) if result.meta["size"] == document.size else b""
        except FileNotFoundError:
            raise DocumentMissing(
                f"The document {document.name!r} of {reference} is not in the store {self._url}: hand it in again."
            ) from None
        if len(content) != document.size or hashlib.sha256(content).hexdigest() != document.sha256:
            raise DocumentDamaged(
                f"The document {document.name!r} of {reference} is not what was handed in "
                f"(its size or hash differs): hand it in again."
            )
        return content

    async def has(self, reference: str, document: Document) -> bool:
        """Whether the store holds a document of this hash and size for the request.

        Raises:
            DocumentMissing: the reference or the hash is none, so nothing can be there.
            DocumentStoreUnavailable: the store does not answer, so nobody knows.
        """
        try:
            with self._reachable():
                meta = await obstore.head_async(self._store, _key(reference, document.sha256))
        except FileNotFoundError:
            return False
        return meta["size"] == document.size

    async def delete_all(self, reference: str) -> int:
        """Deletes every document of a request and says how many there were; none is no error."""
        deleted = 0
        with self._reachable():
            async for batch in obstore.list(self._store, prefix=_folder_of(reference)):
                for meta in batch:
                    deleted += await self._delete(meta["path"])
        return deleted

    async def untouched_since(self, instant: datetime) -> list[str]:
        """The references all of whose documents were stored before an instant; what is no request's is left alone."""
        newest: dict[str, datetime] = {}
        with self._reachable():
            async for batch in obstore.list(self._store):
                for meta in batch:
                    reference = meta["path"].partition("/")[0]
                    newest[reference] = max(newest.get(reference, meta["last_modified"]), meta["last_modified"])
        return sorted(name for name, stored in newest.items() if stored < instant and is_reference(name))

    async def probe(self) -> None:
        """Writes, reads and deletes a small file, to show that the store works.

        Raises:
            DocumentStoreUnavailable: one of the three failed.
        """
        # No reference may hold a `~`, so this can be no request's document.
        key, content = f"~probe/{secrets.token_hex(8)}", secrets.token_bytes(16)
        with self._reachable():
            await obstore.put_async(self._store, key, content)
            result = await obstore.get_async(self._store, key)
            seen = bytes(await result.bytes_async())
            await self._delete(key)
        if seen != content:
            raise DocumentStoreUnavailable(f"The document store {self._url} gave back other bytes than were written.")

    async def _delete(self, key: str) -> int:
        try:
            await obstore.delete_async(self._store, key)
        except FileNotFoundError:  # somebody else was faster, or a bucket repeats itself
            return 0
        return 1

    @contextmanager
    def _reachable(self) -> Iterator[None]:
        """Turns whatever a store may raise into one sentence; a missing file passes as it is."""
        try:
            yield
        except FileNotFoundError:
            raise
        except (BaseError, OSError, ValueError) as error:
            raise DocumentStoreUnavailable(
                f"The document store {self._url} cannot be used ({_first_line(error)}): "
                "check HOSTED_SMS_DOCUMENT_STORE, its rights and its free space."
            ) from None


def _folder(url: str) -> LocalStore:
    parts = urlsplit(url)
    path = Path(f"{parts.netloc}{unquote(parts.path)}").expanduser()
    if parts.netloc not in {"", "~"} or not path.is_absolute():
        raise ValueError("the folder must be given whole, from / or ~ on")
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return LocalStore(prefix=path, automatic_cleanup=True)


def _bucket(url: str) -> ObjectStore:
    # Options of the HTTP client must not be given here: they would replace all those of the environment
    # (AWS_ALLOW_HTTP and the like), and the library's own time-outs will do.
    return from_url(url, retry_config={"max_retries": 3, "retry_timeout": _RETRY_FOR})


def _key(reference: str, sha256: str) -> str:
    if not _SHA256.fullmatch(sha256):
        raise DocumentMissing(
            f"{sha256[:80]!r} is not the SHA-256 of a document (64 digits of 0-9 and a-f): hand the file in again."
        )
    return f"{_folder_of(reference)}/{sha256}"


def _folder_of(reference: str) -> str:
    if not is_reference(reference):
        raise DocumentMissing(
            f"{reference[:80]!r} is no reference, so it has no documents: a reference has 1 to 64 letters, digits and "
            ". _ - only."
        )
    return reference


def _first_line(error: Exception) -> str:
    line = str(error).partition("\n")[0][:200].rstrip(".")
    return "".join(sign if sign.isprintable() else "?" for sign in line)
