"""`hosted-sms account show` and `hosted-sms account resume`."""

from typing import TYPE_CHECKING

from commands import answers, connection, printer
from commands.options import CHANGE, TEXT, Account, Change, Output
from domain.healing import HEALS_BY_ITSELF
from domain.text import count, format_utc, join_some
from services.endings import Ending

if TYPE_CHECKING:
    from domain.accounts import AccountProgress

_REQUESTS_SHOWN, _EVENTS_SHOWN = 20, 5


async def show(account: Account = "default", /, *, output: Output = TEXT) -> Ending:
    """Show whether an account is stopped, and what waits for it."""
    hosted_sms = await connection.connect()
    found = await hosted_sms.show_account(account)
    if output.json:
        printer.dump(found)
    else:
        for line in _lines(found, await hosted_sms.requests_under_way(account)):
            text = line.lstrip()
            printer.write_wrapped(text, indent=len(line) - len(text), hanging=2)
    return Ending.DONE


async def resume(account: Account = "default", /, *, change: Change = CHANGE) -> Ending:
    """Let all requests of a stopped account go on.

    Use this once the key, the balance or the permission of the account is fixed.
    """
    hosted_sms = await connection.connect()
    answer = await hosted_sms.resume_account(account, by=change.who(), **change.sending())
    return answers.show(answer, as_json=change.json)


def _lines(found: "AccountProgress", under_way: int) -> list[str]:
    from domain import command_hints

    lines = [_headline(found)]
    if found.stopped:
        lines += [f"  {found.because}"] if found.because else []
        lines += ["Once this is fixed:", f"  {command_hints.resume(found.account)}"]
        lines += [HEALS_BY_ITSELF] if found.heals else []
    lines += [f"  What came last: {found.silent_because}"] if found.silent_because else []
    lines += [f"The list of orders was read last at {format_utc(found.listed_at)}."] if found.listed_at else []
    if found.listing_trouble:
        lines += ["The list of orders could not be read when that was tried last:", f"  {found.listing_trouble}"]
    if found.waiting:
        lines.append(f"Waiting for it: {join_some(found.waiting, _REQUESTS_SHOWN)}")
    lines.append(f"Requests under way: {under_way}.")
    if found.partial:
        return [*lines, "No worker answered, so nothing more is known now: try again when a worker runs."]
    claimed, requests = count(found.numbers, "number"), count(found.requests, "request")
    ended = " Some of these have ended: their claims stand in no one's way." if found.requests > under_way else ""
    lines.append(f"Claimed: {claimed} of {requests}.{ended}")
    return [*lines, *(f"  {format_utc(event.at)}  {event.what}" for event in found.events[-_EVENTS_SHOWN:])]


def _headline(found: "AccountProgress") -> str:
    if found.stopped:
        since = f" since {format_utc(found.since)}" if found.since else ""
        return f"The account {found.account} is stopped{since}: Telnyx refuses it."
    if found.silent_since:
        return f"Telnyx has not answered for the account {found.account} since {format_utc(found.silent_since)}."
    return f"The account {found.account} is not stopped."
