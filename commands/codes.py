"""`hosted-sms codes` and `hosted-sms resend`."""

from typing import Annotated, Literal

from cyclopts import Parameter

from commands import answers, connection, files
from commands.options import CHANGE, Change, Reference
from services.endings import Ending


async def codes(
    reference: Reference,
    codes: Annotated[list[str] | None, Parameter(help="Each as +15125550100=12345.")] = None,
    /,
    *,
    from_file: Annotated[
        str | None,
        Parameter(
            allow_leading_hyphen=True,  # a lone hyphen is standard input
            help="File of number=code lines (- for standard input), so that your shell's history keeps no code.",
        ),
    ] = None,
    change: Change = CHANGE,
) -> Ending:
    """Submit ownership codes."""
    from domain.messages import SubmitCodes
    from services import parsing

    lines = files.read_lines(from_file) if from_file is not None else []
    message = SubmitCodes(codes=parsing.codes([*(codes or []), *lines]), by=change.who())
    hosted_sms = await connection.connect_for(reference)
    return answers.show(await hosted_sms.submit_codes(reference, message, **change.sending()), as_json=change.json)


async def resend(
    reference: Reference,
    numbers: Annotated[
        list[str] | None, Parameter(help="Numbers in any US spelling. Default: all that wait for a code.")
    ] = None,
    /,
    *,
    method: Annotated[Literal["sms", "call"], Parameter(help="How Telnyx sends the codes.")] = "sms",
    change: Change = CHANGE,
) -> Ending:
    """Ask Telnyx for new ownership codes."""
    from domain.messages import ResendCodes
    from services import parsing

    wanted = parsing.phone_numbers(numbers or [], at_least=0)
    message = ResendCodes(phone_numbers=wanted, method=method, by=change.who())
    hosted_sms = await connection.connect_for(reference)
    return answers.show(await hosted_sms.resend_codes(reference, message, **change.sending()), as_json=change.json)
