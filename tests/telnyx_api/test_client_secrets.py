"""No secret leaves the client in an error, a repr, a traceback or a log."""

import copy
import logging
import pickle
import traceback
from collections.abc import Awaitable, Callable
from urllib.parse import quote

import httpx
import pytest

from telnyx_api.call import Call
from telnyx_api.client import TelnyxClient
from telnyx_api.errors import Problem, TelnyxError
from telnyx_api.files import Pdf
from telnyx_api.redaction import MAX_CHARACTERS, redact
from tests.strangers import INJECTION, is_harmless

KEY, TOKEN, CODE, NUMBER = "KEYabc_very_secret", "tok+en/secret=", "73519", "+12125550101"
SECRETS = (KEY, TOKEN, quote(TOKEN), quote(TOKEN, safe=""), CODE, NUMBER, NUMBER[1:], "%2B12125550101")

CALLS: dict[str, Callable[[TelnyxClient], Awaitable[object]]] = {
    "approve": lambda client: client.approve_transfer("o-1", TOKEN),
    "reject": lambda client: client.reject_transfer("o-1", TOKEN),
    "submit": lambda client: client.submit_codes("o-1", {NUMBER: CODE}),
    "number": lambda client: client.get_hosted_number(NUMBER),
    "numbers": lambda client: client.list_hosted_numbers(phone_number=NUMBER),
}


async def test_no_error_repeats_what_cannot_be_shown(answering: Callable[..., TelnyxClient]) -> None:
    problem = {"code": "10015", "title": INJECTION, "detail": INJECTION, "source": {"pointer": INJECTION}}
    with pytest.raises(TelnyxError) as caught:
        await answering(422, {"errors": [problem]}).create_order("p-1", [NUMBER])
    assert "evil" in str(caught.value)
    assert is_harmless(str(caught.value))


def echo(request: httpx.Request) -> str:
    """The whole request, as a server may repeat it in an error."""
    return f"You sent {request.headers['authorization']} to {request.url} with {request.content.decode()}"


def repeated(status: int) -> Callable[[httpx.Request], httpx.Response]:
    def answer(request: httpx.Request) -> httpx.Response:
        said = echo(request)
        problem = {"code": "10015", "title": said, "detail": said, "source": {"pointer": said, "parameter": said}}
        return httpx.Response(status, json={"errors": [problem]})

    return answer


def failing(request: httpx.Request) -> httpx.Response:
    raise httpx.ReadError(echo(request), request=request)


def garbled(request: httpx.Request) -> httpx.Response:
    return httpx.Response(200, json={"data": {"id": [echo(request)], "phone_numbers": [{"status": [echo(request)]}]}})


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("answer", [repeated(422), repeated(500), repeated(302), failing, garbled])
async def test_no_error_shows_a_secret(answer: Callable[[httpx.Request], httpx.Response], call: str) -> None:
    client = TelnyxClient(KEY, "https://telnyx.test/v2", transport=httpx.MockTransport(answer))
    if answer is garbled and call in {"approve", "reject"}:
        await CALLS[call](client)  # the client does not read its response
        return
    with pytest.raises(TelnyxError) as caught:
        await CALLS[call](client)
    error = caught.value
    assert error.__cause__ is None
    assert error.__context__ is None
    printed = "\n".join((str(error), repr(error), repr(vars(error)), *traceback.format_exception(error)))
    assert [secret for secret in SECRETS if secret in printed] == []


async def test_no_log_line_shows_a_secret(caplog: pytest.LogCaptureFixture) -> None:
    def refuse(_request: httpx.Request) -> httpx.Response:
        return httpx.Response(422, json={})

    caplog.set_level(logging.DEBUG)
    client = TelnyxClient(KEY, "https://telnyx.test/v2", transport=httpx.MockTransport(refuse))
    for call in CALLS.values():
        with pytest.raises(TelnyxError):
            await call(client)
    assert [secret for secret in SECRETS if secret in caplog.text] == []


def test_an_object_with_secrets_does_not_print_them() -> None:
    client = TelnyxClient(KEY, "https://telnyx.test/v2")
    call = Call("x", "POST", "/x", params={"token": TOKEN}, json={"code": CODE}, secrets=(TOKEN,))
    printed = f"{client!r} {client} {call!r} {Pdf('loa.pdf', CODE.encode())!r}"
    assert [secret for secret in SECRETS if secret in printed] == []
    assert "https://telnyx.test/v2" in printed


def test_an_error_can_be_copied_and_pickled() -> None:
    error = TelnyxError("Sentence.", http_status=422, problems=(Problem(code="1"),), retry_after=2.0)
    for other in (copy.copy(error), pickle.loads(pickle.dumps(error))):  # noqa: S301 - our own bytes
        assert (str(other), vars(other)) == (str(error), vars(error))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("+12125550101 is bad", "…0101 is bad"),
        ("12125550101", "…0101"),
        ("(212) 555-0101 or 212.555.0102 or +1 212 555 0103", "…0101 or …0102 or …0103"),
        ("/v2/x/%2B12125550101?", "/v2/x/…0101?"),
        ("error 10015 of 2026-07-16", "error 10015 of 2026-07-16"),
        ("order 12345678-1234-1234-1234-123456789012", "order 12345678-1234-1234-1234-123456789012"),
        ("two\nlines\r\n\tand a tab", "two lines and a tab"),
    ],
)
def test_numbers_are_masked_and_ids_and_dates_are_kept(text: str, shown: str) -> None:
    assert redact(text) == shown


def test_a_long_text_is_cut() -> None:
    assert len(redact("word " * 10_000)) == MAX_CHARACTERS


def test_a_secret_that_contains_another_is_hidden_completely() -> None:
    assert redact("it is 123456", ["123", "123456", ""]) == "it is [hidden]"
