"""Reads the channels and webhooks of an installation from two settings.

`HOSTED_SMS_NOTIFY` holds addresses in apprise's form that get every notification. `HOSTED_SMS_CHANNELS` names a TOML
file:

[[channels]]
url_file = "/run/secrets/acme-chat"     # or url = "slack://…", in apprise's form
accounts = ["acme"]                     # only these Telnyx accounts; all when left out
customers = ["c-1"]                     # only these customers
events = ["ask_opened"]                 # only these events
escalation = true                       # only escalated questions, and what `events` names

[[webhooks]]
url = "https://example.com/hosted-sms"
secret_file = "/run/secrets/webhook"    # or secret = "whsec_…"
accounts, customers, events             # as above
"""

import base64
import hashlib
import re
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pydantic import SecretStr

from domain.notification import NotificationEvent
from domain.text import nearest
from runtime import toml_files
from runtime.plain_addresses import THIS_MACHINE_ONLY, PlainAddresses, remedy
from runtime.recipients import SECRET_PREFIX, Channel, Recipients, Route, Webhook
from runtime.setting_values import SettingsError
from runtime.toml_files import Entry

_VARIABLE = "HOSTED_SMS_CHANNELS"
_SECRET_BYTES = range(24, 65)  # by the specification Standard Webhooks
_ROUTE_KEYS = ("name", "accounts", "customers", "events")
_NAME = re.compile(r"[A-Za-z0-9._-]{1,64}")


def read_recipients(
    notify: SecretStr | None, path: Path | None, plain: PlainAddresses = THIS_MACHINE_ONLY
) -> Recipients:
    """All channels and webhooks that the settings name; `plain` says which may be called without TLS.

    Raises:
        SettingsError: one sentence for the first mistake. It shows no address and no secret.
    """
    content = {} if path is None else toml_files.load(_VARIABLE, path)
    for key in content:
        if key not in {"channels", "webhooks"}:
            raise SettingsError(f"{_VARIABLE}: {path} has {key[:80]!r}: use only [[channels]] and [[webhooks]].")
    channels = [
        *(Channel(name=_default_name("notify", url), url=SecretStr(url)) for url in _split_addresses(notify)),
        *_entries(path, content, "channels", _channel),
    ]
    webhooks = _entries(path, content, "webhooks", partial(_webhook, plain=plain))
    names = [one.name for one in (*channels, *webhooks)]
    for name in names:
        if names.count(name) > 1:
            raise SettingsError(f"{_VARIABLE}: {path} has two entries named {name!r}: give each its own name.")
    return Recipients(channels=tuple(channels), webhooks=tuple(webhooks))


def _split_addresses(notify: SecretStr | None) -> list[str]:
    """The addresses between spaces, or between commas that are followed by another address."""
    text = "" if notify is None else notify.get_secret_value()
    return [url for url in re.split(r"\s+|,\s*(?=[A-Za-z][A-Za-z0-9+.-]*://)", text) if url]


def _default_name(kind: str, url: str) -> str:
    """A name from the address: it stays the same when the entries change places, as a running delivery needs."""
    return f"{kind}-{hashlib.sha256(url.encode()).hexdigest()[:8]}"


def _entries(path: Path | None, content: Mapping[str, Any], kind: str, make: Callable[[Entry], Any]) -> list[Any]:
    tables = content.get(kind, [])
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise SettingsError(f"{_VARIABLE}: {kind} in {path} must be a list of tables: write [[{kind}]] above each.")
    return [
        make(Entry(f"{_VARIABLE}: {kind.removesuffix('s')} {place} in {path}", table))
        for place, table in enumerate(tables, 1)
    ]


def _channel(entry: Entry) -> Channel:
    entry.refuse_unknown((*_ROUTE_KEYS, "url", "url_file", "escalation"), "a channel")
    url = _required(entry, "url")
    return Channel(name=_name(entry) or _default_name("channel", url), url=SecretStr(url), route=_route(entry))


def _webhook(entry: Entry, plain: PlainAddresses) -> Webhook:
    entry.refuse_unknown((*_ROUTE_KEYS, "url", "url_file", "secret", "secret_file"), "a webhook")
    url, secret = _required(entry, "url"), _required(entry, "secret", entry.secret)
    if not _is_web_address(url):
        raise entry.mistake("has a url that is not a web address: write it as https://host/path")
    if not plain.allow(url):
        raise entry.mistake(f"has a url without TLS: {remedy(urlsplit(url).hostname or '')}")
    if not _is_secret(secret):
        raise entry.mistake(
            f"has a secret that is not {SECRET_PREFIX} and the base64 of 24 to 64 bytes: make one with "
            f"`echo {SECRET_PREFIX}$(openssl rand -base64 32)`"
        )
    name = _name(entry) or _default_name("webhook", url)
    return Webhook(name=name, url=SecretStr(url), secret=SecretStr(secret), route=_route(entry))


def _required(entry: Entry, key: str, read: Callable[[str], str | None] | None = None) -> str:
    value = (read or entry.text)(key)
    if value is None:
        raise entry.mistake(f"has no {key}: add {key}, or {key}_file with the path of a file that holds it")
    return value


def _name(entry: Entry) -> str | None:
    name = entry.text("name")
    if name is not None and not _NAME.fullmatch(name):
        raise entry.mistake("must have a name of 1 to 64 letters, digits and . _ - only: rename it")
    return name


def _route(entry: Entry) -> Route:
    events, known = entry.texts("events"), [str(event) for event in NotificationEvent]
    for event in sorted(events - set(known)):
        near = nearest(event, known)
        remedy = f"did you mean {near}?" if near else f"use {', '.join(known)}"
        raise entry.mistake(f"names the event {event[:80]!r}, which does not exist: {remedy}")
    return Route(
        accounts=entry.texts("accounts"),
        customers=entry.texts("customers"),
        events=events,
        escalation=entry.flag("escalation"),
    )


def _is_web_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in {"https", "http"} and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:  # brackets that do not close, a port that is not a number
        return False


def _is_secret(secret: str) -> bool:
    try:
        key = base64.b64decode(secret.removeprefix(SECRET_PREFIX), validate=True)
    except ValueError:  # not base64, or not even ASCII
        return False
    return secret.startswith(SECRET_PREFIX) and len(key) in _SECRET_BYTES
