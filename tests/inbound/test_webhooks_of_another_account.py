"""Two Telnyx accounts, the public web application, real requests: what one account signs does nothing to the other.

Both attacks here succeeded before the account of the URL was part of the search, of the news and of the ids.
"""

import uuid
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from temporalio.testing import WorkflowEnvironment

from adapters.order_holders import TemporalOrderHolders
from domain import names
from inbound.events import HOSTED_ORDERS
from inbound.receiver import Receiver
from inbound.running_requests import RunningRequests
from runtime.fingerprints import Fingerprints
from tests.inbound.webhook_sender import PRIVATE, event, sender, signed
from tests.workflows.stage import SETTINGS, Stage, staged
from tests.workflows.story import Story, events_about, states
from tests.workflows.waiting import until

ACMES = Ed25519PrivateKey.from_private_bytes(b"a" * 32)
ASKED = f"{HOSTED_ORDERS}internal_transfer_approval_requested"
FORGED: dict[str, dict[str, Any]] = {
    "pending": {"kind": f"{HOSTED_ORDERS}internal_transfer_detected"},
    "approved": {"kind": f"{HOSTED_ORDERS}internal_transfer_approved"},
    "approved by silence": {"kind": f"{HOSTED_ORDERS}internal_transfer_auto_approved"},
    "rejected": {"kind": f"{HOSTED_ORDERS}internal_transfer_rejected"},
    "of the older form": {"approval_decision": "approved", "approval_deadline": 1_900_000_000},
    "deleted": {"kind": f"{HOSTED_ORDERS}deleted", "order_status": "deleted"},
    "refused documents": {"order_status": "loa_file_invalid"},
}


@dataclass
class Door:
    """The public application beside two accounts: ours, and `acme`, which signs with a key of its own."""

    ours: Stage
    acme: Stage
    telnyx: httpx.AsyncClient

    async def post(self, stage: Stage, body: bytes) -> None:
        """Send a body as Telnyx does for an account; the response is 200."""
        key = ACMES if stage is self.acme else PRIVATE
        path = names.webhook_path(stage.account)
        assert (await self.telnyx.post(path, content=body, headers=signed(body, key=key))).status_code == 200


@pytest.fixture
async def door(live_server: WorkflowEnvironment) -> AsyncIterator[Door]:
    client, holders = live_server.client, TemporalOrderHolders(live_server.client)
    async with AsyncExitStack() as stack:
        acme = await stack.enter_async_context(staged(live_server, holders))
        ours = await stack.enter_async_context(staged(live_server, holders))
        keys = {ours.account: PRIVATE, acme.account: ACMES}
        public = {account: key.public_key().public_bytes_raw() for account, key in keys.items()}
        requests = RunningRequests(client, Fingerprints.from_settings(SETTINGS), queue=ours.queue)
        receiver = Receiver(public, requests)
        stack.push_async_callback(receiver.aclose)
        yield Door(ours, acme, await stack.enter_async_context(sender(receiver)))


def a_number() -> str:
    """A number that no other test on this server uses."""
    return f"+1213{2_000_000 + uuid.uuid4().int % 7_999_000}"


async def in_codes(stage: Stage, *numbers: str) -> tuple[Story, str]:
    """A request that waits for a code, once the server's lists show its order."""
    story = await stage.request(*numbers)
    await story.until_asked("codes")
    order_id = await stage.the_order(numbers[0])

    async def listed() -> list[str]:
        query = f"{names.ORDER_IDS} = '{order_id}'"
        return [row.id async for row in stage.client.list_workflows(query)]

    await until(listed, every=0.05)
    return story, order_id


async def test_a_signed_event_of_another_account_ends_no_request_and_deletes_no_order(door: Door) -> None:
    number = a_number()
    story, order_id = await in_codes(door.ours, number)
    before = (await story.handle.describe()).history_length
    for name, forged in FORGED.items():
        body = event(f"e-{name}", order_id, numbers=[number], **forged)
        await door.post(door.acme, body)
        as_verified = body.replace(b"e-", b"v-").replace(b'"status": "pending"', b'"status": "ownership_successful"')
        await door.post(door.acme, as_verified)
    assert (await story.handle.describe()).history_length == before, "no signal and no command"
    assert await door.ours.order_statuses(number) == ["pending"]
    assert await door.ours.calls("DELETE", order_id) == 0
    await story.completes(number)


async def test_an_event_of_its_own_account_ends_a_request_after_its_order_was_read(door: Door) -> None:
    number = a_number()
    story, order_id = await in_codes(door.ours, number)
    before = len(await door.ours.control("calls"))
    await door.post(door.ours, event("e-1", order_id, numbers=[number], **FORGED["pending"]))
    assert states(await story.ends("not_active")) == {number: "given_up"}
    assert await door.ours.order_statuses(number) == ["deleted"]
    after = (await door.ours.control("calls"))[before:]
    methods = [call["method"] for call in after if call["path"].endswith(order_id)]
    assert methods.index("DELETE") >= 2, "it is read before it is given up, and before it is deleted"
    assert methods.count("DELETE") == 1


async def test_an_event_of_its_own_account_about_an_active_number_ends_nothing(door: Door) -> None:
    number, other = a_number(), a_number()
    story, order_id = await in_codes(door.ours, number, other)
    await door.ours.set_status(number, None, {number: "successful"})
    await door.post(door.ours, event("e-1", order_id, numbers=[number, other], **FORGED["approved"]))
    seen = await story.until(lambda progress: events_about(progress, "webhook"))
    assert states(seen) == {number: "active", other: "unverified"}
    assert await door.ours.calls("DELETE", order_id) == 0


async def test_an_alert_crosses_accounts_and_no_event_of_another_account_stands_in_its_way(door: Door) -> None:
    number, event_id = a_number(), uuid.uuid4().hex
    story = await door.ours.request(number)
    await story.completes(number)
    # With an id that another account used before, about numbers of no one.
    await door.post(door.acme, event(event_id, str(uuid.uuid4()), numbers=[a_number()], kind=ASKED))
    await door.post(door.ours, event(event_id, "order-1", [number], kind=ASKED))
    await door.post(door.acme, event("", "order-2", [number], kind=ASKED))

    async def alerted() -> dict[str, str]:
        alerts = door.ours.notified("transfer_approval_requested")
        return {alert["command"].split()[3]: alert["reference"] for alert in alerts}

    told = await until(alerted, lambda alerts: len(alerts) == 2)
    assert told == {"order-1": story.reference, "order-2": story.reference}
    assert (await story.result()).outcome == "active"
