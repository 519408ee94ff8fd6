"""Every setting of the program, read from environment variables, each with its default and its meaning.

A mistake is reported at the start, as one sentence that names the variable: what was seen, what was expected, what
to do. A secret's value is never shown. `python -m runtime.settings_page` prints the reference page `docs/settings.md`.
"""

import difflib
import os
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from runtime import setting_values as values
from runtime.accounts import Account, read_accounts, read_public_keys
from runtime.channels import Recipients, read_recipients
from runtime.setting_values import SettingsError

__all__ = ["Account", "Settings", "SettingsError", "default_text", "load", "variable"]

PREFIX = "HOSTED_SMS_"

Seconds = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Address = Annotated[str, AfterValidator(values.checked_address)]


class Settings(BaseSettings):
    """What an operator can change, by environment variable; `title` says what a value must look like."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_ignore_empty=True, populate_by_name=True, hide_input_in_errors=True, frozen=True
    )

    keys: SecretStr | None = Field(
        None,
        title="`id:base64,id:base64…`, each key 32 bytes",
        description="Keys that encrypt whatever Temporal stores. The first encrypts, all decrypt; "
        "to rotate, put a new one in front and keep the old ones.",
    )
    plaintext: bool = Field(
        default=False,
        title="`0` or `1`",
        description="`1` allows to run without `HOSTED_SMS_KEYS`: everything is then readable on the Temporal server.",
    )
    fingerprint_key: SecretStr | None = Field(
        None,
        title="base64, 32 bytes",
        description="Key of the fingerprints by which a phone number is found. Needed always; never change it, "
        "or requests that exist can no longer be found by number.",
    )
    document_store: Annotated[str, AfterValidator(values.checked_document_url)] = Field(
        "file://~/.hosted-sms/documents",
        title="a URL that begins with `file://`, `s3://`, `gs://` or `memory://`",
        description="Where LOAs and bills are kept. A folder must be given whole (`~` is the home folder) and be the "
        "same for the worker and for whoever hands documents in; it is created when missing. "
        "`memory://` forgets everything when the process ends.",
    )
    documents_kept_days: int = Field(
        30, ge=0, title="days, 0 or more", description="How long documents are kept after the end of their request."
    )
    poll_interval: Seconds = Field(
        3600.0,
        title="seconds, above 0",
        description="The longest time between two looks at an order at Telnyx; a webhook only makes it sooner.",
    )
    create_quarantine: float = Field(
        120.0,
        ge=0,
        allow_inf_nan=False,
        title="seconds, 0 or more",
        description="After an attempt to create an order whose outcome is unknown, how long no other is made: "
        "the first may still appear.",
    )
    silence_after: Seconds = Field(
        3600.0,
        title="seconds, above 0",
        description="How long Telnyx may leave calls without an answer before people are told, once.",
    )
    ask_deadline: Seconds | None = Field(
        None,
        title="seconds, above 0",
        description="How long a person has for an answer. Unset: 30 calendar days, and 60 for questions to the "
        "carrier and to support. A choice, and an account that is stopped, wait for as long as it takes.",
    )
    remind_after: Seconds = Field(
        86400.0,
        title="seconds, above 0",
        description="The time between two reminders of an open question; the default is one working day.",
    )
    escalate_at_reminder: int = Field(
        3,
        ge=0,
        title="a number, 0 or more",
        description="The reminder of a question that also goes to a second recipient, once; `0`: none does.",
    )
    review_late_after: Seconds = Field(
        259200.0,
        title="seconds, above 0",
        description="How long a review may take before people are told that it is late; each 86400 seconds count as "
        "one working day. The request goes on waiting.",
    )
    code_spacing: float = Field(
        60.0,
        ge=0,
        allow_inf_nan=False,
        title="seconds, 0 or more",
        description="How long to wait before another code is sent to the same number.",
    )
    codes_at_most: int = Field(
        5,
        ge=1,
        title="a number, 1 or more",
        description="How many codes are sent to a number before support is asked why none arrives.",
    )
    working_hours: Annotated[str, AfterValidator(values.checked_hours)] = Field(
        "9-17",
        title="hours as `9-17`, or `always`",
        description="When people work, Monday to Friday, US Central time. `always` counts nights, weekends and "
        "holidays too.",
    )
    closed_days: Annotated[str, AfterValidator(values.checked_days)] = Field(
        "",
        title="days as `2026-12-31,2027-01-02`",
        description="Days on which nobody works, besides Telnyx's own holidays.",
    )
    telnyx_timeout: Seconds = Field(
        20.0, title="seconds, above 0", description="How long Telnyx may take to answer one call."
    )
    accounts: Path | None = Field(None, title="path of a TOML file", description="Further Telnyx accounts, see below.")
    notify: SecretStr | None = Field(
        None,
        title="addresses in apprise's form, separated by spaces or commas",
        description="Channels that people are told everything through, see below. Needed by the worker alone, and the "
        "extra `notify`.",
    )
    channels: Path | None = Field(
        None,
        title="path of a TOML file",
        description="Channels for some accounts, customers or events, and outbound webhooks for programs, see below. "
        "Needed by the worker alone.",
    )
    webhooks_address: Address = Field(
        "0.0.0.0:8080",
        title="`host:port`",
        description="Where the process for Telnyx's webhooks listens.",
    )
    console_address: Address = Field(
        "127.0.0.1:8081",
        title="`host:port`",
        description="Where the internal process (codec endpoint of the Temporal UI) listens. It decrypts for whoever "
        "reaches it, so keep it off public networks.",
    )
    codec_allowed_origins: str = Field(
        "http://localhost:8233,http://127.0.0.1:8233",
        title="web addresses, separated by commas",
        description="The addresses of the Temporal UI that may ask the codec endpoint.",
    )
    metrics_address: Address | None = Field(
        None, title="`host:port`", description="Where the worker serves Prometheus metrics. Unset: nowhere."
    )
    grace_period: float = Field(
        30.0,
        ge=0,
        allow_inf_nan=False,
        title="seconds, 0 or more",
        description="How long a worker that is told to stop lets running calls finish, and the process for webhooks "
        "its deliveries.",
    )
    max_cached_workflows: int = Field(
        1000, ge=0, title="a number, 0 or more", description="How many requests a worker keeps in memory."
    )
    workflow_sandbox: bool = Field(
        default=False,
        title="`0` or `1`",
        description="`1` runs each workflow in Temporal's sandbox, at twice the memory and a third more CPU time. "
        "Tests do so; what it guards against is refused by tests before a release (docs/decisions/0010).",
    )
    log_format: Literal["auto", "console", "json"] = Field(
        "auto",
        title="`auto`, `console` or `json`",
        description="How log lines look; `auto` is for people on a terminal and JSON elsewhere.",
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "INFO", title="`DEBUG`, `INFO`, `WARNING` or `ERROR`", description="The least important log lines to be shown."
    )
    telnyx_api_key: Annotated[SecretStr, AfterValidator(values.checked_api_key)] | None = Field(
        None,
        validation_alias="TELNYX_API_KEY",
        title="a Telnyx API key",
        description="The key of the account `default`. Only the worker needs it.",
    )
    telnyx_base_url: Annotated[str, AfterValidator(values.checked_base_url)] = Field(
        "https://api.telnyx.com/v2",
        validation_alias="TELNYX_BASE_URL",
        title="a web address that ends with `/v2`",
        description="The Telnyx API of the account `default`, and of each account that names none.",
    )
    telnyx_public_key: Annotated[str, AfterValidator(values.checked_public_key)] | None = Field(
        None,
        validation_alias="TELNYX_PUBLIC_KEY",
        title="base64, 32 bytes",
        description="The public key of the account `default`, from the Telnyx portal; it proves that a webhook is "
        "Telnyx's.",
    )

    @property
    def opening_hours(self) -> tuple[int, int] | None:
        """First and last working hour, US Central; None when every hour counts."""
        return values.hours(self.working_hours)

    @property
    def closed_dates(self) -> frozenset[date]:
        """The days on which nobody works, besides Telnyx's own holidays."""
        return values.days(self.closed_days)

    @property
    def allowed_origins(self) -> tuple[str, ...]:
        """The web addresses from which a browser may ask the codec endpoint."""
        return tuple(origin.rstrip("/") for origin in values.words(self.codec_allowed_origins))

    def telnyx_accounts(self) -> dict[str, Account]:
        """All Telnyx accounts by name; only the worker may ask, since this reads the API keys.

        Raises:
            SettingsError: no account is given, or the TOML file is wrong.
        """
        return read_accounts(self.accounts, self._default_account(), base_url=self.telnyx_base_url)

    def telnyx_public_keys(self) -> dict[str, str]:
        """The public key of each account that has one, to prove webhooks; reads no API key."""
        keys = read_public_keys(self.accounts)
        return keys | ({"default": self.telnyx_public_key} if self.telnyx_public_key else {})

    def recipients(self) -> Recipients:
        """Who is told of news; only the worker may ask, since this reads addresses and secrets.

        Raises:
            SettingsError: an address, a secret or the TOML file is wrong.
        """
        return read_recipients(self.notify, self.channels)

    def _default_account(self) -> Account | None:
        if self.telnyx_api_key is None:
            return None
        return Account(
            name="default",
            api_key=self.telnyx_api_key,
            base_url=self.telnyx_base_url,
            public_key=self.telnyx_public_key,
        )


def variable(field: str) -> str:
    """The environment variable of a setting."""
    alias = Settings.model_fields[field].validation_alias
    return alias if isinstance(alias, str) else PREFIX + field.upper()


def default_text(field: str) -> str:
    """The default of a setting as one would write it in the environment; empty when there is none."""
    default = Settings.model_fields[field].default
    if isinstance(default, bool):
        return str(int(default))
    if isinstance(default, float):
        return f"{default:g}"
    return "" if default is None else str(default)


def load() -> Settings:
    """Reads all settings from the environment.

    Raises:
        SettingsError: one sentence for each unknown variable and each wrong value.
    """
    problems = [_unknown(name) for name in sorted(os.environ) if _is_unknown(name)]
    try:
        settings = Settings()
    except ValidationError as error:
        problems += [_wrong(mistake["loc"], mistake["input"]) for mistake in error.errors(include_url=False)]
    if problems:
        raise SettingsError("\n".join(problems))
    return settings


def _names() -> dict[str, str]:
    """Maps each environment variable to its field."""
    return {variable(field): field for field in Settings.model_fields}


def _is_unknown(name: str) -> bool:
    return name.upper().startswith(PREFIX) and name.upper() not in _names()


def _unknown(name: str) -> str:
    near = difflib.get_close_matches(name.upper(), _names(), n=1, cutoff=0.5)
    remedy = f"did you mean {near[0]}?" if near else "unset it; docs/settings.md lists all settings."
    return f"{name} is set, but there is no such setting: {remedy}"


def _wrong(location: tuple[int | str, ...], seen: Any) -> str:
    field = _names().get(str(location[0]), str(location[0]))
    info = Settings.model_fields[field]
    # A key that slipped into the variable next to its own is still a key: whatever holds one is not shown.
    secret = "key" in field or field == "notify"
    shown = "has a value that does not fit" if secret else f"is {str(seen)[:60]!r}"
    expected = str(info.title).replace("`", "")
    remedy = f"correct it, or unset it for the default {default}" if (default := default_text(field)) else "correct it"
    return f"{variable(field)} {shown}; it must be {expected}: {remedy}."
