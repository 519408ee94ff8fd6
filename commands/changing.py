"""The commands that say something to a request: codes, resend, documents, retry, give-up, cancel, answer."""

from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from commands import connection, files, printer
from commands.options import ANONYMOUS, Change
from domain.messages import (
    AnswerAsk,
    Cancel,
    GiveUp,
    Message,
    ReplaceDocuments,
    ResendCodes,
    RetryNumbers,
    SubmitCodes,
)
from services import parsing, submit_documents
from services.hosted_sms import HostedSms

Reference = Annotated[str, Parameter(help="Of the request.")]
Numbers = Annotated[list[str], Parameter(help="Numbers in any US spelling.")]
Why = Annotated[str, Parameter(help="The reason, kept in the request's events.")]


async def codes(
    reference: Reference,
    codes: Annotated[list[str] | None, Parameter(help="Each as +15125550100=12345.")] = None,
    /,
    *,
    from_file: Annotated[
        str | None,
        Parameter(
            allow_leading_hyphen=True,  # a lone hyphen is standard input
            help="File of number=code lines (- for standard input), kept out of the shell's history.",
        ),
    ] = None,
    change: Change = ANONYMOUS,
) -> int:
    """Hand in ownership codes as somebody read them out."""
    given = parsing.codes([*(codes or []), *(files.read_lines(from_file) if from_file else [])])
    return await _send(reference, SubmitCodes(codes=given, by=change.who()), change)


async def resend(
    reference: Reference,
    numbers: Annotated[list[str] | None, Parameter(help="Numbers in any US spelling; all that wait when none.")] = None,
    /,
    *,
    method: Annotated[Literal["sms", "call"], Parameter(help="How Telnyx sends the codes.")] = "sms",
    change: Change = ANONYMOUS,
) -> int:
    """Ask Telnyx for new ownership codes."""
    wanted = parsing.phone_numbers(numbers or [], at_least=0)
    message = ResendCodes(phone_numbers=wanted, method=method, by=change.who())
    return await _send(reference, message, change)


async def documents(
    reference: Reference,
    /,
    *,
    loa: Annotated[Path | None, Parameter(help="The signed letter of authorization, a PDF of at most 5 MB.")] = None,
    bill: Annotated[Path | None, Parameter(help="A bill that shows the numbers, a PDF of at most 5 MB.")] = None,
    change: Change = ANONYMOUS,
) -> int:
    """Hand in the LOA, the bill or both; what is not given stays as it was."""
    papers = await submit_documents.check(files.pdf(loa), files.pdf(bill))
    hosted_sms = await connection.connect()
    handed_in = await hosted_sms.store_documents(reference, papers)
    printer.warn(handed_in.warnings)
    message = ReplaceDocuments(loa=handed_in.loa, bill=handed_in.bill, by=change.who())
    return await _deliver(hosted_sms, reference, message, change)


async def retry(reference: Reference, numbers: Numbers, /, *, change: Change = ANONYMOUS) -> int:
    """Give numbers that a carrier rejected an order of their own, now that somebody settled it."""
    message = RetryNumbers(phone_numbers=parsing.phone_numbers(numbers), by=change.who())
    return await _send(reference, message, change)


async def give_up(reference: Reference, numbers: Numbers, /, *, why: Why = "", change: Change = ANONYMOUS) -> int:
    """Stop trying for some numbers; the others go on."""
    message = GiveUp(phone_numbers=parsing.phone_numbers(numbers), why=why, by=change.who())
    return await _send(reference, message, change)


async def cancel(reference: Reference, /, *, why: Why = "", change: Change = ANONYMOUS) -> int:
    """Stop a whole request and remove its order where that is safe."""
    return await _send(reference, Cancel(why=why, by=change.who()), change)


async def answer(
    reference: Reference,
    ask: Annotated[str, Parameter(help="Id of the ask, as `show` names it.")],
    choice: Annotated[str, Parameter(help="One of the ask's choices.")],
    /,
    *,
    order: Annotated[str, Parameter(help="Id of the order that the choice names.")] = "",
    change: Change = ANONYMOUS,
) -> int:
    """Answer an ask that offers choices."""
    return await _send(reference, AnswerAsk(ask=ask, choice=choice, order_id=order, by=change.who()), change)


async def _send(reference: str, message: Message, change: Change) -> int:
    parsing.reference(reference)
    return await _deliver(await connection.connect(), reference, message, change)


async def _deliver(hosted_sms: HostedSms, reference: str, message: Message, change: Change) -> int:
    answer = await hosted_sms.send(reference, message, update_id=change.id, within=change.within)
    return printer.answer(answer, as_json=change.json)
