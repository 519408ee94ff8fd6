"""Channels and outbound webhooks from the settings, and the error for each mistake in them."""

import base64
import sys
from pathlib import Path

import pytest
from pydantic import SecretStr

import worker
from domain.deliveries import NotTaken
from domain.notification import Notification
from runtime.apprise_channels import AppriseChannels
from runtime.outbound_webhooks import OutboundWebhooks
from runtime.process import EXIT_SETTINGS
from runtime.recipients import Recipients, Webhook
from runtime.settings import SettingsError, load

SECRET = f"whsec_{base64.b64encode(b's' * 32).decode()}"
HOOK = f'[[webhooks]]\nurl = "https://example.com/hook"\nsecret = "{SECRET}"\n'


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "channels.toml"
    monkeypatch.setenv("HOSTED_SMS_CHANNELS", str(path))
    return path


def addresses(recipients: Recipients) -> list[str]:
    return [one.url.get_secret_value() for one in recipients.channels]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("json://one/x slack://a/b/c", ["json://one/x", "slack://a/b/c"]),
        ("json://one/x,slack://a/b/c", ["json://one/x", "slack://a/b/c"]),
        ("json://one/x,  mailto://u:p@h?to=a@h,b@h\n", ["json://one/x", "mailto://u:p@h?to=a@h,b@h"]),
    ],
)
def test_addresses_are_separated_by_spaces_or_commas(
    text: str, expected: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOSTED_SMS_NOTIFY", text)
    assert addresses(load().recipients()) == expected
    assert load().recipients().has_recipient_for(Notification(event="ask_opened"))


def test_without_settings_there_are_no_recipients() -> None:
    assert load().recipients() == Recipients()
    assert not Recipients().has_recipient_for(Notification(event="ask_opened"))


def test_secrets_may_come_from_files(file: Path) -> None:
    for name, text in (("url", "json://localhost/secret\n"), ("secret", f"{SECRET}\n")):
        file.with_name(name).write_text(text)
    folder = file.parent
    file.write_text(
        f'[[channels]]\nurl_file = "{folder}/url"\n'
        f'[[webhooks]]\nurl = "https://example.com"\nsecret_file = "{folder}/secret"\n'
    )
    recipients = load().recipients()
    assert addresses(recipients) == ["json://localhost/secret"]
    assert recipients.webhooks[0].secret.get_secret_value() == SECRET


def test_names_and_reprs_show_no_address_and_no_secret(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOSTED_SMS_NOTIFY", "slack://tokenone/tokentwo")
    file.write_text(HOOK)
    recipients = load().recipients()
    shown = f"{recipients!r} {recipients} {load()!r}"
    assert not [secret for secret in ("tokenone", "example.com", SECRET) if secret in shown]


def test_a_name_stays_the_same_when_entries_change_places(file: Path) -> None:
    other = HOOK.replace("example.com", "example.org")
    file.write_text(HOOK + other)
    first = {one.name for one in load().recipients().webhooks}
    file.write_text(other + HOOK)
    assert {one.name for one in load().recipients().webhooks} == first
    assert len(first) == 2


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("[[channels]", r"is not valid TOML at line 1.*correct it there"),
        ("[[channel]]", r"has 'channel': use only"),
        ('[channels]\nurl = "json://hush"', r"must be a list of tables: write \[\[channels\]\]"),
        ("[[channels]]", r"channel 1 in .* has no url: add url, or url_file"),
        ('[[channels]]\nurl = ""', r"channel 1 .* empty url"),
        ('[[channels]]\nurls = "json://hush"', r"has 'urls', which is no setting of a channel: use name"),
        ('[[channels]]\nurl = "json://hush"\nurl_file = "x"', r"has both url and url_file"),
        ('[[channels]]\nurl_file = "/nonexistent/hush"', r"url_file that does not exist"),
        ('[[channels]]\nurl = "json://hush"\naccounts = "acme"', r'accounts that is not a list.*\["one", "two"\]'),
        ('[[channels]]\nurl = "json://hush"\nescalation = "yes"', r"neither true nor false"),
        ('[[channels]]\nurl = "json://hush"\nevents = ["ask_open"]', r"'ask_open', .*did you mean ask_opened\?"),
        ('[[channels]]\nurl = "json://hush"\nname = "a b"', r"must have a name of 1 to 64 letters"),
        ('[[channels]]\nurl = "json://hush"\n' * 2, r"two entries named 'channel-[0-9a-f]{8}'"),
        ('[[webhooks]]\nurl = "https://hush"', r"webhook 1 in .* has no secret"),
        (HOOK.replace("https://example.com", "ftp://hush"), r"url that is not a web address"),
        (HOOK.replace("https://example.com", "https://[hush"), r"url that is not a web address"),
        (HOOK.replace("https://example.com", "https://hush:99999"), r"url that is not a web address"),
        (HOOK.replace(SECRET, "whsec_hushé"), r"secret that holds U\+00E9"),
        ("a = " + "[" * 20_000, r"is not valid TOML somewhere"),
        (HOOK.replace("whsec_", ""), r"secret that is not whsec_ and the base64 of 24 to 64 bytes"),
        (HOOK.replace(SECRET, "whsec_hush"), r"secret that is not whsec_.*openssl rand"),
        (HOOK + "escalation = true", r"'escalation', which is no setting of a webhook"),
    ],
)
def test_each_mistake_is_one_sentence_without_secrets(file: Path, content: str, sentence: str) -> None:
    file.write_text(content)
    with pytest.raises(SettingsError, match=rf"(?s)^HOSTED_SMS_CHANNELS.*{sentence}") as caught:
        load().recipients()
    assert "\n" not in str(caught.value)
    assert not [part for part in ("//hush", "whsec_hush", SECRET) if part in str(caught.value)]


def test_a_missing_file_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOSTED_SMS_CHANNELS", "/nonexistent/channels.toml")
    with pytest.raises(SettingsError, match=r"names /nonexistent/channels.toml, which does not exist"):
        load().recipients()


def test_an_unknown_account_is_refused(file: Path) -> None:
    file.write_text(HOOK + 'name = "crm"\naccounts = ["default", "amce"]')
    recipients = load().recipients()
    recipients.check_accounts(["default", "amce"])
    with pytest.raises(SettingsError, match=r"'crm' .*'amce', which .* acme, default"):
        recipients.check_accounts(["default", "acme"])


def test_an_address_that_apprise_does_not_understand_is_refused_and_not_shown(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HOSTED_SMS_NOTIFY", "nonsense://hush")
    with pytest.raises(SettingsError, match=r"apprise .*'notify-[0-9a-f]{8}'") as caught:
        AppriseChannels(load().recipients().channels)
    assert "hush" not in str(caught.value)


def test_without_apprise_a_channel_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "apprise", None)  # as where it is not installed
    monkeypatch.setenv("HOSTED_SMS_NOTIFY", "json://localhost/x")
    with pytest.raises(SettingsError, match="pip install"):
        AppriseChannels(load().recipients().channels)


def test_without_apprise_webhooks_are_accepted(monkeypatch: pytest.MonkeyPatch, file: Path) -> None:
    monkeypatch.setitem(sys.modules, "apprise", None)
    file.write_text(HOOK)
    AppriseChannels(load().recipients().channels)


def test_a_worker_with_a_wrong_channel_does_not_start(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], logging_restored: None
) -> None:
    assert logging_restored is None
    monkeypatch.setenv("TELNYX_API_KEY", "KEYsesame")
    monkeypatch.setenv("HOSTED_SMS_PLAINTEXT", "1")
    monkeypatch.setenv("HOSTED_SMS_NOTIFY", "nonsense://hush")
    assert worker.main() == EXIT_SETTINGS
    written = capsys.readouterr()
    assert "HOSTED_SMS_CHANNELS" in written.err
    assert "hush" not in written.err + written.out


async def test_a_webhook_that_does_not_answer_is_named_without_its_address() -> None:
    silent = Webhook(name="crm", url=SecretStr("http://127.0.0.1:9"), secret=SecretStr(SECRET))
    with pytest.raises(NotTaken, match="crm") as caught:
        await OutboundWebhooks((silent,)).post("crm", "evt_1", b"{}")
    assert "127.0.0.1" not in str(caught.value)
    assert not caught.value.gone


async def test_a_removed_recipient_is_not_tried_again() -> None:
    with pytest.raises(NotTaken) as caught:
        await OutboundWebhooks(()).post("crm", "evt_1", b"{}")
    assert caught.value.gone
    with pytest.raises(NotTaken) as caught:
        await AppriseChannels(()).send("chat", "title", "body")
    assert caught.value.gone
