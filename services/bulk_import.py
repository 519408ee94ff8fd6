"""Starts every request of a file; running it again starts only what is not there yet."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from temporalio.client import Client

from domain import names
from runtime.documents import DocumentError, DocumentStore
from runtime.fingerprints import Fingerprints
from services import start
from services.errors import BadFile, NoAnswer, Refused, ServiceError
from services.orders_file import Line
from services.preflight import Preflights
from services.start import Started

AT_ONCE = 20
"""Starts in flight; the server takes hundreds a second, and the store is asked too."""

_Result = TypeVar("_Result")


class Imported(Started):
    """What became of one row; `error` is None when its request exists now."""

    row: int
    error: str | None = None
    silent: bool = False
    """True when the error is that nobody answered, so that trying again may help."""


async def import_lines(  # noqa: PLR0913 - the parts of one installation, and what the person chose
    client: Client,
    fingerprints: Fingerprints,
    store: DocumentStore,
    lines: Sequence[Line],
    *,
    preflights: Preflights | None = None,
    on_done: Callable[[Imported], None] = lambda _: None,
) -> list[Imported]:
    """Starts the requests of a file that was read whole.

    Args:
        client: of Temporal.
        fingerprints: stand in for numbers where the server searches.
        store: takes the papers.
        lines: of the file.
        preflights: asks Telnyx about each profile once; None leaves that out.
        on_done: called after each row.

    Raises:
        BadFile: a reference exists with other content, or Telnyx refuses a profile; nothing was started.
        NoAnswer: the server does not answer; nothing was started.
    """
    await _refuse_what_cannot_start(client, lines, preflights)

    async def one(line: Line) -> Imported:
        result = await _start(client, fingerprints, store, line, preflights)
        on_done(result)
        return result

    return await _bounded(lines, one)


async def _refuse_what_cannot_start(client: Client, lines: Sequence[Line], preflights: Preflights | None) -> None:
    """Asks all that can be asked without changing anything, so that a file is taken whole or not at all."""

    async def mistake(line: Line) -> str | None:
        request, column = line.draft.request, "reference"
        try:
            exists = await start.exists_already(client, request)
            column = "messaging_profile_id"
            if preflights is not None and not exists:
                await preflights.warnings(request.account, request.messaging_profile_id)
        except Refused as refusal:
            return f"row {line.row}, column {column}: {refusal}"
        return None

    mistakes = [found for found in await _bounded(lines, mistake) if found is not None]
    if mistakes:
        raise BadFile(mistakes)


async def _start(
    client: Client, fingerprints: Fingerprints, store: DocumentStore, line: Line, preflights: Preflights | None
) -> Imported:
    try:
        started = await start.start(client, fingerprints, store, line.draft, preflights)
    except (ServiceError, DocumentError) as error:
        request = line.draft.request
        return Imported(
            row=line.row,
            reference=request.reference,
            workflow_id=names.workflow_id(request.reference),
            error=str(error),
            silent=isinstance(error, NoAnswer | DocumentError),
        )
    return Imported(row=line.row, **started.model_dump())


async def _bounded(lines: Sequence[Line], work: Callable[[Line], Awaitable[_Result]]) -> list[_Result]:
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(line: Line) -> _Result:
        async with gate:
            return await work(line)

    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(one(line)) for line in lines]
    except ExceptionGroup as failed:
        raise failed.exceptions[0] from None
    return [task.result() for task in tasks]
