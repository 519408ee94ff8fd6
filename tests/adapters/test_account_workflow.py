"""How a claim reaches an account's workflow when the server is busy or does not answer."""

import asyncio
from collections.abc import AsyncIterator
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest
from structlog.testing import capture_logs
from temporalio.client import WorkflowUpdateFailedError, WorkflowUpdateRPCTimeoutOrCancelledError
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError, RPCStatusCode

from adapters.account_workflow import TemporalAccountWorkflow
from domain.accounts import AccountUnreachable, Claim, ClaimResult, ManyClaimResults, ManyClaims

if TYPE_CHECKING:
    from temporalio.client import Client

CLAIM = Claim(reference="r-1", workflow_run_id="w-1", fingerprints=["f1"])


def fault(status: RPCStatusCode) -> RPCError:
    return RPCError("refused", status, b"")


class FakeServer:
    """A server that gives each call the next of its answers."""

    def __init__(self, *answers: ClaimResult | ManyClaimResults | Exception) -> None:
        self.answers = list(answers)
        self.asked: list[str] = []
        self.update_ids: list[str] = []
        self.free = asyncio.Event()
        """Until it is set, no update is answered."""
        self.free.set()
        self.called = asyncio.Event()

    @property
    def account_workflow(self) -> TemporalAccountWorkflow:
        return TemporalAccountWorkflow(cast("Client", self))

    async def execute_update_with_start_workflow(self, update: str, message: object, **options: object) -> Any:
        self.update_ids.append(str(options["id"]))
        self.called.set()
        await self.free.wait()
        size = f" {len(message.claims)}" if isinstance(message, ManyClaims) else ""
        return self._next(update + size)

    def get_workflow_handle(self, workflow_id: str, **_: object) -> Any:
        self.workflow_id = workflow_id
        return self

    async def describe(self, **_: object) -> Any:
        return self._next(self.workflow_id)

    async def list_workflows(self, query: str, **_: object) -> AsyncIterator[Any]:
        self.asked.append(query)
        for place in range(300):
            yield SimpleNamespace(id=f"hosting-r-{place}")

    def _next(self, asked: str) -> Any:
        self.asked.append(asked)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


GRANTED = ClaimResult(granted=True)


def claim(place: int) -> Claim:
    return Claim(reference=f"r-{place}", workflow_run_id="w-1", fingerprints=[f"f{place}"])


async def claim_at_once(server: FakeServer, workflow: TemporalAccountWorkflow, *places: int) -> list[Any]:
    """Claim while the server does not answer: the first goes alone, and the others wait for it."""
    server.free.clear()
    claims = [asyncio.create_task(workflow.claim("acme", claim(places[0])))]
    await server.called.wait()
    claims += [asyncio.create_task(workflow.claim("acme", claim(place))) for place in places[1:]]
    await asyncio.sleep(0)  # now they wait
    server.free.set()
    return await asyncio.gather(*claims, return_exceptions=True)


async def test_claims_that_come_while_one_is_under_way_go_together_and_each_gets_its_own_answer() -> None:
    held = ClaimResult(granted=False, no_room="None.")
    server = FakeServer(GRANTED, ManyClaimResults(results=[held, GRANTED, GRANTED]))
    assert await claim_at_once(server, server.account_workflow, 1, 2, 3, 4) == [GRANTED, held, GRANTED, GRANTED]
    assert server.asked == ["claim", "claim_many 3"]


async def test_a_claim_that_makes_the_account_refuse_the_update_fails_alone() -> None:
    bad = WorkflowUpdateFailedError(ApplicationError("refused"))
    server = FakeServer(GRANTED, bad, GRANTED, bad)
    first, second, third = await claim_at_once(server, server.account_workflow, 1, 2, 3)
    assert (first, second, type(third)) == (GRANTED, GRANTED, AccountUnreachable)
    assert server.asked == ["claim", "claim_many 2", "claim", "claim"]


async def test_a_caller_that_is_canceled_leaves_the_claims_of_others_alone() -> None:
    server = FakeServer(GRANTED, GRANTED)
    server.free.clear()
    workflow = server.account_workflow
    first = asyncio.create_task(workflow.claim("acme", claim(1)))
    await server.called.wait()
    second, third = (asyncio.create_task(workflow.claim("acme", claim(place))) for place in (2, 3))
    await asyncio.sleep(0)  # now they wait
    first.cancel()
    second.cancel()
    await asyncio.wait([first, second])
    server.free.set()
    assert (await third).granted
    assert server.asked == ["claim", "claim"]


async def test_a_slow_account_gets_an_update_once_and_is_asked_for_its_answer_again() -> None:
    late = WorkflowUpdateRPCTimeoutOrCancelledError()
    server = FakeServer(late, late, GRANTED)
    assert (await server.account_workflow.claim("acme", CLAIM)).granted
    assert len(server.update_ids) == 3
    assert len(set(server.update_ids)) == 1


async def test_an_outage_of_an_account_is_one_line_in_the_log_and_its_end_another() -> None:
    server = FakeServer(*[fault(RPCStatusCode.UNAVAILABLE)] * 5, GRANTED)
    workflow = server.account_workflow
    with capture_logs() as lines:
        for _ in range(5):
            with pytest.raises(AccountUnreachable):
                await workflow.claim("acme", CLAIM)
        await workflow.claim("acme", CLAIM)
    assert [line["event"] for line in lines] == ["account_unreachable", "account_reachable"]
    assert (lines[1]["account"], lines[1]["unanswered"]) == ("acme", 5)


async def test_of_many_requests_only_those_are_described_that_no_list_shows() -> None:
    server = FakeServer(fault(RPCStatusCode.NOT_FOUND))
    asked = [f"r-{place}" for place in range(301)]
    assert await server.account_workflow.find_closed(asked, "acme") == ["r-300"]
    assert [text.partition(" ")[0] for text in server.asked] == ["WorkflowType='HostNumbers'", "hosting-r-300"]
    assert "HostingAccount='acme'" in server.asked[0]


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
