"""The client against a Telnyx made of the OpenAPI document: the requests it sends, and the responses it parses."""

import contextlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telnyx_api.client import TelnyxClient
from telnyx_api.errors import OutcomeUnknown, TelnyxError, TryLater
from telnyx_api.replies import Eligibility, Order, Reply
from tests.contract.calls import CALLS, Call
from tests.contract.mock_telnyx import client
from tests.contract.openapi import OPERATIONS, response_bodies, statuses
from tests.fuzz.oddities import drawn, is_sentence

DESCRIBED = [name for name, (operation, _) in CALLS.items() if statuses(operation)]
"""The calls whose response is described. That of an internal transfer is not (docs/telnyx.md §1)."""
PAGED = {"all_orders", "all_hosted_numbers", "find_hosted_number"}
PROMISED_NOWHERE = {(Order, "updated_at")}
"""Fields that Telnyx's document does not have. A drawn one may be of any type there, and only a text is compared."""
SENT_AS: dict[tuple[type[Reply], str], str] = {(Eligibility, "status"): "eligible_status"}
"""The fields of a reply that have another name in the document."""
EMPTY = {"data": [], "meta": {"page_number": 1, "page_size": 250, "total_pages": 0, "total_results": 0}}


def test_every_method_and_every_operation_is_tested() -> None:
    assert set(CALLS) == {name for name in vars(TelnyxClient) if not name.startswith("_")}
    assert {operation for operation, _ in CALLS.values()} == set(OPERATIONS)


@pytest.mark.parametrize("method", CALLS)
@drawn(25)
@given(data=st.data())
async def test_the_client_sends_what_the_document_describes(method: str, data: st.DataObject) -> None:
    operation, calls = CALLS[method]
    operations: list[str] = []
    call: Call = data.draw(calls)
    # The request is checked even when the response cannot be parsed.
    response = EMPTY if method in PAGED else {}
    with contextlib.suppress(OutcomeUnknown):
        await call(client(lambda _: (200, response), operations))
    assert operations == [operation]


@pytest.mark.parametrize("new_statuses", [False, True], ids=["known statuses", "statuses of a later version"])
@pytest.mark.parametrize("method", [name for name in DESCRIBED if name not in PAGED])
@drawn(20)
@given(data=st.data())
async def test_every_response_with_ids_is_parsed_as_it_is(
    method: str, data: st.DataObject, *, new_statuses: bool
) -> None:
    operation, calls = CALLS[method]
    body = data.draw(response_bodies(operation, "200", with_ids=True, new_statuses=new_statuses))
    call: Call = data.draw(calls)
    reply = await call(client(lambda _: (200, body)))
    assert_same(reply, body)


@pytest.mark.parametrize("method", DESCRIBED)
@drawn(20)
@given(data=st.data())
async def test_every_other_response_is_parsed_or_has_an_unknown_outcome(method: str, data: st.DataObject) -> None:
    """The document requires hardly any property, so `{}` is a response too."""
    operation, calls = CALLS[method]
    body = data.draw(response_bodies(operation, "200", with_ids=False, new_statuses=False))
    call: Call = data.draw(calls)
    try:
        await call(client(lambda _: (200, body)))
    except (OutcomeUnknown, TryLater) as error:
        assert is_sentence(str(error))  # noqa: PT017 - returning is right, too
        assert method in PAGED or isinstance(error, OutcomeUnknown)  # noqa: PT017 - same


@pytest.mark.parametrize("method", DESCRIBED)
@drawn(12)
@given(data=st.data())
async def test_every_described_error_becomes_one_of_our_errors(method: str, data: st.DataObject) -> None:
    operation, calls = CALLS[method]
    status = data.draw(st.sampled_from([status for status in statuses(operation) if not status.startswith("2")]))
    body = data.draw(response_bodies(operation, status, with_ids=True, new_statuses=True))
    number = data.draw(st.sampled_from([400, 403, 404, 409, 422, 429])) if status == "4XX" else int(status)
    call: Call = data.draw(calls)
    with pytest.raises(TelnyxError) as refused:
        await call(client(lambda _: (number, body)))
    assert refused.value.http_status == number
    assert len(refused.value.problems) == len(body.get("errors", [body]))


def assert_same(seen: Any, body: Any) -> None:
    """Every field of a reply has the value of the response; a status is casefolded."""
    if isinstance(body, dict) and "data" in body and not isinstance(seen, Reply):
        body = body["data"]
    if isinstance(body, dict) and isinstance(seen, list):
        body = body["phone_numbers"]
    if isinstance(seen, list):
        assert len(seen) == len(body)
        for reply, row in zip(seen, body, strict=True):
            assert_same(reply, row)
        return
    assert isinstance(seen, Reply)
    if hasattr(seen, "page"):
        assert_same(getattr(seen, "orders", None) or getattr(seen, "numbers", []), body["data"])
        return
    row = body.get("data", body)
    sent_as = {name: SENT_AS.get((type(seen), name), name) for name in type(seen).model_fields}
    for name, sent in sent_as.items():
        is_odd = (type(seen), name) in PROMISED_NOWHERE and not isinstance(row.get(sent), str)
        if sent in row and not is_odd:
            assert_same_value(getattr(seen, name), row[sent])


def assert_same_value(seen: Any, sent: Any) -> None:
    if isinstance(sent, list) and all(isinstance(item, dict) for item in sent):
        assert_same(seen, sent)
    elif isinstance(sent, str) and seen:
        assert seen in {sent, sent.strip().casefold()[:100]}
    elif isinstance(sent, str):
        assert not sent.strip()
    else:
        assert seen == sent or (not seen and sent is None)
