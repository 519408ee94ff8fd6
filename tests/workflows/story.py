"""One request as its test sees it: a person who looks at the request and sends it messages, as a face does."""

import asyncio
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import pytest
from temporalio.api.enums.v1 import PendingActivityState
from temporalio.api.sdk.v1 import WorkflowMetadata

from domain import names
from domain.messages import (
    Answer,
    AnswerAsk,
    AskView,
    Cancel,
    Code,
    Document,
    Event,
    GiveUp,
    Message,
    NumberProgress,
    Progress,
    ReplaceDocuments,
    ResendCodes,
    RetryNumbers,
    SubmitCodes,
    TelnyxNews,
)
from services import updates
from services.errors import Refused
from tests.wording import assert_well_worded
from tests.workflows.waiting import TIMEOUT, until

if TYPE_CHECKING:
    from temporalio.client import WorkflowHandle

    from tests.workflows.stage import Stage

Shown = TypeVar("Shown", Progress, Answer)

LOOK_EVERY = 0.15
"""Real seconds between two queries. Three times as many took a third of the CPU of two files of stories."""


class Story:
    """One request and the person who looks after it."""

    def __init__(self, stage: "Stage", handle: "WorkflowHandle[Any, Progress]", reference: str) -> None:
        self.stage = stage
        self.handle = handle
        self.reference = reference

    # Looking

    async def look(self) -> Progress:
        progress: Progress = await self.handle.query(names.PROGRESS_QUERY, result_type=Progress)
        return _well_worded(progress)

    async def until(self, good: Callable[[Progress], object]) -> Progress:
        """Wait until the progress is good."""
        return await until(self.look, good, LOOK_EVERY)

    async def until_asked(self, kind: str) -> AskView:
        """Wait until an ask of this kind is open."""
        seen = await self.until(lambda progress: [ask for ask in progress.asks if ask.kind == kind])
        ask = next(ask for ask in seen.asks if ask.kind == kind)
        assert re.fullmatch(r"[A-Z][^\n]*\.", ask.guidance), f"whole sentences: {ask.guidance}"
        return ask

    async def until_step(self, step: str) -> Progress:
        return await self.until(lambda progress: progress.step == step)

    async def until_running(self, activity: str) -> None:
        """Wait until an attempt of an activity runs."""
        await until(self.running_activities, lambda running: activity in running)

    async def running_activities(self) -> list[str]:
        """The activities of which an attempt runs."""
        pending = (await self.handle.describe()).raw_description.pending_activities
        started = PendingActivityState.PENDING_ACTIVITY_STATE_STARTED
        return [one.activity_type.name for one in pending if one.state == started]

    async def details(self) -> str:
        """The page of the request in the Temporal UI."""
        metadata = await self.handle.query("__temporal_workflow_metadata", result_type=WorkflowMetadata)
        assert_well_worded(metadata.current_details)
        return str(metadata.current_details)

    def newest_run(self) -> "Story":
        """The same request after a reset, or after it continued as new."""
        handle = self.stage.client.get_workflow_handle(self.handle.id, result_type=Progress)
        return Story(self.stage, handle, self.reference)

    # Sending messages

    async def send(self, message: Message, update_id: str = "") -> Answer:
        """Send a message as a face does, and give its answer."""
        return _well_worded(
            await updates.send(self.stage.client, self.reference, message, update_id=update_id, within=50)
        )

    async def refusal(self, message: Message) -> str:
        """Send a message that must be refused, and give the sentence."""
        with pytest.raises(Refused) as caught:
            await self.send(message)
        assert_well_worded(str(caught.value))
        return str(caught.value)

    async def codes(self, *numbers: str) -> Answer:
        """Hand in the newest code of each number."""
        entries = [Code(phone_number=number, code=await self.stage.code(number)) for number in numbers]
        return await self.send(SubmitCodes(codes=entries, by="test"))

    async def signal_code(self, number: str) -> None:
        """Hand in the newest code of a number as a script does, without waiting for an answer."""
        codes = [{"phone_number": number, "code": await self.stage.code(number)}]
        await self.handle.signal("codes", {"codes": codes, "by": "a script"})

    async def hint(self, **said: Any) -> None:
        """Signal what a webhook does: the order is worth reading. A few things are said in webhooks alone."""
        news = TelnyxNews(**{"account": self.stage.account, "event_id": "e", **said})
        await self.handle.signal("telnyx_news", news)

    async def wrong_code(self, number: str) -> Answer:
        wrong = str((int(await self.stage.code(number)) + 1) % 100000).zfill(5)
        return await self.send(SubmitCodes(codes=[Code(phone_number=number, code=wrong)], by="test"))

    async def resend(self, *numbers: str, method: str = "sms") -> Answer:
        return await self.send(ResendCodes(phone_numbers=list(numbers), method=method, by="test"))

    async def documents(self, **documents: Document) -> Answer:
        given = documents or await self.stage.documents(self.reference)
        return await self.send(ReplaceDocuments(**given, by="test"))

    async def give_up(self, *numbers: str) -> Answer:
        return await self.send(GiveUp(phone_numbers=list(numbers), why="This is a test.", by="test"))

    async def retry(self, *numbers: str) -> Answer:
        return await self.send(RetryNumbers(phone_numbers=list(numbers), by="test"))

    async def answer(self, ask: AskView, choice: str, order_id: str = "") -> Answer:
        return await self.send(AnswerAsk(ask=ask.id, choice=choice, order_id=order_id, by="test"))

    async def cancel(self) -> Answer:
        return await self.send(Cancel(why="This is a test.", by="test"))

    # The usual course

    async def prove(self, *numbers: str) -> None:
        """Wait until codes are awaited, and hand in those of these numbers."""
        await self.until_asked("codes")
        await self.codes(*numbers)

    async def completes(self, *numbers: str, outcome: str = "active") -> Progress:
        """Prove these numbers and wait for the result, which must be of this outcome."""
        await self.prove(*numbers)
        return await self.ends(outcome)

    async def result(self) -> Progress:
        async with asyncio.timeout(TIMEOUT):
            return _well_worded(await self.handle.result())

    async def ends(self, outcome: str) -> Progress:
        """The result, which must be of this outcome."""
        result = await self.result()
        assert result.outcome == outcome, result.model_dump_json(indent=1)
        return result


def _well_worded(shown: Shown) -> Shown:
    """The same, after a look at each sentence in it."""
    assert_well_worded(shown.model_dump_json())
    return shown


def states(progress: Progress) -> dict[str, str]:
    """The state of each number."""
    return {number.phone_number: number.state for number in progress.numbers}


def row_of(progress: Progress, number: str) -> NumberProgress:
    """What the progress says of one number."""
    return next(row for row in progress.numbers if row.phone_number == number)


def events_about(progress: Progress, *words: str) -> list[Event]:
    """The events whose text has each of these words. A test names one stable word of ours, or a status of Telnyx."""
    return [event for event in progress.events if all(word.lower() in event.what.lower() for word in words)]
