"""How a request and a list of requests look on a terminal of 80 columns."""

from collections.abc import Iterable, Sequence

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.measure import Measurement
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from commands import ask_commands, printer
from domain.messages import AskView, Event, NumberProgress, Progress
from domain.text import format_utc, format_utc_day
from services.request_list import Row

_EVENTS_SHOWN = 8
_PARTIAL = "No worker answered: this is only what the Temporal server knows. `hosted-sms doctor` says why."
_LEAST_WIDTH = 24
"""Columns of a cell with sentences. A number and its sign take twelve."""
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
    lines += [Text(f"order {order_id}", style="dim") for order_id in shown.order_ids]
    if shown.partial:
        lines.append(_Paragraph(_PARTIAL, style="yellow"))
    elif shown.outcome == "running" and not shown.asks:
        lines.append(Text("It needs nothing from a person now."))
    return Group(*lines)


def _left_behind(sentences: Sequence[str]) -> list[RenderableType]:
    return [_Paragraph(f"Left behind: {sentence}", style="yellow") for sentence in sentences]


def _ask(shown: Progress, ask: AskView) -> RenderableType:
    title = Text(f"Needs {ask_commands.awaited(ask)}", style="bold yellow")
    since, until = format_utc(ask.since), format_utc(ask.deadline)
    times = " ".join(part for part in (since and f"since {since}", until and f"until {until}") if part)
    lines: list[RenderableType] = [_Paragraph(line) for line in (times, ask.guidance) if line]
    lines += [Text(command, style="green") for command in ask_commands.commands(shown.reference, shown.account, ask)]
    return Group(title, Padding(Group(*lines), (0, 0, 0, 2)))


def _numbers(numbers: Iterable[NumberProgress]) -> RenderableType:
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("Number", no_wrap=True)
    table.add_column("State", no_wrap=True)
    table.add_column("Telnyx says", overflow="fold")
    table.add_column("Because", ratio=1, min_width=_LEAST_WIDTH)
    for number in numbers:
        state = Text(number.state or "not known", style=_COLORS.get(number.state, ""))
        because = number.because.replace(f" ({number.status})", "")  # it stands in the column before
        _add(table, number.phone_number, state, number.status or "not known", _Paragraph(because))
    return table


def _events(events: Sequence[Event]) -> RenderableType:
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(no_wrap=True, style="dim")
    table.add_column()
    for event in events[-_EVENTS_SHOWN:]:
        _add(table, format_utc(event.at), _Paragraph(event.what + (f" ({event.by})" if event.by else "")))
    return Group(Text("Last events", style="bold"), table)


def _table(*columns: str) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        table.add_column(column, overflow="fold")
    return table


class _Paragraph:
    """Sentences of people or Telnyx, wrapped so that no number, id or command in them is broken."""

    def __init__(self, text: str, style: str = "") -> None:
        self._text, self._style = text, style

    def __rich_console__(self, _console: Console, options: ConsoleOptions) -> RenderResult:
        """The lines that fit into the width. A word that is longer than a line is folded."""
        yield Text(printer.wrapped(self._text, 0, 0, options.max_width), style=self._style, overflow="fold")

    def __rich_measure__(self, _console: Console, options: ConsoleOptions) -> Measurement:
        """A table gives it what the other columns leave."""
        return Measurement(min(_LEAST_WIDTH, options.max_width), min(len(self._text), options.max_width))


def _add(table: Table, *cells: "str | Text | _Paragraph") -> None:
    """Adds a row. What people and Telnyx write is printed as it is, also where it looks like markup."""
    table.add_row(*(Text(cell) if isinstance(cell, str) else cell for cell in cells))
