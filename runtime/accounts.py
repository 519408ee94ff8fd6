"""The Telnyx accounts of this installation: `default` from the environment, the others from one TOML file.

[accounts.acme]
api_key_file = "/run/secrets/acme"      # or api_key = "KEY…"
public_key = "base64…"                  # or public_key_file; optional
base_url = "https://api.telnyx.com/v2"  # optional
"""

import re
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

from pydantic import BaseModel, SecretStr

from runtime import toml_files
from runtime.plain_addresses import THIS_MACHINE_ONLY, PlainAddresses, remedy
from runtime.setting_values import SettingsError, check_api_key, check_base_url, check_public_key
from runtime.toml_files import Entry

_VARIABLE = "HOSTED_SMS_ACCOUNTS"
_NAME = re.compile(r"[A-Za-z0-9._-]{1,64}")
_KEYS = ("api_key", "api_key_file", "public_key", "public_key_file", "base_url")

_Value = TypeVar("_Value", str, SecretStr)


class Account(BaseModel, frozen=True):
    """One Telnyx account: its name here, its key, the URL of its API, and the key that verifies its webhooks."""

    name: str
    api_key: SecretStr
    base_url: str
    public_key: str | None = None


def read_accounts(
    path: Path | None, default: Account | None, *, base_url: str, plain: PlainAddresses = THIS_MACHINE_ONLY
) -> dict[str, Account]:
    """All accounts by name: `default`, if given, and those of the TOML file, which may replace `base_url`.

    `plain` says which addresses may be called without TLS.

    Raises:
        SettingsError: there is no account, or the file has a mistake.
    """
    accounts = {} if default is None else {"default": default}
    for name, entry in _entries(path).items():
        accounts[name] = _account(name, entry, base_url, plain)
    if not accounts:
        raise SettingsError(
            "No Telnyx account is known: set TELNYX_API_KEY, or name a TOML file of accounts in HOSTED_SMS_ACCOUNTS."
        )
    return accounts


def read_public_keys(path: Path | None) -> dict[str, str]:
    """The public keys of the TOML file, by account. Reads no API key.

    Raises:
        SettingsError: the file has a mistake.
    """
    keys = {name: _public_key(entry) for name, entry in _entries(path).items()}
    return {name: key for name, key in keys.items() if key is not None}


def accounts_with_api_keys(path: Path | None) -> list[str]:
    """The accounts of the TOML file whose API key stands in the file itself. Reads none.

    Raises:
        SettingsError: the file has a mistake.
    """
    return [name for name, entry in _entries(path).items() if "api_key" in entry.values]


def _account(name: str, entry: Entry, base_url: str, plain: PlainAddresses) -> Account:
    api_key = entry.secret("api_key")
    if api_key is None:
        raise entry.mistake("has no api_key: add api_key, or api_key_file with the path of a file that holds it")
    given = str(entry.values.get("base_url", base_url))
    url = _checked(entry, "base_url", "a web address that ends with /v2", given, check_base_url)
    if not plain.allow(url):
        raise entry.mistake(f"has a base_url without TLS: {remedy(urlsplit(url).hostname or '')}")
    return Account(
        name=name,
        api_key=_checked(entry, "api_key", "a Telnyx API key", SecretStr(api_key), check_api_key),
        base_url=url,
        public_key=_public_key(entry),
    )


def _public_key(entry: Entry) -> str | None:
    key = entry.secret("public_key")
    if key is None:
        return None
    return _checked(entry, "public_key", "the base64 of 32 bytes", key, check_public_key)


def _entries(path: Path | None) -> dict[str, Entry]:
    """The accounts of the file, each without unknown keys."""
    if path is None:
        return {}
    tables = toml_files.load(_VARIABLE, path).get("accounts")
    if not isinstance(tables, dict):
        raise SettingsError(f"{_VARIABLE}: {path} has no table [accounts.NAME]: add one for each account.")
    return {name: _entry(path, name, table, list(tables)) for name, table in tables.items()}


def _entry(path: Path, name: str, table: object, names: list[str]) -> Entry:
    entry = Entry(f"{_VARIABLE}: the account {name[:80]!r} in {path}", table if isinstance(table, dict) else {})
    if not _NAME.fullmatch(name):
        raise entry.mistake("must have a name of 1 to 64 letters, digits and . _ - only: rename it")
    if name.lower() == "default":
        raise entry.mistake(
            "is taken: the account default comes from TELNYX_API_KEY and TELNYX_PUBLIC_KEY, so give it another name"
        )
    if alike := [other for other in names if other != name and other.lower() == name.lower()]:
        # A server's lists may ignore the case, and would then show one account the requests of the other.
        raise entry.mistake(f"differs from {alike[0][:80]!r} only in upper and lower case: give it another name")
    if not isinstance(table, dict):
        raise entry.mistake(f"must be a table: write [accounts.{name}] and its settings below")
    entry.refuse_unknown(_KEYS, "an account")
    return entry


def _checked(entry: Entry, key: str, expected: str, value: _Value, check: Callable[[_Value], _Value]) -> _Value:
    try:
        return check(value)
    except ValueError:
        raise entry.mistake(f"has a {key} that is not {expected}: correct it") from None
