"""Every address is called with TLS, but for this machine and the hosts that a setting names."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from domain.loopback import is_loopback
from runtime.apprise_channels import AppriseChannels
from runtime.connection import temporal_config
from runtime.document_errors import DocumentStoreUnavailable
from runtime.document_store import DocumentStore
from runtime.plain_addresses import PlainAddresses
from runtime.settings import Settings, SettingsError, load

FAR, VARIABLE = "far.internal", "HOSTED_SMS_INSECURE_HOSTS"
SECRET = "whsec_" + 44 * "A"
Monkey = pytest.MonkeyPatch


def base_url(monkeypatch: Monkey, host: str, _: Path) -> object:
    monkeypatch.setenv("TELNYX_BASE_URL", f"http://{host}:80/v2")
    return load()


def origin(monkeypatch: Monkey, host: str, _: Path) -> object:
    monkeypatch.setenv("HOSTED_SMS_CODEC_ALLOWED_ORIGINS", f"https://ui.example,http://{host}:80")
    return load()


def account(monkeypatch: Monkey, host: str, folder: Path) -> object:
    file = folder / "accounts.toml"
    file.write_text(f'[accounts.acme]\napi_key = "KEYsesame"\nbase_url = "http://{host}:80/v2"\n')
    monkeypatch.setenv("HOSTED_SMS_ACCOUNTS", str(file))
    return load().telnyx_accounts()


def webhook(monkeypatch: Monkey, host: str, folder: Path) -> object:
    file = folder / "channels.toml"
    file.write_text(f'[[webhooks]]\nurl = "http://{host}:80/hook"\nsecret = "{SECRET}"\n')
    monkeypatch.setenv("HOSTED_SMS_CHANNELS", str(file))
    return load().recipients()


def channel(form: str) -> Callable[[Monkey, str, Path], object]:
    def called(monkeypatch: Monkey, host: str, _: Path) -> object:
        monkeypatch.setenv("HOSTED_SMS_NOTIFY", form.format(host=host))
        settings = load()
        return AppriseChannels(settings.recipients().channels, settings.plain_addresses)

    return called


def temporal(monkeypatch: Monkey, host: str, _: Path) -> object:
    monkeypatch.setenv("TEMPORAL_ADDRESS", f"{host}:7233")
    monkeypatch.setenv("TEMPORAL_API_KEY", "sesame")
    monkeypatch.setenv("TEMPORAL_TLS", "false")
    return temporal_config(load().plain_addresses)


FOREIGN = "", "localhost.evil.example", "127.1", "0x7f.0.0.1", "128.0.0.1", "0.0.0.0", "127.0.0.1.nip.io", "::2"  # noqa: S104

ADDRESSES: dict[str, Callable[[Monkey, str, Path], object]] = {
    "the Telnyx API": base_url,
    "the API of another account": account,
    "a page that may decrypt": origin,
    "an outbound webhook": webhook,
    "a channel to a program": channel("json://{host}/hook"),
    "a channel to a chat": channel("mmost://{host}/token1234567890abcdefghij"),
    "a channel by mail": channel("mailto://user:sesame@{host}"),
    "a channel by syslog": channel("rsyslog://{host}"),
    "Temporal with an API key": temporal,
}


@pytest.mark.parametrize("use", ADDRESSES.values(), ids=list(ADDRESSES))
def test_an_address_without_tls_is_refused_unless_its_host_is_named(
    use: Callable[[Monkey, str, Path], object], monkeypatch: Monkey, tmp_path: Path
) -> None:
    with pytest.raises(SettingsError) as refused:
        use(monkeypatch, FAR, tmp_path)
    sentence = str(refused.value)
    assert VARIABLE in sentence
    assert sentence.count("\n") == 0
    assert "sesame" not in sentence
    assert use(monkeypatch, "localhost", tmp_path)
    monkeypatch.setenv(VARIABLE, f"other.internal, {FAR.upper()}")
    assert use(monkeypatch, FAR, tmp_path)


def test_what_has_tls_needs_no_setting(monkeypatch: Monkey, subtests: pytest.Subtests) -> None:
    for form in (
        "jsons://far.internal/x",
        "mailtos://u:p@far.internal",
        "ntfy://topic",
        "discord://4174216298/JHMHI8qBe7bk",
    ):
        with subtests.test(form):
            assert channel(form)(monkeypatch, "", Path())
    monkeypatch.setenv("TEMPORAL_ADDRESS", "temporal:7233")
    assert temporal_config()["target_host"] == "temporal:7233"  # without an API key: payloads are encrypted by us
    monkeypatch.setenv("TEMPORAL_API_KEY", "sesame")
    assert temporal_config()["tls"] is True


async def test_a_bucket_needs_tls_or_the_providers_own_setting(monkeypatch: Monkey) -> None:
    called: list[object] = []

    def note(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        called.append(writer)
        writer.close()

    async with await asyncio.start_server(note, "127.0.0.1", 0) as server:
        monkeypatch.setenv("AWS_ENDPOINT", f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}")
        for name, value in {"REGION": "us-east-1", "ACCESS_KEY_ID": "id", "SECRET_ACCESS_KEY": "k"}.items():
            monkeypatch.setenv(f"AWS_{name}", value)
        with pytest.raises(DocumentStoreUnavailable):
            await DocumentStore.from_url("s3://bucket").put("acme-1", b"%PDF-1.7", "loa.pdf")
    assert not called


def test_a_channel_follows_no_redirect(monkeypatch: Monkey) -> None:
    monkeypatch.setenv("HOSTED_SMS_NOTIFY", "jsons://far.internal/x")
    channels = AppriseChannels(load().recipients().channels)
    assert [sender.redirects for service in channels._services.values() for sender in service] == [False]


def test_this_machine_has_few_names(subtests: pytest.Subtests) -> None:
    for host in ("localhost", "LOCALHOST.", "127.0.0.1", "127.255.0.9", "::1", "[::1]"):
        with subtests.test(host):
            assert is_loopback(host)
    for host in FOREIGN:
        with subtests.test(host or "nothing"):
            assert not is_loopback(host)
            assert not PlainAddresses([FAR]).allow_host(host)


@pytest.mark.parametrize(
    "origins", ["*", "null", "ui.example", "https://", "https://ui.example/page", "https://u@ui.example", "file:///x"]
)
def test_an_origin_that_no_page_has_is_refused(origins: str, monkeypatch: Monkey) -> None:
    monkeypatch.setenv("HOSTED_SMS_CODEC_ALLOWED_ORIGINS", f"https://ui.example,{origins}")
    with pytest.raises(SettingsError, match="HOSTED_SMS_CODEC_ALLOWED_ORIGINS"):
        load()


def test_the_names_of_the_console_are_its_own_and_those_of_the_setting() -> None:
    settings = Settings(console_address="10.0.0.7:8081", console_hosts="Console.internal, [FD00::7]")
    assert settings.names_of_console == {"10.0.0.7", "console.internal", "fd00::7"}
    assert Settings(console_address="0.0.0.0:8081").names_of_console == frozenset()


@pytest.mark.parametrize("variable", ["HOSTED_SMS_CONSOLE_HOSTS", "HOSTED_SMS_INSECURE_HOSTS"])
def test_a_host_that_no_address_could_have_is_refused(
    variable: str, monkeypatch: Monkey, subtests: pytest.Subtests
) -> None:
    for hosts in ("ui.example:8081", "https://ui.example", "ui.example, a b", "ui.example/x", "*.example", "[::1]:80"):
        with subtests.test(hosts):
            monkeypatch.setenv(variable, hosts)
            with pytest.raises(SettingsError, match=variable):
                load()
    for hosts in ("", "ui.example, 10.0.0.7,::1", "[fd00::7]"):
        with subtests.test(hosts):
            monkeypatch.setenv(variable, hosts)
            load()
