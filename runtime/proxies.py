"""How HTTP leaves this machine: the variables that every tool reads name the proxy and the certificate authorities.

`HTTP_PROXY`, `HTTPS_PROXY`, `ALL_PROXY` and `NO_PROXY` count in capitals or in small letters. obstore and apprise read
them by themselves. Our own clients ask `proxy_for`, because aiohttp would also read passwords from `~/.netrc`.
"""

import os
from pathlib import Path
from urllib.parse import urlsplit

from runtime import files
from runtime.files import UnreadableFile

_MOST_CERTIFICATES_BYTES = 10_000_000
"""The usual authorities take a few hundred thousand."""
_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")
_SCHEMES = ("http", "https")


def proxy_for(url: str) -> str | None:
    """The URL of the proxy for calls to `url`, perhaps with a password in it; None when they go there directly."""
    from urllib.request import getproxies, proxy_bypass  # noqa: PLC0415 - slow to load, and only the worker calls

    parts = urlsplit(url)
    if proxy_bypass(parts.hostname or ""):
        return None
    proxies = getproxies()
    proxy = proxies.get(parts.scheme) or proxies.get("all")
    return _with_scheme(proxy) if proxy else None


def keep_loopback_direct() -> None:
    """Put this machine into `NO_PROXY`, for every HTTP library of this process and of the processes it starts."""
    given = _variable("NO_PROXY")
    hosts = [host.strip() for host in given.split(",") if host.strip()]
    if not any(map(_variable, _PROXIES)) or "*" in hosts:
        return
    os.environ["NO_PROXY"] = os.environ["no_proxy"] = ",".join(dict.fromkeys([*hosts, *_LOOPBACK]))


def trusted_certificates() -> str | None:
    """The file or folder of certificate authorities to trust instead of the usual ones, if the environment has one."""
    return os.environ.get("SSL_CERT_FILE") or os.environ.get("SSL_CERT_DIR") or None


def mistakes() -> list[str]:
    """One sentence for each of these variables that cannot be used. It shows no proxy, which may hold a password."""
    wrong = [
        f"{name} names a proxy that cannot be used; it must look like http://host:port: correct it, or unset it."
        for name in _PROXIES
        if not _is_proxy(_variable(name))
    ]
    file = os.environ.get("SSL_CERT_FILE", "")
    if file and not _has_certificates(Path(file)):
        wrong.append(
            f"SSL_CERT_FILE is {file!r}, which holds no certificates in PEM form or cannot be read: correct the path, "
            "or unset it to trust the usual authorities."
        )
    return wrong


def _variable(name: str) -> str:
    """Its value; small letters win, as in Python's own library."""
    return os.environ.get(name.lower()) or os.environ.get(name) or ""


def _with_scheme(proxy: str) -> str:
    return proxy if "://" in proxy else f"http://{proxy}"


def _is_proxy(proxy: str) -> bool:
    try:
        parts = urlsplit(_with_scheme(proxy))
        usable = parts.scheme in _SCHEMES and bool(parts.hostname) and (parts.port or 1) > 0
        return not proxy or (usable and not any(map(str.isspace, proxy)))
    except ValueError:  # a port that is not a number, brackets that do not close
        return False


def _has_certificates(file: Path) -> bool:
    try:
        return b"BEGIN CERTIFICATE" in files.read(file, _MOST_CERTIFICATES_BYTES)
    except UnreadableFile:
        return False
