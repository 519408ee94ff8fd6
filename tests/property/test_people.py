"""The people of a story do what lets its requests end."""

from typing import cast

from domain.messages import Answer, GiveUp, Message, NumberProgress, Progress
from domain.vocabulary import NumberState
from tests.property import people
from tests.property.requests import Request

ONE, TWO = "+13125550100", "+13125550101"


class Noted:
    """A request whose person chose to keep waiting; it keeps what it is sent."""

    waits = True

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


def _as_request(request: Noted) -> Request:
    return cast("Request", request)


async def test_who_kept_waiting_gives_up_what_is_not_settled_and_no_active_number() -> None:
    request = Noted({ONE: NumberState.ACTIVE, TWO: NumberState.IN_REVIEW})
    await people.settle(_as_request(request), 8)
    assert request.sent == [GiveUp(phone_numbers=[TWO], why="late", by="test")]


async def test_who_kept_waiting_has_nothing_to_give_up_when_all_is_settled() -> None:
    request = Noted({ONE: NumberState.ACTIVE, TWO: NumberState.REJECTED})
    await people.settle(_as_request(request), 8)
    assert not request.sent
