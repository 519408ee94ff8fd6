"""`hosted-sms cancel`."""

from typing import Annotated

from cyclopts import Parameter

from commands import answers, connection, printer
from commands.options import CHANGE, FLAG, Change, Reference, Why
from services.endings import Ending


async def cancel(
    reference: Reference,
    /,
    *,
    why: Why = "",
    yes: Annotated[bool, FLAG, Parameter(help="Do not ask first. Only a person at a terminal is asked.")] = False,
    change: Change = CHANGE,
) -> Ending:
    """Stop a whole request and delete its order where that is safe."""
    from domain.messages import Cancel

    if not (yes or change.json or printer.confirm(f"Stop {reference} and delete its order, where that is safe?")):
        printer.fail(f"Nothing was changed: {reference} goes on.", as_json=False)
        return Ending.REFUSED
    message = Cancel(why=why, by=change.who())
    hosted_sms = await connection.connect_for(reference)
    return answers.show(await hosted_sms.cancel(reference, message, **change.sending()), as_json=change.json)
