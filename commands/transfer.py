"""The commands of an account that may lose numbers by an internal transfer: let them go, or keep them."""

import sys
from typing import Annotated

from cyclopts import Parameter

from commands import connection, exit_codes, printer
from commands.options import TEXT, Output
from domain.transfers import AnswerTransferRequest, Decision

Order = Annotated[str, Parameter(help="Id of the other account's order, as Telnyx's notification names it.")]
Token = Annotated[
    str,
    Parameter(
        help="The token in Telnyx's notification, which works once; `-` reads it from stdin.",
        allow_leading_hyphen=True,
    ),
]
Account = Annotated[str, Parameter(help="Telnyx account that hosts the numbers now.")]


async def approve(order: Order, /, *, token: Token, account: Account = "default", output: Output = TEXT) -> int:
    """Let the numbers go to the account that ordered them."""
    return await _answer("approve", order, token, account, output)


async def reject(order: Order, /, *, token: Token, account: Account = "default", output: Output = TEXT) -> int:
    """Keep the numbers; the other account's order fails."""
    return await _answer("reject", order, token, account, output)


async def _answer(decision: Decision, order: str, token: str, account: str, output: Output) -> int:
    given = sys.stdin.readline() if token == "-" else token  # noqa: S105 - a hyphen is no token
    request = AnswerTransferRequest(account=account, order_id=order, decision=decision, token=given.strip())
    hosted_sms = await connection.connect()
    answered = await hosted_sms.answer_transfer(request)
    if output.json:
        printer.dump(answered)
    else:
        printer.tell(answered.sentence)
    return exit_codes.DONE
