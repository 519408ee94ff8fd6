"""Who is told: channels and outbound webhooks from the settings, and the sentence for each mistake in them."""

import base64
import sys
import time
from pathlib import Path

import pytest
from pydantic import SecretStr
from standardwebhooks import Webhook as Verifier
from standardwebhooks import WebhookVerificationError

import worker
from domain.deliveries import NotTaken
from domain.notification import Notification
from runtime.apprise_channels import AppriseChannels
from runtime.channels import Recipients, Webhook
from runtime.outbound_webhooks import OutboundWebhooks, signed
from runtime.process import EXIT_SETTINGS
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
    assert load().recipients().anybody_for(Notification(event="ask_opened"))


def test_without_settings_nobody_is_told() -> None:
    assert load().recipients() == Recipients()
    assert not Recipients().anybody_for(Notification(event="ask_opened"))


def test_secrets_may_stand_in_files_of_their_own(file: Path) -> None:
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


def test_no_address_and_no_secret_stands_in_a_name_or_a_repr(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
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
        ("[[channel]]", r"has 'channel': only \[\[channels\]\] and \[\[webhooks\]\]"),
        ('[channels]\nurl = "json://hush"', r"must be a list of tables: write \[\[channels\]\]"),
        ("[[channels]]", r"channel 1 in .* has no url: add url, or url_file"),
        ('[[channels]]\nurl = ""', r"channel 1 .* empty url"),
        ('[[channels]]\nurls = "json://hush"', r"has 'urls', which is no setting of a channel: use name"),
        ('[[channels]]\nurl = "json://hush"\nurl_file = "x"', r"has both url and url_file"),
        ('[[channels]]\nurl_file = "/nonexistent/hush"', r"url_file that cannot be read \(No such file"),
        ('[[channels]]\nurl = "json://hush"\naccounts = "acme"', r'accounts that is no list.*\["one", "two"\]'),
        ('[[channels]]\nurl = "json://hush"\nescalation = "yes"', r"neither true nor false"),
        ('[[channels]]\nurl = "json://hush"\nevents = ["ask_open"]', r"'ask_open', .*did you mean ask_opened\?"),
        ('[[channels]]\nurl = "json://hush"\nname = "a b"', r"must be named with 1 to 64 letters"),
        ('[[channels]]\nurl = "json://hush"\n' * 2, r"names 'channel-[0-9a-f]{8}' twice"),
        ('[[webhooks]]\nurl = "https://hush"', r"webhook 1 in .* has no secret"),
        (HOOK.replace("https://example.com", "ftp://hush"), r"url that is no web address: write it as https"),
        (HOOK.replace("https://example.com", "https://[hush"), r"url that is no web address: write it as https"),
        (HOOK.replace("https://example.com", "https://hush:99999"), r"url that is no web address: write it as https"),
        (HOOK.replace(SECRET, "whsec_hushé"), r"secret that is not whsec_.*openssl rand"),
        ("a = " + "[" * 20_000, r"is not valid TOML somewhere"),
        (HOOK.replace("whsec_", ""), r"secret that is not whsec_ and the base64 of 24 to 64 bytes"),
        (HOOK.replace(SECRET, "whsec_hush"), r"secret that is not whsec_.*openssl rand"),
        (HOOK + "escalation = true", r"'escalation', which is no setting of a webhook"),
    ],
)
def test_each_mistake_is_one_sentence_that_hides_what_is_secret(file: Path, content: str, sentence: str) -> None:
    file.write_text(content)
    with pytest.raises(SettingsError, match=rf"(?s)^HOSTED_SMS_CHANNELS.*{sentence}") as caught:
        load().recipients()
    assert "\n" not in str(caught.value)
    assert not [part for part in ("//hush", "whsec_hush", SECRET) if part in str(caught.value)]


def test_a_file_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOSTED_SMS_CHANNELS", "/nonexistent/channels.toml")
    with pytest.raises(SettingsError, match=r"names /nonexistent/channels.toml, which cannot be read"):
        load().recipients()


def test_an_account_that_does_not_exist_is_refused(file: Path) -> None:
    file.write_text(HOOK + 'name = "crm"\naccounts = ["default", "amce"]')
    recipients = load().recipients()
    recipients.refuse_unknown_accounts(["default", "amce"])
    with pytest.raises(SettingsError, match=r"'crm' is told of the account 'amce', which .* there is acme, default"):
        recipients.refuse_unknown_accounts(["default", "acme"])


def test_an_address_that_apprise_does_not_understand_is_refused_without_showing_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HOSTED_SMS_NOTIFY", "nonsense://hush")
    with pytest.raises(SettingsError, match=r"'notify-[0-9a-f]{8}' is none that apprise understands") as caught:
        AppriseChannels(load().recipients().channels)
    assert "hush" not in str(caught.value)


def test_without_apprise_a_channel_is_refused_with_the_name_of_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "apprise", None)  # as where it is not installed
    monkeypatch.setenv("HOSTED_SMS_NOTIFY", "json://localhost/x")
    with pytest.raises(SettingsError, match=r"apprise is not installed: install the extra `notify`"):
        AppriseChannels(load().recipients().channels)


def test_without_apprise_and_without_a_channel_all_is_well(monkeypatch: pytest.MonkeyPatch, file: Path) -> None:
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
    assert "apprise understands" in written.err
    assert "hush" not in written.err + written.out


def test_a_receiver_proves_what_is_signed_and_nothing_else() -> None:
    now, body = int(time.time()), b'{"type":"ask_opened"}'
    headers = signed(SECRET, "evt_1", now, body)
    assert Verifier(SECRET).verify(body, headers) == {"type": "ask_opened"}
    for wrong in ({"webhook-id": "evt_2"}, {"webhook-timestamp": str(now - 1)}):
        with pytest.raises(WebhookVerificationError):
            Verifier(SECRET).verify(body, {**headers, **wrong})
    with pytest.raises(WebhookVerificationError):
        Verifier(SECRET).verify(b'{"type":"ask_closed"}', headers)


async def test_nobody_behind_an_address_is_no_answer_and_the_address_is_not_told() -> None:
    nobody = Webhook(name="crm", url=SecretStr("http://127.0.0.1:9"), secret=SecretStr(SECRET))
    with pytest.raises(NotTaken, match="did not answer") as caught:
        await OutboundWebhooks((nobody,)).post("crm", "evt_1", b"{}")
    assert "127.0.0.1" not in str(caught.value)
    assert not caught.value.gone


async def test_what_the_settings_name_no_more_is_not_tried_again() -> None:
    with pytest.raises(NotTaken) as caught:
        await OutboundWebhooks(()).post("crm", "evt_1", b"{}")
    assert caught.value.gone
    with pytest.raises(NotTaken) as caught:
        await AppriseChannels(()).send("chat", "title", "body")
    assert caught.value.gone
