"""How the requests of a file look on a terminal of 80 columns."""

from collections.abc import Sequence

from rich.table import Table

from services.import_check import Share


def shares(found: Sequence[Share]) -> Table:
    """How many requests and numbers each customer of each account has."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in ("Account", "Customer"):
        table.add_column(column, overflow="fold")
    for column in ("Requests", "Numbers", "Exist already"):
        table.add_column(column, justify="right")
    for share in found:
        table.add_row(share.account, share.customer, *map(str, (share.requests, share.numbers, share.already)))
    return table
