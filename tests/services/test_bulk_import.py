"""A file is imported whole or not at all, and importing it twice is safe."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from runtime.document_store import DocumentStore
from services.bulk_import import import_lines
from services.errors import BadFile
from services.orders_file import Line
from services.preflight import Preflights
from services.prepare import PreparedRequest
from services.start import Starter, exists_already
from tests.services.fixtures import Prepared, a_number, pdf

if TYPE_CHECKING:
    from services.bulk_import import ImportResult

LinesOf = Callable[..., Awaitable[list[Line]]]


@pytest.fixture
def lines_of(prepared: Prepared, reference: str) -> LinesOf:
    async def make(count: int, **fields: object) -> list[Line]:
        return [
            Line(row, await prepared(reference=f"{reference}-{row}", phone_numbers=[a_number()], **fields))
            for row in range(2, count + 2)
        ]

    return make


async def test_a_second_run_starts_nothing_new(silent_starter: Starter, lines_of: LinesOf) -> None:
    lines = await lines_of(30)
    seen: list[ImportResult] = []

    first = await import_lines(silent_starter, lines, seen.append)
    again = await import_lines(silent_starter, lines)

    assert [(r.row, r.already, r.error) for r in first] == [(row, False, None) for row in range(2, 32)]
    assert all(result.already for result in again)
    assert len(seen) == 30


async def test_a_reference_with_other_content_stops_the_whole_file(silent_starter: Starter, lines_of: LinesOf) -> None:
    lines = await lines_of(3)
    taken = lines[1].prepared.request.model_copy(update={"messaging_profile_id": "other"})
    await silent_starter.start(PreparedRequest(taken))

    with pytest.raises(BadFile) as bad:
        await import_lines(silent_starter, lines)

    assert [mistake.split(":")[0] for mistake in bad.value.mistakes] == ["row 3, column reference"]
    exists = [await exists_already(silent_starter.client, line.prepared.request) for line in (lines[0], lines[2])]
    assert exists == [False, False]


async def test_an_unknown_profile_stops_the_whole_file(starter: Starter, lines_of: LinesOf) -> None:
    good, bad = await lines_of(1), await lines_of(2, messaging_profile_id="unknown")
    asking = replace(starter, preflights=Preflights(starter.client, timedelta(seconds=60)))
    with pytest.raises(BadFile, match="row 3, column messaging_profile_id: "):
        await import_lines(asking, [*good, bad[1]])

    assert not await exists_already(starter.client, good[0].prepared.request)


async def test_a_refused_account_is_named_once_and_no_column_is_blamed(starter: Starter, lines_of: LinesOf) -> None:
    refused = await lines_of(3, account="refused")
    unknown = replace((await lines_of(1, messaging_profile_id="unknown"))[0], row=9)
    asking = replace(starter, preflights=Preflights(starter.client, timedelta(seconds=60)))
    with pytest.raises(BadFile) as bad:
        await import_lines(asking, [*refused, unknown])

    account, profile = bad.value.mistakes
    assert account == "The account 'refused' does not work. 10009 refused."
    assert profile.startswith("row 9, column messaging_profile_id: ")
    assert not await exists_already(starter.client, refused[0].prepared.request)


async def test_an_unavailable_store_fails_the_rows_with_documents_alone(
    silent_starter: Starter, prepared: Prepared, tmp_path: Path
) -> None:
    with_document = Line(2, await prepared(loa=pdf()))
    reference = with_document.prepared.request.reference
    plain = Line(3, await prepared(reference=f"{reference}-plain"))
    (tmp_path / reference).write_text("a file stands where the folder must be")
    without_store = replace(silent_starter, store=DocumentStore.from_url(f"file://{tmp_path}"))

    results = await import_lines(without_store, [with_document, plain])

    assert [(r.error is None, r.silent) for r in results] == [(False, True), (True, False)]
