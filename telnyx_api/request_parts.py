"""Checks the parts of a URL or header, so that no input can turn one request into another."""

from urllib.parse import quote, urlsplit

from telnyx_api.errors import FixInput


def path_segment(value: str, what: str) -> str:
    """`value` quoted as one segment of a path; a `+` becomes `%2B`.

    Raises:
        FixInput: it cannot be an id. `.` and `..` are refused because quoting does not change them.
    """
    try:
        quoted = quote(value, safe="")
    except (UnicodeError, TypeError):
        quoted = ""
    if quoted.strip(".") == "":
        raise FixInput(f"The {what} is empty or cannot be one; use the id that Telnyx returned.")
    return quoted


def check_key(api_key: str) -> str:
    """The API key without surrounding white space, as a key file may have it.

    Raises:
        ValueError: it cannot be a key; the text does not show it.
    """
    key = api_key.strip()
    if not key or not key.isascii() or not key.isprintable() or " " in key:
        raise ValueError("The Telnyx API key is empty or holds characters that no key has; copy it again.")
    return key


def check_base_url(base_url: str) -> str:
    """The base URL without a slash at its end.

    Raises:
        ValueError: it is not an http or https URL with a host, or it has more than scheme, host and path.
    """
    try:
        parts = urlsplit(base_url.strip())
        usable = parts.scheme in {"http", "https"} and parts.hostname and (parts.port or True)
    except ValueError:
        usable = False
    if not usable or parts.query or parts.fragment or "@" in parts.netloc:
        raise ValueError(
            "The Telnyx base URL must look like https://api.telnyx.com/v2: scheme, host and version, nothing else."
        )
    return base_url.strip().rstrip("/")
