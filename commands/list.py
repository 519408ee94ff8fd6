"""`hosted-sms list`."""

from typing import Annotated

from cyclopts import Parameter

from commands import connection, printer
from commands.options import FLAG, TEXT, Output
from services.endings import Ending


async def list_requests(
    *,
    needs_me: Annotated[bool, FLAG, Parameter(help="Only those that wait for a person.")] = False,
    number: Annotated[str | None, Parameter(help="Only those with this number, in any US spelling.")] = None,
    customer: Annotated[str | None, Parameter(help="Only those of this customer id.")] = None,
    output: Output = TEXT,
) -> Ending:
    """List requests, for example those that wait for a person.

    Of several options, a request has to fit all.
    """
    hosted_sms = await connection.connect()
    rows = [row async for row in hosted_sms.list(needs_me=needs_me, number=number, customer=customer)]
    if output.json:
        printer.dump(rows)
    else:
        from commands import rendering

        printer.render(rendering.rows(rows))
    return Ending.DONE
