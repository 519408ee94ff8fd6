"""`hosted-sms transfer approve` and `hosted-sms transfer reject`: let another Telnyx account take numbers, or not."""

from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from commands import connection, files, printer
from commands.options import PASTED, TEXT, Account, Output
from domain.pasted_text import clean
from services.endings import Ending

if TYPE_CHECKING:
    from domain.transfers import Decision

Order = Annotated[str, PASTED, Parameter(help="Id of the other account's order, from Telnyx's notification.")]
Token = Annotated[
    str,
    Parameter(
        help="The token from Telnyx's notification. It works once. `-` reads it from stdin.",
        allow_leading_hyphen=True,
    ),
]


async def approve(order: Order, /, *, token: Token, account: Account = "default", output: Output = TEXT) -> Ending:
    """Let another Telnyx account take the numbers that it ordered."""
    return await _answer("approve", order, token, account, output)


async def reject(order: Order, /, *, token: Token, account: Account = "default", output: Output = TEXT) -> Ending:
    """Keep numbers that another Telnyx account ordered.

    The order of the other account fails.
    """
    return await _answer("reject", order, token, account, output)


async def _answer(decision: "Decision", order: str, token: str, account: str, output: Output) -> Ending:
    from domain.transfers import AnswerTransferRequest

    given = files.read_line() if token == "-" else token  # noqa: S105 - a hyphen is no token
    request = AnswerTransferRequest(account=account, order_id=order, decision=decision, token=clean(given))
    hosted_sms = await connection.connect()
    answered = await hosted_sms.answer_transfer(request)
    if output.json:
        printer.dump(answered)
    else:
        printer.write_wrapped(answered.sentence)
    return Ending.DONE
