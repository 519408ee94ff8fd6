"""The forms that the text of a setting may have: an address, working hours, a list of days, a web address, a key.

A `parse_` function returns the value of the text. A `check_` function returns the text itself. Both raise `ValueError`;
`runtime.settings` turns it into a sentence that names the variable.
"""

import base64
import re
from datetime import date
from ipaddress import IPv6Address
from urllib.parse import urlsplit

from pydantic import SecretStr

from domain.pasted_text import clean
from runtime.secret_flaws import flaw

DOCUMENT_SCHEMES = ("file", "s3", "gs", "memory")
_HOURS_A_DAY = 24
_HIGHEST_PORT = 65_535
_LONGEST_HOST = 255
_KEY_BYTES = 32
_HOST_NAME = re.compile(r"[A-Za-z0-9._-]+")


class SettingsError(Exception):
    """A setting is missing or wrong. The text has one line for each mistake."""


def parse_address(text: str) -> tuple[str, int]:
    """Host and port of `127.0.0.1:8081` or `[::1]:8081`."""
    plain = clean(text)
    parts = urlsplit(f"//{plain}")
    if parts.hostname is None or parts.port is None or parts.netloc != plain or "@" in plain:
        raise ValueError(text)
    return parts.hostname, parts.port


def is_server_address(text: str) -> bool:
    """Whether a server can be called at `localhost:7233` or `[::1]:7233`."""
    parts = re.fullmatch(r"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+):([0-9]{1,5})", text)
    return parts is not None and len(parts[1]) <= _LONGEST_HOST and 0 < int(parts[2]) <= _HIGHEST_PORT


def parse_hours(text: str) -> tuple[int, int] | None:
    """Opening and closing hour of `9-17`; None for `always`."""
    plain = clean(text)
    if plain.lower() == "always":
        return None
    opens, closes = (int(part) for part in plain.split("-"))
    if not 0 <= opens < closes <= _HOURS_A_DAY:
        raise ValueError(text)
    return opens, closes


def parse_days(text: str) -> frozenset[date]:
    """The days of `2026-12-31,2027-01-02`."""
    return frozenset(date.fromisoformat(part) for part in split_list(clean(text)))


def split_list(text: str) -> tuple[str, ...]:
    """The parts between commas, without empty ones."""
    return tuple(part.strip() for part in text.split(",") if part.strip())


def parse_key(text: str) -> bytes:
    """The 32 bytes of a base64 key, in the usual or the URL-safe alphabet. The error says what the text is instead."""
    try:
        key = base64.b64decode(text.strip().replace("-", "+").replace("_", "/"), validate=True)
    except ValueError:
        found = flaw(text)
        raise ValueError(f"not base64 (it {found})" if found else "not base64") from None
    if len(key) != _KEY_BYTES:
        raise ValueError(f"{len(key)} bytes")
    return key


def check_address(text: str) -> str:
    """An address that has a host and a port."""
    parse_address(text)
    return text


def check_hours(text: str) -> str:
    """Working hours that can be parsed."""
    parse_hours(text)
    return text


def check_days(text: str) -> str:
    """A list of days that can be parsed."""
    parse_days(text)
    return text


def check_base_url(text: str) -> str:
    """The URL of a Telnyx API, which ends with `/v2`; a slash after it is removed."""
    url = clean(text).rstrip("/")
    parts = urlsplit(url)
    plain = not (parts.query or parts.fragment or "@" in parts.netloc) and (parts.port or 1) > 0
    if parts.scheme not in {"http", "https"} or not parts.hostname or not parts.path.endswith("/v2") or not plain:
        raise ValueError("not the URL of a Telnyx API")
    return url


def check_origins(text: str) -> str:
    """A list of origins of pages: scheme, host and perhaps a port, as a browser names them."""
    for origin in split_list(text):
        parts = urlsplit(origin.rstrip("/"))
        rest = parts.path or parts.query or parts.fragment or "@" in parts.netloc
        if parts.scheme not in {"http", "https"} or not parts.hostname or rest or parts.port == 0:
            raise ValueError("not the origin of a page")
    return text


def check_hosts(text: str) -> str:
    """A list of host names and addresses, each without a scheme and a port: with one, it would fit no host."""
    for host in split_list(text):
        if not (_HOST_NAME.fullmatch(host) or _is_ipv6(host)):
            raise ValueError("not a host name")
    return text


def _is_ipv6(host: str) -> bool:
    try:
        return IPv6Address(host.removeprefix("[").removesuffix("]")) is not None
    except ValueError:
        return False


def check_api_key(key: SecretStr) -> SecretStr:
    """An API key of printable ASCII characters, without spaces inside or quotes around it."""
    text = key.get_secret_value().strip()
    if flaw(text) or not text or not text.isascii() or not text.isprintable() or " " in text:
        raise ValueError("not an API key")
    return key


def check_document_url(text: str) -> str:
    """The URL of a document store of a known kind."""
    if urlsplit(text).scheme not in DOCUMENT_SCHEMES:
        raise ValueError("not the URL of a document store")
    return text


def check_public_key(text: str) -> str:
    """A public key of 32 bytes in base64, as Ed25519 keys have (docs/telnyx.md §6)."""
    parse_key(text)
    return text.strip()
