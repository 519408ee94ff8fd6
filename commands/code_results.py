"""Prints what became of each row of a file of codes."""

from typing import TYPE_CHECKING

from commands import printer
from domain.text import count
from services.endings import Ending

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.table import Table

    from services.submit_codes_file import CodeRowResult


def show(results: "Sequence[CodeRowResult]", *, as_json: bool) -> Ending:
    """Prints the results as a table or as JSON. Rows that were not taken are named with their reason."""
    if as_json:
        printer.dump(results)
    else:
        printer.render(_table(results))
    endings = {result.ending for result in results}
    bad = [result for result in results if result.ending is not Ending.DONE]
    for result in [] if as_json else bad:
        about = f"row {result.row}, {result.reference}" if result.reference else f"row {result.row}"
        printer.fail(f"{about}: {result.sentence}", as_json=False)
    if bad:
        printer.fail(f"{count(len(bad), 'code')} of {len(results)} not taken.", as_json=as_json)
    return next((ending for ending in (Ending.NO_ANSWER, Ending.REFUSED) if ending in endings), Ending.DONE)


def _table(results: "Sequence[CodeRowResult]") -> "Table":
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("Row", justify="right", no_wrap=True)
    table.add_column("Number", no_wrap=True)
    table.add_column("Reference", overflow="fold")
    table.add_column("Result", no_wrap=True)
    for one in results:
        words = one.result.replace("_", " ")
        table.add_row(*map(Text, (str(one.row), one.phone_number, one.reference, words)))
    return table
