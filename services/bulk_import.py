"""Starts every request of a file. Running it again starts only what does not exist yet."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from domain import names
from runtime.codec import UndecryptablePayload
from runtime.document_errors import DocumentError
from services.endings import Ending, ending_of
from services.errors import AccountRefused, BadFile, Refused, ServiceError
from services.orders_file import Line
from services.start import Starter, StartResult, exists_already

AT_ONCE = 20
"""Starts at the same time. The server takes hundreds a second, but the document store is asked too."""

_Result = TypeVar("_Result")


class ImportResult(StartResult):
    """What became of one row; `error` is None when its request exists now."""

    row: int
    error: str | None = None
    silent: bool = False
    """True when the error is that a service did not answer, so that trying again may help."""


async def import_lines(
    starter: Starter, lines: Sequence[Line], on_done: Callable[[ImportResult], None] = lambda _: None
) -> list[ImportResult]:
    """Starts the requests of a file; `on_done` is called after each row.

    Raises:
        BadFile: a reference exists with other content, or Telnyx refuses a profile or an account. Nothing was started.
        NoAnswer: the server does not answer. Nothing was started.
    """
    await _refuse_what_cannot_start(starter, lines)

    async def one(line: Line) -> ImportResult:
        result = await _start(starter, line)
        on_done(result)
        return result

    return await _bounded(lines, one)


async def _refuse_what_cannot_start(starter: Starter, lines: Sequence[Line]) -> None:
    """Asks everything that changes nothing, so that a file is taken whole or not at all."""

    async def mistake(line: Line) -> str | None:
        request, column = line.prepared.request, "reference"
        try:
            if not await exists_already(starter.client, request):
                column = "messaging_profile_id"
                await starter.profile_warnings(request)
        except AccountRefused as refusal:
            return str(refusal)  # once for all rows: no cell of the file is at fault
        except Refused as refusal:
            return f"row {line.row}, column {column}: {refusal}"
        return None

    mistakes = list(dict.fromkeys(found for found in await _bounded(lines, mistake) if found is not None))
    if mistakes:
        raise BadFile(mistakes)


async def _start(starter: Starter, line: Line) -> ImportResult:
    try:
        started = await starter.start(line.prepared)
    except (ServiceError, DocumentError, UndecryptablePayload) as error:
        reference = line.prepared.request.reference
        return ImportResult(
            row=line.row,
            reference=reference,
            workflow_id=names.workflow_id(reference),
            error=str(error),
            silent=ending_of(error) is Ending.NO_ANSWER,
        )
    return ImportResult(row=line.row, **started.model_dump())


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
