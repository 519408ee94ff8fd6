"""The shapes that a setting's text may have: an address, opening hours, a list of days, a web address.

Each function takes the text of one environment variable and gives back its value, or raises ValueError; the sentence
for the person is made where the variable's name is known.
"""

import base64
import binascii
import re
from datetime import date
from urllib.parse import urlsplit

from pydantic import SecretStr

DOCUMENT_SCHEMES = ("file", "s3", "gs", "memory")
_HOURS_A_DAY = 24
_HIGHEST_PORT = 65_535
_LONGEST_HOST = 255


class SettingsError(Exception):
    """A setting is missing or wrong; its text is one sentence per mistake, each on a line of its own."""


def host_and_port(address: str) -> tuple[str, int]:
    """Splits `127.0.0.1:8081` or `[::1]:8081` into the host and the port."""
    parts = urlsplit(f"//{address}")
    if parts.hostname is None or parts.port is None or parts.netloc != address or "@" in address:
        raise ValueError(address)
    return parts.hostname, parts.port


def is_target(address: str) -> bool:
    """Whether a server can be called at `localhost:7233` or `[::1]:7233`, which need not be an address of ours."""
    parts = re.fullmatch(r"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+):([0-9]{1,5})", address)
    return parts is not None and len(parts[1]) <= _LONGEST_HOST and 0 < int(parts[2]) <= _HIGHEST_PORT


def hours(text: str) -> tuple[int, int] | None:
    """Reads `9-17` as the hours from 9 to 17; None stands for `always`."""
    if text.strip().lower() == "always":
        return None
    first, last = (int(part) for part in text.split("-"))
    if not 0 <= first < last <= _HOURS_A_DAY:
        raise ValueError(text)
    return first, last


def days(text: str) -> frozenset[date]:
    """Reads `2026-12-31,2027-01-02` as a set of days."""
    return frozenset(date.fromisoformat(part) for part in words(text))


def words(text: str) -> tuple[str, ...]:
    """Splits a list at its commas; empty parts are left out."""
    return tuple(part.strip() for part in text.split(",") if part.strip())


def key_of_32_bytes(text: str) -> bytes:
    """Decodes a base64 key (the URL-safe alphabet too), which must be 32 bytes long."""
    try:
        key = base64.b64decode(text.strip().replace("-", "+").replace("_", "/"), validate=True)
    except (binascii.Error, ValueError):
        raise ValueError("not base64") from None
    if len(key) != 32:  # noqa: PLR2004 - the length is the name of this function
        raise ValueError(f"{len(key)} bytes")
    return key


def checked_address(text: str) -> str:
    """Passes an address on when it has a host and a port."""
    host_and_port(text)
    return text


def checked_hours(text: str) -> str:
    """Passes working hours on when they can be read."""
    hours(text)
    return text


def checked_days(text: str) -> str:
    """Passes a list of days on when each can be read."""
    days(text)
    return text


def checked_base_url(text: str) -> str:
    """Passes the address of a Telnyx API on, without a slash at its end; its path must end with `/v2`."""
    url = text.strip().rstrip("/")
    parts = urlsplit(url)
    plain = not (parts.query or parts.fragment or "@" in parts.netloc) and (parts.port or 1) > 0
    if parts.scheme not in {"http", "https"} or not parts.hostname or not parts.path.endswith("/v2") or not plain:
        raise ValueError("not the address of a Telnyx API")
    return url


def checked_api_key(key: SecretStr) -> SecretStr:
    """Passes an API key on when it could be one: white space and other signs than ASCII's stand in none."""
    text = key.get_secret_value().strip()
    if not text or not text.isascii() or not text.isprintable() or " " in text:
        raise ValueError("not an API key")
    return key


def checked_document_url(text: str) -> str:
    """Passes the address of a document store on when its kind is known."""
    if urlsplit(text).scheme not in DOCUMENT_SCHEMES:
        raise ValueError("not the address of a document store")
    return text


def checked_public_key(text: str) -> str:
    """Passes a public key on when it is the base64 of 32 bytes, as an Ed25519 key is (Telnyx facts §6)."""
    key_of_32_bytes(text)
    return text.strip()
