"""Prints what became of each row of a file of codes."""

from typing import TYPE_CHECKING

from commands import printer
from domain.text import count, join_some
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
    for sentence in [] if as_json else _reasons(bad):
        printer.fail(sentence, as_json=False)
    if bad:
        printer.fail(f"{count(len(bad), 'code')} of {len(results)} not taken.", as_json=as_json)
    return next((ending for ending in (Ending.NO_ANSWER, Ending.REFUSED) if ending in endings), Ending.DONE)


def _reasons(bad: "Sequence[CodeRowResult]") -> list[str]:
    """Each reason once, with its rows: a request says the same of all its codes."""
    rows: dict[tuple[str, str], list[str]] = {}
    for one in bad:
        rows.setdefault((one.reference, one.sentence), []).append(str(one.row))
    return [
        ", ".join(filter(None, (f"{'row' if len(some) == 1 else 'rows'} {join_some(some, 5)}", reference)))
        + f": {sentence}"
        for (reference, sentence), some in rows.items()
    ]


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
