"""Which addresses may be called without TLS: those on this machine, and the hosts that a setting names.

On any other way someone between could read keys, codes and phone numbers, or answer in the place of the server.
"""

from collections.abc import Iterable
from urllib.parse import urlsplit

from domain.loopback import is_loopback, plain_name

VARIABLE = "HOSTED_SMS_INSECURE_HOSTS"


class PlainAddresses:
    """The hosts that may be called without TLS."""

    def __init__(self, hosts: Iterable[str] = ()) -> None:
        self._hosts = frozenset(map(plain_name, hosts))

    def allow(self, url: str) -> bool:
        """Whether a web address may be called: with TLS always, without TLS when its host allows it."""
        parts = urlsplit(url)
        return parts.scheme == "https" or self.allow_host(parts.hostname or "")

    def allow_host(self, host: str) -> bool:
        """Whether a host may be called without TLS."""
        return is_loopback(host) or plain_name(host) in self._hosts


def remedy(host: str) -> str:
    """What to do about an address that is refused."""
    return f"use https, or put {host[:100]!r} into {VARIABLE}"


THIS_MACHINE_ONLY = PlainAddresses()
