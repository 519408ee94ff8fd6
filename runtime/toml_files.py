"""TOML files that a setting names. Each mistake is one sentence with the variable, the file and the place in it."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from runtime import files
from runtime.files import UnreadableFile
from runtime.secret_flaws import BYTE_ORDER_MARK, flaw
from runtime.setting_values import SettingsError

_MOST_BYTES = 200_000
"""Of a file of settings; a thousand accounts take a few times less."""
_MOST_DOTS = 1000
"""In a line. Trap (tried): `tomllib` takes memory by the square of a dotted key; 200 KB of one fill a machine."""


def load(variable: str, path: Path) -> dict[str, Any]:
    """The content of a file.

    Raises:
        SettingsError: it cannot be read, or it is not TOML.
    """
    try:
        text = files.read_text(path, _MOST_BYTES)
    except UnreadableFile as error:
        raise SettingsError(f"{variable} names {path}, which {error.what}: {error.remedy}.") from None
    return parse(variable, path, text.removeprefix(BYTE_ORDER_MARK))


def parse(variable: str, path: Path, text: str) -> dict[str, Any]:
    """The content of a text; the variable and the path are for the sentence.

    Raises:
        SettingsError: it is not TOML, or no file of settings.
    """
    for number, line in enumerate(text.split("\n"), start=1):
        if line.count(".") > _MOST_DOTS:
            raise SettingsError(f"{variable}: {path} has more than {_MOST_DOTS} dots in line {number}: shorten it.")
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # broken TOML, endless nesting
        place = re.search(r"at (line \d+, column \d+|end of document)", str(error))
        where = place.group() if place else "somewhere"
        raise SettingsError(f"{variable}: {path} is not valid TOML {where}: correct it there.") from None


@dataclass(frozen=True)
class Entry:
    """One table of a file. Its mistakes never show the value of a secret."""

    where: str
    """How a sentence about it begins, such as `HOSTED_SMS_ACCOUNTS: the account 'acme' in accounts.toml`."""
    values: Mapping[str, Any]

    def mistake(self, what: str) -> SettingsError:
        """An error that says what is wrong with the table and how to correct it."""
        return SettingsError(f"{self.where} {what}.")

    def refuse_unknown(self, known: Sequence[str], of_what: str) -> None:
        """Raise `SettingsError` when the table has an unknown key."""
        for key in self.values:
            if key not in known:
                raise self.mistake(f"has {key[:80]!r}, which is no setting of {of_what}: use {', '.join(known)}")

    def text(self, key: str) -> str | None:
        """The text of `key`, or of the file that `key_file` names; only one of them may be present."""
        given, file = self.values.get(key), self.values.get(f"{key}_file")
        if given is not None and file is not None:
            raise self.mistake(f"has both {key} and {key}_file: keep one of them")
        if file is not None:
            given = self._read(f"{key}_file", file)
        if given is None:
            return None
        if not isinstance(given, str) or not given.strip():
            raise self.mistake(f"has an empty {key}, or one that is not a text: write it in quotes")
        return given.strip()

    def secret(self, key: str) -> str | None:
        """The same for a secret, without what comes along when one is pasted."""
        given = self.text(key)
        if given is not None and (found := flaw(given)):
            raise self.mistake(f"has a {key if key in self.values else f'{key}_file'} that {found}")
        return given

    def texts(self, key: str) -> frozenset[str]:
        """The texts in a list; empty when the key is missing."""
        given = self.values.get(key, [])
        if not isinstance(given, list) or not all(isinstance(text, str) and text for text in given):
            raise self.mistake(f'has a {key} that is not a list of texts: write it as ["one", "two"]')
        return frozenset(given)

    def flag(self, key: str) -> bool:
        """True or false; false when the key is missing."""
        given = self.values.get(key, False)
        if not isinstance(given, bool):
            raise self.mistake(f"has a {key} that is neither true nor false: write one of them, without quotes")
        return given

    def _read(self, key: str, file: object) -> str:
        try:
            text = files.read_text(Path(str(file)), _MOST_BYTES)
        except UnreadableFile as error:
            raise self.mistake(f"has a {key} that {error.what}: {error.remedy} ({str(file)[:200]!r})") from None
        if text.startswith(BYTE_ORDER_MARK) and (found := flaw(text)):
            raise self.mistake(f"has a {key} that {found}")
        return text
