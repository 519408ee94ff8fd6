"""The way to an account's workflow when the server is busy, or cannot tell."""

from typing import TYPE_CHECKING, Any, cast

import pytest
from temporalio.service import RPCError, RPCStatusCode

from adapters.account_workflow import TemporalAccountWorkflow
from domain.accounts import AccountUnreachable, Claim, ClaimResult

if TYPE_CHECKING:
    from temporalio.client import Client

CLAIM = Claim(reference="r-1", workflow_run_id="w-1", fingerprints=["f1"])


def fault(status: RPCStatusCode) -> RPCError:
    return RPCError("it said so", status, b"")


class Server:
    """A server that answers each call with the next of what it was given."""

    def __init__(self, *answers: ClaimResult | RPCError) -> None:
        self.answers = list(answers)
        self.asked: list[str] = []

    async def execute_update_with_start_workflow(self, update: str, *_: object, **__: object) -> ClaimResult:
        return self._next(update)

    def get_workflow_handle(self, workflow_id: str, **_: object) -> Any:
        self.workflow_id = workflow_id
        return self

    async def describe(self, **_: object) -> ClaimResult:
        return self._next(self.workflow_id)

    def _next(self, asked: str) -> ClaimResult:
        self.asked.append(asked)
        answer = self.answers.pop(0)
        if isinstance(answer, RPCError):
            raise answer
        return answer


def desk(server: Server) -> TemporalAccountWorkflow:
    return TemporalAccountWorkflow(cast("Client", server))


@pytest.mark.parametrize(
    "busy", [RPCStatusCode.RESOURCE_EXHAUSTED, RPCStatusCode.ABORTED, RPCStatusCode.ALREADY_EXISTS]
)
async def test_a_claim_that_a_busy_server_turns_away_comes_back(busy: RPCStatusCode) -> None:
    server = Server(fault(busy), fault(busy), ClaimResult(granted=True))
    assert (await desk(server).claim("acme", CLAIM)).granted
    assert server.asked == ["claim"] * 3


async def test_a_claim_that_the_server_cannot_take_is_not_granted_and_not_repeated() -> None:
    server = Server(fault(RPCStatusCode.UNAVAILABLE), ClaimResult(granted=True))
    with pytest.raises(AccountUnreachable):
        await desk(server).claim("acme", CLAIM)
    assert server.asked == ["claim"]


async def test_a_request_that_the_server_does_not_know_is_closed() -> None:
    server = Server(fault(RPCStatusCode.NOT_FOUND))
    assert await desk(server).find_closed(["r-2"]) == ["r-2"]
    assert server.asked == ["hosting-r-2"]


async def test_a_request_of_which_nobody_can_tell_is_not_taken_for_closed() -> None:
    server = Server(fault(RPCStatusCode.UNAVAILABLE))
    with pytest.raises(RPCError):
        await desk(server).find_closed(["r-2"])


async def test_a_holder_of_which_nobody_can_tell_keeps_its_numbers() -> None:
    held = ClaimResult(granted=False, holders={"f1": "r-2"})
    with pytest.raises(AccountUnreachable):
        await desk(Server(held, fault(RPCStatusCode.UNAVAILABLE), ClaimResult(granted=True))).claim("acme", CLAIM)
