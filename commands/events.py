"""`hosted-sms events list` and `hosted-sms events replay`: the notifications to people and programs."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from commands import connection, printer
from commands.options import PASTED, TEXT, Output
from domain.text import count, format_utc
from services.endings import Ending

if TYPE_CHECKING:
    from services.notifications import Deliveries, Delivery

Since = Annotated[str, Parameter(help="How far back: 30m, 24h, 3d, or a time such as 2026-11-30T09:00 (UTC).")]
About = Annotated[str | None, PASTED, Parameter(help="Only what is about this request.")]


async def list_events(*, since: Since = "24h", reference: About = None, output: Output = TEXT) -> Ending:
    """List the notifications to people and programs.

    Lists also what would have been told if a channel were configured.
    """
    from services import parsing

    begin = parsing.instant(since, datetime.now(UTC))
    hosted_sms = await connection.connect()
    events = await hosted_sms.events(begin, reference)
    _warn_of_gaps(events)
    found = events.found
    if output.json:
        printer.dump(found)
        return Ending.DONE
    if not found:
        printer.write_wrapped(f"No notification since {format_utc(begin)}.")
    for one in found:
        printer.write_wrapped(_line(one), hanging=2)
    return Ending.DONE


def _warn_of_gaps(events: "Deliveries") -> None:
    """Say what could not be found out, so that no one takes a short list for the whole."""
    if events.unanswered:
        who = count(events.unanswered, "workflow")
        printer.warn(
            [f"{who} did not answer, so of theirs only what was delivered is listed: see `hosted-sms doctor`."]
        )
    if events.not_asked:
        printer.warn(["Only the newest requests were asked: name one with --reference to see all of its own."])


def _line(one: "Delivery") -> str:
    from domain import notification_text

    given_up = f" (given up: {', '.join(one.failed)})" if one.failed else ""
    headline = notification_text.headline(one.news)
    return f"{format_utc(one.news.at):<20}  {one.news.event_id or '-'}  {one.delivery:<9}  {headline}{given_up}"


async def replay(*, since: Since = "24h", reference: About = None, output: Output = TEXT) -> Ending:
    """Send notifications to the outbound webhooks again.

    They keep their ids. People get no second notification.
    """
    from services import parsing

    begin = parsing.instant(since, datetime.now(UTC))
    hosted_sms = await connection.connect()
    done = await hosted_sms.replay_events(begin, reference)
    if output.json:
        printer.dump(done)
    else:
        events = count(done.events, "event")
        printer.write_wrapped(f"{events} since {format_utc(done.since)} sent to the outbound webhooks again.")
    return Ending.DONE
