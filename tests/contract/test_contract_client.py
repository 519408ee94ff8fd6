"""The client against a Telnyx that knows nothing but the OpenAPI document, in what it sends and what it reads."""

import contextlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telnyx_api.client import TelnyxClient
from telnyx_api.errors import OutcomeUnknown, TelnyxError, TryLater
from telnyx_api.replies import Eligibility, Reply
from tests.contract.calls import CALLS, Call
from tests.contract.mock_telnyx import client
from tests.contract.openapi import OPERATIONS, answers, statuses
from tests.fuzz.oddities import drawn, is_sentence

READING = [name for name, (operation, _) in CALLS.items() if statuses(operation)]
"""The calls whose answer is described; of an internal transfer's it is not (Telnyx facts §1)."""
PAGED = {"all_orders", "all_hosted_numbers"}
SENT_AS: dict[tuple[type[Reply], str], str] = {(Eligibility, "status"): "eligible_status"}
"""What a reply calls otherwise than the document does; a property that has the reply's name by chance means nothing."""
EMPTY = {"data": [], "meta": {"page_number": 1, "page_size": 250, "total_pages": 0, "total_results": 0}}


def test_every_method_and_every_operation_has_its_part() -> None:
    assert set(CALLS) == {name for name in vars(TelnyxClient) if not name.startswith("_")}
    assert {operation for operation, _ in CALLS.values()} == set(OPERATIONS)


@pytest.mark.parametrize("method", CALLS)
@drawn(25)
@given(data=st.data())
async def test_what_the_client_sends_is_what_the_document_describes(method: str, data: st.DataObject) -> None:
    operation, calls = CALLS[method]
    heard: list[str] = []
    call: Call = data.draw(calls)
    # Read or not, what was sent has been held against the document by then.
    answer = EMPTY if method in PAGED else {}
    with contextlib.suppress(OutcomeUnknown):
        await call(client(lambda _: (200, answer), heard))
    assert heard == [operation]


@pytest.mark.parametrize("new_words", [False, True], ids=["known words", "words of a later version"])
@pytest.mark.parametrize("method", [name for name in READING if name not in PAGED])
@drawn(20)
@given(data=st.data())
async def test_every_answer_that_names_its_things_is_read_as_it_is(
    method: str, data: st.DataObject, *, new_words: bool
) -> None:
    operation, calls = CALLS[method]
    body = data.draw(answers(operation, "200", naming=True, new_words=new_words))
    call: Call = data.draw(calls)
    reply = await call(client(lambda _: (200, body)))
    assert_same(reply, body)


@pytest.mark.parametrize("method", READING)
@drawn(20)
@given(data=st.data())
async def test_every_other_answer_the_document_allows_is_read_or_said_to_be_of_no_use(
    method: str, data: st.DataObject
) -> None:
    """Hardly a property is required there, so that `{}` is an answer too."""
    operation, calls = CALLS[method]
    body = data.draw(answers(operation, "200", naming=False, new_words=False))
    call: Call = data.draw(calls)
    try:
        await call(client(lambda _: (200, body)))
    except (OutcomeUnknown, TryLater) as error:
        told = str(error)
    else:
        return
    assert is_sentence(told)
    assert method in PAGED or "was expected in it" in told or "could be read from it" in told


@pytest.mark.parametrize("method", READING)
@drawn(12)
@given(data=st.data())
async def test_every_refusal_the_document_describes_is_an_error_of_ours(method: str, data: st.DataObject) -> None:
    operation, calls = CALLS[method]
    status = data.draw(st.sampled_from([status for status in statuses(operation) if not status.startswith("2")]))
    body = data.draw(answers(operation, status, naming=True, new_words=True))
    number = data.draw(st.sampled_from([400, 403, 404, 409, 422, 429])) if status == "4XX" else int(status)
    call: Call = data.draw(calls)
    with pytest.raises(TelnyxError) as refused:
        await call(client(lambda _: (number, body)))
    assert refused.value.http_status == number
    assert len(refused.value.problems) == len(body.get("errors", [body]))


def assert_same(seen: Any, body: Any) -> None:
    """Whatever a reply has was in the answer under the same name or its own, words being in small letters."""
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
        if sent in row:
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
