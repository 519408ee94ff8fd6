"""Tells the good rows of a file from the bad ones before anything starts, and says what an import would do."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from pydantic import BaseModel

from domain.messages import HostingRequest
from services import bulk_import, digests, number_owners, orders_file
from services.bulk_import import CheckedLine, RefusedLine
from services.orders_file import Line, OrdersFile
from services.start import Starter
from services.table_mistakes import Mistake, by_row


@dataclass
class CheckedFile:
    """What would happen to a file."""

    lines: list[CheckedLine] = field(default_factory=list)
    """The requests that can be started, or that exist already."""
    mistakes: list[Mistake] = field(default_factory=list)
    held: int = 0
    """Numbers left out since a running request with the same account, profile, customer and documents holds them."""


class Share(BaseModel):
    """The requests and numbers of one customer in one account; `already` counts requests that exist."""

    account: str
    customer: str
    requests: int = 0
    numbers: int = 0
    already: int = 0


class BadRow(BaseModel):
    """A row that cannot be started, and why."""

    row: int
    error: str


class DryRun(BaseModel):
    """What an import would do: start `requests` less `already`. `held` numbers are in running requests of their own."""

    requests: int
    numbers: int
    already: int
    held: int
    shares: list[Share]
    bad_rows: list[BadRow]
    warnings: list[str]


def dry_run(checked: CheckedFile) -> DryRun:
    """What an import of a checked file would do."""
    shares = _shares(checked.lines)
    return DryRun(
        requests=len(checked.lines),
        numbers=sum(share.numbers for share in shares),
        already=sum(share.already for share in shares),
        held=checked.held,
        shares=shares,
        bad_rows=[BadRow(row=row, error=error) for row, error in sorted(by_row(checked.mistakes).items())],
        warnings=list(dict.fromkeys(warning for line in checked.lines for warning in line.warnings)),
    )


def _shares(lines: Sequence[CheckedLine]) -> list[Share]:
    shares: dict[tuple[str, str], Share] = {}
    for one in lines:
        request = one.line.prepared.request
        key = (request.account, request.customer)
        share = shares.setdefault(key, Share(account=request.account, customer=request.customer))
        share.requests += 1
        share.numbers += len(request.phone_numbers)
        share.already += one.already
    return [shares[key] for key in sorted(shares)]


async def divide(starter: Starter, given: OrdersFile) -> CheckedFile:
    """Asks everything that changes nothing.

    Raises:
        BadFile: there are too many requests.
        NoAnswer: the server does not answer.
    """
    checked = CheckedFile(mistakes=list(given.mistakes))
    found = await bulk_import.examine(starter, given.lines)
    for one in found:
        if isinstance(one, RefusedLine):
            checked.mistakes += _mistakes(one)
    good = [one for one in found if isinstance(one, CheckedLine)]
    owners = await _owners(starter, [one.line for one in good if not one.already])
    for one in good:
        await _take(one, {} if one.already else owners, checked)
    checked.mistakes.sort(key=lambda mistake: mistake.row)
    return checked


def _mistakes(refused: RefusedLine) -> list[Mistake]:
    """In each row that the request comes from. Form B has no column for a reference, so its row as a whole is named."""
    no_cell = refused.line.group is not None and refused.column == "reference"
    return [Mistake(row, refused.sentence, "" if no_cell else refused.column) for row in refused.line.rows]


async def _owners(starter: Starter, lines: Sequence[Line]) -> Mapping[str, list[HostingRequest]]:
    """Which running requests hold single numbers of a file. After a change of the file these are in other groups."""
    numbers = [number for line in lines if line.group for number in line.group.numbers]
    if starter.fingerprints is None or not numbers:
        return {}
    return (await number_owners.find(starter.client, starter.fingerprints, numbers)).of


async def _take(one: CheckedLine, owners: Mapping[str, list[HostingRequest]], checked: CheckedFile) -> None:
    """Adds a line without the numbers that a running request holds."""
    rows = one.line.group.rows if one.line.group else ()
    held = {row.number: owners[row.number][0] for row in rows if row.number in owners}
    for row in rows:
        if row.number in held:
            _tell(row.row, row.number, held[row.number], one.line, checked)
    line = await _rest(one.line, held)
    if line is not None:
        profile = one.warnings[len(one.line.prepared.warnings) :]
        checked.lines.append(replace(one, line=line, warnings=(*line.prepared.warnings, *profile)) if held else one)


async def _rest(line: Line, held: Collection[str]) -> Line | None:
    return await orders_file.without(line, held) if held else line


def _tell(row: int, number: str, owner: HostingRequest, line: Line, checked: CheckedFile) -> None:
    """A number held on other terms is a mistake of its row. One held on the same terms is what the file asks for."""
    difference = digests.differences_of_terms(owner, line.prepared.request)
    if not difference:
        checked.held += 1
        return
    what = f"{number} is in the running request {owner.reference} ({'; '.join(difference)})"
    checked.mistakes.append(Mistake(row, f"{what}: remove the row, or end that request first.", orders_file.NUMBER))
