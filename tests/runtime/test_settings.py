"""Which settings are accepted and which are refused, and that the reference page is fresh."""

from datetime import date
from pathlib import Path

import pytest

from domain.calendar import Calendar
from runtime import setting_values
from runtime.settings import Settings, SettingsError, load, variable
from runtime.settings_page import page

PAGE = Path(__file__).parents[2] / "docs" / "settings.md"
FIELDS = sorted(Settings.model_fields)


def problems() -> list[str]:
    with pytest.raises(SettingsError) as caught:
        load()
    return str(caught.value).splitlines()


def test_an_empty_environment_gives_the_documented_defaults() -> None:
    seen = load()
    assert (seen.poll_interval, seen.create_quarantine, seen.telnyx_timeout) == (3600, 120, 20)
    assert seen.telnyx_base_url == "https://api.telnyx.com/v2"
    assert seen.ask_deadline is None
    assert seen.calendar == Calendar(9, 17)
    assert not seen.plaintext


def test_the_environment_sets_the_values(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOSTED_SMS_PLAINTEXT", "1")
    monkeypatch.setenv("HOSTED_SMS_POLL_INTERVAL", "1.5")
    monkeypatch.setenv("HOSTED_SMS_WORKING_HOURS", "always")
    monkeypatch.setenv("HOSTED_SMS_CLOSED_DAYS", "2026-12-31, 2027-01-02")
    monkeypatch.setenv("HOSTED_SMS_CODEC_ALLOWED_ORIGINS", "https://ui.example/, http://localhost:1")
    monkeypatch.setenv("TELNYX_BASE_URL", "http://127.0.0.1:9000/v2/")
    seen = load()
    assert seen.plaintext
    assert seen.poll_interval == 1.5
    assert seen.calendar.always
    assert seen.calendar.also_closed == {date(2026, 12, 31), date(2027, 1, 2)}
    assert seen.allowed_origins == ("https://ui.example", "http://localhost:1")
    assert seen.telnyx_base_url == "http://127.0.0.1:9000/v2"


def test_an_empty_variable_counts_as_unset(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOSTED_SMS_KEYS", "")
    monkeypatch.setenv("HOSTED_SMS_POLL_INTERVAL", "")
    assert load().keys is None
    assert load().poll_interval == 3600


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("HOSTED_SMS_POLL_INTERVAL", "0"),
        ("HOSTED_SMS_POLL_INTERVAL", "nan"),
        ("HOSTED_SMS_POLL_INTERVAL", "an hour"),
        ("HOSTED_SMS_CREATE_QUARANTINE", "-1"),
        ("HOSTED_SMS_ASK_DEADLINE", "inf"),
        ("HOSTED_SMS_PLAINTEXT", "maybe"),
        ("HOSTED_SMS_WORKING_HOURS", "17-9"),
        ("HOSTED_SMS_WORKING_HOURS", "9"),
        ("HOSTED_SMS_WORKING_HOURS", "9-25"),
        ("HOSTED_SMS_CLOSED_DAYS", "2026-02-30"),
        ("HOSTED_SMS_CONSOLE_ADDRESS", "8081"),
        ("HOSTED_SMS_CONSOLE_ADDRESS", "127.0.0.1:70000"),
        ("HOSTED_SMS_WEBHOOKS_ADDRESS", "http://127.0.0.1:80"),
        ("HOSTED_SMS_METRICS_ADDRESS", ":"),
        ("HOSTED_SMS_LOG_FORMAT", "xml"),
        ("HOSTED_SMS_DOCUMENT_STORE", "/var/documents"),
        ("HOSTED_SMS_MAX_CACHED_WORKFLOWS", "many"),
        ("TELNYX_BASE_URL", "https://api.telnyx.com"),
        ("TELNYX_BASE_URL", "api.telnyx.com/v2"),
        ("TELNYX_BASE_URL", "https://api.telnyx.com:99999/v2"),
        ("TELNYX_BASE_URL", "https://user@api.telnyx.com/v2"),
        ("TELNYX_BASE_URL", "https://api.telnyx.com/v2?key/v2"),
    ],
)
def test_the_error_for_a_wrong_value_names_variable_and_value(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    (sentence,) = problems()
    assert sentence.startswith(f"{name} is {value!r}")
    assert sentence.endswith(".")


def test_a_pasted_value_is_cleaned_of_what_programs_add(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOSTED_SMS_WORKING_HOURS", "9\u201317\u200b")
    monkeypatch.setenv("HOSTED_SMS_CLOSED_DAYS", "\ufeff2026\u201112\u201131")
    monkeypatch.setenv("HOSTED_SMS_WEBHOOKS_ADDRESS", "127.0.0.1:8080\u00a0")
    monkeypatch.setenv("TELNYX_BASE_URL", "\u200bhttps://example.com/v2/")

    settings = load()

    assert (settings.calendar.opens, settings.calendar.closes) == (9, 17)
    assert settings.calendar.also_closed == {date(2026, 12, 31)}
    assert setting_values.parse_address(settings.webhooks_address) == ("127.0.0.1", 8080)
    assert settings.telnyx_base_url == "https://example.com/v2"


def test_each_mistake_has_its_own_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOSTED_SMS_POLL_INTERVAL", "x")
    monkeypatch.setenv("HOSTED_SMS_PLAINTEXT", "x")
    monkeypatch.setenv("HOSTED_SMS_POL_INTERVAL", "60")
    assert sorted(line.split()[0] for line in problems()) == [
        "HOSTED_SMS_PLAINTEXT",
        "HOSTED_SMS_POLL_INTERVAL",
        "HOSTED_SMS_POL_INTERVAL",
    ]


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("HOSTED_SMS_FINGERPRINTS_KEY", "HOSTED_SMS_FINGERPRINT_KEY"),
        ("HOSTED_SMS_POL", "HOSTED_SMS_POLL_INTERVAL"),
        ("HOSTED_SMS_" + "A" * 100_000, "docs/settings.md"),
        ("TEMPORAL_ADRESS", "TEMPORAL_ADDRESS"),
        ("TEMPORAL_TLS_CLIENT_CERT_PAHT", "TEMPORAL_TLS_CLIENT_CERT_PATH"),
        ("TELNYX_APIKEY", "TELNYX_API_KEY"),
    ],
)
def test_a_misspelled_variable_is_refused_with_the_name_that_was_meant(
    monkeypatch: pytest.MonkeyPatch, name: str, meant: str
) -> None:
    monkeypatch.setenv(name, "secret-value")
    (sentence,) = problems()
    assert meant in sentence
    assert "secret-value" not in sentence


@pytest.mark.parametrize("name", ["TEMPORAL_GRPC_META_X", "TEMPORAL_UI_PORT", "TEMPORAL_CLI_ADDRESS", "TELNYX_LOG"])
def test_a_variable_of_another_program_is_not_ours_to_refuse(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "x")
    assert load()


@pytest.mark.parametrize(("name", "value"), [("TELNYX_PUBLIC_KEY", "KEY0123456789"), ("TELNYX_API_KEY", "KEY sesame")])
def test_a_wrong_key_is_refused_and_not_shown(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    (sentence,) = problems()
    assert sentence.startswith(f"{name} ")
    assert value not in sentence


def test_the_repr_shows_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HOSTED_SMS_KEYS", "HOSTED_SMS_FINGERPRINT_KEY", "TELNYX_API_KEY"):
        monkeypatch.setenv(name, "sesame")
    seen = load()
    assert "sesame" not in f"{seen!r} {seen} {seen.model_dump()} {seen.model_dump_json()}"


def test_settings_are_frozen() -> None:
    seen = load()
    with pytest.raises(ValueError, match="frozen"):
        seen.poll_interval = 1  # type: ignore[misc]  # mypy forbids what the test tries


@pytest.mark.parametrize("field", FIELDS)
def test_each_setting_has_a_title_and_a_description(field: str) -> None:
    info = Settings.model_fields[field]
    assert info.title
    assert info.description
    assert info.description.endswith(".")
    assert f"`{variable(field)}`" in page()


def test_the_reference_page_is_fresh() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), (
        "docs/settings.md is stale: python -m runtime.settings_page > docs/settings.md"
    )


def test_an_address_may_be_ipv6() -> None:
    assert setting_values.parse_address("[::1]:8081") == ("::1", 8081)
