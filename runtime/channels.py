"""Who is told of what: the channels for people and the outbound webhooks for programs, from two settings.

`HOSTED_SMS_NOTIFY` holds addresses in apprise's form that are told everything; `HOSTED_SMS_CHANNELS` names a TOML file:

[[channels]]
url_file = "/run/secrets/acme-chat"     # or url = "slack://…", in apprise's form
accounts = ["acme"]                     # only news of these Telnyx accounts; all when left out
customers = ["c-1"]                     # only news of these customers
events = ["ask_opened"]                 # only these events
escalation = true                       # told of what nobody answered, and besides that of `events` alone

[[webhooks]]
url = "https://example.com/hosted-sms"
secret_file = "/run/secrets/webhook"    # or secret = "whsec_…"
accounts, customers, events             # as above
"""

import base64
import difflib
import hashlib
import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pydantic import BaseModel, SecretStr

from domain.notification import Notification, NotificationEvent
from runtime import toml_files
from runtime.setting_values import SettingsError
from runtime.toml_files import Entry

VARIABLE = "HOSTED_SMS_CHANNELS"
SECRET_PREFIX = "whsec_"  # noqa: S105 - the mark by which such a secret is known, none itself
_SECRET_BYTES = range(24, 65)  # by the specification of Standard Webhooks
_ROUTE = ("name", "accounts", "customers", "events")
_NAME = re.compile(r"[A-Za-z0-9._-]{1,64}")


class Route(BaseModel, frozen=True):
    """Which news somebody wants; what is empty leaves nothing out."""

    accounts: frozenset[str] = frozenset()
    customers: frozenset[str] = frozenset()
    events: frozenset[str] = frozenset()
    escalation: bool = False
    """Told of `ask_escalated`, and besides that only of the events that are named."""

    def wants(self, news: Notification) -> bool:
        """Whether this news is for them."""
        return (
            (not self.accounts or news.account in self.accounts)
            and (not self.customers or news.customer in self.customers)
            and self._wants_event(news.event)
        )

    def _wants_event(self, event: str) -> bool:
        if self.escalation:
            return event == NotificationEvent.ASK_ESCALATED or event in self.events
        return not self.events or event in self.events


class Channel(BaseModel, frozen=True):
    """A way to tell people; its address holds secrets, so it goes by a name."""

    name: str
    url: SecretStr
    route: Route = Route()


class Webhook(Channel, frozen=True):
    """Where a program is told, and the secret that signs what it is told."""

    secret: SecretStr


class Recipients(BaseModel, frozen=True):
    """Everybody who may be told."""

    channels: tuple[Channel, ...] = ()
    webhooks: tuple[Webhook, ...] = ()

    def channels_for(self, news: Notification) -> list[str]:
        """The names of the channels that want it; none for a repeat, which is for programs."""
        return [] if news.programs_only else [one.name for one in self.channels if one.route.wants(news)]

    def webhooks_for(self, news: Notification) -> list[str]:
        """The names of the webhooks that want it."""
        return [one.name for one in self.webhooks if one.route.wants(news)]

    def refuse_unknown_accounts(self, known: Iterable[str]) -> None:
        """Raise SettingsError when somebody waits for news of an account that does not exist, and so for ever."""
        there = set(known)
        for one in (*self.channels, *self.webhooks):
            for account in sorted(one.route.accounts - there):
                raise SettingsError(
                    f"{VARIABLE}: {one.name!r} is told of the account {account!r}, which does not exist: correct it; "
                    f"there is {', '.join(sorted(there))}."
                )

    def anybody_for(self, news: Notification) -> bool:
        """Whether it has to be delivered at all."""
        return bool(self.channels_for(news) or self.webhooks_for(news))


def read_recipients(notify: SecretStr | None, path: Path | None) -> Recipients:
    """Everybody that the settings name.

    Raises:
        SettingsError: one sentence for the first mistake; no address or secret stands in it.
    """
    everywhere = [_named("notify", url) for url in _addresses(notify)]
    content = {} if path is None else toml_files.load(VARIABLE, path)
    for key in content:
        if key not in {"channels", "webhooks"}:
            raise SettingsError(
                f"{VARIABLE}: {path} has {key[:80]!r}: only [[channels]] and [[webhooks]] may stand there."
            )
    channels = [*everywhere, *_entries(path, content, "channels", _channel)]
    webhooks = _entries(path, content, "webhooks", _webhook)
    names = [one.name for one in (*channels, *webhooks)]
    for name in names:
        if names.count(name) > 1:
            raise SettingsError(f"{VARIABLE}: {path} names {name!r} twice: give each channel and webhook another name.")
    return Recipients(channels=tuple(channels), webhooks=tuple(webhooks))


def _addresses(notify: SecretStr | None) -> list[str]:
    """Separated by spaces; also by commas, where a new address begins behind one."""
    text = "" if notify is None else notify.get_secret_value()
    return [url for url in re.split(r"\s+|,\s*(?=[A-Za-z][A-Za-z0-9+.-]*://)", text) if url]


def _named(kind: str, url: str, route: Route | None = None) -> Channel:
    """Named after its address, so that an order of entries that changes confuses no delivery under way."""
    return Channel(name=_name(kind, url), url=SecretStr(url), route=route or Route())


def _name(kind: str, url: str) -> str:
    return f"{kind}-{hashlib.sha256(url.encode()).hexdigest()[:8]}"


def _entries(path: Path | None, content: Mapping[str, Any], kind: str, make: Callable[[Entry], Any]) -> list[Any]:
    tables = content.get(kind, [])
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise SettingsError(f"{VARIABLE}: {kind} in {path} must be a list of tables: write [[{kind}]] above each.")
    return [
        make(Entry(f"{VARIABLE}: {kind.removesuffix('s')} {place} in {path}", table))
        for place, table in enumerate(tables, 1)
    ]


def _channel(entry: Entry) -> Channel:
    entry.refuse_unknown((*_ROUTE, "url", "url_file", "escalation"), "a channel")
    url = _required(entry, "url")
    return Channel(name=_given_name(entry) or _name("channel", url), url=SecretStr(url), route=_route(entry))


def _webhook(entry: Entry) -> Webhook:
    entry.refuse_unknown((*_ROUTE, "url", "url_file", "secret", "secret_file"), "a webhook")
    url, secret = _required(entry, "url"), _required(entry, "secret")
    if not _is_web_address(url):
        raise entry.mistake("has a url that is no web address: write it as https://host/path")
    if _secret_bytes(secret) is None:
        raise entry.mistake(
            f"has a secret that is not {SECRET_PREFIX} and the base64 of 24 to 64 bytes: make one with "
            f"`echo {SECRET_PREFIX}$(openssl rand -base64 32)`"
        )
    name = _given_name(entry) or _name("webhook", url)
    return Webhook(name=name, url=SecretStr(url), secret=SecretStr(secret), route=_route(entry))


def _required(entry: Entry, key: str) -> str:
    value = entry.text(key)
    if value is None:
        raise entry.mistake(f"has no {key}: add {key}, or {key}_file with the path of a file that holds it")
    return value


def _given_name(entry: Entry) -> str | None:
    name = entry.text("name")
    if name is not None and not _NAME.fullmatch(name):
        raise entry.mistake("must be named with 1 to 64 letters, digits and . _ - only: rename it")
    return name


def _route(entry: Entry) -> Route:
    events, known = entry.words("events"), [str(event) for event in NotificationEvent]
    for word in sorted(events - set(known)):
        near = difflib.get_close_matches(word, known, n=1)
        remedy = f"did you mean {near[0]}?" if near else f"use {', '.join(known)}"
        raise entry.mistake(f"names the event {word[:80]!r}, which does not exist: {remedy}")
    return Route(
        accounts=entry.words("accounts"),
        customers=entry.words("customers"),
        events=events,
        escalation=entry.flag("escalation"),
    )


def _is_web_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in {"https", "http"} and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:  # brackets that do not close, a port that is none
        return False


def _secret_bytes(secret: str) -> bytes | None:
    """The key of a secret; None when it is none."""
    try:
        key = base64.b64decode(secret.removeprefix(SECRET_PREFIX), validate=True)
    except ValueError:  # no base64, or not even ASCII
        return None
    return key if secret.startswith(SECRET_PREFIX) and len(key) in _SECRET_BYTES else None
