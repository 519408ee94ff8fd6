"""How many numbers an account's workflow holds, and what happens when no more fit."""

import asyncio
import random
import string
import time
import uuid
from collections.abc import Callable
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import ValidationError
from temporalio.converter import WorkflowSerializationContext
from temporalio.testing import WorkflowEnvironment

from domain.accounts import Claim, ClaimResult, OpenAccount
from runtime import connection
from tests.services.accounts_at_work import AccountStage, accounts_at_work
from tests.workflows.stage import SETTINGS
from workflows.account import room as room_module
from workflows.account.display import AccountDisplay
from workflows.account.room import FULL_AT, Room
from workflows.account.state import AccountState

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
LONG_AGO = NOW - timedelta(hours=2)
MOST_OF_A_PAYLOAD = 2 * 1024 * 1024
"""Bytes that the server takes."""
SIGNS = string.ascii_letters + string.digits + "-_"
Reference = Callable[[random.Random, int], str]


def sequential(_dice: random.Random, place: int) -> str:
    return f"order-2026-11-{place:08d}"


def uuids(dice: random.Random, _place: int) -> str:
    return str(uuid.UUID(int=dice.getrandbits(128), version=4))


def longest(dice: random.Random, _place: int) -> str:
    return "".join(dice.choices(f"{SIGNS}.", k=64))


def crowd(numbers: int, each: int, reference: Reference, at: datetime = LONG_AGO) -> AccountState:
    """An account with so many numbers in requests of the same size, which claimed at an instant."""
    dice = random.Random(1)  # noqa: S311 - repeatable on purpose, guards nothing
    state = AccountState()
    for place in range(numbers // each):
        fingerprints = ["".join(dice.choices(SIGNS, k=7)) for _ in range(each)]
        run = str(uuid.UUID(int=dice.getrandbits(128)))
        claim = Claim(reference=reference(dice, place), workflow_run_id=run, fingerprints=fingerprints)
        state.claims.take(claim, at)
    return state


async def payload_size(state: AccountState) -> int:
    """Bytes of what a new run is given: packed, and encrypted as in production."""
    converter = connection.data_converter(SETTINGS).with_context(WorkflowSerializationContext("default", "w"))
    opened = OpenAccount(account="default", carry=state.carry(NOW))
    [payload] = await converter.encode([opened])
    return payload.ByteSize()


@pytest.mark.parametrize(
    ("each", "reference", "at"),
    [
        (1, sequential, NOW),
        (1, uuids, LONG_AGO),
        (5, longest, NOW),
        (200, longest, NOW),
    ],
)
async def test_fifty_thousand_numbers_take_half_of_a_payload_at_most(
    each: int, reference: Reference, at: datetime
) -> None:
    state = crowd(50_000, each, reference, at)
    assert state.claims.numbers == 50_000
    assert await payload_size(state) < MOST_OF_A_PAYLOAD / 2


async def test_what_is_full_still_fits_into_a_payload() -> None:
    """References of 64 random signs take most, and none of them is of long ago."""
    state = crowd(26_000, 1, longest, NOW)
    state = AccountState.of(OpenAccount(account="a", carry=state.carry(NOW)))
    room = Room("a", state)
    claimed = 0
    while not room.is_full:
        one = Claim(reference=f"{claimed:064d}", workflow_run_id="w", fingerprints=[f"{claimed:07d}"])
        assert room.take(one, NOW).granted
        claimed += 1
    assert state.carried_size > FULL_AT * 0.9
    size = await payload_size(state)
    assert FULL_AT * 0.9 < size < MOST_OF_A_PAYLOAD * 0.85


def test_a_full_account_refuses_new_numbers_alone_and_says_so_once() -> None:
    state = AccountState()
    room = Room("a", state)
    held = Claim(reference="r-1", workflow_run_id="w", fingerprints=["aaaaaaa"])
    assert room.take(held, NOW).granted
    state._carried = FULL_AT  # as after many runs
    assert room.take(held, NOW).granted, "its own number"
    assert room.take(held.model_copy(update={"reference": "r-2"}), NOW).holders == {"aaaaaaa": "r-1"}
    further = Claim(reference="r-3", workflow_run_id="w", fingerprints=["aaaaaaa", "bbbbbbb"])
    for _ in range(2):
        refused = room.take(further, NOW)
        assert (refused.granted, refused.holders, bool(refused.no_room)) == (False, {}, True)
    assert (state.claims.numbers, state.full_since, len(state.events)) == (1, NOW, 1)
    state._carried = 0
    assert Room("a", state).take(further, NOW).holders == {"aaaaaaa": "r-1"}
    assert state.full_since is None


def test_a_full_account_begins_a_new_run_once_its_guess_is_poor_or_requests_may_have_ended() -> None:
    state = AccountState()
    room = Room("a", state)
    state._carried = FULL_AT - 1000
    assert not room.needs_new_run
    room.take(Claim(reference="r", workflow_run_id="w", fingerprints=[f"{n:07d}" for n in range(200)]), NOW)
    assert (room.is_full, room.needs_new_run) == (True, False)
    room.look_is_due = True
    assert room.needs_new_run
    guessed = Room("a", AccountState())
    for place in range(FULL_AT // 1600):
        numbers = [f"{place:04d}{number:03d}" for number in range(200)]
        guessed.take(Claim(reference=f"r-{place}", workflow_run_id="w", fingerprints=numbers), NOW)
    assert guessed.needs_new_run


def test_an_account_has_at_most_as_many_requests_as_a_workflow_task_can_unpack(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room_module, "MOST_REQUESTS", 2)
    room = Room("a", AccountState())
    claims = [Claim(reference=f"r-{n}", workflow_run_id="w", fingerprints=[f"{n:07d}"]) for n in range(3)]
    assert [room.take(claim, NOW).granted for claim in claims] == [True, True, False]


@pytest.mark.parametrize("carry", ["", "AAAA", "not base64", 7])
def test_a_carry_that_no_run_packed_is_refused(carry: Any) -> None:
    with pytest.raises(ValidationError) if carry else nullcontext():
        AccountState.model_validate({"packed": carry})


async def test_an_account_filled_past_its_limit_answers_every_claim_and_forgets_none(
    live_server: WorkflowEnvironment, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a tenth of the true limit, so that it also passes on a busy machine."""
    monkeypatch.setattr(room_module, "FULL_AT", FULL_AT // 10)
    monkeypatch.setattr(room_module, "WORTH_A_RUN", 10_000)
    dice = random.Random(2)  # noqa: S311 - as above
    async with accounts_at_work(live_server.client) as account:
        granted, before, claimed = 0, -1, 0
        while granted > before:  # a run that refuses may only have guessed, and then the next one has room
            before = granted
            claims = [(longest(dice, 0), f"{claimed + place:07d}") for place in range(500)]
            answers = await asyncio.gather(*(_claim(account, *claim) for claim in claims))
            assert all(answer.granted != bool(answer.no_room) for answer in answers)
            granted, claimed = granted + sum(answer.granted for answer in answers), claimed + 500
        assert 2_500 < granted < 4_000
        assert (await account.look()).numbers == granted
        held = await account.request()
        assert (await account.claim(held, "0000000")).granted, "its holder was never started, so its claim is void"
        assert (await account.claim(held, "new")).no_room
        await account.leave(held)


async def _claim(account: AccountStage, reference: str, *fingerprints: str) -> ClaimResult:
    claim = Claim(reference=reference, workflow_run_id="w", fingerprints=list(fingerprints))
    return await account.workflow.claim(account.account, claim)


async def test_five_hundred_claims_at_once_reach_a_slow_worker_in_a_few_updates(
    live_server: WorkflowEnvironment, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One update each would take two minutes, and a claim waits for one."""
    monkeypatch.setattr(AccountDisplay, "refresh_page", lambda _: time.sleep(0.25))
    async with accounts_at_work(live_server.client) as account:
        answers = await asyncio.gather(*(_claim(account, f"r-{n}", f"{n:07d}") for n in range(500)))
        assert answers == [ClaimResult(granted=True)] * 500
        history = await account.entity.fetch_history()
        updates = sum(event.HasField("workflow_execution_update_accepted_event_attributes") for event in history.events)
        assert updates <= 10
        assert len(history.events) <= 60
        await account.leave()
