"""A file is checked whole before an import begins. `tests/workflows/test_imports.py` has the imports themselves."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from temporalio.client import Client

from domain import delays
from domain.imports import import_reference
from domain.messages import HostingRequest
from runtime.document_errors import DocumentStoreUnavailable
from runtime.document_store import DocumentStore
from services import bulk_import, existing_requests, import_plan, imports
from services.bulk_import import check
from services.errors import BadFile, NoAnswer, UnknownReference
from services.orders_file import Line
from services.preflight import Preflights
from services.prepare import PreparedRequest
from services.start import Starter, existing_warnings, exists_already
from tests.services.fixtures import Prepared, a_number, pdf
from tests.workflows.waiting import until

LinesOf = Callable[..., Awaitable[list[Line]]]


@pytest.fixture
def lines_of(prepared: Prepared, reference: str) -> LinesOf:
    async def make(count: int, **fields: object) -> list[Line]:
        return [
            Line(row, await prepared(reference=f"{reference}-{row}", phone_numbers=[a_number()], **fields))
            for row in range(2, count + 2)
        ]

    return make


async def test_what_exists_already_is_known_before_the_import_begins(
    silent_starter: Starter, lines_of: LinesOf
) -> None:
    lines = await lines_of(30)
    await silent_starter.start(lines[3].prepared)
    seen: list[int] = []

    checked = await check(silent_starter, lines, lambda: seen.append(1))

    assert [one.line.row for one in checked if one.already] == [5]
    assert (len(checked), len(seen)) == (30, 30)


async def test_what_exists_of_a_large_file_is_found_by_lists(
    silent_starter: Starter, lines_of: LinesOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk_import, "_EACH_ASKED_FOR", 5)
    monkeypatch.setattr(existing_requests, "_IDS_AT_ONCE", 4)
    lines = await lines_of(10)
    await silent_starter.start(lines[3].prepared)
    await silent_starter.start(lines[9].prepared)
    references = [line.prepared.request.reference for line in lines]
    await until(lambda: existing_requests.listed(silent_starter.client, references), lambda found: len(found) == 2)
    asked: list[str] = []

    async def spied(client: Client, request: HostingRequest) -> list[str] | None:
        asked.append(request.reference)
        return await existing_warnings(client, request)

    monkeypatch.setattr(bulk_import, "existing_warnings", spied)
    checked = await check(silent_starter, lines)
    assert [one.line.row for one in checked if one.already] == [5, 11]
    assert sorted(asked) == sorted([references[3], references[9]])


async def test_a_file_of_too_many_requests_is_refused(
    silent_starter: Starter, lines_of: LinesOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk_import, "MOST_REQUESTS", 1)
    with pytest.raises(BadFile, match="divide it"):
        await check(silent_starter, await lines_of(2))


async def test_an_import_that_no_worker_takes_goes_on(
    silent_starter: Starter, lines_of: LinesOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delays, "COMMAND_WAITS", 0.1)
    begun = await imports.begin(silent_starter, await lines_of(1), by="me")
    with pytest.raises(NoAnswer, match=f"hosted-sms import show {begun.import_id}"):
        await imports.follow(silent_starter.client, begun.import_id, lambda _: None, every=0.01)
    shown = await imports.show(silent_starter.client, begun.import_id, within=0.1)
    assert (shown.status, shown.partial) == ("running", True)


async def test_a_reference_with_other_content_stops_the_whole_file(silent_starter: Starter, lines_of: LinesOf) -> None:
    lines = await lines_of(3)
    taken = lines[1].prepared.request.model_copy(update={"messaging_profile_id": "other"})
    await silent_starter.start(PreparedRequest(taken))

    with pytest.raises(BadFile) as bad:
        await check(silent_starter, lines)

    assert [mistake.split(":")[0] for mistake in bad.value.mistakes] == ["row 3, column reference"]
    exists = [await exists_already(silent_starter.client, line.prepared.request) for line in (lines[0], lines[2])]
    assert exists == [False, False]


async def test_an_unknown_profile_stops_the_whole_file(starter: Starter, lines_of: LinesOf) -> None:
    good, bad = await lines_of(1), await lines_of(2, messaging_profile_id="unknown")
    asking = replace(starter, preflights=Preflights(starter.client, timedelta(seconds=60)))
    with pytest.raises(BadFile, match="row 3, column messaging_profile_id: "):
        await check(asking, [*good, bad[1]])

    assert not await exists_already(starter.client, good[0].prepared.request)


async def test_a_refused_account_is_named_once_and_no_column_is_blamed(starter: Starter, lines_of: LinesOf) -> None:
    refused = await lines_of(3, account="refused")
    unknown = replace((await lines_of(1, messaging_profile_id="unknown"))[0], row=9)
    asking = replace(starter, preflights=Preflights(starter.client, timedelta(seconds=60)))
    with pytest.raises(BadFile) as bad:
        await check(asking, [*refused, unknown])

    account, profile = bad.value.mistakes
    assert account == "The account 'refused' does not work. 10009 refused."
    assert profile.startswith("row 9, column messaging_profile_id: ")
    assert not await exists_already(starter.client, refused[0].prepared.request)


async def test_nothing_begins_while_the_store_is_unavailable(
    silent_starter: Starter, prepared: Prepared, tmp_path: Path
) -> None:
    line = Line(2, await prepared(loa=pdf()))
    (tmp_path / import_reference(import_plan.import_id([line]))).write_text("a file stands where the folder must be")
    without_store = replace(silent_starter, store=DocumentStore.from_url(f"file://{tmp_path}"))

    with pytest.raises(DocumentStoreUnavailable):
        await imports.begin(without_store, [line])
    with pytest.raises(UnknownReference):
        await imports.show(silent_starter.client, import_plan.import_id([line]))
