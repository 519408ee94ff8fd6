"""`hosted-sms answer`."""

from typing import Annotated

from cyclopts import Parameter

from commands import answers, connection
from commands.options import CHANGE, EMPTY, PASTED, Change, Reference
from services.endings import Ending


async def answer(
    reference: Reference,
    ask: Annotated[str, PASTED, Parameter(help="Id of the ask, as `show` prints it.")],
    choice: Annotated[str, PASTED, Parameter(help="One of the choices of the ask.")],
    /,
    *,
    order: Annotated[str, EMPTY, PASTED, Parameter(help="Id of the order that the choice names.")] = "",
    change: Change = CHANGE,
) -> Ending:
    """Answer an ask that offers choices."""
    from domain.messages import AnswerAsk

    message = AnswerAsk(ask=ask, choice=choice, order_id=order, by=change.who())
    hosted_sms = await connection.connect_for(reference)
    return answers.show(await hosted_sms.answer(reference, message, **change.sending()), as_json=change.json)
