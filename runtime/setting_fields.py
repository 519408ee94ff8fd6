"""Every setting, in one table: its type, its default, what a value looks like (`title`) and what it means.

`runtime.settings` reads the table from the environment. `runtime.settings_page` prints it as docs/settings.md.
"""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from runtime import setting_values as values

PREFIX = "HOSTED_SMS_"
SECRETS = ("keys", "fingerprint_key", "notify", "telnyx_api_key", "telnyx_public_key")
"""What may also stand in a file that `<NAME>_FILE` names (runtime/secret_files.py)."""

Seconds = Annotated[float, Field(gt=0, allow_inf_nan=False)]
SecondsOrZero = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Address = Annotated[str, AfterValidator(values.check_address)]


class SettingFields(BaseSettings):
    """One field for each environment variable."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_ignore_empty=True, populate_by_name=True, hide_input_in_errors=True, frozen=True
    )

    # What is stored
    keys: SecretStr | None = Field(
        None,
        title="`id:base64,id:base64…`, each key 32 bytes",
        description="The keys that encrypt everything that Temporal stores. The first key encrypts, every key "
        "decrypts. Each process has a value of its own (docs/operations.md).",
    )
    plaintext: bool = Field(
        default=False,
        title="`0` or `1`",
        description="`1` allows the processes to run without `HOSTED_SMS_KEYS`. The Temporal server can then read "
        "phone numbers and codes.",
    )
    plain_messages: str = Field(
        "codes",
        title="names of signals, separated by commas, or `none`",
        description="The signals that a worker takes in plain text although it has keys, each with a warning. Starts, "
        "updates, and the inputs and results of activities must be encrypted for their workflow.",
    )
    accept_unbound: bool = Field(
        default=False,
        title="`0` or `1`",
        description="`1` makes a worker take everything in plain text, and everything that was encrypted before "
        "payloads were bound to their workflow; updates only in a run that was itself started so. Set it only while "
        "requests from before an upgrade run: anyone who reaches the Temporal server can then command the worker.",
    )
    webhook_keys: str = Field(
        "",
        title="ids of keys, separated by commas",
        description="The keys of `HOSTED_SMS_KEYS` that belong to the process for webhooks. Under them a worker takes "
        "nothing but what that process sends: hints to requests, and alerts of transfers. Only the worker needs it.",
    )
    fingerprint_key: SecretStr | None = Field(
        None,
        title="base64, 32 bytes",
        description="The key of the fingerprints by which requests are found by phone number. The worker and the "
        "process for webhooks need it, and the command for `list --number`. "
        "Never change it: requests that exist could no longer be found by number.",
    )
    document_store: Annotated[str, AfterValidator(values.check_document_url)] = Field(
        "file://~/.hosted-sms/documents",
        title="a URL that begins with `file://`, `s3://`, `gs://` or `memory://`",
        description="Where LOAs and bills are stored. A folder needs its full path (`~` is the home folder) and is "
        "created when it is missing. The worker and the people who hand documents in need the same store. "
        "`memory://` loses everything when the process ends.",
    )
    documents_kept_days: int = Field(
        30, ge=0, title="days, 0 or more", description="How long documents are kept after their request ended."
    )

    # Orders at Telnyx
    limited_accounts: str = Field(
        "",
        title="names of accounts, separated by commas",
        description="The Telnyx accounts for which the Temporal server keeps a rate limit (docs/operations.md). "
        "Whatever starts requests needs it: the command, the console and the worker.",
    )
    poll_interval: Seconds = Field(
        3600.0,
        title="seconds, above 0",
        description="The time between two readings of an account's list of orders, which show what changed. "
        "A webhook shows it at once.",
    )
    create_quarantine: SecondsOrZero = Field(
        120.0,
        title="seconds, 0 or more",
        description="How long no second order is created after an attempt whose outcome is unknown. The first order "
        "may still appear in that time.",
    )
    import_under_way: int = Field(
        100,
        ge=1,
        title="a number, 1 or more",
        description="How many requests of an account may be in the steps `eligibility` and `order` for an import to "
        "start more of them. Only the worker needs it.",
    )
    import_pace: float = Field(
        5.0,
        gt=0,
        allow_inf_nan=False,
        title="a number above 0",
        description="How many requests an import starts a second. More of them make people wait who hand in codes "
        "meanwhile, unless the workers and the Temporal server have room. Only the worker needs it.",
    )
    silence_after: Seconds = Field(
        3600.0,
        title="seconds, above 0",
        description="How long Telnyx may leave calls unanswered before people are notified, once.",
    )
    telnyx_timeout: Seconds = Field(
        20.0, title="seconds, above 0", description="How long Telnyx may take to answer one call."
    )

    # Questions to people
    ask_deadline: Seconds | None = Field(
        None,
        title="seconds, above 0",
        description="How long a person has to answer a question, in calendar time, but at least one working day of it. "
        "Less than a day counts in working hours. Unset: 30 calendar days, and 60 for questions to the carrier and to "
        "support. Questions about a choice or a stopped account never expire.",
    )
    remind_after: Seconds = Field(
        86400.0,
        title="seconds, above 0",
        description="The time between two reminders of an open question, in working time. 86400 seconds are one "
        "working day; less counts in working hours, up to one working day.",
    )
    escalate_at_reminder: int = Field(
        3,
        ge=0,
        title="a number, 0 or more",
        description="Which reminder (`1` is the first) also goes to a second recipient. `0` turns escalation off.",
    )
    review_late_after: Seconds = Field(
        259200.0,
        title="seconds, above 0",
        description="How long a review may take before people are notified that it is late, in working time. 86400 "
        "seconds are one working day; less counts in working hours, up to one working day. The request keeps waiting.",
    )
    code_spacing: SecondsOrZero = Field(
        60.0, title="seconds, 0 or more", description="The shortest time between two ownership codes to a number."
    )
    codes_at_most: int = Field(
        5,
        ge=1,
        title="a number, 1 or more",
        description="How many ownership codes a number gets before support is asked why none arrives.",
    )
    working_hours: Annotated[str, AfterValidator(values.check_hours)] = Field(
        "9-17",
        title="hours as `9-17`, or `always`",
        description="When people work, Monday to Friday, in US Central time. `always` includes nights, weekends and "
        "holidays.",
    )
    closed_days: Annotated[str, AfterValidator(values.check_days)] = Field(
        "",
        title="days as `2026-12-31,2027-01-02`",
        description="Days without work, in addition to Telnyx's own holidays.",
    )

    # Further accounts, and who is notified
    accounts: Path | None = Field(None, title="path of a TOML file", description="More Telnyx accounts, see below.")
    notify: SecretStr | None = Field(
        None,
        title="addresses in apprise's form, separated by spaces or commas",
        description="Channels that get every notification, see below. Only the worker needs them, with the extra "
        "`notify`.",
    )
    channels: Path | None = Field(
        None,
        title="path of a TOML file",
        description="Channels that get some notifications, and outbound webhooks for programs, see below. Only the "
        "worker needs it.",
    )

    # Processes
    temporal_proxy: Address | None = Field(
        None,
        title="`host:port`",
        description="An HTTP proxy (CONNECT) on the way to the Temporal server, which HTTPS_PROXY does not concern. "
        "Unset: directly.",
    )
    webhooks_address: Address = Field(
        "0.0.0.0:8080", title="`host:port`", description="Where the process for Telnyx's webhooks listens."
    )
    console_address: Address = Field(
        "127.0.0.1:8081",
        title="`host:port`",
        description="Where the internal process (the codec endpoint of the Temporal UI) listens. It decrypts for "
        "everyone who can reach it, so keep it off public networks.",
    )
    codec_allowed_origins: Annotated[str, AfterValidator(values.check_origins)] = Field(
        "http://localhost:8233,http://127.0.0.1:8233",
        title="web addresses as `https://host:port`, separated by commas",
        description="The addresses of the Temporal UI that may call the codec endpoint.",
    )
    console_hosts: Annotated[str, AfterValidator(values.check_hosts)] = Field(
        "",
        title="host names, separated by commas",
        description="The names by which people and proxies reach the internal process, besides `localhost` and its own "
        "address. A request for another name is refused, since any web page could make a browser send it.",
    )
    insecure_hosts: Annotated[str, AfterValidator(values.check_hosts)] = Field(
        "",
        title="host names, separated by commas",
        description="Hosts that may be called without TLS: the Telnyx API, outbound webhooks, channels, a Temporal "
        "server with an API key, and pages of `HOSTED_SMS_CODEC_ALLOWED_ORIGINS`. This machine always may be.",
    )
    metrics_address: Address | None = Field(
        None, title="`host:port`", description="Where the worker serves Prometheus metrics. Unset: nowhere."
    )
    grace_period: SecondsOrZero = Field(
        30.0,
        title="seconds, 0 or more",
        description="How long a stopping worker waits for running calls, and the process for webhooks for its "
        "deliveries.",
    )
    max_cached_workflows: int = Field(
        1000, ge=0, title="a number, 0 or more", description="How many requests a worker keeps in memory."
    )
    workflow_sandbox: bool = Field(
        default=False,
        title="`0` or `1`",
        description="`1` runs each workflow in Temporal's sandbox, for twice the memory and a third more CPU time. The "
        "tests use it. They catch what it guards against before a release (docs/decisions/0010).",
    )
    log_format: Literal["auto", "console", "json"] = Field(
        "auto",
        title="`auto`, `console` or `json`",
        description="The form of log lines. `auto` is `console` on a terminal and `json` elsewhere.",
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "INFO", title="`DEBUG`, `INFO`, `WARNING` or `ERROR`", description="The lowest level of log lines to write."
    )

    # The Telnyx account `default`
    telnyx_api_key: Annotated[SecretStr, AfterValidator(values.check_api_key)] | None = Field(
        None,
        validation_alias="TELNYX_API_KEY",
        title="a Telnyx API key",
        description="The key of the account `default`. Only the worker needs it.",
    )
    telnyx_base_url: Annotated[str, AfterValidator(values.check_base_url)] = Field(
        "https://api.telnyx.com/v2",
        validation_alias="TELNYX_BASE_URL",
        title="a web address that ends with `/v2`",
        description="The Telnyx API of the account `default`, and of every account without a `base_url`.",
    )
    telnyx_public_key: Annotated[str, AfterValidator(values.check_public_key)] | None = Field(
        None,
        validation_alias="TELNYX_PUBLIC_KEY",
        title="base64, 32 bytes",
        description="The public key of the account `default`, from the Telnyx portal. It proves that a webhook comes "
        "from Telnyx.",
    )
