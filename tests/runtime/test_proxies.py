"""Every outgoing client goes through the proxy of the environment and trusts its certificate authorities."""

import os
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import pytest
import trustme
from aiohttp import web
from pydantic import SecretStr

from domain.deliveries import NotTaken
from runtime import proxies
from runtime.apprise_channels import AppriseChannels
from runtime.document_errors import DocumentStoreUnavailable
from runtime.document_store import DocumentStore
from runtime.outbound_webhooks import OutboundWebhooks
from runtime.plain_addresses import PlainAddresses
from runtime.recipients import Channel, Webhook
from runtime.settings import SettingsError, load
from telnyx_api import transport
from telnyx_api.errors import OutcomeUnknown
from tests.local_proxy import LocalProxy, local_proxy
from worker import telnyx_accounts

ORDER: dict[str, object] = {"id": "o-1", "status": "pending", "messaging_profile_id": None, "phone_numbers": []}
PROXY_VARIABLES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")
ADDRESSES = ("AWS_ENDPOINT", "TELNYX_BASE_URL", "HOSTED_SMS_INSECURE_HOSTS")
CERTIFICATES = ("SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")


@dataclass
class Network:
    """A server for every name below `.example`, over TLS and in plain text, and what it was asked for."""

    tls: LocalProxy
    plain: LocalProxy
    plain_port: int
    called: list[str]


async def call_telnyx(scheme: str, host: str) -> None:
    os.environ["TELNYX_BASE_URL"] = f"{scheme}://{host}/v2"
    os.environ["HOSTED_SMS_INSECURE_HOSTS"] = host.partition(":")[0]
    accounts = telnyx_accounts(load())
    try:
        await accounts.telnyx("default").get_order("o-1")
    finally:
        await accounts.aclose()


async def post_outbound_webhook(scheme: str, host: str) -> None:
    secret = SecretStr("whsec_c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0")
    webhook = Webhook(name="crm", url=SecretStr(f"{scheme}://{host}/"), secret=secret)
    assert (await OutboundWebhooks((webhook,)).post("crm", "evt-1", b"{}"))[0] == 200


async def tell_channel(scheme: str, host: str) -> None:
    kind = {"https": "jsons", "http": "json"}[scheme]
    channel = Channel(name="chat", url=SecretStr(f"{kind}://{host}/"))
    plain = PlainAddresses([host.partition(":")[0]])
    await AppriseChannels((channel,), plain).send("chat", "title", "body")


async def store_document(scheme: str, host: str) -> None:
    os.environ["AWS_ENDPOINT"] = f"{scheme}://{host}"
    await DocumentStore.from_url("s3://bucket").put("acme-1", b"%PDF-1.7", "loa.pdf")


CLIENTS = [call_telnyx, post_outbound_webhook, tell_channel, store_document]
REFUSED = [
    (call_telnyx, OutcomeUnknown),
    (post_outbound_webhook, (NotTaken, AssertionError)),  # over http:// it is the status of the POST
    (tell_channel, NotTaken),
    (store_document, DocumentStoreUnavailable),
]
Call = Callable[[str, str], Awaitable[None]]


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """The variables of a process without a proxy; what the test and the program set goes away afterwards."""
    for name in (*PROXY_VARIABLES, *map(str.lower, PROXY_VARIABLES), *CERTIFICATES, *ADDRESSES):
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)
    bucket = {"AWS_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "id", "AWS_SECRET_ACCESS_KEY": "k"}
    for name, value in {**bucket, "AWS_ALLOW_HTTP": "true", "TELNYX_API_KEY": "KEY"}.items():
        monkeypatch.setenv(name, value)
    transport._tls.cache_clear()
    monkeypatch.setattr(transport, "_tls", transport._tls.__wrapped__)
    return monkeypatch


@pytest.fixture
async def network(environment: pytest.MonkeyPatch, tmp_path: Path) -> AsyncIterator[Network]:
    authority = trustme.CA()
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("telnyx.example", "crm.example", "127.0.0.1").configure_cert(context)
    authority.cert_pem.write_to_path(str(tmp_path / "authority.pem"))
    called: list[str] = []

    async def answer(request: web.Request) -> web.Response:
        called.append(request.host)
        await request.read()
        return web.json_response({"data": ORDER}, headers={"etag": '"1"'})

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    sites = [web.TCPSite(runner, "127.0.0.1", 0), web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context)]
    for site in sites:
        await site.start()
    plain_port, tls_port = (address[1] for address in runner.addresses)
    environment.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))
    async with local_proxy(tls_port) as tls, local_proxy(plain_port) as plain:
        yield Network(tls, plain, plain_port, called)
    await runner.cleanup()


@pytest.mark.parametrize("call", CLIENTS)
@pytest.mark.parametrize("case", [str.upper, str.lower])
async def test_a_call_goes_through_the_proxy_of_its_scheme(
    environment: pytest.MonkeyPatch, network: Network, call: Call, case: Callable[[str], str]
) -> None:
    environment.setenv(case("HTTPS_PROXY"), network.tls.address)
    environment.setenv(case("HTTP_PROXY"), network.plain.address)
    load()
    await call("https", "crm.example")
    assert (network.called, network.tls.asked, network.plain.asked) == (["crm.example"], ["crm.example:443"], [])
    await call("http", "crm.example")
    assert (network.called[1:], network.tls.asked[1:], network.plain.asked) == (["crm.example"], [], ["crm.example:80"])


@pytest.mark.parametrize(("call", "error"), REFUSED)
async def test_a_name_in_no_proxy_is_called_directly(
    environment: pytest.MonkeyPatch, network: Network, call: Call, error: type[Exception]
) -> None:
    environment.setenv("HTTPS_PROXY", network.tls.address)
    environment.setenv("NO_PROXY", "internal,.example")
    load()
    with pytest.raises(error):  # the name exists behind the proxy alone
        await call("https", "crm.example")
    assert (network.tls.asked, network.called) == ([], [])


@pytest.mark.parametrize("call", CLIENTS)
async def test_this_machine_is_called_directly(
    environment: pytest.MonkeyPatch, network: Network, call: Call, unused_tcp_port: int
) -> None:
    environment.setenv("ALL_PROXY", f"http://127.0.0.1:{unused_tcp_port}")
    environment.setenv("HTTP_PROXY", f"http://127.0.0.1:{unused_tcp_port}")
    environment.setenv("NO_PROXY", "internal")
    load()
    await call("http", f"127.0.0.1:{network.plain_port}")
    assert network.called == [f"127.0.0.1:{network.plain_port}"]
    assert os.environ["NO_PROXY"].startswith("internal,")


@pytest.mark.parametrize("call", [call_telnyx, post_outbound_webhook])
async def test_the_proxy_gets_its_password_and_no_error_shows_it(
    environment: pytest.MonkeyPatch, network: Network, call: Call, unused_tcp_port: int
) -> None:
    environment.setenv("HTTPS_PROXY", f"http://me:sesame@127.0.0.1:{network.tls.port}")
    await call("https", "crm.example")
    assert network.tls.credentials == ["Basic bWU6c2VzYW1l"]
    environment.setenv("HTTPS_PROXY", f"http://me:sesame@127.0.0.1:{unused_tcp_port}")
    with pytest.raises((OutcomeUnknown, NotTaken)) as caught:
        await call("https", "crm.example")
    assert "sesame" not in str(caught.value)


@pytest.mark.parametrize(("call", "error"), REFUSED)
async def test_the_refusal_of_a_proxy_is_no_answer_of_the_server(
    environment: pytest.MonkeyPatch, subtests: pytest.Subtests, call: Call, error: type[Exception]
) -> None:
    for refusal, scheme in product(("407 Proxy Authentication Required", "403 Forbidden"), ("https", "http")):
        with subtests.test(refusal=refusal, scheme=scheme):
            async with local_proxy(0, refusal=refusal) as proxy:
                for name in ("HTTPS_PROXY", "HTTP_PROXY"):
                    environment.setenv(name, proxy.address)
                with pytest.raises(error):
                    await call(scheme, "crm.example")
                assert proxy.asked


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("HTTPS_PROXY", "socks5://me:sesame@127.0.0.1:1080"),
        ("http_proxy", "http://:sesame"),
        ("ALL_PROXY", "http://127.0.0.1:sesame"),
        ("HTTPS_PROXY", "proxy.example 8080 sesame"),
        ("SSL_CERT_FILE", "/nowhere/authority.pem"),
        ("SSL_CERT_FILE", __file__.replace("test_proxies", "bucket_server")),
    ],
)
def test_a_variable_that_cannot_be_used_is_a_wrong_setting(
    environment: pytest.MonkeyPatch, name: str, value: str
) -> None:
    environment.setenv(name, value)
    with pytest.raises(SettingsError) as caught:
        load()
    assert name.upper() in str(caught.value)
    assert "\n" not in str(caught.value)
    assert "sesame" not in str(caught.value)


def test_without_a_proxy_the_environment_stays_as_it_is(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("NO_PROXY", "internal")
    proxies.keep_loopback_direct()
    assert (os.environ["NO_PROXY"], "no_proxy" in os.environ) == ("internal", False)
