"""The commands about a Telnyx account: account show, account resume."""

from typing import Annotated

from cyclopts import Parameter

from commands import connection, exit_codes, printer
from commands.options import ANONYMOUS, TEXT, Change, Output
from domain import command_hints
from domain.accounts import AccountProgress

Account = Annotated[str, Parameter(help="Name of the Telnyx account, as the settings name it.")]
_SHOWN = 20


async def show(account: Account = "default", /, *, output: Output = TEXT) -> int:
    """Show whether an account is stopped, since when, who waits for it, and the command that goes on."""
    hosted_sms = await connection.connect()
    found = await hosted_sms.show_account(account)
    if output.json:
        printer.dump(found)
    else:
        printer.tell("\n".join(_lines(found)))
    return exit_codes.DONE


async def resume(account: Account = "default", /, *, change: Change = ANONYMOUS) -> int:
    """Let all requests of an account go on, once its key, its balance or its permission is mended."""
    hosted_sms = await connection.connect()
    answer = await hosted_sms.resume_account(account, by=change.who(), update_id=change.id, within=change.within)
    return printer.answer(answer, as_json=change.json)


def _lines(found: AccountProgress) -> list[str]:
    lines = [_headline(found)]
    if found.stopped:
        lines += [f"  {found.because}"] if found.because else []
        lines += ["Once it is mended:", f"  {command_hints.resume(found.account)}"]
    if found.waiting:
        more = f" and {len(found.waiting) - _SHOWN} more" if len(found.waiting) > _SHOWN else ""
        lines.append(f"{len(found.waiting)} request(s) wait for it: {', '.join(found.waiting[:_SHOWN])}{more}")
    if found.partial:
        return [*lines, "No worker answered, so no more is known now: try again when one runs."]
    lines.append(f"{found.numbers} number(s) are claimed by {found.requests} request(s).")
    return [*lines, *(f"  {event.at:%Y-%m-%d %H:%M} UTC  {event.what}" for event in found.events[-5:])]


def _headline(found: AccountProgress) -> str:
    if found.stopped:
        since = f" since {found.since:%Y-%m-%d %H:%M} UTC" if found.since else ""
        return f"The account {found.account} is stopped{since}: Telnyx refuses it."
    if found.silent_since:
        return f"Telnyx has not answered for the account {found.account} since {found.silent_since:%Y-%m-%d %H:%M} UTC."
    return f"The account {found.account} is not stopped."
