"""Importing a file: taken whole or not at all, and safe to run twice."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from temporalio.client import Client

from domain import names
from runtime.documents import DocumentStore
from runtime.fingerprints import Fingerprints
from services import bulk_import, server_state, start
from services.errors import BadFile
from services.orders_file import Line
from services.preflight import Preflights
from services.prepare import PreparedRequest
from tests.services.fixtures import DraftOf, MakePdf, a_number

if TYPE_CHECKING:
    from services.bulk_import import Imported


@pytest.fixture
def lines_of(draft_of: DraftOf, reference: str) -> Callable[..., Awaitable[list[Line]]]:
    async def make(count: int, **said: object) -> list[Line]:
        return [
            Line(row, await draft_of(reference=f"{reference}-{row}", phone_numbers=[a_number()], **said))
            for row in range(2, count + 2)
        ]

    return make


async def test_a_second_run_starts_nothing_new(
    silent: Client, fingerprints: Fingerprints, store: DocumentStore, lines_of: Callable[..., Awaitable[list[Line]]]
) -> None:
    lines = await lines_of(30)
    seen: list[Imported] = []

    first = await bulk_import.import_lines(silent, fingerprints, store, lines, on_done=seen.append)
    again = await bulk_import.import_lines(silent, fingerprints, store, lines)

    assert [(r.row, r.already, r.error) for r in first] == [(row, False, None) for row in range(2, 32)]
    assert all(result.already for result in again)
    assert len(seen) == 30


async def test_a_reference_with_other_content_stops_the_whole_file(
    silent: Client, fingerprints: Fingerprints, store: DocumentStore, lines_of: Callable[..., Awaitable[list[Line]]]
) -> None:
    lines = await lines_of(3)
    taken = lines[1].draft.request.model_copy(update={"messaging_profile_id": "other"})
    await start.start(silent, fingerprints, store, PreparedRequest(taken))

    with pytest.raises(BadFile) as bad:
        await bulk_import.import_lines(silent, fingerprints, store, lines)

    assert [mistake.split(":")[0] for mistake in bad.value.mistakes] == ["row 3, column reference"]
    assert not await start.exists_already(silent, lines[0].draft.request)
    assert not await start.exists_already(silent, lines[2].draft.request)


async def test_an_unknown_profile_stops_the_whole_file(
    client: Client, fingerprints: Fingerprints, store: DocumentStore, lines_of: Callable[..., Awaitable[list[Line]]]
) -> None:
    good, bad = await lines_of(1), await lines_of(2, messaging_profile_id="unknown")
    async with asyncio.timeout(20):  # a server learns of a new worker a moment after it began
        while not await server_state.has_pollers(client, names.LOCAL_QUEUE):  # noqa: ASYNC110 - a server has no event for it
            await asyncio.sleep(0.05)

    patient = Preflights(client, timedelta(seconds=60))
    with pytest.raises(BadFile, match="row 3, column messaging_profile_id: Telnyx does not know"):
        await bulk_import.import_lines(client, fingerprints, store, [*good, bad[1]], preflights=patient)

    assert not await start.exists_already(client, good[0].draft.request)


async def test_a_store_that_is_away_fails_its_rows_and_no_other(
    silent: Client, fingerprints: Fingerprints, draft_of: DraftOf, pdf: MakePdf, tmp_path: Path
) -> None:
    with_paper = Line(2, await draft_of(loa=pdf()))
    plain = Line(3, await draft_of(reference=f"{with_paper.draft.request.reference}-plain"))
    folder = tmp_path / "store"
    away = DocumentStore.from_url(f"file://{folder}")
    (folder / with_paper.draft.request.reference).write_text("a file stands where the folder must be")

    results = await bulk_import.import_lines(silent, fingerprints, away, [with_paper, plain])

    assert [(r.error is None, r.silent) for r in results] == [(False, True), (True, False)]
    assert "cannot be used" in str(results[0].error)
