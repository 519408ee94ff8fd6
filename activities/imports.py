"""Starts requests of an import, as many as there is room for.

The bound is on what is under way: the requests of an account in the steps `eligibility` and `order`. The server's lists
show a new request a moment late, so what was started in the last seconds is counted apart.

Rows are started at a pace. An import that kept the workers busy would make the people wait who hand in codes meanwhile.
"""

import asyncio
import time
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from temporalio import activity
from temporalio.exceptions import ApplicationError, ApplicationErrorCategory

from activities.heartbeats import send_heartbeats
from domain import delays
from domain.imports import (
    FailedRow,
    PlannedRow,
    RowRefused,
    RowUnanswered,
    StartedRows,
    StartRows,
    import_reference,
)
from domain.messages import Document
from domain.phone_numbers import mask_all
from domain.printable import line

AT_ONCE = 10
"""Most starts at the same time. Each may hold a document of five megabytes in memory."""
_SHARE = 10
"""The import waits until a tenth of the bound is free, so that it does not start requests one by one."""
_LONGEST_ERROR = 300


class Plans(Protocol):
    """The document store, for reading the pages of a plan."""

    async def get(self, reference: str, document: Document) -> bytes:
        """Read a document; raises an error of the store when it cannot."""


class RequestStarter(Protocol):
    """Starts requests and counts those that are under way."""

    async def start(self, planned: PlannedRow, documents_of: str, begun: datetime) -> bool:
        """Start a request. False when it existed before an instant.

        Args:
            planned: the request.
            documents_of: the reference under which its documents lie in the store.
            begun: the instant.

        Raises:
            RowRefused: it cannot be started as it is.
            RowUnanswered: a service did not answer.
        """

    async def count_under_way(self, account: str, started_before: datetime) -> int:
        """How many requests of an account, started before an instant, are in the steps `eligibility` and `order`."""


class ImportActivities:
    """Starts the requests of imports."""

    def __init__(self, plans: Plans, starter: RequestStarter, under_way: int, pace: float) -> None:
        """Start `pace` rows a second while at most `under_way` requests of their account are under way.

        Those that others start meanwhile are not counted.
        """
        self._plans = plans
        self._starter = starter
        self._limit = under_way
        self._pace = pace

    @activity.defn(name="start_requests")
    async def start_requests(self, work: StartRows) -> StartedRows:
        """Start the first lines of a batch, as many as there is room for. Repeating it starts nothing twice.

        Raises:
            ApplicationError: of the type `NoRoom`. It names the delay to the next look.
        """
        async with send_heartbeats():
            under_way = await self._under_way(work)
            room = _room(self._limit - under_way, len(work.lines), self._limit, under_way)
            rows = _rows(await self._plans.get(import_reference(work.import_id), work.page), work.lines[:room])
            found = await _finished(_Starts(self._starter, work, self._pace), rows)
        return found.model_copy(update={"under_way": under_way + found.started})

    async def _under_way(self, work: StartRows) -> int:
        shown_before = activity.info().started_time - timedelta(seconds=delays.VISIBLE_WITHIN)
        counted = await self._starter.count_under_way(work.account, shown_before)
        return counted + sum(one.requests for one in work.recent if one.at >= shown_before)


class _Starts:
    """The starts of one attempt."""

    def __init__(self, starter: RequestStarter, work: StartRows, pace: float) -> None:
        self._starter, self._work, self._pace = starter, work, pace
        self._documents_of = import_reference(work.import_id)
        self.halted = False

    async def all(self, rows: Sequence[PlannedRow]) -> StartedRows:
        """Start rows, some at a time, until they are started or `halted` is set."""
        found = StartedRows(tried=0)
        at_once = max(1, min(AT_ONCE, int(self._pace)))
        for some in _chunks(list(zip(self._work.lines, rows, strict=False)), at_once):
            if self.halted:
                break
            began = time.monotonic()
            found = _sum([found, *await asyncio.gather(*(self._one(at, planned) for at, planned in some))])
            await rest(len(some) / self._pace - (time.monotonic() - began))
        return found

    async def _one(self, at: int, planned: PlannedRow) -> StartedRows:
        try:
            is_new = await self._starter.start(planned, self._documents_of, self._work.begun)
        except RowUnanswered as error:
            return StartedRows(tried=1, unanswered=[at], because=mask_all(str(error)))
        except RowRefused as error:
            reason = line(mask_all(str(error)), _LONGEST_ERROR)
            failed = FailedRow(row=planned.row, reference=planned.request.reference, error=reason)
            return StartedRows(tried=1, failed=[failed])
        return StartedRows(tried=1, started=int(is_new), already=int(not is_new))


async def rest(seconds: float) -> None:
    """Let the pace catch up; at once when it has."""
    await asyncio.sleep(seconds)


async def _finished(starts: _Starts, rows: Sequence[PlannedRow]) -> StartedRows:
    """What became of the rows. A cancel is obeyed between two starts, so that what was begun is counted."""
    work = asyncio.ensure_future(starts.all(rows))
    try:
        return await asyncio.shield(work)
    except asyncio.CancelledError:
        starts.halted = True
        return await work


def _sum(parts: Sequence[StartedRows]) -> StartedRows:
    return StartedRows(
        tried=sum(part.tried for part in parts),
        started=sum(part.started for part in parts),
        already=sum(part.already for part in parts),
        failed=[one for part in parts for one in part.failed],
        unanswered=[at for part in parts for at in part.unanswered],
        because=next((part.because for part in parts if part.because), ""),
    )


def _room(free: int, wanted: int, limit: int, under_way: int) -> int:
    """For how many rows there is room now.

    Raises:
        ApplicationError: for too few.
    """
    if free >= min(wanted, max(1, limit // _SHARE)):
        return min(free, wanted)
    delay = delays.double_each_attempt(delays.FIRST_ROOM, activity.info().attempt, delays.LONGEST_ROOM)
    raise ApplicationError(
        f"{under_way} requests of the account are in the steps eligibility and order, of at most {limit}.",
        type="NoRoom",
        next_retry_delay=timedelta(seconds=delay),
        category=ApplicationErrorCategory.BENIGN,
    )


def _rows(page: bytes, lines: Sequence[int]) -> list[PlannedRow]:
    written = page.splitlines()
    return [PlannedRow.model_validate_json(written[at]) for at in lines]


def _chunks(rows: Sequence[tuple[int, PlannedRow]], size: int) -> Iterator[Sequence[tuple[int, PlannedRow]]]:
    return (rows[first : first + size] for first in range(0, len(rows), size))
