"""`hosted-sms codes` and `hosted-sms resend`."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import ArgumentCollection, CycloptsError, Parameter, Token, UnknownOptionError

from commands import answers, connection, files, printer
from commands.options import CHANGE, PASTED, Change, Reference
from services.endings import Ending
from services.errors import Refused

_INPUT = "-"


def _refuse_options(_type: object, codes: Sequence[str] | None) -> None:
    """A misspelled option stands where a code may stand."""
    for code in codes or ():
        if code.startswith("-") and code != _INPUT:
            unknown = Token(keyword=code.partition("=")[0], source="cli")
            none_similar = ArgumentCollection()  # type: ignore[no-untyped-call]
            raise UnknownOptionError(token=unknown, argument_collection=none_similar)


async def codes(
    reference: Annotated[str | None, PASTED, Parameter(help="Reference of the request. None with --file.")] = None,
    codes: Annotated[
        list[str] | None,
        Parameter(
            allow_leading_hyphen=True,  # a lone hyphen is standard input
            validator=_refuse_options,
            help="Each as +15125550100=12345; - reads them from standard input, which no other user can see.",
        ),
    ] = None,
    /,
    *,
    from_file: Annotated[
        str | None,
        Parameter(
            allow_leading_hyphen=True,  # a lone hyphen is standard input
            help="File of number=code lines (- for standard input), so that your shell's history keeps no code.",
        ),
    ] = None,
    file: Annotated[
        str | None,
        Parameter(
            allow_leading_hyphen=True,  # a lone hyphen is standard input
            help="CSV with the columns phone_number and code, of any requests (- for standard input).",
        ),
    ] = None,
    change: Change = CHANGE,
) -> Ending:
    """Submit ownership codes.

    With a file, each code goes to the running request that has its number.
    """
    from domain.messages import SubmitCodes
    from services import parsing

    if file is not None:
        if reference or from_file is not None:
            raise Refused("--file finds the requests by their numbers: give no reference and no other codes.")
        return await _submit_file(file, change)
    if reference is None:
        raise _missing_reference()
    lines = files.read_lines(from_file) if from_file is not None else []
    message = SubmitCodes(codes=parsing.codes([*_given(codes or []), *lines]), by=change.who())
    hosted_sms = await connection.connect_for(reference)
    return answers.show(await hosted_sms.submit_codes(reference, message, **change.sending()), as_json=change.json)


async def _submit_file(file: str, change: Change) -> Ending:
    from commands import code_results
    from services import codes_file

    name = "Standard input" if file == _INPUT else Path(file).name
    given = codes_file.read(files.read_table(file), name)
    hosted_sms = await connection.connect()
    results = await hosted_sms.submit_codes_file(given, by=change.who(), **change.sending())
    return code_results.show(results, as_json=change.json)


def _missing_reference() -> CycloptsError:
    return CycloptsError("Give the reference of a request, or --file.")


def _given(codes: Sequence[str]) -> list[str]:
    """The codes of the arguments. A lone hyphen stands for the lines of standard input.

    Arguments are kept by the shell and can be read in the list of processes. What is typed here is not.
    """
    if _INPUT not in codes:
        return list(codes)
    if sys.stdin.isatty():
        printer.note("Type each code as +15125550100=12345 on a line of its own, then Ctrl-D.")
    return [*(code for code in codes if code != _INPUT), *files.read_lines(_INPUT)]


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
