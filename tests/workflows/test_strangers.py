"""What strangers write is text wherever Temporal shows a request, and is in no one's way."""

from typing import Any

import pytest
from temporalio.client import WorkflowFailureError
from temporalio.exceptions import ApplicationError

from domain.messages import Cancel, GiveUp, HostingRequest, Message
from services import labels
from services.updates import UPDATES
from tests.strangers import INJECTION, bold, headings, is_harmless, is_harmless_page, live_markdown, texts_in
from tests.workflows.stage import Stage
from tests.workflows.story import Story

ONE, TWO = "+15125550371", "+15125550372"
CUSTOMER = "[Acme](http://evil.example/c) <b>&amp;</b> **Söhne** `x` {#id}"
THEIRS = {"b", "Söhne"}
"""What they would have in bold."""


async def raw_update(story: Story, kind: type[Message], message: dict[str, Any]) -> dict[str, Any]:
    """Send an update as another program would, which knows no types of ours."""
    answer: dict[str, Any] = await story.handle.execute_update(UPDATES[kind], message, result_type=dict)
    return answer


async def test_what_strangers_write_is_text_in_answers_in_the_page_and_in_the_result(stage: Stage) -> None:
    story = await stage.request(ONE, TWO, customer=CUSTOMER)
    await story.until_asked("codes")
    answer = await raw_update(story, GiveUp, {"phone_numbers": [TWO], "why": INJECTION, "by": INJECTION})
    await story.handle.signal("codes", {"codes": 7, "by": INJECTION})
    await story.handle.signal(INJECTION[:60], {"by": INJECTION})
    await story.until(lambda progress: len(progress.events) > 4)

    page, progress = await story.details(), await story.handle.query("progress", result_type=dict)
    assert (live_markdown(page), len(headings(page))) == ([], 1)
    for text in (answer, progress):
        assert all(map(is_harmless, texts_in(text)))
    assert is_harmless_page(page)
    assert not THEIRS & set(bold(page))
    assert "evil" in page
    assert not [row for row in page.split("\n") if row.lstrip("#- ").startswith("Outcome")]
    assert progress["customer"] == CUSTOMER

    await raw_update(story, Cancel, {"why": INJECTION, "by": INJECTION})
    result = (await story.ends("cancelled")).model_dump(mode="json")
    assert all(map(is_harmless, texts_in(result)))
    assert live_markdown(await story.details()) == []


async def test_a_stopping_request_shows_the_reason_as_text(stage: Stage) -> None:
    story = await stage.in_review(ONE)
    await stage.faults(kinds=["500"])
    await raw_update(story, Cancel, {"why": INJECTION, "by": INJECTION})
    page = await story.details()
    await stage.faults()
    assert "Stopping" in page.split("\n")[0]
    assert (live_markdown(page), is_harmless_page(page), len(headings(page))) == ([], True, 1)


async def test_the_summary_and_the_details_of_a_start_are_text(stage: Stage) -> None:
    request = HostingRequest.model_validate(
        {
            "reference": "acme-1",
            "messaging_profile_id": INJECTION,
            "phone_numbers": [ONE],
            "account": INJECTION,
            "customer": CUSTOMER,
            "by": INJECTION,
        }
    )
    await stage.client.start_workflow(
        "NoOne",
        id=f"labels-{stage.account}",
        task_queue="no-one",
        static_summary=labels.summary(request),
        static_details=labels.details(request),
    )
    handle = stage.client.get_workflow_handle(f"labels-{stage.account}")
    described = await handle.describe()
    await handle.terminate()
    for text in (await described.static_summary(), await described.static_details()):
        assert text
        assert (live_markdown(text), headings(text), is_harmless_page(text)) == ([], [], True)
        assert not THEIRS & set(bold(text))


@pytest.mark.parametrize("customer", ["{" * 64, "\N{TELEPHONE RECEIVER}" * 64, "*" * 200])
async def test_a_summary_fits_however_much_of_a_customer_has_to_be_escaped(stage: Stage, customer: str) -> None:
    numbers = [f"+1512555{place:04d}" for place in range(200)]
    request = HostingRequest(reference="a", messaging_profile_id="p", phone_numbers=numbers, customer=customer)
    handle = await stage.client.start_workflow(
        "NoOne", id=f"long-{stage.account}", task_queue="no-one", static_summary=labels.summary(request)
    )
    await handle.terminate()
    assert labels.summary(request).count("…") > 3


async def test_a_start_that_others_could_not_read_or_type_is_refused(stage: Stage) -> None:
    for wrong in ({"customer": "Acme\nOutcome: active"}, {"customer": "a\u202eb"}, {"reference": "-x"}):
        story = await stage.request(ONE, documents=False, **wrong)
        with pytest.raises(WorkflowFailureError) as caught:
            await story.result()
        assert isinstance(caught.value.cause, ApplicationError)
        assert caught.value.cause.type == "Refused"
        assert is_harmless(caught.value.cause.message)
