"""`hosted-sms import`."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from commands import connection, files, import_choice, imports, printer
from commands.options import FLAG, TEXT, By, Output, system_user
from domain.text import join_some
from services.endings import Ending

if TYPE_CHECKING:
    from services.bulk_import import CheckedLine, ImportResult
    from services.hosted_sms import HostedSms


async def import_file(  # noqa: PLR0913 - one for each option
    file: Annotated[
        Path,
        Parameter(
            help="CSV with the columns reference, messaging_profile_id, phone_numbers, loa, bill; or with one number a "
            "row: phone_number, messaging_profile_id, loa, bill. Both may have account and customer."
        ),
    ],
    /,
    *,
    dry_run: Annotated[bool, FLAG, Parameter(help="Only say what would happen, and start nothing.")] = False,
    good_rows: Annotated[bool, FLAG, Parameter(help="Start the good rows, although others are bad.")] = False,
    errors: Annotated[
        Path | None, Parameter(help="Write the bad rows to this new CSV, with a column `error`, to be corrected.")
    ] = None,
    no_preflight: Annotated[bool, FLAG, Parameter(help="Do not ask Telnyx about the profiles first.")] = False,
    allow_outside: Annotated[
        bool, FLAG, Parameter(help="Allow documents that do not lie in the folder of the file or below it.")
    ] = False,
    by: By = "",
    output: Output = TEXT,
) -> Ending:
    """Start every request of a CSV file.

    A file with a mistake starts nothing, unless you ask for its good rows. A worker starts the requests, and this
    command counts them: an interrupt does not end the import. A second run
    starts only the requests that do not exist yet.
    """
    from services import orders_file

    content, folder = await files.read(file), files.find(file).parent
    pdf_of = partial(files.pdf_of_cell, folder, allow_outside=allow_outside)
    choice = import_choice.Choice(dry_run, good_rows, errors)
    read = orders_file.examine if choice.divides else orders_file.read_whole
    given = await read(content, file.name, pdf_of, by=by or system_user())
    hosted_sms = await connection.connect()
    if not choice.divides and not any(line.group for line in given.lines):
        checked = await hosted_sms.check_import(given.lines, preflight=not no_preflight)
        return _print(await _import(hosted_sms, checked, by, quiet=output.json), as_json=output.json)
    divided = await hosted_sms.divide_import(given, preflight=not no_preflight)
    choice.write_bad_rows(content, divided.mistakes)
    if dry_run:
        return import_choice.show(divided, as_json=output.json)
    lines = choice.lines_to_start(divided)
    ending = _print(await _import(hosted_sms, lines, by, quiet=output.json), as_json=output.json)
    return Ending.REFUSED if divided.mistakes and ending is Ending.DONE else ending


async def _import(
    hosted_sms: "HostedSms", checked: Sequence["CheckedLine"], by: str, *, quiet: bool
) -> Sequence["ImportResult"]:
    """Begins the import of the lines, or finds it, and follows it to its end."""
    if not checked:
        return []
    begun = await hosted_sms.begin_import([one.line for one in checked], by=by or system_user())
    if not quiet:
        printer.note(f"Import {begun.import_id} {'exists already' if begun.already else 'has begun'}.")
    ended = await imports.follow(hosted_sms, begun.import_id, len(checked), quiet=quiet)
    return await hosted_sms.import_results(checked, ended)


def _print(results: Sequence["ImportResult"], *, as_json: bool) -> Ending:
    failed = [result for result in results if result.error is not None]
    if as_json:
        printer.dump(results)
    else:
        printer.warn_of_some(_grouped(results))
        already = sum(result.already for result in results)
        new = len(results) - already - len(failed)
        printer.write_wrapped(f"{new} started, {already} existed already, {len(failed)} failed.")
    for result in failed:
        printer.fail(f"row {result.row}, {result.reference}: {result.error}", as_json=as_json)
    if any(result.silent for result in failed):
        return Ending.NO_ANSWER
    return Ending.REFUSED if failed else Ending.DONE


def _grouped(results: Sequence["ImportResult"]) -> list[str]:
    """Each warning once, with its requests: the webhook of a profile concerns all of them."""
    concerned: dict[str, list[str]] = {}
    for result in results:
        for warning in result.warnings:
            concerned.setdefault(warning, []).append(result.reference)
    return [f"{join_some(references, 5)}: {warning}" for warning, references in concerned.items()]
