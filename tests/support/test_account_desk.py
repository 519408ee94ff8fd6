"""Hundreds of requests that claim numbers at the same moment do not crowd the account they claim them from."""

import asyncio
from typing import TYPE_CHECKING, Any, cast

from domain.accounts import Claim, Claimed
from support.account_desk import CLAIMS_AT_ONCE, RunningAccountDesk

if TYPE_CHECKING:
    from temporalio.client import Client


class Crowded:
    """A Temporal client that sees how many claims are on their way at once."""

    def __init__(self) -> None:
        self.on_their_way = self.most = 0

    async def execute_update_with_start_workflow(self, *_: Any, **__: Any) -> Claimed:
        self.on_their_way += 1
        self.most = max(self.most, self.on_their_way)
        for _turn in range(5):
            await asyncio.sleep(0)
        self.on_their_way -= 1
        return Claimed(granted=True)


async def test_few_claims_of_one_worker_are_on_their_way_to_an_account_at_once() -> None:
    client = Crowded()
    desk = RunningAccountDesk(cast("Client", client))
    claims = [Claim(reference=f"r-{place}", workflow_run_id="run", fingerprints=["f"]) for place in range(200)]
    claimed = await asyncio.gather(*(desk.claim("default", claim) for claim in claims))
    assert all(one.granted for one in claimed)
    assert client.most == CLAIMS_AT_ONCE


async def test_a_crowd_before_one_account_does_not_keep_claims_from_another() -> None:
    client = Crowded()
    desk = RunningAccountDesk(cast("Client", client))
    claim = Claim(reference="r-1", workflow_run_id="run", fingerprints=["f"])
    await asyncio.gather(*(desk.claim(account, claim) for account in ("a", "b") for _ in range(50)))
    assert client.most == 2 * CLAIMS_AT_ONCE
