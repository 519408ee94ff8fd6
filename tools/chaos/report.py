"""Prints the outcome of a run: which faults occurred, what is wrong, and each wrong case."""

from collections import Counter
from collections.abc import Mapping

from rich.console import Console
from rich.table import Table
from rich.text import Text

from domain.text import format_utc
from tools.chaos.outcome import Outcome
from tools.chaos.recovery import Recovery

_CASES_SHOWN = 40


def print_outcome(console: Console, outcome: Outcome) -> None:
    """Print the outcome within 80 columns."""
    console.print(_done(outcome))
    console.print(_judged(outcome))
    for case in outcome.judgement.cases[:_CASES_SHOWN]:
        console.print(Text(f"- {case}", style="red"))
    if (more := len(outcome.judgement.cases) - _CASES_SHOWN) > 0:
        console.print(Text(f"- and {more} more", style="red"))
    for sentence in outcome.missing:
        console.print(Text(f"- {sentence}, so the run proves nothing", style="red"))
    verdict = "Passed" if outcome.passed else "Failed"
    console.print(Text(f"{verdict}: seed {outcome.plan.seed}, {outcome.seconds:.0f} seconds.", style="bold"))


def _done(outcome: Outcome) -> Table:
    table = _table("What happened")
    tally, plan = outcome.tally, outcome.plan
    numbers = sum(len(planned.phone_numbers) for planned in plan.requests)
    table.add_row("requests", f"{len(plan.requests)} with {numbers} numbers, seed {plan.seed}")
    table.add_row("faults of the installation", _counted(tally.faults))
    table.add_row("restarted", _counted(tally.started_again))
    table.add_row("ended without a fault", _counted(tally.ended_by_themselves))
    kept = ", ".join(f"{known} of {all_of_them}" for known, all_of_them in tally.known_after_restart)
    table.add_row("known after a server restart", kept or "-")
    table.add_row("faults of Telnyx calls", _counted(outcome.fault_counts))
    table.add_row("Telnyx calls that failed", f"{outcome.share_failed:.0%}")
    table.add_row("answers accepted", _counted(tally.answers))
    table.add_row("answers not accepted", f"{tally.refusals} refused, {tally.unanswered} without a reply")
    return table


def _judged(outcome: Outcome) -> Table:
    table = _table("What went wrong")
    wrong = outcome.judgement
    rows = {
        "requests lost": wrong.lost,
        "orders doubled": wrong.doubled,
        "numbers whose outcome is untrue": wrong.untrue,
        "successful numbers deleted": wrong.switched_off,
        "asks wrongly left open": wrong.asks,
    }
    for name, cases in rows.items():
        table.add_row(name, Text(str(len(cases)), style="red" if cases else "green"))
    table.add_row("longest wait after a return", _after_return(outcome.worst))
    table.add_row("longest wait after a death", _after_death(outcome.worst_after_death))
    return table


def _after_return(worst: Recovery | None) -> str:
    if worst is None:
        return "no order was under way when something came back"
    return (
        f"{worst.seconds:.1f} s from the return of the {worst.what} at {format_utc(worst.at, seconds=True)} to "
        f"Telnyx's next answer about the order {worst.about} ({worst.measured} waits measured)"
    )


def _after_death(worst: Recovery | None) -> str:
    if worst is None:
        return "no work was under way when something died"
    return (
        f"{worst.seconds:.1f} s from the death of the {worst.what} at {format_utc(worst.at, seconds=True)} to "
        f"the end of the work under way ({worst.about}), with the pauses between attempts "
        f"({worst.measured} waits measured)"
    )


def _counted(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{count} × {name}" for name, count in Counter(counts).most_common() if count) or "-"


def _table(title: str) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold", show_header=False, box=None, pad_edge=False)
    table.add_column(style="dim", max_width=32)
    table.add_column()
    return table
