"""The commands about what was told: events list, events replay."""

from datetime import UTC, datetime
from typing import Annotated

from cyclopts import Parameter

from commands import connection, exit_codes, printer
from commands.options import TEXT, Output
from domain import notification_text
from services import notifications

Since = Annotated[str, Parameter(help="How far back: 30m, 24h, 3d, or a time such as 2026-11-30T09:00 (UTC).")]
About = Annotated[str | None, Parameter(help="Only what is about this request.")]


async def list_events(*, since: Since = "24h", reference: About = None, output: Output = TEXT) -> int:
    """List what people and programs were told, the newest first."""
    begin = notifications.instant(since, datetime.now(UTC))
    hosted_sms = await connection.connect()
    found = [one async for one in hosted_sms.events(begin, reference)]
    if output.json:
        printer.dump(found)
        return exit_codes.DONE
    for one in found:
        at = f"{one.news.at:%Y-%m-%d %H:%M}" if one.news.at else " " * 16
        missed = f" (given up: {', '.join(one.failed)})" if one.failed else ""
        printer.tell(f"{at}  {one.news.event_id}  {one.delivery:<9}  {notification_text.headline(one.news)}{missed}")
    return exit_codes.DONE


async def replay(*, since: Since = "24h", reference: About = None, output: Output = TEXT) -> int:
    """Send what was told once more to the outbound webhooks, under the same ids; people are not told again."""
    begin = notifications.instant(since, datetime.now(UTC))
    hosted_sms = await connection.connect()
    done = await hosted_sms.replay_events(begin, reference)
    if output.json:
        printer.dump(done)
    else:
        count = f"{done.events} event{'' if done.events == 1 else 's'}"
        printer.tell(f"{count} since {done.since:%Y-%m-%d %H:%M} UTC sent again to the outbound webhooks.")
    return exit_codes.DONE
