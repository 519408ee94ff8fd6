"""The lister of an account notices what changes at Telnyx, so that a request's own watch rarely looks."""

import asyncio
import time
from collections.abc import Callable, MutableMapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from adapters.watched_orders import TemporalWatchedOrders
from domain import names
from domain.accounts import AccountProgress
from domain.listing import LISTER_ACTIVITY
from services import accounts
from tests.workflows.stage import Stage
from tests.workflows.waiting import until

A, B, C = "+12125550101", "+12125550102", "+12125550103"


@pytest.mark.settings(poll_interval=1.0)
async def test_a_change_is_noticed_within_the_poll_interval_and_a_little_more(stage: Stage) -> None:
    story = await stage.in_review(A)
    await _until_watch_pauses(stage, story.handle.id, attempts=5)  # the next poll of its own comes after 16 seconds
    began = time.monotonic()
    await stage.approve(A)
    await story.handle.result()
    assert time.monotonic() - began < 8


@pytest.mark.settings(poll_interval=1.0)
async def test_an_account_tells_when_its_list_was_read_and_why_it_could_not_be(stage: Stage) -> None:
    await stage.in_review(A)
    began = datetime.now(UTC)
    shown = await until(lambda: accounts.show(stage.client, stage.account), lambda one: one.listed_at is not None)
    assert shown.listed_at is not None
    assert abs(shown.listed_at - began) < timedelta(seconds=60)
    assert stage.account not in await accounts.unlisted(stage.client)
    await stage.faults(kinds=["500"])
    await until(lambda: accounts.show(stage.client, stage.account), lambda one: one.listing_trouble)
    assert "500" in (await accounts.unlisted(stage.client))[stage.account]


@pytest.mark.settings(poll_interval=1.0, silence_after=0.5)
async def test_after_a_silence_the_one_lister_hints_what_changed_meanwhile_and_nothing_else(stage: Stage) -> None:
    stories = [await stage.in_review(number) for number in (A, B, C)]
    await asyncio.gather(*(_until_watch_pauses(stage, story.handle.id, attempts=5) for story in stories))
    await stage.faults(kinds=["500"])
    await _until_shown(stage, lambda seen: seen.silent_since and seen.listing_trouble)
    assert await _listers(stage) == 1
    await stage.approve(A)
    listed = len(_listings(stage))
    await stage.faults()
    await stories[0].ends("active")
    await until(lambda: _count(_listings(stage)[listed:]), lambda made: made >= 2)
    assert sum(entry["hints"] for entry in _listings(stage)[listed:]) == 1
    assert len(stage.notified("telnyx_silent")) == 1


@pytest.mark.settings(poll_interval=1.0)
async def test_the_lister_rests_while_the_account_is_stopped_and_then_goes_on(stage: Stage) -> None:
    stories = [await stage.in_review(number) for number in (A, B)]
    await until(lambda: _count(_listings(stage)))
    await stage.refuse_account()
    await _until_shown(stage, lambda seen: seen.stopped)
    await until(lambda: _listers(stage), lambda listers: listers == 0)
    listed = len(_listings(stage))
    await stage.resume_account()
    await until(lambda: _count(_listings(stage)), lambda made: made > listed)
    assert await _listers(stage) == 1
    await stage.approve(A)
    await stories[0].ends("active")


async def test_only_the_order_of_the_present_round_is_under_watch(stage: Stage) -> None:
    story = await stage.in_review(A)
    await stage.set_status(A, "failed", {A: "failed_timeout"})
    await until(lambda: stage.orders(A), lambda orders: len(orders) == 2)
    newest = (await stage.orders(A))[-1]["id"]
    watched = TemporalWatchedOrders(stage.client)
    seen = await until(lambda: watched.find_watched(stage.account), lambda seen: newest in seen)
    assert seen == {newest: story.handle.id}


async def _until_shown(stage: Stage, good: Callable[[AccountProgress], object]) -> None:
    await until(lambda: accounts.show(stage.client, stage.account), good)


async def _listers(stage: Stage) -> int:
    """How many listers the account has, running or between two readings."""
    found = await stage.client.get_workflow_handle(names.account_workflow_id(stage.account)).describe()
    return sum(one.activity_type.name == LISTER_ACTIVITY for one in found.raw_description.pending_activities)


def _listings(stage: Stage) -> list[MutableMapping[str, Any]]:
    """Each reading of the list."""
    return [entry for entry in stage.logs if entry["event"] == "orders_listed"]


async def _count(entries: list[MutableMapping[str, Any]]) -> int:
    return len(entries)


async def _until_watch_pauses(stage: Stage, workflow_id: str, *, attempts: int) -> None:
    async def most_attempts() -> int:
        found = (await stage.client.get_workflow_handle(workflow_id).describe()).raw_description.pending_activities
        return max((one.attempt for one in found if one.activity_type.name == names.WATCH_ACTIVITY), default=0)

    await until(most_attempts, lambda made: made > attempts)
