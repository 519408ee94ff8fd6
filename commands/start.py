"""`hosted-sms start`."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter

from commands import connection, files, printer
from commands.options import EMPTY, FLAG, PASTED, TEXT, Account, Bill, By, Loa, Output, system_user
from services.endings import Ending

if TYPE_CHECKING:
    from services.start import StartResult


async def start(  # noqa: PLR0913 - an option for each field of a request
    *,
    reference: Annotated[str, PASTED, Parameter(help="Your own name for the request: letters, digits and . _ - only.")],
    profile: Annotated[str, PASTED, Parameter(help="Id of the messaging profile that the numbers go to.")],
    number: Annotated[list[str], Parameter(help="A number in any US spelling. Repeat it for each.", negative="")],
    account: Account = "default",
    customer: Annotated[
        str, EMPTY, PASTED, Parameter(help="Id of the customer. It is readable on the server, so give no name.")
    ] = "",
    loa: Loa = None,
    bill: Bill = None,
    all_or_nothing: Annotated[bool, FLAG, Parameter(help="Stop when one number cannot be hosted.")] = False,
    verification_method: Annotated[
        Literal["sms", "call"], Parameter(help="How Telnyx sends the ownership codes first.")
    ] = "sms",
    internal_transfer: Annotated[
        bool,
        FLAG,
        Parameter(help="Go on when another Telnyx account hosts a number. That account has 72 hours to object."),
    ] = False,
    contact_hours: Annotated[
        str, EMPTY, Parameter(help="When codes may be sent, every day, such as '9-17 Pacific'. Default: at any time.")
    ] = "",
    needed_by: Annotated[
        datetime | None, Parameter(help="When the numbers are needed (UTC unless it names a zone). Support sees it.")
    ] = None,
    campaign_id: Annotated[
        str | None, PASTED, Parameter(help="The 10DLC campaign that the numbers are meant for.")
    ] = None,
    no_preflight: Annotated[bool, FLAG, Parameter(help="Do not ask Telnyx about the profile first.")] = False,
    by: By = "",
    output: Output = TEXT,
) -> Ending:
    """Start a request.

    The same reference with the same content is the same request, so that starting it again is safe.
    """
    from domain.messages import Options
    from services import parsing
    from services.prepare import NewRequest, prepare

    options = Options(
        all_or_nothing=all_or_nothing,
        verification_method=verification_method,
        internal_transfer=internal_transfer,
        contact_hours=parsing.contact_hours(contact_hours),
        needed_by=needed_by,
        campaign_id=campaign_id,
    )
    pdfs = files.pdf(loa), files.pdf(bill)
    new = NewRequest(reference, profile, number, account, customer, *pdfs, options, by or system_user())
    prepared = await prepare(new)
    hosted_sms = await connection.connect()
    return _print(await hosted_sms.start(prepared, preflight=not no_preflight), as_json=output.json)


def _print(started: "StartResult", *, as_json: bool) -> Ending:
    from domain import command_hints

    if as_json:
        printer.dump(started)
        return Ending.DONE
    printer.warn(started.warnings)
    state = "exists already, with the same content: see" if started.already else "is started: follow it with"
    printer.write_wrapped(f"{started.reference} {state} `{command_hints.show(started.reference)}`.")
    return Ending.DONE
