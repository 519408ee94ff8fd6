"""`hosted-sms import list|show|pause|resume|stop`, and how `hosted-sms import FILE` follows what it began."""

import asyncio
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from commands import answers, connection, printer
from commands.options import CHANGE, PASTED, TEXT, Change, Output
from domain import command_hints
from domain.imports import ImportProgress, ImportStatus
from domain.messages import Event
from domain.text import count, format_utc
from services.endings import Ending

if TYPE_CHECKING:
    from rich.table import Table

    from services.hosted_sms import HostedSms

ImportId = Annotated[str, PASTED, Parameter(help="Id of the import, as `hosted-sms import list` shows it.")]

_FAILURES_SHOWN, _EVENTS_SHOWN = 10, 5
_MINUTES_SHOWN = 120
"""A longer time that is left is told in hours."""


async def list_imports(*, output: Output = TEXT) -> Ending:
    """List the imports of files and where they stand."""
    hosted_sms = await connection.connect()
    found = [one async for one in hosted_sms.list_imports()]
    if output.json:
        printer.dump(found)
    elif not found:
        printer.write("There is no import.")
    else:
        printer.render(_table(found))
    return Ending.DONE


async def show(import_id: ImportId, /, *, output: Output = TEXT) -> Ending:
    """Show how far an import is, and which rows failed."""
    hosted_sms = await connection.connect()
    found = await hosted_sms.show_import(import_id)
    if output.json:
        printer.dump(found)
    else:
        for line in _lines(found):
            text = line.lstrip()
            printer.write_wrapped(text, indent=len(line) - len(text), hanging=2)
    return Ending.DONE


async def pause(import_id: ImportId, /, *, change: Change = CHANGE) -> Ending:
    """Start no more requests of an import for now."""
    hosted_sms = await connection.connect()
    answer = await hosted_sms.pause_import(import_id, by=change.who(), **change.sending())
    return answers.show(answer, as_json=change.json)


async def resume(import_id: ImportId, /, *, change: Change = CHANGE) -> Ending:
    """Go on with a paused import."""
    hosted_sms = await connection.connect()
    answer = await hosted_sms.resume_import(import_id, by=change.who(), **change.sending())
    return answers.show(answer, as_json=change.json)


async def stop(import_id: ImportId, /, *, change: Change = CHANGE) -> Ending:
    """End an import. The requests that it started go on."""
    hosted_sms = await connection.connect()
    answer = await hosted_sms.stop_import(import_id, by=change.who(), **change.sending())
    return answers.show(answer, as_json=change.json)


async def follow(hosted_sms: "HostedSms", import_id: str, requests: int, *, quiet: bool) -> ImportProgress:
    """Counts until an import ends. An interrupt ends the counting and not the import."""
    counter, told = printer.Counter(requests, quiet=quiet), ""

    def on_progress(found: ImportProgress) -> None:
        nonlocal told
        counter.show(found.done)
        news = _why_not_running(found)
        if bool(news) != bool(told) and not quiet:  # once, however often the reason changes
            counter.close()
            printer.note(news or "The import goes on.")
        told = news

    try:
        ended = await hosted_sms.follow_import(import_id, on_progress)
        counter.show(ended.done)
    except asyncio.CancelledError:
        counter.close()
        printer.note(f"The import goes on: `{command_hints.show_import(import_id)}` shows it.")
        raise
    else:
        return ended
    finally:
        counter.close()


def _why_not_running(found: ImportProgress) -> str:
    if found.status == ImportStatus.PAUSED:
        return f"The import is paused: `hosted-sms import resume {found.import_id}` lets it go on."
    return f"Some rows got no answer and are tried again: {found.because}" if found.waiting else ""


def _lines(found: ImportProgress) -> list[str]:
    lines = [_headline(found)]
    if found.partial:
        return [*lines, *_partial_hint(found)]
    lines += [f"  {found.because}"] if found.because else []
    lines.append(
        f"Done: {found.done} of {found.requests} ({found.started} started, {found.already} existed already, "
        f"{found.failed} failed)."
    )
    if found.waiting:
        lines.append(f"{count(found.waiting, 'row')} got no answer and will be tried again.")
    lines += [_pace(found)] if found.seconds_left is not None else []
    for one in found.accounts:
        under_way = f", {one.under_way} under way" if not ImportStatus(found.status).is_final else ""
        lines.append(f"  account {one.account}: {one.done} of {one.requests}{under_way}")
    lines += [f"  row {one.row}, {one.reference}: {one.error}" for one in found.failures[:_FAILURES_SHOWN]]
    if len(found.failures) > _FAILURES_SHOWN:
        lines.append(f"  … and {len(found.failures) - _FAILURES_SHOWN} more failed rows: see --json.")
    return [*lines, *(_event(event) for event in found.events[-_EVENTS_SHOWN:])]


def _event(event: Event) -> str:
    return f"  {format_utc(event.at)}  {event.what}{f' ({event.by})' if event.by else ''}"


def _headline(found: ImportProgress) -> str:
    by = f" by {found.by}" if found.by else ""
    since = f", begun {format_utc(found.begun)}{by}" if found.begun else ""
    ended = f", ended {format_utc(found.ended)}" if found.ended else ""
    return f"Import {found.import_id} is {found.status}{since}{ended}."


def _partial_hint(found: ImportProgress) -> list[str]:
    if found.status == ImportStatus.TERMINATED:
        return ["It has no result. Import the file again: what exists already is not started twice."]
    return ["No worker answered, so nothing more is known now: try again when a worker runs."]


def _pace(found: ImportProgress) -> str:
    minutes = max(1, round((found.seconds_left or 0) / 60))
    left = count(minutes, "minute") if minutes < _MINUTES_SHOWN else count(round(minutes / 60), "hour")
    return f"Pace: {found.per_minute:g} a minute, so about {left} left."


def _table(found: list[ImportProgress]) -> "Table":
    from rich.table import Table

    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0), header_style="bold")
    for column in ("Import", "Status"):
        table.add_column(column, no_wrap=True)
    for column in ("Done", "Failed", "Waiting"):
        table.add_column(column, justify="right", no_wrap=True)
    table.add_column("Begun", no_wrap=True)
    table.add_column("By", overflow="fold")
    for one in found:
        begun = format_utc(one.begun) if one.begun else ""
        done = "?" if one.partial else f"{one.done} of {one.requests}"
        failed, waiting = ("?", "?") if one.partial else (str(one.failed), str(one.waiting))
        table.add_row(one.import_id, one.status, done, failed, waiting, begun, one.by)
    return table
