"""Which process needs which secret, in one table: `python -m runtime.process_secrets` prints it for docs/operations.md.

A process starts without what it does not need. What it has besides is of use only to someone who takes it over.
"""

import sys
from collections.abc import Mapping

import structlog

from runtime.accounts import accounts_with_api_keys
from runtime.settings import Settings, variable

_log = structlog.get_logger(__name__)

WORKER, WEBHOOKS, CONSOLE, COMMAND = "worker", "webhooks", "console", "hosted-sms"
PROCESSES = (WORKER, WEBHOOKS, CONSOLE, COMMAND)

NEEDS: Mapping[str, Mapping[str, str]] = {
    "HOSTED_SMS_KEYS": {
        WORKER: "its own key first, then that of each other process: `k1:…,w1:…`",
        WEBHOOKS: "a key of its own, and no other: `w1:…`",
        CONSOLE: "all keys, as the worker",
        COMMAND: "the worker's own key: `k1:…`; `setup` and `explain` need none",
    },
    "HOSTED_SMS_FINGERPRINT_KEY": {WORKER: "always", WEBHOOKS: "always", COMMAND: "for `list --number` alone"},
    "TELNYX_API_KEY": {WORKER: "always, unless `HOSTED_SMS_ACCOUNTS` names an account"},
    "HOSTED_SMS_ACCOUNTS": {WORKER: "with API keys", WEBHOOKS: "a file of its own, with `public_key` alone"},
    "HOSTED_SMS_NOTIFY": {WORKER: "if people are notified"},
    "HOSTED_SMS_CHANNELS": {WORKER: "if people or programs are notified"},
}
"""By variable and process: what it needs it for, or in which form. What is missing it does not need."""
PUBLIC: Mapping[str, Mapping[str, str]] = {
    "HOSTED_SMS_WEBHOOK_KEYS": {WORKER: "the ids of the webhooks' keys: `w1`"},
    "TELNYX_PUBLIC_KEY": {WEBHOOKS: "always"},
}
"""What is no secret, and belongs beside them."""
OUTSIDE: Mapping[str, Mapping[str, str]] = {
    "Temporal's credentials": dict.fromkeys((WORKER, WEBHOOKS, COMMAND), "if the server asks for them"),
    "the document store": {WORKER: "always", COMMAND: "for `start`, `import`, `documents` and `doctor`"},
}
"""What is no setting of ours."""


def surplus(process: str, settings: Settings) -> list[str]:
    """The secrets that a process was given and does not need, by variable.

    Raises:
        SettingsError: the file of accounts has a mistake.
    """
    fields = {variable(field): field for field in Settings.model_fields}
    found = [name for name, needs in NEEDS.items() if process not in needs and getattr(settings, fields[name])]
    if process == WEBHOOKS and accounts_with_api_keys(settings.accounts):
        found.append("HOSTED_SMS_ACCOUNTS with api_key")
    return found


def warn_of_surplus(process: str, settings: Settings) -> None:
    """Log which secrets a process was given and does not need."""
    if names := surplus(process, settings):
        _log.warning("secrets_not_needed", settings=names, advice=f"take them out of the settings of {process}")


def table() -> str:
    """The whole table, as Markdown."""
    rows = [("", *(f"`{process}`" for process in PROCESSES)), ("---",) * (len(PROCESSES) + 1)]
    for names in (NEEDS, PUBLIC, OUTSIDE):
        for name, needs in names.items():
            shown = name if names is OUTSIDE else f"`{name}`"
            rows.append((shown, *(needs.get(process, "no") for process in PROCESSES)))
    return "".join(f"| {' | '.join(row)} |\n" for row in rows).replace("|  |", "| |")


if __name__ == "__main__":
    sys.stdout.write(table())
