"""Documents that Telnyx refuses: a person is asked unless newer ones are there, and they go to the same order."""

from datetime import UTC, datetime, timedelta

import pytest

from domain.messages import Document
from tests.workflows.stage import Stage, pdf

ONE, NEVER_PROVED = "+15125550281", "+15125550282"


async def _others(stage: Stage, reference: str, *names: str) -> dict[str, Document]:
    """Documents that differ from all that were handed in before."""
    return {name: await stage.store.put(reference, pdf(f"Another {name}"), f"{name}.pdf") for name in names}


async def test_documents_handed_in_during_the_review_are_uploaded_when_telnyx_refuses_the_first(stage: Stage) -> None:
    await stage.configure(updated_at_over_rest=True)
    story = await stage.in_review(ONE)
    documents = await _others(stage, story.reference, "loa", "bill")
    in_reserve = await story.documents(**documents)
    await stage.set_status(ONE, "loa_file_invalid")
    first, second = await stage.until_uploaded(ONE, 2)
    assert first["loa_sha256"] != second["loa_sha256"] == documents["loa"].sha256
    assert not stage.notified("ask_opened", kind="documents")
    await story.until_step("review")
    await stage.set_status(ONE, "loa_file_invalid")
    await story.until_asked("documents")  # these were refused as well
    asked_for = await story.documents()
    assert (in_reserve.accepted, asked_for.accepted) == (True, True)
    assert in_reserve.sentence != asked_for.sentence, "it says what happens to documents in reserve"
    await stage.until_uploaded(ONE, 3)
    await stage.approve(ONE)
    result = await story.ends("active")
    assert len(stage.notified("ask_opened", kind="documents")) == 1
    assert result.order_ids == [await stage.the_order(ONE)]


async def test_documents_that_telnyx_has_not_looked_at_are_not_called_refused_until_a_webhook_says_so(
    stage: Stage,
) -> None:
    story = await stage.in_review(ONE)
    await stage.set_status(ONE, "loa_file_invalid")
    await story.until_asked("documents")
    before_upload = datetime.now(UTC)
    await story.documents()
    await stage.until_uploaded(ONE, 2)
    await story.until_step("review")
    await story.hint(order_id=await stage.the_order(ONE), refused_at=before_upload)  # a webhook that came late
    await stage.until_called_again(8)
    seen = await story.look()
    assert (seen.step, seen.asks) == ("review", [])
    await story.hint(order_id=await stage.the_order(ONE), refused_at=datetime.now(UTC) + timedelta(minutes=1))
    await story.until_asked("documents")


@pytest.mark.parametrize(
    ("status", "given", "asked"),
    [
        ("loa_file_invalid", "bill", True),
        ("loa_file_invalid", "loa", False),
        ("incorrect_billing_information", "loa", True),
        ("incorrect_billing_information", "bill", False),
        ("incomplete_documentation", "bill", False),
        ("incomplete_documentation", "", True),
    ],
)
async def test_the_document_that_telnyx_refused_is_never_uploaded_a_second_time(
    stage: Stage, status: str, given: str, *, asked: bool
) -> None:
    story = await stage.in_review(ONE)
    if given:
        await story.documents(**await _others(stage, story.reference, given))
    await stage.set_status(ONE, status)
    if asked:
        await story.until_asked("documents")
        assert len(await stage.until_uploaded(ONE, 1)) == 1
        await story.documents(**await _others(stage, story.reference, "loa", "bill"))
    assert len(await stage.until_uploaded(ONE, 2)) == 2


@pytest.mark.parametrize("pointer", ["/loa", "/bill"])
async def test_the_ask_about_a_refused_upload_names_the_field(stage: Stage, pointer: str) -> None:
    await stage.faults(kinds=["422"], calls=["upload"], pointer=pointer, times=1)
    story = await stage.request(ONE)
    await story.prove(ONE)
    assert pointer in (await story.until_asked("documents")).guidance
    await story.documents()
    assert (await story.ends("active")).order_ids == [await stage.the_order(ONE)]


async def test_an_upload_that_is_refused_for_a_given_up_number_is_a_question_and_can_be_tried_again(
    stage: Stage,
) -> None:
    story = await stage.request(ONE, NEVER_PROVED)
    await story.until_asked("codes")
    await story.give_up(NEVER_PROVED)
    await story.codes(ONE)
    ask = await story.until_asked("choice")
    assert ask.numbers == [ONE]
    assert NEVER_PROVED in ask.guidance
    await stage.set_status(ONE, numbers={NEVER_PROVED: None})
    await story.answer(ask, "again")
    assert (await story.ends("partly_active")).order_ids == [await stage.the_order(ONE)]
