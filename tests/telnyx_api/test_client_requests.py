"""Each method sends exactly the one request that the API describes (docs/telnyx.md §1)."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from telnyx_api.client import TelnyxClient
from telnyx_api.errors import FixInput, TelnyxError
from telnyx_api.files import Pdf

A, B = "+12125550101", "+12125550102"
ORDERS, NUMBERS = "/v2/messaging_hosted_number_orders", "/v2/messaging_hosted_numbers"
PAGES = {"page[number]": "1", "page[size]": "250"}


@dataclass
class Row:
    call: Callable[[TelnyxClient], Awaitable[object]]
    method: str
    path: str
    body: object = None
    query: dict[str, str] = field(default_factory=dict)


ROWS = {
    "eligibility": Row(
        lambda c: c.check_eligibility([A, B]), "POST", f"{ORDERS}/eligibility_numbers_check", {"phone_numbers": [A, B]}
    ),
    "create": Row(
        lambda c: c.create_order("p-1", (A,)), "POST", ORDERS, {"messaging_profile_id": "p-1", "phone_numbers": [A]}
    ),
    "list": Row(lambda c: c.list_orders(), "GET", ORDERS, query=PAGES),
    "list a page": Row(lambda c: c.list_orders(3, 20), "GET", ORDERS, query={"page[number]": "3", "page[size]": "20"}),
    "get": Row(lambda c: c.get_order("o-1"), "GET", f"{ORDERS}/o-1"),
    "delete": Row(lambda c: c.delete_order("o-1"), "DELETE", f"{ORDERS}/o-1"),
    "request codes": Row(
        lambda c: c.request_codes("o-1", [A], "call"),
        "POST",
        f"{ORDERS}/o-1/verification_codes",
        {"phone_numbers": [A], "verification_method": "call"},
    ),
    "submit codes": Row(  # a code stays a string, because a number would lose its leading zero
        lambda c: c.submit_codes("o-1", {A: "01234"}),
        "POST",
        f"{ORDERS}/o-1/validation_codes",
        {"verification_codes": [{"phone_number": A, "code": "01234"}]},
    ),
    "approve": Row(
        lambda c: c.approve_transfer("o-1", "t+/="), "POST", f"{ORDERS}/o-1/approve", None, {"token": "t+/="}
    ),
    "reject": Row(lambda c: c.reject_transfer("o-1", "t"), "POST", f"{ORDERS}/o-1/reject", None, {"token": "t"}),
    "numbers": Row(lambda c: c.list_hosted_numbers(), "GET", NUMBERS, query=PAGES),
    "numbers, filtered": Row(
        lambda c: c.list_hosted_numbers(messaging_profile_id="p", phone_number=A, contains="555", sort="desc"),
        "GET",
        NUMBERS,
        query={
            **PAGES,
            "filter[messaging_profile_id]": "p",
            "filter[phone_number]": A,
            "filter[phone_number][contains]": "555",
            "sort[phone_number]": "desc",
        },
    ),
    "number": Row(lambda c: c.get_hosted_number(A), "GET", f"{NUMBERS}/%2B12125550101"),
    "patch nothing": Row(lambda c: c.update_hosted_number("n-1"), "PATCH", f"{NUMBERS}/n-1", {}),
    "unassign": Row(
        lambda c: c.update_hosted_number("n-1", messaging_profile_id=""),
        "PATCH",
        f"{NUMBERS}/n-1",
        {"messaging_profile_id": ""},
    ),
    "patch": Row(
        lambda c: c.update_hosted_number(A, messaging_profile_id="p", messaging_product="A2P", tags=()),
        "PATCH",
        f"{NUMBERS}/%2B12125550101",
        {"messaging_profile_id": "p", "messaging_product": "A2P", "tags": []},
    ),
    "remove number": Row(lambda c: c.delete_hosted_number("n-1"), "DELETE", f"{NUMBERS}/n-1"),
    "profile": Row(lambda c: c.get_profile("p-1"), "GET", "/v2/messaging_profiles/p-1"),
    "odd id": Row(lambda c: c.get_order("../x?y#z%"), "GET", f"{ORDERS}/..%2Fx%3Fy%23z%25"),
}


@pytest.mark.parametrize("name", ROWS)
async def test_a_method_sends_the_one_request_of_its_endpoint(
    answering: Callable[..., TelnyxClient], name: str
) -> None:
    row, sent = ROWS[name], list[httpx.Request]()
    async with answering(500, {}, sent=sent) as client:
        with pytest.raises(TelnyxError):
            await row.call(client)
    [request] = sent
    assert (request.method, request.url.raw_path.decode().split("?")[0]) == (row.method, row.path)
    assert dict(request.url.params) == row.query
    assert (json.loads(request.content) if request.content else None) == row.body
    assert request.headers["authorization"].startswith("Bearer KEY")
    assert "idempotency-key" not in request.headers


async def test_documents_are_sent_as_pdf_parts_and_ids_stay_quoted(wire: Any) -> None:
    """Over the real transport, which could quote a URL again or send a file in another form."""
    bodies: list[bytes] = []

    async def keep(reader: Any, writer: Any, seen: Any) -> None:
        bodies.append(await seen.read_request(reader))
        writer.write(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")

    async with wire(keep) as seen, TelnyxClient("KEY", seen.base_url) as client:
        with pytest.raises(TelnyxError):
            await client.upload_documents("o-1", loa=Pdf("loa.pdf", b"%PDF-a"), bill=Pdf("bill.pdf", b"%PDF-b"))
        with pytest.raises(TelnyxError):
            await client.get_hosted_number(A)
        with pytest.raises(TelnyxError):
            await client.get_order("a/../b")
    for part, name, content in ((b"loa", b"loa.pdf", b"%PDF-a"), (b"bill", b"bill.pdf", b"%PDF-b")):
        head = b'name="%b"; filename="%b"\r\nContent-Type: application/pdf\r\n\r\n%b\r\n' % (part, name, content)
        assert head in bodies[0]
    assert seen.heads == [
        b"POST /v2/messaging_hosted_number_orders/o-1/actions/file_upload HTTP/1.1",
        b"GET /v2/messaging_hosted_numbers/%2B12125550101 HTTP/1.1",
        b"GET /v2/messaging_hosted_number_orders/a%2F..%2Fb HTTP/1.1",
    ]


@pytest.mark.parametrize("nonsense", ["", ".", "..", "...", "\ud800"])
async def test_an_impossible_id_is_refused_before_anything_is_sent(
    answering: Callable[..., TelnyxClient], nonsense: str
) -> None:
    sent: list[httpx.Request] = []
    client = answering(200, {"data": {"id": "o"}}, sent=sent)
    for call in (client.delete_order, client.get_order, client.delete_hosted_number, client.get_profile):
        with pytest.raises(FixInput):
            await call(nonsense)
    assert sent == []


async def test_an_impossible_text_is_refused_before_anything_is_sent(
    answering: Callable[..., TelnyxClient],
) -> None:
    sent: list[httpx.Request] = []
    with pytest.raises(FixInput):
        await answering(sent=sent).submit_codes("o-1", {A: "\ud800"})
    assert sent == []


async def test_a_slash_after_the_base_url_changes_nothing() -> None:
    sent: list[httpx.URL] = []

    def answer(request: httpx.Request) -> httpx.Response:
        sent.append(request.url)
        return httpx.Response(404)

    for base_url in ("https://telnyx.test/v2", "https://telnyx.test/v2/"):
        with pytest.raises(TelnyxError):
            await TelnyxClient("KEY", base_url, transport=httpx.MockTransport(answer)).get_order("o")
    assert sent[0] == sent[1] == "https://telnyx.test/v2/messaging_hosted_number_orders/o"


@pytest.mark.parametrize(
    "base_url", ["", "api.telnyx.com", "ftp://x/v2", "https://", "https://u:p@x/v2", "https://x/v2?a=b", "http://x:y"]
)
def test_an_impossible_base_url_is_refused(base_url: str) -> None:
    with pytest.raises(ValueError, match="base URL"):
        TelnyxClient("KEY", base_url)


@pytest.mark.parametrize("key", ["", "  ", "two words", "line\nbreak", "schlüssel"])
def test_an_impossible_key_is_refused_and_not_shown(key: str) -> None:
    with pytest.raises(ValueError, match="API key") as caught:
        TelnyxClient(key, "https://telnyx.test/v2")
    assert not key.strip() or key not in str(caught.value)
