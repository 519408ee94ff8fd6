"""How many requests of an import one activity starts, and what it tells of them."""

import asyncio
import dataclasses
from datetime import UTC, datetime, timedelta

import pytest
from temporalio.activity import Info
from temporalio.exceptions import ApplicationError, ApplicationErrorCategory
from temporalio.testing import ActivityEnvironment

from activities import imports
from activities.imports import AT_ONCE, ImportActivities
from domain.imports import (
    PlannedRow,
    RecentStart,
    RowRefused,
    RowUnanswered,
    StartedRows,
    StartRows,
    import_reference,
)
from domain.messages import Document, HostingRequest

NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)
PAGE = Document(sha256="0" * 64, size=1, name="plan.jsonl")
ID = "0123456789ab"


class World:
    """A plan of a hundred rows, and the requests that were started."""

    def __init__(self, under_way: int = 0) -> None:
        self.under_way = under_way
        self.started: list[str] = []
        self.outcomes: dict[str, bool | Exception] = {}
        self.asked: list[tuple[str, datetime]] = []
        self.closed = False

    async def get(self, reference: str, document: Document) -> bytes:
        assert (reference, document) == (import_reference(ID), PAGE)
        return "".join(f"{_row(at).model_dump_json()}\n" for at in range(100)).encode()

    async def start(self, planned: PlannedRow, documents_of: str, begun: datetime) -> bool:
        assert (documents_of, begun) == (import_reference(ID), NOW)
        while self.closed:  # noqa: ASYNC110 - until the test opens it
            await asyncio.sleep(0)
        self.started.append(planned.request.reference)
        outcome = self.outcomes.get(planned.request.reference, True)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    async def count_under_way(self, account: str, started_before: datetime) -> int:
        self.asked.append((account, started_before))
        return self.under_way


def _row(at: int) -> PlannedRow:
    request = HostingRequest(reference=f"r-{at}", messaging_profile_id="p", phone_numbers=["+15125550100"])
    return PlannedRow(row=at + 2, request=request)


def work(*lines: int, recent: tuple[RecentStart, ...] = ()) -> StartRows:
    return StartRows(import_id=ID, account="acme", page=PAGE, lines=list(lines), begun=NOW, recent=list(recent))


async def run(
    world: World,
    given: StartRows,
    *,
    limit: int = 100,
    environment: ActivityEnvironment | None = None,
    pace: float = 1e6,
) -> StartedRows:
    environment = environment or ActivityEnvironment()
    environment.info = _at(environment)
    return await environment.run(ImportActivities(world, world, limit, pace).start_requests, given)


def _at(environment: ActivityEnvironment, attempt: int = 1) -> Info:
    return dataclasses.replace(environment.info, started_time=NOW, attempt=attempt)


async def test_each_outcome_of_a_row_is_told_and_no_number_is(subtests: pytest.Subtests) -> None:
    world = World()
    world.outcomes = {
        "r-3": False,
        "r-4": RowRefused("It exists with other content (only there: +15125550199)."),
        "r-6": RowUnanswered("The store is away."),
    }
    found = await run(world, work(*range(2, 22)))
    assert (found.tried, found.started, found.already, found.under_way) == (20, 17, 1, 17)
    assert (found.unanswered, found.because) == ([6], "The store is away.")
    assert [(one.row, one.reference) for one in found.failed] == [(6, "r-4")]
    with subtests.test("masked"):
        assert "+15125550199" not in found.failed[0].error
        assert "0199" in found.failed[0].error


async def test_only_as_many_rows_are_tried_as_there_is_room_for() -> None:
    world = World(under_way=70)
    found = await run(world, work(*range(50)))
    assert (found.tried, found.under_way, len(world.started)) == (30, 100, 30)
    assert world.asked == [("acme", NOW - timedelta(seconds=5))]


async def test_what_was_started_just_now_counts_although_no_list_shows_it() -> None:
    world, old = World(under_way=70), NOW - timedelta(seconds=6)
    recent = (RecentStart(at=old, requests=40), RecentStart(at=NOW, requests=20))
    assert (await run(world, work(*range(50), recent=recent))).tried == 10


@pytest.mark.parametrize(("under_way", "attempt", "delay"), [(91, 1, 1), (100, 3, 4), (250, 30, 15)])
async def test_with_too_little_room_nothing_is_started_and_the_next_look_comes_later(
    under_way: int, attempt: int, delay: int
) -> None:
    world, environment = World(under_way), ActivityEnvironment()
    environment.info = _at(environment, attempt)
    with pytest.raises(ApplicationError) as caught:
        await environment.run(ImportActivities(world, world, 100, 1e6).start_requests, work(*range(50)))
    assert (caught.value.type, caught.value.next_retry_delay) == ("NoRoom", timedelta(seconds=delay))
    assert caught.value.category is ApplicationErrorCategory.BENIGN
    assert not world.started


@pytest.mark.parametrize(("pace", "at_once", "pause"), [(4.0, 4, 1.0), (0.5, 1, 2.0), (100.0, AT_ONCE, 0.1)])
async def test_rows_are_started_at_the_pace(
    monkeypatch: pytest.MonkeyPatch, pace: float, at_once: int, pause: float
) -> None:
    world, rests = World(), list[tuple[int, float]]()

    async def rest(seconds: float) -> None:
        rests.append((len(world.started), seconds))

    monkeypatch.setattr(imports, "rest", rest)
    await run(world, work(*range(20)), pace=pace)
    assert [started for started, _ in rests] == list(range(at_once, 21, at_once))
    assert all(0 < seconds <= pause for _, seconds in rests)


async def test_the_last_rows_need_no_more_room_than_they_are() -> None:
    assert (await run(World(under_way=99), work(7))).tried == 1


async def test_a_cancel_is_obeyed_between_two_starts_and_what_was_begun_is_told() -> None:
    world, environment = World(), ActivityEnvironment()
    world.closed = True
    running = asyncio.ensure_future(run(world, work(*range(50)), environment=environment))
    for _ in range(20):
        await asyncio.sleep(0)  # until the first starts are under way
    environment.cancel()
    await asyncio.sleep(0)
    world.closed = False
    assert ((await running).tried, len(world.started)) == (AT_ONCE, AT_ONCE)
