"""`hosted-sms show`."""

from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from commands import connection, printer
from commands.options import FLAG, TEXT, Output, Reference
from domain.vocabulary import Outcome
from services.endings import Ending

if TYPE_CHECKING:
    from domain.messages import Progress
    from services.hosted_sms import HostedSms

_SECONDS_BETWEEN_LOOKS = 2.0


async def show(
    reference: Reference,
    /,
    *,
    watch: Annotated[bool, FLAG, Parameter(help="Follow the request until it ends.")] = False,
    output: Output = TEXT,
) -> Ending:
    """Show where a request stands and what it needs from whom.

    Prints the commands that answer it, ready to be copied.
    """
    hosted_sms = await connection.connect_for(reference)
    if watch:
        return await (_watch_json(hosted_sms, reference) if output.json else _watch(hosted_sms, reference))
    progress = await hosted_sms.show(reference)
    if output.json:
        printer.dump(progress)
    else:
        from commands import rendering

        printer.render(rendering.progress(progress))
    return Ending.DONE


async def _watch(hosted_sms: "HostedSms", reference: str) -> Ending:
    """Redraws until the request ends."""
    import asyncio

    from rich.console import Console
    from rich.live import Live

    from commands import rendering

    def drawn(progress: "Progress") -> printer.Shown:
        return printer.Shown(rendering.progress(progress))

    progress = await hosted_sms.show(reference)
    console = Console(highlight=False, markup=False, emoji=False)
    with Live(drawn(progress), console=console, auto_refresh=False, vertical_overflow="visible") as live:
        while progress.outcome == Outcome.RUNNING:
            await asyncio.sleep(_SECONDS_BETWEEN_LOOKS)
            progress = await hosted_sms.show(reference)
            live.update(drawn(progress), refresh=True)
    return Ending.DONE


async def _watch_json(hosted_sms: "HostedSms", reference: str) -> Ending:
    """Writes one line of JSON for each change until the request ends."""
    import asyncio

    last: Progress | None = None
    while last is None or last.outcome == Outcome.RUNNING:
        if last is not None:
            await asyncio.sleep(_SECONDS_BETWEEN_LOOKS)
        progress = await hosted_sms.show(reference)
        if progress != last:
            printer.dump_line(progress)
        last = progress
    return Ending.DONE
