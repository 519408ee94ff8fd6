"""Every fault of a document store ends every operation with one error of ours, never with a wrong answer."""

import hashlib
import os
import resource
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from domain.messages import Document
from runtime.document_errors import DocumentMissing, DocumentStoreUnavailable
from runtime.document_store import DocumentStore
from runtime.settings import SettingsError
from tests.runtime import bucket_server

CONTENT = b"%PDF-1.7 a letter" * 100
DOCUMENT = Document(sha256=hashlib.sha256(CONTENT).hexdigest(), size=len(CONTENT), name="loa.pdf")

OPERATIONS: dict[str, Callable[[DocumentStore], Awaitable[Any]]] = {
    "put": lambda store: store.put("acme-1", CONTENT, "loa.pdf"),
    "get": lambda store: store.get("acme-1", DOCUMENT),
    "has": lambda store: store.has("acme-1", DOCUMENT),
    "delete_all": lambda store: store.delete_all("acme-1"),
    "untouched_since": lambda store: store.untouched_since(datetime.now(UTC)),
    "probe": lambda store: store.probe(),
}
REFUSALS = {
    "missing bucket": (404, "NoSuchBucket"),
    "wrong credentials": (403, "InvalidAccessKeyId"),
    "no permission": (403, "AccessDenied"),
}


def no_folder(folder: Path) -> None:
    folder.rmdir()


def a_file(folder: Path) -> None:
    folder.rmdir()
    folder.write_text("a file where the folder was")


def a_disk_that_is_not_mounted(folder: Path) -> None:
    folder.rmdir()
    folder.symlink_to(folder.parent / "nowhere")


async def assert_unavailable(store: DocumentStore, operation: str, url: str) -> str:
    with pytest.raises(DocumentStoreUnavailable, match="HOSTED_SMS_DOCUMENT_STORE") as caught:
        await OPERATIONS[operation](store)
    sentence = str(caught.value)
    assert url in sentence
    assert "\n" not in sentence
    assert "sesame" not in sentence
    return sentence


@pytest.mark.parametrize("spoil", [no_folder, a_file, a_disk_that_is_not_mounted])
async def test_a_folder_that_vanished_is_unavailable(
    tmp_path: Path, subtests: pytest.Subtests, spoil: Callable[[Path], None]
) -> None:
    folder = tmp_path / "documents"
    store = DocumentStore.from_url(folder.as_uri())
    spoil(folder)
    for operation in OPERATIONS:
        with subtests.test(operation):
            await assert_unavailable(store, operation, folder.as_uri())
            assert not folder.is_dir()


@pytest.mark.parametrize("refusal", REFUSALS)
@pytest.mark.parametrize("url", ["s3://bucket/prefix", "gs://bucket/prefix"])
async def test_a_bucket_that_refuses_is_unavailable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, subtests: pytest.Subtests, url: str, refusal: str
) -> None:
    async with bucket_server.refusing(*REFUSALS[refusal]) as address:
        bucket_server.use(address, monkeypatch, tmp_path)
        for operation in OPERATIONS:
            with subtests.test(operation):
                await assert_unavailable(DocumentStore.from_url(url), operation, url)


async def test_the_sentence_has_the_code_of_the_bucket(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with bucket_server.refusing(403, "InvalidAccessKeyId") as address:
        bucket_server.use(address, monkeypatch, tmp_path)
        store = DocumentStore.from_url("s3://bucket")
        assert "InvalidAccessKeyId" in await assert_unavailable(store, "put", "s3://bucket")


async def test_a_bucket_that_does_not_answer_is_unavailable(
    tmp_path: Path, unused_tcp_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    bucket_server.use(f"http://127.0.0.1:{unused_tcp_port}", monkeypatch, tmp_path)
    store = DocumentStore.from_url("s3://bucket/prefix")
    sentence = await assert_unavailable(store, "put", "s3://bucket/prefix")
    assert "3 retries" in sentence
    assert " …)" in sentence, "a long reason is cut between words, and says so"


@contextmanager
def full_disk() -> Iterator[None]:
    """No file of this process may grow beyond a few bytes; Python ignores the signal, so a write fails."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (8, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("operation", ["put", "probe"])
async def test_a_full_disk_is_unavailable_and_keeps_no_half_file(tmp_path: Path, operation: str) -> None:
    store = DocumentStore.from_url(tmp_path.as_uri())
    with full_disk():
        await assert_unavailable(store, operation, tmp_path.as_uri())
    with pytest.raises(DocumentMissing):
        await store.get("acme-1", DOCUMENT)


def test_a_folder_that_cannot_be_created_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(DocumentStoreUnavailable, match="HOSTED_SMS_DOCUMENT_STORE"):
        DocumentStore.from_url((tmp_path / "file" / "documents").as_uri())


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    folder.chmod(0o000)
    try:
        yield
    finally:
        folder.chmod(0o700)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every folder")
async def test_a_folder_without_permission_is_unavailable(tmp_path: Path, subtests: pytest.Subtests) -> None:
    store = DocumentStore.from_url(tmp_path.as_uri())
    for operation in OPERATIONS:
        with subtests.test(operation), locked(tmp_path):
            await assert_unavailable(store, operation, tmp_path.as_uri())


@pytest.mark.parametrize("content", [None, "{"], ids=["missing", "broken"])
def test_credentials_that_cannot_be_read_are_a_fault_of_the_store(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str | None
) -> None:
    account = tmp_path / "service-account.json"
    if content is not None:
        account.write_text(content)
    monkeypatch.setenv("GOOGLE_SERVICE_ACCOUNT", str(account))
    with pytest.raises(DocumentStoreUnavailable, match="gs://bucket"):
        DocumentStore.from_url("gs://bucket")


@pytest.mark.parametrize("url", ["file://documents", "file:documents", "ftp://host/x", "s3://", "documents", ""])
def test_a_url_of_no_store_is_a_wrong_setting(url: str) -> None:
    with pytest.raises(SettingsError, match="HOSTED_SMS_DOCUMENT_STORE") as caught:
        DocumentStore.from_url(url)
    assert "\n" not in str(caught.value)
