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
from obstore.store import LocalStore, ObjectStore

from domain.documents import MAX_BYTES
from domain.messages import Document
from domain.names import is_reference
from runtime.document_errors import DocumentDamaged, DocumentMissing, DocumentStoreUnavailable, DocumentTooLarge
from runtime.store_faults import STORE_ERRORS, check_existence, check_folder, unavailable
from runtime.store_folder import newest_in_folder, refuse_strange_entries, refuse_strange_entry
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
            SettingsError: the URL names no store.
            DocumentStoreUnavailable: the store cannot be opened.
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
            await check_folder(self._store)
            await refuse_strange_entry(self._store, key)
            await obstore.put_async(self._store, key, content)
        return document

    async def get(self, reference: str, document: Document) -> bytes:
        """Read a document of a request and check that it is what was handed in.

        Raises:
            DocumentMissing: it is not there.
            DocumentDamaged: its size or hash differs.
            DocumentTooLarge: it says that it is larger than Telnyx takes.
            DocumentStoreUnavailable: the store does not answer.
        """
        key = _key(reference, document.sha256)
        if document.size > MAX_BYTES:  # programs store documents, too, and say themselves how large they are
            raise DocumentTooLarge(
                f"The document {document.name!r} of {reference} has {document.size:,} bytes, but Telnyx takes at most "
                f"5 MB ({MAX_BYTES:,} bytes): hand in a smaller file."
            )
        with self._translated_errors():
            await refuse_strange_entry(self._store, key)
            content = await self._read(key, document.size)
        if content is None:
            raise DocumentMissing(
                f"The document {document.name!r} of {reference} is not in the store {self._url}: hand it in again."
            )
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
        key = _key(reference, document.sha256)
        with self._translated_errors():
            await refuse_strange_entry(self._store, key)
            try:
                meta = await obstore.head_async(self._store, key)
            except FileNotFoundError:
                await check_existence(self._store)
                return False
        return meta["size"] == document.size

    async def delete(self, reference: str, document: Document) -> None:
        """Delete a document of a request, if it is there.

        Raises:
            DocumentMissing: the reference or the hash is malformed, so nothing can be there.
            DocumentStoreUnavailable: the store does not answer.
        """
        key = _key(reference, document.sha256)
        with self._translated_errors():
            await refuse_strange_entry(self._store, key)
            await self._delete(key)

    async def delete_all(self, reference: str) -> int:
        """Delete every document of a request and return how many there were.

        Raises:
            DocumentMissing: the reference is malformed, so there is nothing to delete.
            DocumentStoreUnavailable: the store does not answer. Some documents may be deleted.
        """
        deleted, folder = 0, _folder(reference)
        with self._translated_errors():
            await check_folder(self._store)
            await refuse_strange_entries(self._store, reference)
            async for batch in obstore.list(self._store, prefix=folder):
                for meta in batch:
                    deleted += await self._delete(meta["path"])
        return deleted

    async def untouched_since(self, instant: datetime) -> list[str]:
        """The references all of whose documents were stored before an instant.

        Raises:
            DocumentStoreUnavailable: the store does not answer.
        """
        with self._translated_errors():
            await check_folder(self._store)
            newest = await self._newest()
        return sorted(name for name, stored in newest.items() if stored < instant and is_reference(name))

    async def probe(self) -> None:
        """Write, read and delete a small file, to check that the store works.

        Raises:
            DocumentStoreUnavailable: one of the three failed.
        """
        # A reference never holds a `~`, so this key is no request's document.
        key, content = f"~probe/{secrets.token_hex(8)}", secrets.token_bytes(16)
        with self._translated_errors():
            await check_folder(self._store)
            await obstore.put_async(self._store, key, content)
            found = await self._read(key, len(content))
            await self._delete(key)
        if found != content:
            raise DocumentStoreUnavailable(f"The document store {self._url} returned other bytes than were written.")

    async def _read(self, key: str, size: int) -> bytes | None:
        """The bytes under a key, nothing of a file of another size, or None when the store has no such file."""
        try:
            result = await obstore.get_async(self._store, key)
        except FileNotFoundError:
            await check_existence(self._store)
            return None
        # The size is checked first, so that a far too large file is never loaded.
        return bytes(await result.bytes_async()) if result.meta["size"] == size else b""

    async def _newest(self) -> dict[str, datetime]:
        """When the newest file of each request was stored."""
        if isinstance(self._store, LocalStore):
            return await newest_in_folder(self._store)
        newest: dict[str, datetime] = {}
        async for batch in obstore.list(self._store):
            for meta in batch:
                reference = meta["path"].partition("/")[0]
                newest[reference] = max(newest.get(reference, meta["last_modified"]), meta["last_modified"])
        return newest

    async def _delete(self, key: str) -> int:
        try:
            await obstore.delete_async(self._store, key)
        except FileNotFoundError:  # deleted by another process, or listed twice by a bucket
            return 0
        return 1

    @contextmanager
    def _translated_errors(self) -> Iterator[None]:
        """Turns every error of a store into one of ours."""
        try:
            yield
        except STORE_ERRORS as error:
            raise unavailable(self._url, error) from None


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
