"""Opens the object store that a URL names: a folder, a bucket of S3 or GCS, or memory."""

from datetime import timedelta
from pathlib import Path
from urllib.parse import unquote, urlsplit

from obstore.store import LocalStore, MemoryStore, ObjectStore, from_url

from runtime.error_text import first_line
from runtime.private_files import OpenFolder, close_folder
from runtime.setting_values import DOCUMENT_SCHEMES, SettingsError
from runtime.store_faults import STORE_ERRORS, unavailable

_RETRY_TIMEOUT = timedelta(seconds=20)
"""How long a call to a bucket is retried. The caller, a person or an activity, tries again later."""


def open_store(url: str) -> ObjectStore:
    """Open `file:///folder`, `file://~/folder`, `s3://bucket/prefix`, `gs://bucket/prefix` or `memory://`.

    A missing folder is created, for its owner only. One that others can open is closed to them. The credentials of a
    bucket come from the environment, as for the provider's own tools.

    Raises:
        SettingsError: the URL names no store, or a folder that others can open and this process cannot close.
        DocumentStoreUnavailable: the folder cannot be created, or the credentials of the bucket cannot be read.
    """
    folder = _named_folder(url)
    try:
        if folder is not None:
            return _open_folder(folder)
        return MemoryStore() if urlsplit(url).scheme == "memory" else _open_bucket(url)
    except STORE_ERRORS as error:
        raise unavailable(url, error) from None


def _named_folder(url: str) -> Path | None:
    """The folder that a URL names; None when it names a bucket or memory."""
    try:
        return _parse(url)
    except (ValueError, RuntimeError) as error:  # RuntimeError: `~` of a user without a home
        raise SettingsError(
            f"HOSTED_SMS_DOCUMENT_STORE is {url[:200]!r}, which cannot be opened ({first_line(error)}): "
            "set a folder as file:///folder, or a bucket as s3://bucket or gs://bucket."
        ) from None


def _parse(url: str) -> Path | None:
    parts = urlsplit(url)
    if parts.scheme not in DOCUMENT_SCHEMES:
        raise ValueError("there is no such kind of store")
    if parts.scheme != "file":
        if parts.scheme != "memory" and not (parts.netloc and url.isprintable()):
            raise ValueError("the bucket has no name, or one with characters that cannot be printed")
        return None
    path = Path(f"{parts.netloc}{unquote(parts.path)}").expanduser()
    if parts.netloc not in {"", "~"} or not path.is_absolute():
        raise ValueError("the folder needs its full path, from / or ~ on")
    return path


def _open_folder(path: Path) -> LocalStore:
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        close_folder(path)
    except OpenFolder as error:
        raise SettingsError(f"HOSTED_SMS_DOCUMENT_STORE names {path}, but {error}.") from None
    return LocalStore(prefix=path, automatic_cleanup=True)


def _open_bucket(url: str) -> ObjectStore:
    # Options of the HTTP client would replace those of the environment (AWS_ALLOW_HTTP and the like), so none are set.
    return from_url(url, retry_config={"max_retries": 3, "retry_timeout": _RETRY_TIMEOUT})
