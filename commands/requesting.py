"""The commands that begin something: check, start, import."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from commands import connection, exit_codes, files, printer
from commands.files import PdfFile
from commands.options import TEXT, Output, system_user
from domain.messages import Options
from services import orders_file, parsing
from services.bulk_import import Imported
from services.prepare import NewRequest, prepare

_No = Parameter(negative="")


async def check(
    numbers: Annotated[list[str], Parameter(help="Numbers in any US spelling.")],
    /,
    *,
    account: Annotated[str, Parameter(help="Telnyx account that asks.")] = "default",
    output: Output = TEXT,
) -> int:
    """Ask Telnyx whether numbers can be hosted; nothing is ordered."""
    wanted = parsing.phone_numbers(numbers)
    hosted_sms = await connection.connect()
    report = await hosted_sms.check(parsing.account(account), wanted)
    if output.json:
        printer.dump(report)
        return exit_codes.DONE
    for number in report.numbers:
        printer.tell(f"{number.phone_number}  {'yes' if number.eligible else 'NO '}  {number.status}: {number.because}")
    return exit_codes.DONE


async def start(  # noqa: PLR0913 - an option for each field of a request
    *,
    reference: Annotated[str, Parameter(help="Your own name for the request: letters, digits and . _ - only.")],
    profile: Annotated[str, Parameter(help="Id of the messaging profile that the numbers go to.")],
    number: Annotated[list[str], Parameter(help="A number in any US spelling; repeat it for each.", negative="")],
    account: Annotated[str, Parameter(help="Telnyx account.")] = "default",
    customer: Annotated[str, Parameter(help="Id of the customer; it stays readable on the server, so no name.")] = "",
    loa: Annotated[Path | None, Parameter(help="The signed letter of authorization, a PDF of at most 5 MB.")] = None,
    bill: Annotated[Path | None, Parameter(help="A bill that shows the numbers, a PDF of at most 5 MB.")] = None,
    all_or_nothing: Annotated[bool, _No, Parameter(help="Stop when one number cannot be hosted.")] = False,
    verification_method: Annotated[
        Literal["sms", "call"], Parameter(help="How Telnyx sends the ownership codes first.")
    ] = "sms",
    internal_transfer: Annotated[
        bool, _No, Parameter(help="Go on when another Telnyx account hosts a number; it has 72 hours to object.")
    ] = False,
    contact_hours: Annotated[str, Parameter(help="When codes may be sent, every day: `9-17 Pacific`.")] = "",
    needed_by: Annotated[datetime | None, Parameter(help="When the numbers are needed; shown to support.")] = None,
    campaign_id: Annotated[str | None, Parameter(help="The 10DLC campaign that the numbers are meant for.")] = None,
    no_preflight: Annotated[bool, _No, Parameter(help="Do not ask Telnyx about the profile first.")] = False,
    by: Annotated[str, Parameter(help="Who asks; the user of this system when not given.")] = "",
    output: Output = TEXT,
) -> int:
    """Start a request; the same reference with the same content is the same request."""
    options = Options(
        all_or_nothing=all_or_nothing,
        verification_method=verification_method,
        internal_transfer=internal_transfer,
        contact_hours=parsing.contact_hours(contact_hours),
        needed_by=needed_by if needed_by is None or needed_by.tzinfo else needed_by.replace(tzinfo=UTC),
        campaign_id=campaign_id,
    )
    new = NewRequest(
        reference, profile, number, account, customer, files.pdf(loa), files.pdf(bill), options, by or system_user()
    )
    prepared = await prepare(new)
    hosted_sms = await connection.connect()
    started = await hosted_sms.start(prepared, preflight=not no_preflight)
    if output.json:
        printer.dump(started)
        return exit_codes.DONE
    printer.warn(started.warnings)
    exists = "exists already, with the same content" if started.already else "is started"
    printer.tell(f"{reference} {exists}: follow it with `hosted-sms show {reference}`.")
    return exit_codes.DONE


async def import_file(
    file: Annotated[Path, Parameter(help="CSV: reference, messaging_profile_id, phone_numbers, loa, bill.")],
    /,
    *,
    no_preflight: Annotated[bool, _No, Parameter(help="Do not ask Telnyx about the profiles first.")] = False,
    by: Annotated[str, Parameter(help="Who asks; the user of this system when not given.")] = "",
    output: Output = TEXT,
) -> int:
    """Start every request of a CSV file; a second run starts only what is not there yet."""
    lines = await orders_file.read(
        await files.read(file), file.name, lambda cell: PdfFile(file.parent / cell), by=by or system_user()
    )
    hosted_sms = await connection.connect()
    counter = printer.Counter(len(lines), quiet=output.json)
    results = await hosted_sms.import_(lines, preflight=not no_preflight, on_done=lambda _: counter.advance())
    counter.close()
    return _tell_import(results, as_json=output.json)


def _tell_import(results: Sequence[Imported], *, as_json: bool) -> int:
    failed = [result for result in results if result.error is not None]
    if as_json:
        printer.dump(results)
    else:
        printer.warn(_grouped(results))
        already = sum(result.already for result in results)
        fresh = len(results) - already - len(failed)
        printer.tell(f"{fresh} started, {already} existed already, {len(failed)} failed.")
    for result in failed:
        printer.fail(f"row {result.row}, {result.reference}: {result.error}", as_json=as_json)
    if any(result.silent for result in failed):
        return exit_codes.SILENT
    return exit_codes.REFUSED if failed else exit_codes.DONE


def _grouped(results: Sequence[Imported]) -> list[str]:
    """Each warning once, with the requests that it is about: a profile's webhook concerns all of them."""
    about: dict[str, list[str]] = {}
    for result in results:
        for warning in result.warnings:
            about.setdefault(warning, []).append(result.reference)
    return [f"{_some(references)}: {warning}" for warning, references in about.items()]


def _some(references: list[str], most: int = 5) -> str:
    more = f" and {len(references) - most} more" if len(references) > most else ""
    return ", ".join(references[:most]) + more
