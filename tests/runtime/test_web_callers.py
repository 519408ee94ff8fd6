"""Which requests the console takes: those that no foreign page can have caused, under its own names."""

import base64

import httpx
import pytest
from pydantic import SecretStr

from console import create_app
from runtime.settings import Settings

UI = "https://ui.example"
SETTINGS = Settings(
    keys=SecretStr(f"one:{base64.b64encode(b'k' * 32).decode()}"),
    codec_allowed_origins=UI,
    console_address="10.0.0.7:8081",
    console_hosts="console.internal",
)
OWN = "http://127.0.0.1:8081"

ACCEPTED: dict[str, dict[str, str]] = {
    "a program": {},
    "a program that names the port no more": {"Host": "localhost"},
    "over IPv6": {"Host": "[::1]:8081"},
    "its own address": {"Host": "10.0.0.7:8081"},
    "a name of the setting": {"Host": "console.internal"},
    "the address that was called": {"Host": "172.17.0.5:8081"},
    "an address that a person typed": {"Sec-Fetch-Site": "none"},
    "the allowed page": {"Origin": UI, "Sec-Fetch-Site": "cross-site"},
    "the allowed page beside it": {"Origin": UI, "Sec-Fetch-Site": "same-site"},
    "its own page": {"Origin": OWN, "Sec-Fetch-Site": "same-origin"},
    "its own page, without an origin": {"Sec-Fetch-Site": "same-origin"},
}
REFUSED: dict[str, tuple[dict[str, str], int]] = {
    "a name that leads here (DNS rebinding)": ({"Host": "evil.example:8081"}, 421),
    "the same with its own page": ({"Host": "evil.example:8081", "Origin": "http://evil.example:8081"}, 421),
    "a name that begins like ours": ({"Host": "localhost.evil.example"}, 421),
    "a name with ours inside": ({"Host": "evil.example@localhost"}, 421),
    "every address of this machine": ({"Host": "0.0.0.0:8081"}, 421),
    "another address": ({"Host": "10.0.0.8:8081"}, 421),
    "no name": ({"Host": ""}, 421),
    "brackets that do not close": ({"Host": "[::1"}, 421),
    "another page": ({"Origin": "https://evil.example"}, 403),
    "a page without an origin": ({"Origin": "null"}, 403),
    "an empty origin": ({"Origin": ""}, 403),
    "the allowed page without TLS": ({"Origin": "http://ui.example"}, 403),
    "another port of this machine": ({"Origin": "http://127.0.0.1:9999"}, 403),
    "an image of another page": ({"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"}, 403),
    "a page of the same site": ({"Sec-Fetch-Site": "same-site"}, 403),
}
SETTING = {403: "codec_allowed_origins", 421: "console_hosts"}


def client() -> httpx.AsyncClient:
    # The address that was called is the host of the URL; the header of a case takes its place.
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=create_app(SETTINGS)), base_url="http://172.17.0.5:8081")


async def test_callers_that_belong_here_are_answered(subtests: pytest.Subtests) -> None:
    async with client() as browser:
        for name, headers in ACCEPTED.items():
            with subtests.test(name):
                sent = {"Host": "127.0.0.1:8081"} | headers
                assert (await browser.get("/healthz", headers=sent)).status_code == 200
                assert (await browser.post("/encode", headers=sent, content='{"payloads": []}')).status_code == 200


async def test_callers_that_a_foreign_page_can_cause_are_refused(subtests: pytest.Subtests) -> None:
    async with client() as browser:
        for name, (headers, status) in REFUSED.items():
            with subtests.test(name):
                sent = {"Host": "127.0.0.1:8081"} | headers
                for path in ("/healthz", "/encode", "/none"):
                    response = await browser.post(path, headers=sent, content='{"payloads": []}')
                    assert response.status_code == status
                    for quoted in response.json()["detail"].split("'")[1:2]:
                        Settings(plaintext=True, **{SETTING[status]: quoted})  # which takes what is proposed
                        assert quoted
                    assert "access-control-allow-origin" not in response.headers
