"""The settings of a process: read from environment variables, with the values that follow from them.

A mistake is reported at the start, in one sentence that names the variable, what was seen, what is expected and what to
do. The value of a secret is never shown.
"""

import os
from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from pydantic import SecretStr, ValidationError

from domain.loopback import plain_name
from runtime import proxies, secret_files, variables
from runtime import setting_values as values
from runtime.plain_addresses import PlainAddresses, remedy
from runtime.secret_flaws import flaw
from runtime.setting_fields import SECRETS, SettingFields
from runtime.setting_values import SettingsError
from runtime.variables import fields, variable

# What only some processes need is loaded by the property that they ask.
if TYPE_CHECKING:
    from domain.ask_times import AskTimes
    from domain.calendar import Calendar
    from domain.code_limits import CodeLimits
    from runtime.accounts import Account
    from runtime.payload_rules import PayloadRules
    from runtime.recipients import Recipients

_LONGEST_SHOWN = 80

__all__ = ["Settings", "SettingsError", "default_text", "load", "variable"]


class Settings(SettingFields):
    """All settings, and what the parts of a process are made of."""

    @property
    def calendar(self) -> "Calendar":
        """When people work."""
        from domain.calendar import Calendar

        opens, closes = values.parse_hours(self.working_hours) or (0, 0)
        return Calendar(opens, closes, values.parse_days(self.closed_days))

    @property
    def ask_times(self) -> "AskTimes":
        """When people are reminded of a question, and when it expires."""
        from domain.ask_times import AskTimes

        return AskTimes(
            self.calendar,
            remind_after=timedelta(seconds=self.remind_after),
            deadline_after=timedelta(seconds=self.ask_deadline) if self.ask_deadline else None,
            escalate_at_reminder=self.escalate_at_reminder,
        )

    @property
    def code_limits(self) -> "CodeLimits":
        """How often ownership codes are sent to one number."""
        from domain.code_limits import CodeLimits

        return CodeLimits(timedelta(seconds=self.code_spacing), self.codes_at_most)

    @property
    def payload_rules(self) -> "PayloadRules":
        """Which payloads a worker uses that are not sealed for their workflow."""
        from runtime.payload_rules import PayloadRules

        plain = frozenset(values.split_list(self.plain_messages)) - {"none"}
        return PayloadRules(plain, self.accept_unbound)

    @property
    def accounts_with_limit(self) -> frozenset[str]:
        """The names of the Telnyx accounts for which the Temporal server keeps a rate limit."""
        return frozenset(values.split_list(self.limited_accounts))

    @property
    def review_limit(self) -> timedelta:
        """How long a review may take before it is late."""
        return timedelta(seconds=self.review_late_after)

    @property
    def outage_limit(self) -> timedelta:
        """How long Telnyx may leave calls unanswered before people are notified."""
        return timedelta(seconds=self.silence_after)

    @property
    def shutdown_limit(self) -> timedelta:
        """How long a stopping worker waits for running activities."""
        return timedelta(seconds=self.grace_period)

    @property
    def allowed_origins(self) -> tuple[str, ...]:
        """The web addresses from which a browser may call the codec endpoint."""
        return tuple(origin.rstrip("/") for origin in values.split_list(self.codec_allowed_origins))

    @property
    def names_of_console(self) -> frozenset[str]:
        """The host names by which the internal process is reached, besides those of this machine."""
        own, _ = values.parse_address(self.console_address)
        names = {own, *values.split_list(self.console_hosts)} - {"0.0.0.0", "::"}  # noqa: S104 - no name of its own
        return frozenset(map(plain_name, names))

    @property
    def plain_addresses(self) -> PlainAddresses:
        """Which addresses may be called without TLS."""
        return PlainAddresses(values.split_list(self.insecure_hosts))

    def telnyx_accounts(self) -> dict[str, "Account"]:
        """All Telnyx accounts by name. Only the worker may call this, since it reads the API keys.

        Raises:
            SettingsError: there is no account, or the TOML file has a mistake.
        """
        from runtime.accounts import read_accounts

        return read_accounts(
            self.accounts, self._default_account(), base_url=self.telnyx_base_url, plain=self.plain_addresses
        )

    def telnyx_public_keys(self) -> dict[str, str]:
        """The public key of each account that has one, by account name. Reads no API key."""
        from runtime.accounts import read_public_keys

        keys = read_public_keys(self.accounts)
        return keys | ({"default": self.telnyx_public_key} if self.telnyx_public_key else {})

    def recipients(self) -> "Recipients":
        """Who gets notifications. Only the worker may call this, since it reads addresses and secrets.

        Raises:
            SettingsError: an address, a secret or the TOML file has a mistake.
        """
        from runtime.recipients_file import read_recipients

        return read_recipients(self.notify, self.channels, self.plain_addresses)

    def _default_account(self) -> "Account | None":
        if self.telnyx_api_key is None:
            return None
        from runtime.accounts import Account

        return Account(
            name="default",
            api_key=self.telnyx_api_key,
            base_url=self.telnyx_base_url,
            public_key=self.telnyx_public_key,
        )


def default_text(field: str) -> str:
    """The default of a setting as one would write it in the environment; empty when there is none."""
    default = Settings.model_fields[field].default
    if isinstance(default, bool):
        return str(int(default))
    if isinstance(default, float):
        return f"{default:g}"
    return "" if default is None else str(default)


def load() -> Settings:
    """Read all settings from the environment and the files of secrets, and complete `NO_PROXY` in the environment.

    Raises:
        SettingsError: one sentence for each unknown variable and each wrong value.
    """
    mistakes = variables.mistakes(os.environ) + proxies.mistakes()
    secrets, faults = secret_files.read([*map(variable, SECRETS), secret_files.TEMPORAL], os.environ)
    mistakes += faults
    given: dict[str, Any] = {field: secrets[name] for field in SECRETS if (name := variable(field)) in secrets}
    try:
        settings = Settings(**given)
    except ValidationError as error:
        found = error.errors(include_url=False)
        mistakes += [_wrong(mistake["loc"], mistake["input"], secrets) for mistake in found]
    else:
        mistakes += _insecure(settings)
    if mistakes:
        raise SettingsError("\n".join(mistakes))
    proxies.keep_loopback_direct()
    return settings


def _insecure(settings: Settings) -> list[str]:
    """A sentence for each web address that would be called without TLS."""
    addresses = [("telnyx_base_url", settings.telnyx_base_url)]
    addresses += [("codec_allowed_origins", origin) for origin in settings.allowed_origins]
    return [
        f"{variable(field)} has {url[:_LONGEST_SHOWN]!r}, which has no TLS: {remedy(urlsplit(url).hostname or '')}."
        for field, url in addresses
        if not settings.plain_addresses.allow(url)
    ]


def _wrong(location: tuple[int | str, ...], seen: Any, from_files: Mapping[str, str]) -> str:
    field = fields().get(str(location[0]), str(location[0]))
    name = variable(field) + (secret_files.SUFFIX if variable(field) in from_files else "")
    # A key may stand in the variable next to its own, so no variable that is about keys is shown.
    secret = "key" in field or field == "notify"
    if secret and (found := flaw(seen.get_secret_value() if isinstance(seen, SecretStr) else str(seen))):
        return f"{name} {found}."
    shown = "has a value that does not fit" if secret else f"is {str(seen)[:60]!r}"
    expected = str(Settings.model_fields[field].title).replace("`", "")
    remedy = f"correct it, or unset it for the default {default}" if (default := default_text(field)) else "correct it"
    return f"{name} {shown}; it must be {expected}: {remedy}."
