"""For any response, a method returns its reply or raises a `TelnyxError`, and nothing else."""

import json
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from telnyx_api.client import TelnyxClient
from telnyx_api.errors import TelnyxError
from telnyx_api.files import Pdf
from telnyx_api.redaction import redact

# The keys that the client reads, so that odd values get where they matter. Any other text is a key too.
KEYS = st.sampled_from(["data", "meta", "errors", "id", "status", "phone_numbers", "phone_number", "value", "eligible",
                        "eligible_status", "detail", "error", "type", "code", "title", "source", "pointer", "enabled",
                        "total_pages", "total_results", "page_number", "messaging_profile_id", "tags"])  # fmt: skip
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(["eligible", "o-1", ""])
JSON = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS | st.text(), inner, max_size=5)
)
PDF = Pdf("a.pdf", b"%PDF")

CALLS: dict[str, Callable[[TelnyxClient], Awaitable[object]]] = {
    "check_eligibility": lambda client: client.check_eligibility(["+12125550101"]),
    "create_order": lambda client: client.create_order("p-1", ["+12125550101"]),
    "list_orders": lambda client: client.list_orders(),
    "all_orders": lambda client: client.all_orders(),
    "get_order": lambda client: client.get_order("o-1"),
    "delete_order": lambda client: client.delete_order("o-1"),
    "request_codes": lambda client: client.request_codes("o-1", ["+12125550101"], "sms"),
    "submit_codes": lambda client: client.submit_codes("o-1", {"+12125550101": "12345"}),
    "upload_documents": lambda client: client.upload_documents("o-1", loa=PDF, bill=PDF),
    "list_hosted_numbers": lambda client: client.list_hosted_numbers(),
    "all_hosted_numbers": lambda client: client.all_hosted_numbers(),
    "find_hosted_number": lambda client: client.find_hosted_number("+12125550101"),
    "get_hosted_number": lambda client: client.get_hosted_number("n-1"),
    "update_hosted_number": lambda client: client.update_hosted_number("n-1", tags=["x"]),
    "delete_hosted_number": lambda client: client.delete_hosted_number("n-1"),
    "get_profile": lambda client: client.get_profile("p-1"),
    "approve_transfer": lambda client: client.approve_transfer("o-1", "token"),
    "reject_transfer": lambda client: client.reject_transfer("o-1", "token"),
}
quickly = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def test_every_method_of_the_client_is_tried() -> None:
    public = {name for name in vars(TelnyxClient) if not name.startswith("_")}
    assert public == set(CALLS)


async def outcome(call: str, response: httpx.Response) -> None:
    def answer(_request: httpx.Request) -> httpx.Response:
        return response

    client = TelnyxClient("KEY", "https://telnyx.test/v2", transport=httpx.MockTransport(answer))
    try:
        await CALLS[call](client)
    except TelnyxError as error:
        assert str(error).endswith(".")  # noqa: PT017 - returning is right, too


@pytest.mark.parametrize("call", CALLS)
@quickly
@given(body=JSON, status=st.sampled_from([200, 201, 202, 204, 302, 400, 401, 403, 404, 409, 422, 429, 500, 503]))
async def test_any_json_body_raises_only_our_errors(call: str, body: Any, status: int) -> None:
    await outcome(call, httpx.Response(status, content=json.dumps(body).encode()))


@pytest.mark.parametrize("call", CALLS)
@quickly
@given(raw=st.binary(max_size=200), status=st.integers(200, 599))
async def test_any_bytes_raise_only_our_errors(call: str, raw: bytes, status: int) -> None:
    await outcome(call, httpx.Response(status, content=raw))


@pytest.mark.parametrize("call", CALLS)
async def test_json_that_breaks_parsers_raises_only_our_errors(call: str, subtests: pytest.Subtests) -> None:
    for raw in (b"[" * 100_000, b"9" * 100_000, b'{"id": "\\ud800"}', b'{"id": NaN}', b'"\xff"', b"1e999"):
        with subtests.test(raw=raw[:20]):
            await outcome(call, httpx.Response(200, content=raw))
            await outcome(call, httpx.Response(200, content=b'{"data": [{"id": "o", "status": %b}]}' % raw))
            await outcome(call, httpx.Response(422, content=b'{"errors": [{"code": %b, "title": %b}]}' % (raw, raw)))


@quickly
@given(before=st.text(), after=st.text(), code=st.from_regex(r"[0-9]{4,8}", fullmatch=True))
def test_no_text_lets_a_secret_through(before: str, after: str, code: str) -> None:
    assert code not in redact(before.replace(code, "") + code + after.replace(code, ""), [code])
