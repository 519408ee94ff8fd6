"""The Telnyx accounts of this installation: `default` from the environment, the others from one TOML file.

[accounts.acme]
api_key_file = "/run/secrets/acme"      # or api_key = "KEY…"
public_key = "base64…"                  # or public_key_file; optional
base_url = "https://api.telnyx.com/v2"  # optional
"""

import re
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, SecretStr

from runtime.setting_values import SettingsError, checked_base_url, checked_public_key

_NAME = re.compile(r"[A-Za-z0-9._-]{1,64}")
_KNOWN = ("api_key", "api_key_file", "public_key", "public_key_file", "base_url")


class Account(BaseModel, frozen=True):
    """One Telnyx account: its name here, its key, where its API is, and the key that proves its webhooks."""

    name: str
    api_key: SecretStr
    base_url: str
    public_key: str | None = None


def read_accounts(path: Path | None, default: Account | None, *, base_url: str) -> dict[str, Account]:
    """All accounts by name: `default`, if given, and those of the TOML file, whose API is at `base_url` unless said.

    Raises:
        SettingsError: there is none, or the file has a mistake.
    """
    accounts = {} if default is None else {"default": default}
    for name, entry in _entries(path).items():
        accounts[name] = _account(path, name, entry, base_url)
    if not accounts:
        raise SettingsError(
            "No Telnyx account is known: set TELNYX_API_KEY, or name a TOML file of accounts in HOSTED_SMS_ACCOUNTS."
        )
    return accounts


def read_public_keys(path: Path | None) -> dict[str, str]:
    """The public keys of the TOML file, by account; the API keys are not read.

    Raises:
        SettingsError: the file has a mistake.
    """
    keys = {name: _public_key(path, name, entry) for name, entry in _entries(path).items()}
    return {name: key for name, key in keys.items() if key is not None}


def _account(path: Path | None, name: str, entry: Mapping[str, Any], base_url: str) -> Account:
    api_key = _text(path, name, entry, "api_key")
    if api_key is None:
        raise _mistake(path, name, "has no api_key: add api_key, or api_key_file with the path of a file that holds it")
    url = entry.get("base_url", base_url)
    return Account(
        name=name,
        api_key=SecretStr(api_key),
        base_url=_checked(path, name, "base_url", "a web address that ends with /v2", url, checked_base_url),
        public_key=_public_key(path, name, entry),
    )


def _public_key(path: Path | None, name: str, entry: Mapping[str, Any]) -> str | None:
    key = _text(path, name, entry, "public_key")
    if key is None:
        return None
    return _checked(path, name, "public_key", "the base64 of 32 bytes", key, checked_public_key)


def _entries(path: Path | None) -> dict[str, dict[str, Any]]:
    """Reads the file and refuses names and keys that nobody would use on purpose."""
    if path is None:
        return {}
    tables = _load(path).get("accounts")
    if not isinstance(tables, dict):
        raise SettingsError(f"HOSTED_SMS_ACCOUNTS: {path} has no table [accounts.NAME]: add one for each account.")
    for name, entry in tables.items():
        _check_entry(path, name, entry)
    return tables


def _load(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(
            f"HOSTED_SMS_ACCOUNTS names {path}, which cannot be read ({error.strerror}): correct the path or rights."
        ) from None
    except ValueError as error:  # broken TOML, and bytes that are no text
        place = re.search(r"at (line \d+, column \d+|end of document)", str(error))
        where = place.group() if place else "somewhere"
        raise SettingsError(f"HOSTED_SMS_ACCOUNTS: {path} is not valid TOML {where}: correct it there.") from None


def _check_entry(path: Path, name: str, entry: object) -> None:
    if not _NAME.fullmatch(name):
        raise _mistake(path, name, "must be named with 1 to 64 letters, digits and . _ - only: rename it")
    if name == "default":
        raise _mistake(path, name, "is taken: the account default comes from TELNYX_API_KEY, so give it another name")
    if not isinstance(entry, dict):
        raise _mistake(path, name, f"must be a table: write [accounts.{name}] and its settings below")
    for key in entry:
        if key not in _KNOWN:
            raise _mistake(path, name, f"has {key!r}, which is no setting of an account: use {', '.join(_KNOWN)}")


def _text(path: Path | None, name: str, entry: Mapping[str, Any], key: str) -> str | None:
    """The value of `key`, given as it is or as the path of a file (`key_file`), never as both."""
    given, file = entry.get(key), entry.get(f"{key}_file")
    if given is not None and file is not None:
        raise _mistake(path, name, f"has both {key} and {key}_file: keep one of them")
    if file is not None:
        given = _file(path, name, f"{key}_file", file)
    if given is None:
        return None
    if not isinstance(given, str) or not given.strip():
        raise _mistake(path, name, f"has an empty {key}, or one that is no text: write it in quotes")
    return given.strip()


def _file(path: Path | None, name: str, key: str, file: object) -> str:
    try:
        return Path(str(file)).read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "it is not text"
        raise _mistake(path, name, f"has a {key} that cannot be read ({reason}): correct the path {file!r}") from None


def _checked(  # noqa: PLR0913, PLR0917 - the parts of one sentence
    path: Path | None, name: str, key: str, expected: str, value: object, check: Callable[[str], str]
) -> str:
    try:
        return check(str(value))
    except ValueError:
        raise _mistake(path, name, f"has a {key} that is not {expected}: correct it") from None


def _mistake(path: Path | None, name: str, what: str) -> SettingsError:
    return SettingsError(f"HOSTED_SMS_ACCOUNTS: the account {name!r} in {path} {what}.")
