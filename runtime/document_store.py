"""Stores LOAs and bills: each file under `<reference>/<sha256>` in a folder, or in a bucket of S3 or GCS.

A PDF never travels through Temporal. Its `Document` (hash, size, name) does. Only keys of the form above are opened,
and what is read is compared with its hash.
"""

import hashlib
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import obstore
from obstore.exceptions import BaseError
from obstore.store import ObjectStore

from domain.messages import Document
from domain.names import is_reference
from runtime.document_errors import DocumentDamaged, DocumentMissing, DocumentStoreUnavailable
from runtime.error_text import first_line
from runtime.store_urls import open_store

_SHA256 = re.compile(r"[0-9a-f]{64}")


class DocumentStore:
    """Puts, gets and deletes the documents of requests. Many tasks may use it at once."""

    def __init__(self, store: ObjectStore, url: str) -> None:
        self._store = store
        self._url = url

    @classmethod
    def from_url(cls, url: str) -> "DocumentStore":
        """Open the store that a URL names; see `open_store`.

        Raises:
            SettingsError: the URL names no store that can be opened.
        """
        return cls(open_store(url), url)

    async def put(self, reference: str, content: bytes, name: str) -> Document:
        """Store a file under its hash. Storing the same bytes again changes nothing.

        Args:
            reference: of the request that the file belongs to.
            content: the file.
            name: the file's name, made safe by the caller. It is no part of the key.

        Raises:
            DocumentStoreUnavailable: nothing was stored.
        """
        document = Document(sha256=hashlib.sha256(content).hexdigest(), size=len(content), name=name)
        key = _key(reference, document.sha256)
        with self._translated_errors():
            await obstore.put_async(self._store, key, content)
        return document

    async def get(self, reference: str, document: Document) -> bytes:
        """Read a document of a request and check that it is what was handed in.

        Raises:
            DocumentMissing: it is not there.
            DocumentDamaged: its size or hash differs.
            DocumentStoreUnavailable: the store does not answer.
        """
        key = _key(reference, document.sha256)
        try:
            with self._translated_errors():
                result = await obstore.get_async(self._store, key)
                # The size is checked first, so that a far too large file is never loaded.
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
            DocumentMissing: the reference or the hash is malformed, so nothing can be there.
            DocumentStoreUnavailable: the store does not answer.
        """
        try:
            with self._translated_errors():
                meta = await obstore.head_async(self._store, _key(reference, document.sha256))
        except FileNotFoundError:
            return False
        return meta["size"] == document.size

    async def delete_all(self, reference: str) -> int:
        """Delete every document of a request and return how many there were."""
        deleted = 0
        with self._translated_errors():
            async for batch in obstore.list(self._store, prefix=_folder(reference)):
                for meta in batch:
                    deleted += await self._delete(meta["path"])
        return deleted

    async def untouched_since(self, instant: datetime) -> list[str]:
        """The references all of whose documents were stored before an instant."""
        newest: dict[str, datetime] = {}
        with self._translated_errors():
            async for batch in obstore.list(self._store):
                for meta in batch:
                    reference = meta["path"].partition("/")[0]
                    newest[reference] = max(newest.get(reference, meta["last_modified"]), meta["last_modified"])
        return sorted(name for name, stored in newest.items() if stored < instant and is_reference(name))

    async def probe(self) -> None:
        """Write, read and delete a small file, to check that the store works.

        Raises:
            DocumentStoreUnavailable: one of the three failed.
        """
        # A reference never holds a `~`, so this key is no request's document.
        key, content = f"~probe/{secrets.token_hex(8)}", secrets.token_bytes(16)
        with self._translated_errors():
            await obstore.put_async(self._store, key, content)
            result = await obstore.get_async(self._store, key)
            found = bytes(await result.bytes_async())
            await self._delete(key)
        if found != content:
            raise DocumentStoreUnavailable(f"The document store {self._url} returned other bytes than were written.")

    async def _delete(self, key: str) -> int:
        try:
            await obstore.delete_async(self._store, key)
        except FileNotFoundError:  # deleted by another process, or listed twice by a bucket
            return 0
        return 1

    @contextmanager
    def _translated_errors(self) -> Iterator[None]:
        """Turns every error of a store into one sentence, except for a missing file."""
        try:
            yield
        except FileNotFoundError:
            raise
        except (BaseError, OSError, ValueError) as error:
            raise DocumentStoreUnavailable(
                f"The document store {self._url} cannot be used ({first_line(error)}): "
                "check HOSTED_SMS_DOCUMENT_STORE, its permissions and its free space."
            ) from None


def _key(reference: str, sha256: str) -> str:
    if not _SHA256.fullmatch(sha256):
        raise DocumentMissing(
            f"{sha256[:80]!r} is not the SHA-256 of a document (64 digits of 0-9 and a-f): hand the file in again."
        )
    return f"{_folder(reference)}/{sha256}"


def _folder(reference: str) -> str:
    if not is_reference(reference):
        raise DocumentMissing(
            f"{reference[:80]!r} is not a reference, so it has no documents: a reference has 1 to 64 letters, digits "
            "and . _ - only."
        )
    return reference
