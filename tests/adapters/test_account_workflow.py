"""How a claim reaches an account's workflow when the server is busy or does not answer."""

from typing import TYPE_CHECKING, Any, cast

import pytest
from temporalio.service import RPCError, RPCStatusCode

from adapters.account_workflow import TemporalAccountWorkflow
from domain.accounts import AccountUnreachable, Claim, ClaimResult

if TYPE_CHECKING:
    from temporalio.client import Client

CLAIM = Claim(reference="r-1", workflow_run_id="w-1", fingerprints=["f1"])


def fault(status: RPCStatusCode) -> RPCError:
    return RPCError("refused", status, b"")


class FakeServer:
    """A server that gives each call the next of its answers."""

    def __init__(self, *answers: ClaimResult | RPCError) -> None:
        self.answers = list(answers)
        self.asked: list[str] = []

    @property
    def account_workflow(self) -> TemporalAccountWorkflow:
        return TemporalAccountWorkflow(cast("Client", self))

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


@pytest.mark.parametrize(
    "busy", [RPCStatusCode.RESOURCE_EXHAUSTED, RPCStatusCode.ABORTED, RPCStatusCode.ALREADY_EXISTS]
)
async def test_a_claim_that_a_busy_server_turns_away_comes_back(busy: RPCStatusCode) -> None:
    server = FakeServer(fault(busy), fault(busy), ClaimResult(granted=True))
    assert (await server.account_workflow.claim("acme", CLAIM)).granted
    assert server.asked == ["claim"] * 3


async def test_a_claim_without_an_answer_is_neither_granted_nor_repeated() -> None:
    server = FakeServer(fault(RPCStatusCode.UNAVAILABLE), ClaimResult(granted=True))
    with pytest.raises(AccountUnreachable):
        await server.account_workflow.claim("acme", CLAIM)
    assert server.asked == ["claim"]


async def test_a_request_that_the_server_does_not_know_is_closed() -> None:
    server = FakeServer(fault(RPCStatusCode.NOT_FOUND))
    assert await server.account_workflow.find_closed(["r-2"]) == ["r-2"]
    assert server.asked == ["hosting-r-2"]


async def test_without_an_answer_no_request_counts_as_closed() -> None:
    server = FakeServer(fault(RPCStatusCode.UNAVAILABLE))
    with pytest.raises(RPCError):
        await server.account_workflow.find_closed(["r-2"])


async def test_without_an_answer_a_holder_keeps_its_numbers() -> None:
    held = ClaimResult(granted=False, holders={"f1": "r-2"})
    server = FakeServer(held, fault(RPCStatusCode.UNAVAILABLE), ClaimResult(granted=True))
    with pytest.raises(AccountUnreachable):
        await server.account_workflow.claim("acme", CLAIM)
