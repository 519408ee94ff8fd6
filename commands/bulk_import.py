"""`hosted-sms import`."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from commands import connection, files, printer
from commands.options import FLAG, TEXT, By, Output, system_user
from domain.text import join_some
from services.endings import Ending

if TYPE_CHECKING:
    from services.bulk_import import ImportResult


async def import_file(
    file: Annotated[
        Path, Parameter(help="CSV with the columns reference, messaging_profile_id, phone_numbers, loa, bill.")
    ],
    /,
    *,
    no_preflight: Annotated[bool, FLAG, Parameter(help="Do not ask Telnyx about the profiles first.")] = False,
    allow_outside: Annotated[
        bool, FLAG, Parameter(help="Allow documents that do not lie in the folder of the file or below it.")
    ] = False,
    by: By = "",
    output: Output = TEXT,
) -> Ending:
    """Start every request of a CSV file.

    A file with a mistake starts nothing. A second run starts only the requests that do not exist yet.
    """
    from services import orders_file

    content, folder = await files.read(file), files.find(file).parent
    pdf_of = partial(files.pdf_of_cell, folder, allow_outside=allow_outside)
    lines = await orders_file.read(content, file.name, pdf_of, by=by or system_user())
    hosted_sms = await connection.connect()
    counter = printer.Counter(len(lines), quiet=output.json)
    results = await hosted_sms.import_(lines, preflight=not no_preflight, on_done=lambda _: counter.advance())
    counter.close()
    return _print(results, as_json=output.json)


def _print(results: Sequence["ImportResult"], *, as_json: bool) -> Ending:
    failed = [result for result in results if result.error is not None]
    if as_json:
        printer.dump(results)
    else:
        printer.warn(_grouped(results))
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
