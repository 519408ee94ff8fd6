"""How a request and a list of requests look on a terminal of 80 columns."""

from collections.abc import Iterable, Sequence

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from commands import ask_commands
from domain.messages import AskView, Event, NumberProgress, Progress
from domain.text import format_utc, format_utc_day
from services.request_list import Row

_EVENTS_SHOWN = 8
_COLORS = {
    "active": "green",
    "running": "cyan",
    "partly_active": "yellow",
    "not_active": "red",
    "cancelled": "yellow",
    "expired": "red",
    "rejected": "red",
    "failed": "red",
    "in_review": "cyan",
    "verified": "cyan",
}


def progress(shown: Progress) -> RenderableType:
    """A whole request: where it stands, what it needs from whom, each number, the last events."""
    parts: list[RenderableType] = [_head(shown), *_left_behind(shown.left_behind)]
    for ask in shown.asks:
        parts += [Text(), _ask(shown, ask)]
    parts += [Text(), _numbers(shown.numbers)]
    if shown.events:
        parts += [Text(), _events(shown.events)]
    return Group(*parts)


def rows(found: Sequence[Row]) -> RenderableType:
    """A list of requests, one in a line."""
    if not found:
        return Text("No request fits.")
    # A column that would say the same in each row leaves its room to the others.
    accounts = any(row.account != "default" for row in found)
    customers = any(row.customer for row in found)
    columns = [*["Account"] * accounts, *["Customer"] * customers, "Outcome", "Step", "Needs", "Until (UTC)"]
    table = _table("Reference", *columns)
    table.columns[0].no_wrap = table.columns[-1].no_wrap = True
    for row in found:
        outcome = Text(row.outcome, style=_COLORS.get(row.outcome, ""))
        ids = [*[row.account] * accounts, *[row.customer] * customers]
        _add(table, row.reference, *ids, outcome, row.step, ", ".join(row.needs), format_utc_day(row.deadline))
    return table


def _head(shown: Progress) -> RenderableType:
    line = Text.assemble((shown.reference, "bold"), "  ", (shown.outcome, _COLORS.get(shown.outcome, "bold")))
    if shown.step != "done":
        line.append(f", at the step “{shown.step}”")
    facts = [f"account {shown.account}"]
    facts += [f"customer {shown.customer}"] if shown.customer else []
    facts += [f"round {shown.round}"] if shown.round else []
    lines: list[RenderableType] = [line, Text(", ".join(facts), style="dim")]
    lines += [Text(f"order {shown.order_ids[-1]}", style="dim")] if shown.order_ids else []
    if shown.partial:
        lines.append(Text("No worker answered: this is only what the Temporal server knows.", style="yellow"))
    elif shown.outcome == "running" and not shown.asks:
        lines.append(Text("It needs nothing from a person now."))
    return Group(*lines)


def _left_behind(sentences: Sequence[str]) -> list[RenderableType]:
    return [Text(f"Left behind: {sentence}", style="yellow") for sentence in sentences]


def _ask(shown: Progress, ask: AskView) -> RenderableType:
    title = Text(f"Needs {ask_commands.awaited(ask)}", style="bold yellow")
    since, until = format_utc(ask.since), format_utc(ask.deadline)
    times = " ".join(part for part in (since and f"since {since}", until and f"until {until}") if part)
    lines = [Text(line) for line in (times, ask.guidance) if line]
    lines += [Text(command, style="green") for command in ask_commands.commands(shown.reference, shown.account, ask)]
    return Group(title, Padding(Group(*lines), (0, 0, 0, 2)))


def _numbers(numbers: Iterable[NumberProgress]) -> RenderableType:
    table = _table("Number", "State", "Telnyx says")
    table.add_column("Because", overflow="fold", ratio=1)
    for number in numbers:
        state = Text(number.state or "not known", style=_COLORS.get(number.state, ""))
        _add(table, number.phone_number, state, number.status, number.because)
    return table


def _events(events: Sequence[Event]) -> RenderableType:
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(no_wrap=True, style="dim")
    table.add_column(overflow="fold")
    for event in events[-_EVENTS_SHOWN:]:
        _add(table, format_utc(event.at), event.what + (f" ({event.by})" if event.by else ""))
    return Group(Text("Last events", style="bold"), table)


def _table(*columns: str) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        table.add_column(column, overflow="fold")
    return table


def _add(table: Table, *cells: str | Text) -> None:
    """Adds a row. What people and Telnyx write is printed as it is, also where it looks like markup."""
    table.add_row(*(Text(cell) if isinstance(cell, str) else cell for cell in cells))
