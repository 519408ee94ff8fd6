"""Messages that pass the validators and still cannot be used as they are. The request goes on after each."""

import pytest
from temporalio.client import WorkflowUpdateFailedError
from temporalio.service import RPCError

from domain.messages import Code, Document, GiveUp, ResendCodes, SubmitCodes
from services.updates import UPDATES
from tests.workflows.stage import Stage
from tests.workflows.story import Story

ONE, TWO = "+15125550251", "+15125550252"
WIRELESS = "+15005550003"


@pytest.fixture
async def waiting(stage: Stage) -> Story:
    """A request that waits for the codes of two numbers. A third was left out."""
    story = await stage.request(ONE, TWO, WIRELESS)
    await story.until_asked("codes")
    return story


async def test_an_update_that_cannot_be_read_is_refused(waiting: Story) -> None:
    for message in (SubmitCodes, GiveUp):
        with pytest.raises((WorkflowUpdateFailedError, RPCError)):
            await waiting.handle.execute_update(UPDATES[message], {"codes": 7, "phone_numbers": 3})
    await waiting.handle.signal("codes", {"codes": "nonsense"})
    await waiting.completes(ONE, TWO, outcome="partly_active")


async def test_a_code_for_a_number_that_waits_for_none_is_not_tried(waiting: Story) -> None:
    await waiting.codes(ONE)
    codes = [Code(phone_number=number, code="12345") for number in (ONE, WIRELESS)]
    answer = await waiting.send(SubmitCodes(codes=codes))
    assert {row.phone_number: row.result for row in answer.numbers} == {ONE: "already_verified", WIRELESS: "not_asked"}


async def test_a_document_that_is_no_pdf_or_not_in_the_store_is_not_accepted(stage: Stage, waiting: Story) -> None:
    zipped = await stage.store.put(waiting.reference, b"PK\x03\x04" + b"0" * 200, "loa.pdf")
    for loa in (zipped, Document(sha256="0" * 64, size=10, name="loa.pdf")):
        assert not (await waiting.documents(loa=loa)).accepted
    await waiting.completes(ONE, TWO, outcome="partly_active")


async def test_documents_can_be_handed_in_again_after_the_store_did_not_answer(stage: Stage, waiting: Story) -> None:
    documents = await stage.documents(waiting.reference)
    stage.store.away = True
    assert not (await waiting.documents(**documents)).accepted
    stage.store.away = False
    assert (await waiting.documents(**documents)).accepted


async def test_a_message_with_the_same_update_id_is_handled_once(stage: Stage, waiting: Story) -> None:
    for _ in range(2):
        await waiting.send(ResendCodes(phone_numbers=[ONE]), update_id="one-intention")
    assert len(await stage.inbox(ONE)) == 2, "the first code and one more"
