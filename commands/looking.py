"""The commands that only look: list, show."""

import asyncio
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter
from rich.console import Console
from rich.live import Live

from commands import connection, exit_codes, printer, rendering
from commands.options import TEXT, Output
from domain.vocabulary import Outcome
from services.hosted_sms import HostedSms

if TYPE_CHECKING:
    from domain.messages import Progress

_SECONDS_BETWEEN_LOOKS = 2.0


async def list_requests(
    *,
    needs_me: Annotated[bool, Parameter(negative="", help="Only those that wait for a person.")] = False,
    number: Annotated[str | None, Parameter(help="Only those with this number, in any US spelling.")] = None,
    customer: Annotated[str | None, Parameter(help="Only those of this customer id.")] = None,
    output: Output = TEXT,
) -> int:
    """List requests: all, or those that wait for a person, hold a number, belong to a customer."""
    hosted_sms = await connection.connect()
    found = [row async for row in hosted_sms.list(needs_me=needs_me, number=number, customer=customer)]
    if output.json:
        printer.dump(found)
    else:
        printer.show(rendering.rows(found))
    return exit_codes.DONE


async def show(
    reference: Annotated[str, Parameter(help="Of the request.")],
    /,
    *,
    watch: Annotated[bool, Parameter(negative="", help="Stay and follow it until it ends.")] = False,
    output: Output = TEXT,
) -> int:
    """Show where a request stands, what is awaited from whom, and the command that answers."""
    hosted_sms = await connection.connect()
    if watch:
        return await (_watch_json(hosted_sms, reference) if output.json else _watch(hosted_sms, reference))
    found = await hosted_sms.show(reference)
    if output.json:
        printer.dump(found)
    else:
        printer.show(rendering.progress(found))
    return exit_codes.DONE


async def _watch(hosted_sms: HostedSms, reference: str) -> int:
    """Redraws until the request ends."""
    found = await hosted_sms.show(reference)
    console = Console(highlight=False, markup=False, emoji=False)
    with Live(rendering.progress(found), console=console, auto_refresh=False, vertical_overflow="visible") as live:
        while found.outcome == Outcome.RUNNING:
            await asyncio.sleep(_SECONDS_BETWEEN_LOOKS)
            found = await hosted_sms.show(reference)
            live.update(rendering.progress(found), refresh=True)
    return exit_codes.DONE


async def _watch_json(hosted_sms: HostedSms, reference: str) -> int:
    """Writes one line of JSON for each change, until the request ends."""
    last: Progress | None = None
    while last is None or last.outcome == Outcome.RUNNING:
        if last is not None:
            await asyncio.sleep(_SECONDS_BETWEEN_LOOKS)
        found = await hosted_sms.show(reference)
        if found != last:
            printer.line(found)
        last = found
    return exit_codes.DONE
