"""Checks what becomes part of an address or a header, so that nothing typed can turn a request into another one."""

from urllib.parse import quote, urlsplit

from telnyx_api.errors import FixInput


def segment(value: str, what: str) -> str:
    """`value` quoted as one step of a path, `+` as `%2B`; raises `FixInput` when it cannot be an id.

    `.` and `..` are refused since quoting leaves them as they are, and they would address another thing.
    """
    try:
        quoted = quote(value, safe="")
    except (UnicodeError, TypeError):
        quoted = ""
    if quoted.strip(".") == "":
        raise FixInput(f"The {what} is empty or cannot be one; give the id that Telnyx returned.")
    return quoted


def checked_key(api_key: str) -> str:
    """The API key without surrounding white space, as when read from a file; raises `ValueError` for what is no key."""
    key = api_key.strip()
    if not key or not key.isascii() or not key.isprintable() or " " in key:
        raise ValueError("The Telnyx API key is empty or holds characters that no key has; copy it again.")
    return key


def checked_base_url(base_url: str) -> str:
    """The base URL without a slash at its end; raises `ValueError` for anything but http(s) with a host."""
    try:
        parts = urlsplit(base_url.strip())
        usable = parts.scheme in {"http", "https"} and parts.hostname and (parts.port or True)
    except ValueError:
        usable = False
    if not usable or parts.query or parts.fragment or "@" in parts.netloc:
        raise ValueError(
            "The Telnyx base URL is not like https://api.telnyx.com/v2: scheme, host and version, nothing else."
        )
    return base_url.strip().rstrip("/")
