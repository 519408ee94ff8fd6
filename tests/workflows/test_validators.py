"""The door of a request: what is malformed or untimely is refused with one sentence, and nothing is kept."""

import pytest
from temporalio.client import WorkflowFailureError, WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError

from domain.messages import (
    AnswerAsk,
    Cancel,
    Code,
    Document,
    GiveUp,
    Message,
    ReplaceDocuments,
    ResendCodes,
    RetryNumbers,
    SubmitCodes,
)
from services.errors import Finished
from services.updates import UPDATES
from tests.workflows.stage import Stage, Story, states

ONE, TWO, STRANGER = "+15125550131", "+15125550132", "+15125550139"
WIRELESS = "+15005550003"


@pytest.fixture
async def waiting(stage: Stage) -> Story:
    """A request that waits for the codes of two numbers; a third was left out."""
    story = await stage.request(ONE, TWO, WIRELESS)
    await story.until_asked("codes")
    return story


def _codes(*pairs: tuple[str, str]) -> SubmitCodes:
    return SubmitCodes(codes=[Code(phone_number=number, code=code) for number, code in pairs])


REFUSED: list[tuple[Message, str]] = [
    (SubmitCodes(codes=[]), "No code was given"),
    (_codes((ONE, "12a45")), "3–12 digits"),
    (_codes((ONE, "")), "3–12 digits"),
    (_codes((ONE, "12345"), (ONE, "54321")), ONE),
    (_codes((STRANGER, "12345")), "Not a number of this request"),
    (ResendCodes(method="pigeon"), "by sms or call"),
    (ResendCodes(phone_numbers=[STRANGER]), "Not a number of this request"),
    (ResendCodes(phone_numbers=[WIRELESS]), "No code is awaited"),
    (ReplaceDocuments(), "No document was given"),
    (GiveUp(phone_numbers=[]), "No number was given"),
    (GiveUp(phone_numbers=[WIRELESS]), "left out"),
    (RetryNumbers(phone_numbers=[ONE]), "is unverified"),
    (AnswerAsk(ask="choice-9", choice="wait"), "no open ask"),
    (AnswerAsk(ask="codes-1", choice="wait"), "it wants codes"),
]


async def test_the_malformed_and_the_untimely_are_refused_in_one_sentence(waiting: Story) -> None:
    for message, expected in REFUSED:
        sentence = await waiting.refusal(message)
        assert expected in sentence, (message, sentence)
        assert "12a45" not in sentence
    seen = await waiting.look()
    assert states(seen) == {ONE: "unverified", TWO: "unverified", WIRELESS: "left_out"}


async def test_a_malformed_update_is_refused_and_the_request_goes_on(waiting: Story) -> None:
    for message in (SubmitCodes, GiveUp):
        with pytest.raises((WorkflowUpdateFailedError, RPCError)):
            await waiting.handle.execute_update(UPDATES[message], {"codes": 7, "phone_numbers": 3})
    await waiting.handle.signal("codes", {"codes": "nonsense"})
    await waiting.codes(ONE, TWO)
    await waiting.ends("partly_active")


async def test_a_code_for_a_number_that_is_not_awaited_is_told_so(waiting: Story) -> None:
    await waiting.codes(ONE)
    answer = await waiting.send(_codes((ONE, "12345"), (WIRELESS, "12345")))
    assert {row.phone_number: row.result for row in answer.numbers} == {ONE: "already_verified", WIRELESS: "not_asked"}


async def test_a_document_that_is_not_in_the_store_is_refused_and_the_request_goes_on(waiting: Story) -> None:
    answer = await waiting.documents(loa=Document(sha256="0" * 64, size=10, name="loa.pdf"))
    assert not answer.accepted
    assert "not in the store" in answer.sentence
    await waiting.codes(ONE, TWO)
    await waiting.ends("partly_active")


async def test_a_store_that_is_away_costs_no_more_than_handing_the_papers_in_again(
    stage: Stage, waiting: Story
) -> None:
    papers = await stage.papers(waiting.reference)
    stage.store.away = True
    answer = await waiting.documents(**papers)
    assert not answer.accepted
    assert "does not answer" in answer.sentence
    stage.store.away = False
    assert (await waiting.documents(**papers)).accepted
    await waiting.codes(ONE, TWO)
    await waiting.ends("partly_active")


async def test_a_file_that_is_no_pdf_is_refused(stage: Stage, waiting: Story) -> None:
    zipped = await stage.store.put(waiting.reference, b"PK\x03\x04" + b"0" * 200, "loa.pdf")
    answer = await waiting.documents(loa=zipped)
    assert not answer.accepted
    assert "zip" in answer.sentence.lower()


async def test_the_same_update_id_is_done_once(stage: Stage, waiting: Story) -> None:
    for _ in range(2):
        await waiting.send(ResendCodes(phone_numbers=[ONE]), update_id="one-intention")
    inbox = await stage.control(f"inbox?phone_number=%2B{ONE[1:]}")
    assert len(inbox) == 2, "the first code and one more"


async def test_a_closed_request_is_not_changed_any_more(waiting: Story) -> None:
    await waiting.codes(ONE, TWO)
    await waiting.ends("partly_active")
    for message in (Cancel(), GiveUp(phone_numbers=[ONE])):
        with pytest.raises(Finished):
            await waiting.send(message)


@pytest.mark.parametrize(
    ("numbers", "sentence"),
    [
        (["+442079460000"], "not US numbers"),
        (["5125550100"], "not US numbers"),
        ([ONE, ONE], "repeated"),
        ([], "1–200 numbers"),
        ([f"+1512555{n:04d}" for n in range(201)], "1–200 numbers"),
    ],
)
async def test_a_bare_start_with_nonsense_fails_with_one_sentence(
    stage: Stage, numbers: list[str], sentence: str
) -> None:
    story = await stage.request(*numbers)
    with pytest.raises(WorkflowFailureError) as caught:
        await story.result()
    assert isinstance(caught.value.cause, ApplicationError)
    assert sentence in caught.value.cause.message
    assert not await stage.control("orders")
