"""Checks every request of a file before an import begins, and tells what became of each row."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from domain import names
from domain.imports import MOST_REQUESTS, ImportProgress, ImportStatus
from services import existing_requests
from services.errors import AccountRefused, BadFile, Refused
from services.orders_file import Line
from services.start import Starter, StartResult, existing_warnings, exists_already
from services.table_mistakes import shortened

AT_ONCE = 20
"""Questions to the server at the same time."""
_EACH_ASKED_FOR = 500
"""Requests of a file that are each asked for. For those of a larger file that would take minutes."""

_Result = TypeVar("_Result")


class ImportResult(StartResult):
    """What became of one row; `error` is None when its request exists now."""

    row: int
    error: str | None = None
    silent: bool = False
    """True when the error is that a service did not answer, so that trying again may help."""


@dataclass(frozen=True)
class CheckedLine:
    """A line that may be imported: whether its request exists already, and what to know about it."""

    line: Line
    already: bool = False
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class RefusedLine:
    """A line that cannot be imported, and why. `str()` names its place, unless no cell of the file is at fault."""

    line: Line
    sentence: str
    column: str = ""

    def __str__(self) -> str:
        return f"row {self.line.row}, column {self.column}: {self.sentence}" if self.column else self.sentence


async def check(
    starter: Starter, lines: Sequence[Line], on_checked: Callable[[], None] = lambda: None
) -> list[CheckedLine]:
    """Asks everything that changes nothing, so that a file is taken whole or not at all.

    Raises:
        BadFile: a reference exists with other content, Telnyx refuses a profile or an account, or there are too many.
        NoAnswer: the server does not answer.
    """
    found = await examine(starter, lines, on_checked)
    mistakes = list(dict.fromkeys(str(one) for one in found if isinstance(one, RefusedLine)))
    if mistakes:
        raise BadFile(shortened(mistakes))
    return [one for one in found if isinstance(one, CheckedLine)]


async def examine(
    starter: Starter, lines: Sequence[Line], on_checked: Callable[[], None] = lambda: None
) -> list[CheckedLine | RefusedLine]:
    """The same, with what is wrong beside what may be imported.

    Raises:
        BadFile: there are too many.
        NoAnswer: the server does not answer.
    """
    if len(lines) > MOST_REQUESTS:
        raise BadFile([f"The file has {len(lines)} requests, and an import takes {MOST_REQUESTS}: divide it."])

    exist = await _may_exist(starter, lines)

    async def one(line: Line) -> CheckedLine | RefusedLine:
        found = await _checked(starter, line, may_exist=names.workflow_id(line.prepared.request.reference) in exist)
        on_checked()
        return found

    return await _bounded(lines, one)


async def _may_exist(starter: Starter, lines: Sequence[Line]) -> set[str]:
    """The ids of the requests to ask for: all of a few, and of many those that the server lists."""
    references = [line.prepared.request.reference for line in lines]
    if len(references) <= _EACH_ASKED_FOR:
        return set(map(names.workflow_id, references))
    return await existing_requests.listed(starter.client, references)


async def _checked(starter: Starter, line: Line, *, may_exist: bool) -> CheckedLine | RefusedLine:
    """The line, or the mistake in it."""
    request, column = line.prepared.request, "reference"
    try:
        existing = await existing_warnings(starter.client, request) if may_exist else None
        if existing is not None:
            return CheckedLine(line, already=True, warnings=tuple(existing))
        column = "messaging_profile_id"
        return CheckedLine(line, warnings=(*line.prepared.warnings, *await starter.profile_warnings(request)))
    except AccountRefused as refusal:
        return RefusedLine(line, str(refusal))  # once for all rows: no cell of the file is at fault
    except Refused as refusal:
        return RefusedLine(line, str(refusal), column)


async def results(starter: Starter, checked: Sequence[CheckedLine], ended: ImportProgress) -> list[ImportResult]:
    """What became of each row of an import that has ended.

    Raises:
        NoAnswer: the server does not answer.
    """
    errors = {failure.row: failure.error for failure in ended.failures}
    left = set() if ended.status == ImportStatus.DONE else await _left(starter, checked, errors)
    not_started = f"It was not started: the import is {ended.status}. {ended.because}".strip()
    errors |= dict.fromkeys(left, not_started)
    return [_result(one, errors.get(one.line.row)) for one in checked]


async def _left(starter: Starter, checked: Sequence[CheckedLine], errors: dict[int, str]) -> set[int]:
    """The rows that an import did not reach: their requests do not exist."""
    open_ = [one.line for one in checked if not one.already and one.line.row not in errors]
    exist = await _bounded(open_, lambda line: exists_already(starter.client, line.prepared.request))
    return {line.row for line, exists in zip(open_, exist, strict=True) if not exists}


def _result(one: CheckedLine, error: str | None) -> ImportResult:
    reference = one.line.prepared.request.reference
    return ImportResult(
        row=one.line.row,
        reference=reference,
        workflow_id=names.workflow_id(reference),
        already=one.already,
        warnings=[] if error else list(one.warnings),
        error=error,
    )


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
