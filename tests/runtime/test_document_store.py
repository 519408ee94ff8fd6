"""The document store returns what was stored, notices changes, and opens nothing outside of itself."""

import asyncio
import hashlib
import os
import stat
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.messages import Document
from runtime.document_errors import DocumentDamaged, DocumentMissing, DocumentStoreUnavailable, DocumentTooLarge
from runtime.document_store import DocumentStore

CONTENT = b"%PDF-1.7 a letter"
SHA256 = hashlib.sha256(CONTENT).hexdigest()
BAD_REFERENCES = ["..", ".", "...", "", "../x", "/etc", "a/b", "a\\b", "a%2Fb", "~probe", "a b", "a\n", "ä", "x" * 65]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "with a space" / "documents"


@pytest.fixture(params=["file", "memory"])
def store(request: pytest.FixtureRequest, folder: Path) -> DocumentStore:
    return DocumentStore.from_url(folder.as_uri() if request.param == "file" else "memory://")


async def test_a_stored_document_comes_back(store: DocumentStore) -> None:
    document = await store.put("acme-1", CONTENT, "loa.pdf")
    assert document == Document(sha256=hashlib.sha256(CONTENT).hexdigest(), size=len(CONTENT), name="loa.pdf")
    assert await store.has("acme-1", document)
    assert await store.get("acme-1", document) == CONTENT


async def test_the_same_file_twice_is_one_document(store: DocumentStore) -> None:
    first = await store.put("acme-1", CONTENT, "loa.pdf")
    assert await store.put("acme-1", CONTENT, "loa.pdf") == first
    assert await store.delete_all("acme-1") == 1


async def test_a_document_of_another_request_is_not_found(store: DocumentStore) -> None:
    document = await store.put("acme-1", CONTENT, "loa.pdf")
    assert not await store.has("acme-2", document)
    with pytest.raises(DocumentMissing, match=r"'loa.pdf' of acme-2"):
        await store.get("acme-2", document)


async def test_deleting_a_request_keeps_one_with_a_longer_reference(store: DocumentStore) -> None:
    mine = await store.put("acme", CONTENT, "loa.pdf")
    other = await store.put("acme-1", CONTENT, "loa.pdf")
    assert await store.put("acme", b"%PDF-1.7 a bill", "bill.pdf")
    assert await store.delete_all("acme") == 2
    assert await store.delete_all("acme") == 0
    assert not await store.has("acme", mine)
    assert await store.has("acme-1", other)


async def test_a_changed_document_is_damaged(folder: Path) -> None:
    store = DocumentStore.from_url(folder.as_uri())
    document = await store.put("acme-1", CONTENT, "loa.pdf")
    (folder / "acme-1" / document.sha256).write_bytes(CONTENT.replace(b"letter", b"LETTER"))
    with pytest.raises(DocumentDamaged, match="acme-1"):
        await store.get("acme-1", document)


async def test_a_truncated_document_is_damaged(folder: Path) -> None:
    store = DocumentStore.from_url(folder.as_uri())
    document = await store.put("acme-1", CONTENT, "loa.pdf")
    (folder / "acme-1" / document.sha256).write_bytes(CONTENT[:-1])
    assert not await store.has("acme-1", document)
    with pytest.raises(DocumentDamaged):
        await store.get("acme-1", document)


async def test_a_document_that_is_larger_than_telnyx_takes_is_not_read(folder: Path) -> None:
    store = DocumentStore.from_url(folder.as_uri())
    size = 10**12  # sparse: its bytes take no room, and reading them would fill the memory
    document = (await store.put("acme-1", CONTENT, "loa.pdf")).model_copy(update={"size": size})
    os.truncate(folder / "acme-1" / document.sha256, size)
    with pytest.raises(DocumentTooLarge, match="5 MB"):
        await store.get("acme-1", document)


@pytest.mark.parametrize("reference", BAD_REFERENCES)
async def test_a_malformed_reference_is_refused(store: DocumentStore, reference: str) -> None:
    document = Document(sha256="0" * 64, size=1, name="loa.pdf")
    for attempt in (
        store.put(reference, CONTENT, "loa.pdf"),
        store.get(reference, document),
        store.has(reference, document),
        store.delete_all(reference),
    ):
        with pytest.raises(DocumentMissing, match="reference"):
            await attempt


@pytest.mark.parametrize("sha256", ["", "../../secret", "/etc/passwd", "A" * 64, "0" * 63, "0" * 65, "0" * 64 + "\n"])
async def test_a_malformed_hash_opens_nothing(store: DocumentStore, folder: Path, sha256: str) -> None:
    (folder.parent / "secret").parent.mkdir(parents=True, exist_ok=True)
    (folder.parent / "secret").write_text("sesame")
    document = Document(sha256=sha256, size=6, name="loa.pdf")
    for attempt in (store.get("acme-1", document), store.has("acme-1", document)):
        with pytest.raises(DocumentMissing, match="SHA-256"):
            await attempt


@given(st.text(max_size=70), st.text(max_size=70))
async def test_no_text_opens_anything_that_was_not_stored(reference: str, sha256: str) -> None:
    store = DocumentStore.from_url("memory://")
    with pytest.raises(DocumentMissing):
        await store.get(reference, Document(sha256=sha256, size=0, name=""))


@pytest.fixture
def elsewhere(tmp_path: Path) -> Path:
    """A folder outside of the store, with a document that is not ours."""
    outside = tmp_path / "elsewhere"
    outside.mkdir()
    (outside / SHA256).write_bytes(CONTENT)
    return outside


PLANTED: dict[str, Callable[[Path, Path], object]] = {
    "a link in place of the folder": lambda place, outside: place.symlink_to(outside),
    "a link to the store": lambda place, _: place.symlink_to(place.parent),
    "a link to nothing": lambda place, _: place.symlink_to("/nonexistent"),
    "a file in place of the folder": lambda place, _: place.write_bytes(CONTENT),
    "a link in place of the file": lambda place, outside: within(place).symlink_to(outside / SHA256),
    "a device": lambda place, _: within(place).symlink_to("/dev/zero"),
    "a pipe": lambda place, _: os.mkfifo(within(place)),
    "a folder in place of the file": lambda place, _: within(place).mkdir(),
}


def within(place: Path) -> Path:
    """Where the document is in the folder of a request."""
    place.mkdir()
    return place / SHA256


@pytest.mark.parametrize("what", PLANTED)
@pytest.mark.timeout(60)
async def test_what_was_planted_in_a_folder_is_neither_followed_nor_waited_for(
    folder: Path, elsewhere: Path, subtests: pytest.Subtests, caplog: pytest.LogCaptureFixture, what: str
) -> None:
    store = DocumentStore.from_url(folder.as_uri())
    document = await store.put("acme-2", CONTENT, "loa.pdf")
    PLANTED[what](folder / "acme-1", elsewhere)
    operations: dict[str, Callable[[], Awaitable[object]]] = {
        "put": lambda: store.put("acme-1", CONTENT, "loa.pdf"),
        "get": lambda: store.get("acme-1", document),
        "has": lambda: store.has("acme-1", document),
        "delete_all": lambda: store.delete_all("acme-1"),
    }
    for name, operate in operations.items():
        with subtests.test(name), pytest.raises(DocumentStoreUnavailable, match="acme-1 in it"):
            await operate()
    assert os.listdir(elsewhere) == [SHA256]  # noqa: PTH208 - short
    assert (elsewhere / SHA256).read_bytes() == CONTENT
    with caplog.at_level("WARNING"):
        assert await store.untouched_since(datetime.max.replace(tzinfo=UTC)) == ["acme-2"]
    assert [record.message for record in caplog.records] == ["document_folder_left"]
    assert await store.get("acme-2", document) == CONTENT


async def test_a_document_is_used_without_a_look_at_those_beside_it(folder: Path) -> None:
    """The folder of an import holds thousands, so looking at all of them for each would never end."""
    store = DocumentStore.from_url(folder.as_uri())
    document = await store.put("acme-1", CONTENT, "loa.pdf")
    os.mkfifo(folder / "acme-1" / "beside")
    assert await store.has("acme-1", document)
    assert await store.get("acme-1", document) == CONTENT
    assert await store.put("acme-1", CONTENT, "loa.pdf") == document
    with pytest.raises(DocumentStoreUnavailable, match="'beside'"):
        await store.delete_all("acme-1")
    await store.delete("acme-1", document)
    assert not await store.has("acme-1", document)


def test_a_missing_folder_is_created_for_its_owner_only(folder: Path) -> None:
    DocumentStore.from_url(folder.as_uri())
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_tilde_is_the_home_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    DocumentStore.from_url("file://~/.hosted-sms/documents")
    assert (tmp_path / ".hosted-sms" / "documents").is_dir()


def test_a_probe_leaves_nothing_behind(folder: Path) -> None:
    asyncio.run(DocumentStore.from_url(folder.as_uri()).probe())
    assert list(folder.rglob("*")) == []
