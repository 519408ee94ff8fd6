"""The people of a story do what lets its requests end."""

from typing import TYPE_CHECKING, cast

import pytest

from domain.messages import Answer, GiveUp, Message, NumberProgress, Progress
from domain.vocabulary import NumberState
from tests.property import people

if TYPE_CHECKING:
    from tests.property.requests import Request

ONE, TWO = "+13125550100", "+13125550101"


class WaitingRequest:
    """A request whose person chose to keep waiting. It remembers what it is sent."""

    keeps_waiting = True

    def __init__(self, states: dict[str, NumberState]) -> None:
        numbers = [NumberProgress(phone_number=number, state=state) for number, state in states.items()]
        self._seen = Progress(reference="r", numbers=numbers)
        self.sent: list[Message] = []

    async def is_open(self) -> bool:
        return True

    async def look(self) -> Progress:
        return self._seen

    async def send(self, message: Message) -> Answer | None:
        self.sent.append(message)
        return None


@pytest.mark.parametrize(
    ("state", "sent"),
    [(NumberState.IN_REVIEW, [GiveUp(phone_numbers=[TWO], why="late", by="test")]), (NumberState.REJECTED, [])],
)
async def test_a_person_who_kept_waiting_gives_up_open_numbers_alone(state: NumberState, sent: list[Message]) -> None:
    request = WaitingRequest({ONE: NumberState.ACTIVE, TWO: state})
    await people.decide(cast("Request", request), 8)
    assert request.sent == sent
