"""The document store returns what was stored, notices changes, and opens nothing outside of itself."""

import asyncio
import hashlib
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.messages import Document
from runtime.document_errors import DocumentDamaged, DocumentMissing
from runtime.document_store import DocumentStore

CONTENT = b"%PDF-1.7 a letter"
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
