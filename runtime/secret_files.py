"""Secrets that stand in files: `TELNYX_API_KEY_FILE=/run/secrets/telnyx` instead of `TELNYX_API_KEY`.

The environment of a process is inherited by each that it starts, and shown by many tools. A file is not.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path

from runtime import files
from runtime.files import UnreadableFile
from runtime.secret_flaws import BYTE_ORDER_MARK, flaw
from runtime.setting_values import SettingsError

SUFFIX = "_FILE"
TEMPORAL = "TEMPORAL_API_KEY"
"""A secret that is no setting of ours. `temporalio.envconfig` reads it, and knows of no file for it."""
MOST_BYTES = 65_536
"""Of a secret. A ring of a hundred keys takes a tenth."""
_LONGEST_SHOWN = 200


def read(variables: Iterable[str], environment: Mapping[str, str]) -> tuple[dict[str, str], list[str]]:
    """What the files of secrets hold.

    Args:
        variables: the names of the secrets, such as `TELNYX_API_KEY`.
        environment: names the files. An empty variable counts as unset, and the case of names does not count.

    Returns:
        The text of each secret that stands in a file, and one sentence for each mistake.
    """
    given = {name.upper(): value for name, value in environment.items() if value}
    found: dict[str, str] = {}
    mistakes: list[str] = []
    for variable in variables:
        path = given.get(variable + SUFFIX)
        if path is None:
            continue
        if variable in given:
            mistakes.append(f"{variable}{SUFFIX} is set, and {variable} as well: keep one of them.")
            continue
        try:
            found[variable] = _secret(path, is_key="KEY" in variable)
        except ValueError as error:
            mistakes.append(f"{variable}{SUFFIX} {error}.")
    return found, mistakes


def completed(variable: str, environment: Mapping[str, str]) -> dict[str, str] | None:
    """The environment with a secret from its file; None when it names no file.

    Raises:
        SettingsError: the file cannot be used, or the secret stands in the environment as well.
    """
    found, mistakes = read([variable], environment)
    if mistakes:
        raise SettingsError("\n".join(mistakes))
    return {**environment, **found} if found else None


def _secret(path: str, *, is_key: bool) -> str:
    """The text of a file without the line end that editors add. The text of an error never shows any of it."""
    shown = repr(path if len(path) <= _LONGEST_SHOWN else f"…{path[-_LONGEST_SHOWN:]}")
    try:
        text = files.read_text(Path(path), MOST_BYTES)
    except UnreadableFile as error:
        raise ValueError(f"names {shown}, which {error.what}: {error.remedy}") from None
    if not text.strip():
        raise ValueError(f"names {shown}, which is empty: write the secret into it")
    if (is_key or text.startswith(BYTE_ORDER_MARK)) and (found := flaw(text)):  # an address may hold any letter
        raise ValueError(f"names {shown}, whose text {found}")
    return text.strip()
